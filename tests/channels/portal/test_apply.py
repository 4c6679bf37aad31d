"""Applying: begun, filled in, papers, handed in, looked after; what is refused and what is never shown."""

from __future__ import annotations

import datetime as dt
import io
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from tests.factories.cases import (
    CLERK,
    MONDAY,
    Cast,
    fill,
    food_licence,
    publish_item_with_photo,
    publish_items,
    sign_filing,
    start,
    submit,
)
from tests.factories.catalogue import make_item
from tongban.channels.ui import frame, revision
from tongban.foundation.messages import operations as messages
from tongban.foundation.messages.types import Template
from tongban.kernel import clock
from tongban.kernel.types import SYSTEM
from tongban.services.cases import operations, queries
from tongban.services.cases.types import CaseState, Demand, Receipt, Refusal

pytestmark = pytest.mark.slow

Enter = Callable[[str], Client]


@pytest.fixture
def cast(people: Cast, db: None, settings: Any) -> Cast:
    settings.DEMONSTRATION = True
    revision.forget()
    frame._frame.cache_clear()
    return people


@pytest.fixture
def enter(cast: Cast) -> Enter:
    """Sign an invented person in: ``enter("p001")``."""

    def signed(code: str) -> Client:
        client = Client(raise_request_exception=False)
        client.get("/signin")
        client.post("/signin/persona", {"persona": code})
        return client

    return signed


@pytest.fixture
def mine(enter: Enter) -> Client:
    return enter("p001")


def words(response: Any) -> str:
    return response.content.decode()


def picture() -> io.BytesIO:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(made, "PNG")
    made.seek(0)
    made.name = "布局图.png"
    return made


def begun(client: Client, cast: Cast, service: str = "item/food-licence", **more: str) -> str:
    sent = {"the-party": f"person:{cast.applicant.id}", "the-key": "k1"} | more
    answer = client.post(f"/apply/{service}", sent)
    assert answer.status_code == 303, words(answer)
    return answer["Location"]


@pytest.mark.slow
def test_the_whole_way_from_the_item_to_the_receipt(mine: Client, cast: Cast) -> None:
    page = words(mine.get("/apply/item/food-licence"))
    assert "为谁办" in page
    base = begun(mine, cast)
    assert mine.get(base)["Location"] == f"{base}/form/1"
    form = words(mine.get(f"{base}/form/1"))
    assert "已替您填好" in form and "人口库" in form and "信息有误" in form

    answer = mine.post(f"{base}/form/1", {"shop-name": "小面馆", "floor-area": "80.5", "go": "next"})
    assert answer["Location"] == f"{base}/materials", words(answer)
    papers = words(mine.get(f"{base}/materials"))
    assert papers.index("不用带") < papers.index("请准备")
    assert (
        mine.post(f"{base}/materials/give", {"paper": "food-licence--layout", "file": picture()}).status_code
        == 303
    )
    shown = re.search(r'name="shown" value="([0-9a-f]{64})"', papers)
    assert shown
    sent = {"paper": "food-licence--health", "agree": "1", "shown": shown.group(1)}
    assert mine.post(f"{base}/materials/sign", sent).status_code == 303

    check = words(mine.get(f"{base}/check"))
    assert "齐了，可以提交" in check
    key = re.search(r'name="the-key" value="([0-9a-f]+)"', check)
    assert key
    done = mine.post(f"{base}/check", {"the-key": key.group(1), "true": "1"})
    again = mine.post(f"{base}/check", {"the-key": key.group(1), "true": "1"})
    assert done["Location"] == again["Location"]
    receipt = mine.get(done["Location"])
    assert "查询码" in words(receipt) and receipt["Cache-Control"] == "no-store"
    case_id = uuid.UUID(base.rpartition("/")[2])
    case = queries.get_case(case_id, by=cast.applicant)
    assert case.state is CaseState.RECEIVED and case.number
    assert queries.spaced(case.number) in words(receipt)
    assert "等窗口看材料齐不齐" in words(mine.get(f"/cases/{case_id}"))
    assert mine.get(base)["Location"] == f"/cases/{case_id}"


