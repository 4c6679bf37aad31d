"""My data: who read, what one asks, the proof, the table; nobody else's; nothing of what is kept secret."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import uuid
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.channels.portal.conftest import forget
from tests.channels.portal.test_apply import Enter, cast, enter, filed, mine, picture, words
from tests.factories import districts, readings
from tests.factories.cases import CLERK, Cast, food_licence, publish_items, sign_filing
from tests.factories.districts import Districts
from tests.factories.exchange import OFFICER
from tests.factories.readings import SECRET, Register, number_of, on
from tongban.datahub.exchange import operations as exchange
from tongban.datahub.exchange import queries as calls
from tongban.datahub.nodes import known
from tongban.foundation.attestation import operations as attestation
from tongban.foundation.documents import operations as operations_of_documents
from tongban.foundation.documents import queries as documents
from tongban.foundation.identity import queries as identity
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.ledger import queries as ledger_queries
from tongban.kernel import clock
from tongban.kernel.types import Subject
from tongban.services.cases import operations
from tongban.services.disclosures import operations as disclosures
from tongban.services.disclosures import queries
from tongban.services.disclosures.types import Verdict

pytestmark = pytest.mark.django_db
__all__ = ["cast", "enter", "mine"]  # fixtures of the pages to apply: the same city, the same people
PAGE = "/my-data"
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def now() -> Iterator[dt.datetime]:
    """Have it be noon, wherever the day stands when the test runs."""
    forget()
    noon = clock.now().replace(hour=12, minute=0, second=0, microsecond=0)
    with on(noon):
        yield noon


@pytest.fixture
def register(cast: Cast, now: dt.datetime) -> Register:
    cache.clear()
    return readings.make_register()


@pytest.fixture
def read(register: Register, cast: Cast, now: dt.datetime) -> str:
    """Have a department and a clerk read about p001; return the number of the case."""
    receipt = filed(cast)
    register.asks(number_of("p001"), now - 5 * MINUTE, issue=receipt.number)
    operations.read_case(case_id=receipt.case_id, purpose="受理申请", by=CLERK, at=now - 4 * MINUTE)
    return receipt.number


def ids(page: str) -> list[str]:
    """Return which readings a page shows, the newest first."""
    return re.findall(r'id="r-([0-9a-f-]{36})"', page)


@pytest.mark.slow
def test_it_says_who_what_for_what_by_which_law_and_what_was_not_seen(mine: Client, read: str) -> None:
    page = words(mine.get(PAGE))
    for said in ("经办人 wang", "食品许可系统", "公民身份号码", "没看到 出生日期、户籍地址", "上海市数据条例 38",
                 "无条件共享", "受理申请", "受理员（演示）", "我不认识这次查询", "行政许可法 34"):  # fmt: skip
        assert said in page, said
    assert len(ids(page)) == 2
    for path in (f"/en{PAGE}", f"{PAGE}?period=year", f"{PAGE}?kind=staff", f"{PAGE}?data=resident-identity"):
        assert mine.get(path).status_code == 200, path
    assert len(ids(words(mine.get(f"{PAGE}?kind=exchange")))) == 1
    assert mine.get(f"{PAGE}?kind=nothing").status_code == 422
    assert "我的数据" in words(mine.get("/account"))
    assert mine.get("/account/readers")["Location"] == PAGE


@pytest.mark.slow
def test_the_page_asks_at_most_twenty_times(mine: Client, read: str) -> None:
    for path in (PAGE, f"/en{PAGE}", f"{PAGE}/{ids(words(mine.get(PAGE)))[1]}", f"{PAGE}/check"):
        mine.get(path)
        with CaptureQueriesContext(connection) as asked:
            assert mine.get(path).status_code == 200
        assert len(asked) <= 20, (path, len(asked), "\n".join(one["sql"].strip()[:150] for one in asked))


@pytest.mark.slow
@pytest.mark.parametrize("user", ["", "item:food-licence"])
def test_a_call_by_nobody_in_particular_is_not_said_to_be_the_system_s_own(
    mine: Client, register: Register, now: dt.datetime, user: str
) -> None:
    register.asks(number_of("p001"), now - MINUTE, user=user)
    (call,) = ids(page := words(mine.get(PAGE)))
    table = b"".join(mine.get(f"{PAGE}.csv")).decode()  # type: ignore[arg-type]
    for shown in (page, words(mine.get(f"{PAGE}/{call}")), table):
        assert "调用方没有写明是谁查的" in shown and "未经人手" not in shown
    english = words(mine.get(f"/en{PAGE}"))
    assert "The caller did not say who asked" in english and "no person involved" not in english


@pytest.mark.slow
def test_nobody_sees_anothers(mine: Client, enter: Enter, read: str) -> None:
    own = ids(words(mine.get(PAGE)))
    other = enter("p003")
    assert not ids(words(other.get(PAGE)))
    for id in own:
        for path in (f"{PAGE}/{id}", f"{PAGE}/{id}/contest", f"{PAGE}/{id}/evidence"):
            assert other.get(path).status_code == 404, path
        assert other.post(f"{PAGE}/{id}/contest", {"ask": "unknown"}).status_code == 404
    assert Client().get(PAGE)["Location"].startswith("/signin")
    assert enter("s-window").get(PAGE).status_code == 403


def test_an_entry_opens_to_its_proof_and_a_file_to_take_away(
    mine: Client, read: str, now: dt.datetime
) -> None:
    look, call = ids(words(mine.get(PAGE)))
    waiting = words(mine.get(f"{PAGE}/{call}"))
    assert "还在记入账本" in waiting and "存一份证明" not in waiting
    assert mine.get(f"{PAGE}/{call}/evidence").status_code == 404
    ledger.link_pending()
    attestation.sign_head(at=now)
    page = words(mine.get(f"{PAGE}/{look}"))
    assert "刚刚核验通过" in page and "账本签名" in page
    file = mine.get(f"{PAGE}/{look}/evidence")
    assert file["Content-Disposition"].endswith(f'{look}.json"') and '"case.read"' in words(file)


def test_a_question_waits_and_its_answer_stands_under_the_line(
    mine: Client, read: str, now: dt.datetime
) -> None:
    _, call = ids(words(mine.get(PAGE)))
    asks = words(mine.get(f"{PAGE}/{call}/contest"))
    assert "由区市场监督管理局的数据专员在 1 个工作日内答复您" in asks
    assert mine.post(f"{PAGE}/{call}/contest", {"ask": "unknown", "says": ""}).status_code == 303
    assert "已质疑，等答复" in words(mine.get(f"{PAGE}?asked=1"))
    assert mine.post(f"{PAGE}/{call}/contest", {"ask": "unknown"}).status_code == 422
    (found,) = queries.waiting(("market",))
    disclosures.answer_contest(
        id=found.id, verdict=Verdict.MISTAKE, answer="窗口输错了号码", measure="已经删除", by=OFFICER, at=now
    )
    page = words(mine.get(PAGE))
    assert "已质疑，已答复" in page and "窗口输错了号码" in page and "已经删除" in page


def test_after_an_answer_the_ways_on_are_named(mine: Client, read: str, now: dt.datetime) -> None:
    _, call = ids(words(mine.get(PAGE)))
    mine.post(f"{PAGE}/{call}/contest", {"ask": "unknown"})
    assert "不满意这个答复怎么办" not in words(mine.get(PAGE)), "there is none yet"
    (found,) = queries.waiting(("market",))
    disclosures.answer_contest(id=found.id, verdict=Verdict.LAWFUL, answer="办案需要", by=OFFICER, at=now)
    for path in (PAGE, f"{PAGE}/{call}", f"{PAGE}/{call}/contest"):
        page = words(mine.get(path))
        for said in (
            'href="tel:12345"',
            "请数据主管部门复核",
            "个人信息保护法 65",
            "人民法院起诉（个人信息保护法 50）",
        ):
            assert said in page, (path, said)
    english = words(mine.get(f"/en{PAGE}"))
    assert "you may sue in a people's court" in english.replace("&#39;", "'")


def test_wrong_data_has_to_be_named_and_what_was_typed_is_kept(mine: Client, read: str) -> None:
    _, call = ids(words(mine.get(PAGE)))
    refused = mine.post(f"{PAGE}/{call}/contest", {"ask": "wrong", "says": "错"})
    assert refused.status_code == 422 and ">错</textarea>" in words(refused)
    assert mine.post(f"{PAGE}/{call}/contest", {"ask": "wrong", "says": "地址应为 2 号"}).status_code == 303
    (found,) = queries.waiting(("police",))
    assert mine.post(f"{PAGE}/contests/{found.id}/withdraw").status_code == 303
    assert queries.waiting(None) == ()


@pytest.mark.slow
def test_two_questions_about_a_line_both_stand_with_their_answers(
    mine: Client, read: str, now: dt.datetime
) -> None:
    _, call = ids(words(mine.get(PAGE)))
    ask = f"{PAGE}/{call}/contest"
    mine.post(ask, {"ask": "unknown", "says": "我没有办过这件事"})
    opened = words(mine.get(f"{PAGE}/{call}"))
    assert (
        f'href="/my-data/{call}/contest?ask=wrong"' in opened
        and f'href="/my-data/{call}/contest"' not in opened
    )
    (first,) = queries.waiting(("market",))
    disclosures.answer_contest(
        id=first.id, verdict=Verdict.MISTAKE, answer="窗口查错了一位", measure="已经删除", by=OFFICER, at=now
    )
    assert mine.post(ask, {"ask": "wrong", "says": "地址应为 2 号"}).status_code == 303
    for path in (PAGE, f"{PAGE}/{call}"):
        page = words(mine.get(path))
        for said in (
            "我没有办过这件事",
            "窗口查错了一位",
            "地址应为 2 号",
            "已质疑，已答复",
            "已质疑，等答复",
        ):
            assert page.count(said) == 1, (path, said)
        assert page.count("/withdraw") == 1 and f"{call}/contest" not in page, path


@pytest.mark.slow
def test_a_question_is_kept_whole_or_refused(mine: Client, read: str) -> None:
    _, call = ids(words(mine.get(PAGE)))
    refused = mine.post(f"{PAGE}/{call}/contest", {"ask": "unknown", "says": "长" * 2001})
    assert refused.status_code == 422 and "最多 2000 个字" in words(refused) and "长" * 2001 in words(refused)
    assert queries.waiting(None) == ()
    lines = "九个字是一行的说明\r\n" * 199 + "十" * 10
    assert mine.post(f"{PAGE}/{call}/contest", {"ask": "unknown", "says": lines}).status_code == 303
    (found,) = queries.waiting(("market",))
    assert found.says == lines.replace("\r\n", "\n") and len(found.says) == 2000


@pytest.mark.slow
def test_what_is_kept_secret_leaves_page_table_and_address_as_they_were(
    mine: Client, read: str, now: dt.datetime
) -> None:
    secret = readings.make_secret()
    secret_id = exchange.keep_secret(
        grant=secret.grant,
        law="supervision",
        reason="调查阶段",
        until=now.date(),
        by=OFFICER,
        at=now - 9 * MINUTE,
    )
    paths = [
        PAGE,
        f"{PAGE}?period=all",
        f"{PAGE}?kind=exchange",
        f"{PAGE}.csv",
        f"{PAGE}?data=resident-identity",
    ]
    before = [shown(mine, path) for path in paths]
    secret.asks(number_of("p001"), now - 2 * MINUTE, issue=read)
    (hidden,) = [one.id for one in calls.exchanges_of(SECRET)]
    assert [shown(mine, path) for path in paths] == before
    nobody = uuid.uuid4()
    nothing = shown(mine, f"{PAGE}/{nobody}/contest").replace(str(nobody), str(hidden))
    assert shown(mine, f"{PAGE}/{hidden}/contest") == nothing
    assert mine.get(f"{PAGE}/{hidden}/evidence").status_code == 404
    exchange.lift_secrecy(id=secret_id, reason="已经公开", by=OFFICER, at=now)
    assert "此前依法保密" in words(mine.get(PAGE)) and str(hidden) in words(mine.get(PAGE))


def shown(client: Client, path: str) -> str:
    """Return what a page says, without what is new each time it is made."""
    answer = client.get(path)
    text = b"".join(answer).decode() if answer.streaming else words(answer)  # type: ignore[arg-type]
    return re.sub(r'value="[A-Za-z0-9]{64}"|"X-CSRFToken":"[^"]*"', "", text)


@pytest.mark.law("feed-sent-is-read")
def test_what_was_sent_and_not_confirmed_is_a_line_that_says_so(
    mine: Client, enter: Enter, register: Register, now: dt.datetime
) -> None:
    readings.send_unconfirmed(number_of("p001"), now - MINUTE, name=number_of("p003"))
    unconfirmed, others = "已经推送，对方没有确认收到，可能已经看到", "别人的变更，里面有您的号码"
    page = words(mine.get(PAGE))
    assert unconfirmed in page and "姓名" in page and others not in page
    assert "订阅的变更，不对应某一件事" in page and "没有填办件号" not in page
    assert unconfirmed in b"".join(mine.get(f"{PAGE}.csv")).decode()  # type: ignore[arg-type]
    page = words(enter("p003").get(PAGE))
    assert unconfirmed in page and others in page


def test_the_table_is_read_by_spreadsheets_and_has_every_line(mine: Client, read: str) -> None:
    answer = mine.get(f"{PAGE}.csv")
    text = b"".join(answer).decode()  # type: ignore[arg-type]
    assert text.startswith("\ufeff什么时候,") and answer["Content-Disposition"].endswith('my-data.csv"')
    assert len(list(csv.reader(io.StringIO(text)))) == 3
    assert "\ufeffWhen," in b"".join(mine.get(f"/en{PAGE}.csv")).decode()  # type: ignore[arg-type]


@pytest.mark.slow
def test_in_english_what_has_an_english_name_is_called_by_it(
    mine: Client, read: str, register: Register, now: dt.datetime
) -> None:
    publish_items(food_licence(english="Food licence"), sign_filing())
    register.asks(number_of("p001"), now - DAY)
    _, call, _ = ids(page := words(mine.get(f"/en{PAGE}")))
    for said in (
        ">Food licence</a>",
        f"<b>{(now - DAY).day} {now - DAY:%B}</b>",
        "within 1 working day.",
        "within 5 working days.",
    ):
        assert said in page, said
    assert "The grant allows 2 of the 4 items of “Identity of residents”" in words(
        mine.get(f"/en{PAGE}/{call}")
    )
    assert ">Food licence " in words(mine.get(f"/en{PAGE}/{call}/contest"))
    assert "Food licence" not in words(mine.get(PAGE))
    table = b"".join(mine.get(f"/en{PAGE}.csv")).decode()  # type: ignore[arg-type]
    for said in ("Food licence", "Market", "公民身份号码; 姓名"):
        assert said in table, said


@pytest.mark.slow
def test_what_failed_is_not_counted_as_read(
    mine: Client, read: str, register: Register, now: dt.datetime
) -> None:
    register.asks(number_of("p001"), now - MINUTE)  # without the number of a case nothing is given
    page = words(mine.get(PAGE))
    assert "<b>2</b> 次，另有 1 次什么也没看到" in page
    for said in (
        "没取到的 <small>1</small>",
        "部门调取 <small>1</small>",
        'class="failed"',
        "对方没有给出数据",
    ):
        assert said in page, said
    (failed,) = ids(words(mine.get(f"{PAGE}?kind=failed")))
    assert failed not in ids(words(mine.get(f"{PAGE}?kind=exchange")))
    assert "一项也没看到" in words(mine.get(f"{PAGE}/{failed}"))
    english = words(mine.get(f"/en{PAGE}"))
    assert "1 more saw nothing" in english and "Not obtained" in english
    assert ",没取到的," in b"".join(mine.get(f"{PAGE}.csv")).decode()  # type: ignore[arg-type]


@pytest.mark.slow
def test_the_table_says_all_that_was_not_seen(mine: Client, register: Register, now: dt.datetime) -> None:
    ended = readings.make_secret(until=now.date() - dt.timedelta(days=1))
    ended.asks(number_of("p001"), now - MINUTE)
    assert "没看到 公民身份号码、姓名 等 4 项" in words(mine.get(PAGE))
    table = b"".join(mine.get(f"{PAGE}.csv")).decode()  # type: ignore[arg-type]
    assert "公民身份号码；姓名；出生日期；户籍地址" in table


def test_pages_go_on_where_the_last_one_ended(mine: Client, register: Register, now: dt.datetime) -> None:
    for minute in range(13):
        register.asks(number_of("p001"), now - minute * MINUTE)
    first = words(mine.get(PAGE))
    (more,) = re.findall(r'href="(/my-data\?before=[^"]+)"', first)
    assert len(ids(first)) == 10 and len(ids(words(mine.get(more)))) == 3


def test_a_head_that_was_seen_is_held_against_todays(mine: Client, read: str, now: dt.datetime) -> None:
    assert "还没有签过名" in words(mine.get(f"{PAGE}/check"))
    ledger.link_pending()
    attestation.sign_head(at=now)
    assert "这一次的已经记下了" in words(mine.get(f"{PAGE}/check"))
    ledger.record(act="test.more", subject=Subject("test", "1"), by=CLERK, at=now)
    ledger.link_pending()
    attestation.sign_head(at=now + dt.timedelta(seconds=5))
    page = words(mine.get(f"{PAGE}/check"))
    assert "账本完整" in page
    size, root = re.findall(r"<code>(\d+):([0-9a-f]{64})</code>", page)[0]
    assert "账本完整" in words(mine.get(f"{PAGE}/check?head={size}:{root}"))
    assert "对不上" in words(mine.get(f"{PAGE}/check?head={size}:{'0' * 64}"))
    assert "对不上" in words(mine.get(f"{PAGE}/check?head=99999:{root}"))
    assert "64 位" in words(mine.get(f"{PAGE}/check?head=x"))


def test_one_is_told_only_if_one_wishes(mine: Client, register: Register, cast: Cast) -> None:
    assert "不发消息" in words(mine.get(PAGE))
    assert mine.post(f"{PAGE}/tell", {"tell": "1"}).status_code == 303
    assert "每次部门调取发一条消息" in words(mine.get(PAGE)) and is_told(cast)
    mine.post(f"{PAGE}/tell", {"tell": "0"})
    assert not is_told(cast)
    assert mine.get(f"{PAGE}/tell").status_code == 404


def is_told(cast: Cast) -> bool:
    return queries.opened(cast.subject, by=cast.applicant, at=clock.now()).is_told


def test_who_represents_a_company_sees_its_account(enter: Enter, register: Register, cast: Cast) -> None:
    register.asks(identity.get_company(cast.company.id).credit_code)
    representative = enter("p002")
    assert not ids(words(representative.get(PAGE)))
    assert len(ids(words(representative.get(f"{PAGE}?of=company:{cast.company.id}")))) == 1
    assert enter("p003").get(f"{PAGE}?of=company:{cast.company.id}").status_code == 422


def test_who_opened_a_file_is_shown_by_its_name_and_one_s_own_look_is_not(
    mine: Client, enter: Enter, cast: Cast, now: dt.datetime
) -> None:
    paper = operations_of_documents.store(
        data=picture().getvalue(), name="布局图.png", purpose="material",
        owner=Subject("person", cast.applicant.id), by=cast.applicant, at=now,
    ).id  # fmt: skip
    for by, purpose in ((cast.applicant, "本人查看"), (CLERK, "审查申请 TB-1")):
        documents.read(paper, by=by, purpose=purpose, at=now)
    page = words(mine.get(PAGE))
    assert "文件：布局图.png" in page and "审查申请 TB-1" in page and "本人查看" not in page
    assert "布局图.png" not in words(enter("p003").get(PAGE))


def test_a_number_read_in_full_is_shown_with_its_law(mine: Client, cast: Cast, now: dt.datetime) -> None:
    detail = {"field": "number", "purpose": "核对身份", "law": "行政许可法 34"}
    id = ledger.record(act="identity.unmasked", subject=cast.subject, by=CLERK, at=now, detail=detail)
    page = words(mine.get(PAGE))
    for said in ("完整的证件号码", "核对身份", "行政许可法 34"):
        assert said in page, said
    called = ledger_queries.called(cast.subject).id
    assert called[:16] in words(mine.get(f"{PAGE}/{id}")), "by what the ledger calls who was looked at"


@pytest.fixture
def pudong(register: Register, now: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> Iterator[Districts]:
    yield districts.stand(monkeypatch, now)
    known.forget()


def test_a_city_without_districts_nodes_says_nothing_of_them(mine: Client) -> None:
    page = words(mine.get(PAGE))
    assert 'id="reads-nodes"' not in page and "每天向它们问一次" not in page


@pytest.mark.slow
def test_a_district_that_is_silent_is_named_and_what_it_told_is_in_the_list(
    mine: Client, pudong: Districts, now: dt.datetime
) -> None:
    page = words(mine.get(PAGE))
    assert (
        "为此每天向它们问一次您的号码" in page
        and "（2 个节点）的记录还要现取" in page
        and 'hx-trigger="load"' in page
        and not pudong.asked
    )
    pudong.rows, pudong.silent = [districts.row(now - MINUTE)], {"xuhui"}

    page = words(mine.get(f"{PAGE}/districts"))

    (call,) = ids(page)
    assert "徐汇区的记录暂时取不到，恢复后补上。" in page and "以前也还没有取到过" in page
    assert 'hx-trigger="load"' not in page and ids(words(mine.get(PAGE))) == [call]
    # The page that asked is given the line alone where nothing is new.
    assert ids(words(mine.get(f"{PAGE}/districts", headers={"HX-Request": "true"}))) == []
    pudong.silent = {"pudong"}
    entry = words(mine.get(f"{PAGE}/{call}"))
    assert "那个节点现在连不上" in entry and "已核对" not in entry
    assert mine.get(f"{PAGE}/{call}/evidence").status_code == 409