def test_a_register_is_disputed_in_place_and_the_case_goes_on(mine: Client, cast: Cast) -> None:
    base = begun(mine, cast)
    page = words(mine.get(f"{base}/form/1"))
    assert "哪里不对" in page

    empty = mine.post(f"{base}/dispute", {"field": "applicant-name", "page": "1", "actual": " "})
    assert empty.status_code == 422 and "请写下实际是什么" in words(empty)
    sent = {"field": "applicant-name", "page": "1", "actual": "林晓雯", "grounds": "户口簿"}
    assert mine.post(f"{base}/dispute", sent)["Location"] == f"{base}/form/1#row-applicant-name"
    after = words(mine.get(f"{base}/form/1"))
    assert "林晓雯" in after and "核实中，不耽误办理" in after


def test_nothing_typed_is_lost_and_the_summary_links_to_the_field(mine: Client, cast: Cast) -> None:
    base = begun(mine, cast)
    answer = mine.post(f"{base}/form/1", {"shop-name": "小面馆", "floor-area": "八十平", "go": "next"})
    assert answer.status_code == 422
    page = words(answer)
    assert 'href="#floor-area"' in page and 'value="八十平"' in page and 'value="小面馆"' in page
    case = queries.get_case(base.rpartition("/")[2], by=cast.applicant)
    assert case.fields["shop-name"].value == "小面馆"  # one mistake loses nothing of the others
    assert "floor-area" not in case.fields

    skipped = mine.post(f"{base}/form/1", {"shop-name": "小面馆", "floor-area": "", "go": "skip"})
    assert skipped["Location"] == f"{base}/materials"


def test_saved_while_typing_and_resumed_on_another_device(mine: Client, enter: Enter, cast: Cast) -> None:
    base = begun(mine, cast)
    saved = mine.post(
        f"{base}/form/1/save", {"shop-name": "小面馆", "the-version": "0"}, headers={"HX-Request": "true"}
    )
    assert "已保存" in words(saved) and saved["Cache-Control"] == "no-store"

    other = enter("p001")
    assert base in words(other.get("/cases"))
    assert 'value="小面馆"' in words(other.get(f"{base}/form/1"))
    told = other.post(f"{base}/form/1/save", {"floor-area": "80", "the-version": "0"})
    assert "另一台设备刚改了" in words(told) and "店名" in words(told)
    later = other.post(f"{base}/form/1", {"floor-area": "81", "go": "later"})
    assert later["Location"].startswith("/cases")


def test_a_disabled_button_says_the_rules_own_sentence(mine: Client, cast: Cast) -> None:
    base = begun(mine, cast)
    page = words(mine.get(f"{base}/check"))
    assert 'aria-disabled="true"' in page and "没有准备好" in page
    assert (
        f'href="{base}/form/1#shop-name"' in page and f"{base}/materials#paper-food-licence--layout" in page
    )
    refused = mine.post(f"{base}/check", {"true": "1", "the-key": "x"})
    assert refused.status_code == 422 and "没有准备好" in words(refused)


def test_files_that_can_not_be_taken_are_refused_with_a_sentence(mine: Client, cast: Cast) -> None:
    base = begun(mine, cast)
    none = mine.post(f"{base}/materials/give", {"paper": "food-licence--layout"})
    assert none.status_code == 422 and "还没有选文件" in words(none)
    wrong = io.BytesIO(b"MZ not a picture")
    wrong.name = "a.exe"
    answer = mine.post(f"{base}/materials/give", {"paper": "food-licence--layout", "file": wrong})
    assert answer.status_code == 415 and "这种文件不能接收" in words(answer)
    assert 'href="#paper-food-licence--layout"' in words(answer)

    mine.post(f"{base}/materials/give", {"paper": "food-licence--layout", "file": picture()})
    found = re.search(rf"{base}/materials/file/[0-9a-f-]+", words(mine.get(f"{base}/materials")))
    assert found and mine.get(found.group(0))["Content-Type"] == "image/png"
    assert mine.post(f"{base}/materials/take", {"paper": "food-licence--layout"}).status_code == 303
    assert mine.get(found.group(0)).status_code == 404


def test_a_commitment_is_signed_only_as_it_was_shown(mine: Client, cast: Cast) -> None:
    base = begun(mine, cast)
    sent = {"paper": "food-licence--health", "shown": "0" * 64}
    assert "请先勾选" in words(mine.post(f"{base}/materials/sign", sent))
    assert "承诺书的内容已经变化" in words(mine.post(f"{base}/materials/sign", sent | {"agree": "1"}))


@pytest.mark.parametrize("path", ["", "/form/1", "/materials", "/check"])
def test_a_draft_is_nobody_elses(mine: Client, enter: Enter, cast: Cast, path: str) -> None:
    base = begun(mine, cast)
    assert enter("p006").get(base + path).status_code == 404
    assert Client().get(base + path).status_code == 303  # to the door
    page = mine.get(base + "/form/1")
    assert page["Cache-Control"] == "no-store" and "Tongban-Keep" not in page


def test_two_clicks_on_begin_are_one_draft(mine: Client, cast: Cast) -> None:
    assert begun(mine, cast) == begun(mine, cast)
    assert begun(mine, cast, **{"the-key": "k2"}) != begun(mine, cast)


def test_for_whom_one_may_not_act_says_why(mine: Client, cast: Cast) -> None:
    sent = {"the-party": f"company:{cast.company.id}", "the-key": "k"}
    answer = mine.post("/apply/item/food-licence", sent)
    assert answer.status_code == 422 and "您不能替这个人（单位）办事" in words(answer)
    assert "请选一下为谁办" in words(mine.post("/apply/item/food-licence", {}))


def test_a_bundle_is_begun_with_its_answers(mine: Client, cast: Cast) -> None:
    page = words(mine.get("/apply/bundle/restaurant?signboard=false"))
    assert "装招牌吗" in page
    base = begun(mine, cast, "bundle/restaurant", signboard="true", area="96")
    form = words(mine.get(f"{base}/form/1"))
    assert "您在开始时的回答" in form and ">96" in form and 'name="floor-area" value="96"' in form
    case = queries.get_case(base.rpartition("/")[2], by=cast.applicant)
    assert set(case.items) == {"food-licence", "shop-sign"}
    # Everything the second item asks is asked by the first: one page serves both, their papers are one list.
    assert mine.get(f"{base}/form/2").status_code == 404
    assert "备案表" in words(mine.get(f"{base}/materials"))


def filed(cast: Cast) -> Receipt:
    at = clock.now()
    case_id = start(cast, at=at)
    fill(cast, case_id, at=at)
    return operations.submit(case_id=case_id, by=cast.applicant, at=at)


def test_progress_needs_number_and_code_and_tells_no_name(cast: Cast) -> None:
    receipt = filed(cast)
    client = Client()
    wrong = client.post("/progress", {"number": receipt.number, "code": "AAAAAA"})
    assert wrong.status_code == 422 and "对不上" in words(wrong)
    right = client.post("/progress", {"number": receipt.number, "code": receipt.code.lower()})
    assert "已收件" in words(right) and receipt.applicant_name not in words(right)
    assert right["Cache-Control"] == "no-store"
    for _ in range(12):
        last = client.post("/progress", {"number": receipt.number, "code": "AAAAAA"})
    assert "试得太多了" in words(last)


def test_progress_and_list_say_what_was_decided(cast: Cast, mine: Client) -> None:
    receipt, at = filed(cast), clock.now()
    operations.accept(case_id=receipt.case_id, by=CLERK, at=at)
    operations.record_decided(case_id=receipt.case_id, outcome="refused", by=SYSTEM, at=at)
    told = words(Client().post("/progress", {"number": receipt.number, "code": receipt.code}))
    listed = words(mine.get("/cases"))
    assert "没有批准" in told and "没有批准" in listed
    assert "已办结" not in told and "已办结" not in listed


def test_my_cases_open_where_there_are_some(cast: Cast, enter: Enter) -> None:
    boss = enter("p002")
    assert "还没有办件" in words(boss.get("/cases"))
    receipt = submit(cast, by=cast.representative, applicant=cast.company, at=clock.now())
    number = queries.spaced(receipt.number)
    assert number in words(boss.get("/cases"))
    mine = words(boss.get(f"/cases?of=person:{cast.representative.id}"))
    assert number not in mine and "还没有办件" in mine


def test_what_the_notice_asks_for_is_supplemented_and_accepted(mine: Client, cast: Cast) -> None:
    receipt = filed(cast)
    at = clock.now()
    demand = Demand("布局图看不清，请换一份", item="food-licence", material="layout")
    operations.give_notice(case_id=receipt.case_id, demands=[demand], by=CLERK, at=at)
    page = words(mine.get(f"/cases/{receipt.case_id}/supplement"))
    assert "布局图看不清" in page and "要补 1 处" in page
    early = mine.post(f"/cases/{receipt.case_id}/supplement", {"go": "hand-in"})
    assert early.status_code == 422 and "还差" in words(early)

    sent = {"paper": "food-licence--layout", "from": "case", "file": picture()}
    mine.post(f"/apply/{receipt.case_id}/materials/give", sent)
    done = mine.post(f"/cases/{receipt.case_id}/supplement", {"go": "hand-in"})
    assert done.status_code == 303, words(done)
    after = words(mine.get(f"/cases/{receipt.case_id}"))
    assert "办理中" in after and "受理通知书" in after
    assert "一次性补正告知书" in words(mine.get(f"/cases/{receipt.case_id}/letters/1"))


def test_a_case_is_withdrawn_and_says_so(mine: Client, enter: Enter, cast: Cast) -> None:
    receipt = filed(cast)
    assert enter("p006").get(f"/cases/{receipt.case_id}").status_code == 404
    assert "不撤，接着办" in words(mine.get(f"/cases/{receipt.case_id}/withdraw"))
    assert mine.post(f"/cases/{receipt.case_id}/withdraw", {"reason": "不开了"}).status_code == 303
    assert "已撤回" in words(mine.get(f"/cases/{receipt.case_id}"))
    again = mine.post(f"/cases/{receipt.case_id}/withdraw")
    assert again.status_code == 422 and "已撤回" in words(again)


def test_an_agent_sees_the_case_of_the_principal(enter: Enter, cast: Cast) -> None:
    receipt = filed(cast)
    agent = enter("p003")
    of = f"person:{cast.applicant.id}"
    assert str(receipt.case_id) in words(agent.get("/cases", {"of": of}))
    assert agent.get("/cases", {"of": "person:somebody"}).status_code == 422


def test_messages_are_read_by_their_owner_only(mine: Client, cast: Cast) -> None:
    messages.register(Template("test-apply", "试一试", "您好，{name}。"))
    messages.send(to=cast.subject, template="test-apply", values={"name": "王"}, at=clock.now())
    page = words(mine.get("/inbox"))
    assert "您好，王" in page and "1 条没看" in page
    found = re.search(r'name="message" value="([0-9a-f-]{36})"', page)
    assert found
    mine.post("/inbox", {"message": found.group(1)})
    assert "条没看" not in words(mine.get("/inbox")).partition("<main")[2]
    assert mine.post("/inbox", {"message": "not-an-id"}).status_code == 303


@pytest.mark.parametrize("path", ["/en/cases", "/en/progress", "/en/inbox", "/en/apply/bundle/restaurant"])
def test_the_pages_speak_english(mine: Client, path: str) -> None:
    page = words(mine.get(path)).partition("<main")[2].partition("</main>")[0]
    without = re.sub(r'<[^>]*lang="zh-CN"[^>]*>.*?</', "", page)
    assert not re.search(r"[请您的，。]", without), re.findall(r"[^<>]*[请您的，。][^<>]*", without)[:3]


def test_who_has_no_company_is_told_how_to_get_on(mine: Client, enter: Enter, cast: Cast) -> None:
    only_businesses = {"audience": ("2",)}
    founding = make_item(
        code="registration", name="公司设立登记", audience=("1", "2"), form=["applicant-name"], materials=[],
        results=[{"name": "营业执照", "licence": "business-licence"}],
    )  # fmt: skip
    publish_items(food_licence(**only_businesses), sign_filing(**only_businesses), founding)
    revision.forget()
    page = words(mine.get("/apply/item/food-licence"))
    assert "是单位办的事" in page and 'href="/account/companies"' in page and "/account/mandates" in page
    refused = mine.post(
        "/apply/item/food-licence", {"the-party": f"person:{cast.applicant.id}", "the-key": "k"}
    )
    assert refused.status_code == 422 and 'href="#party"' in words(refused)

    boss = enter("p002")
    assert f'value="company:{cast.company.id}" checked' in words(boss.get("/apply/item/food-licence"))
    sent = {"the-party": f"company:{cast.company.id}", "the-key": "k"}
    assert boss.post("/apply/item/food-licence", sent).status_code == 303
    assert begun(mine, cast, "item/registration"), "who founds a company asks for it as a person"


def test_a_paper_is_promised_and_brought_later(mine: Client, cast: Cast) -> None:
    publish_item_with_photo()
    revision.forget()
    base = begun(mine, cast)
    paper = "food-licence--photo"
    day = clock.today() + dt.timedelta(days=9)
    page = words(mine.get(f"{base}/materials", {"later": paper, "until": day.isoformat()}))
    assert (
        "容缺后补承诺书" in page
        and f"在{day.year}年{day.month}月{day.day}日前交" in page
        and "撤销许可" in page
    )
    shown = re.search(r'name="shown" value="([0-9a-f]{64})"><input type="hidden" name="until"', page)
    assert shown
    sent = {"paper": paper, "shown": shown.group(1), "until": day.isoformat()}
    assert "请先勾选" in words(mine.post(f"{base}/materials/sign", sent))
    other = sent | {"agree": "1", "until": (day + dt.timedelta(days=1)).isoformat()}
    assert "承诺书的内容已经变化" in words(mine.post(f"{base}/materials/sign", other))
    assert "请写下哪天交" in words(mine.post(f"{base}/materials/sign", other | {"until": "soon"}))
    assert mine.post(f"{base}/materials/sign", sent | {"agree": "1"}).status_code == 303
    assert re.search("答应 [^<]*前交", words(mine.get(f"{base}/materials")))

    case_id = base.rpartition("/")[2]
    at = clock.now()
    fill(cast, uuid.UUID(case_id), at=at)
    operations.submit(case_id=uuid.UUID(case_id), by=cast.applicant, at=at)
    assert "您答应后补的 1 份" in words(mine.get(f"/cases/{case_id}"))
    give = f"/apply/{case_id}/materials/give"
    none = mine.post(give, {"paper": paper, "from": "promise"})
    assert none.status_code == 422 and "还没有选文件" in words(none)
    done = mine.post(give, {"paper": paper, "from": "promise", "file": picture()})
    assert done.status_code == 303, words(done)
    after = words(mine.get(done["Location"]))
    assert "答应的材料交来了" in after and "您答应后补的" not in after


def test_what_was_not_accepted_leads_to_its_written_decision(mine: Client, cast: Cast) -> None:
    receipt = filed(cast)
    refusal = {"refusal": Refusal.WRONG_BODY, "reason": "不属于本机关", "right_body": "别的机关"}
    operations.refuse_acceptance(case_id=receipt.case_id, **refusal, by=CLERK, at=clock.now())  # type: ignore[arg-type]
    page = words(mine.get(f"/cases/{receipt.case_id}"))
    way = f"/cases/{receipt.case_id}/letters/1"
    assert f'href="{way}">' in page and "看书面决定原文" in page
    assert "还没到" not in page, "no path is drawn for what never began"
    assert "不属于本机关" in words(mine.get(way))


def test_a_promise_that_ended_before_a_day_off_is_over_in_the_list_of_cases(
    enter: Enter, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No working day has passed since the Friday on which it was due, and it is not due today."""
    at = MONDAY
    while True:
        case_id = submit(cast, at=at).case_id
        operations.accept(case_id=case_id, by=CLERK, at=at)
        due = queries.limits(case_id).promised_due
        assert due is not None
        if due.weekday() == 4:
            break
        at += dt.timedelta(days=1)
    friday = dt.datetime.combine(due, dt.time(10), MONDAY.tzinfo)
    for now, words in ((friday, "今天到期"), (friday + dt.timedelta(days=1), f"{due.day} 日已到期")):
        monkeypatch.setattr(clock, "now", lambda now=now: now)
        said = words_of_case(enter("p001"), case_id)
        assert words in said
        assert ("今天到期" in said) is (now is friday)
        assert ('class="late"' in said) is (now is not friday)


def words_of_case(client: Client, case_id: uuid.UUID) -> str:
    """Return what the list of cases says of one."""
    found = re.search(rf'/cases/{case_id}">.*?</li>', words(client.get("/cases")), re.DOTALL)
    assert found, "not in the list"
    return found[0]
