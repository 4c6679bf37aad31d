"""The case on one screen, and every act from it: accept, notice, opinion, decide, stop; who may not, is not told."""

from __future__ import annotations

import datetime as dt
import io
import uuid

import pytest
from django.test import Client
from PIL import Image

from tests.channels.desk.conftest import AtDesk, Moment, deliver
from tests.factories.cases import RESTAURANT_SUBJECT, Cast, fill, start, submit
from tongban.foundation.documents import operations as documents
from tongban.foundation.identity.adapters.demonstration import population
from tongban.kernel.types import SYSTEM
from tongban.services.approvals import queries as approvals
from tongban.services.approvals.types import BranchState
from tongban.services.cases import operations as case_acts
from tongban.services.cases import queries as cases
from tongban.services.cases.types import CaseState

pytestmark = pytest.mark.slow

_made = io.BytesIO()
Image.new("RGB", (40, 30), "white").save(_made, "PNG")
PICTURE = _made.getvalue()


@pytest.fixture
def received(cast: Cast, moment: Moment) -> uuid.UUID:
    case_id = submit(cast).case_id
    deliver(moment.at)
    return case_id


@pytest.fixture
def accepted(received: uuid.UUID, at_desk: AtDesk, moment: Moment) -> uuid.UUID:
    act(at_desk("s-market-clerk"), received, "accept")
    deliver(moment.at)
    return received


def act(client: Client, case_id: uuid.UUID, name: str, **values: object) -> str:
    """Do an act as a form without scripts does, and return the page after it."""
    answer = client.post(f"/desk/cases/{case_id}/acts/{name}", values)
    assert answer.status_code == 303, answer.content.decode()[:3000]
    page = client.get(answer["Location"])
    assert page.status_code == 200
    return page.content.decode()


def page(client: Client, case_id: uuid.UUID, more: str = "") -> str:
    answer = client.get(f"/desk/cases/{case_id}{more}")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    return answer.content.decode()


def state(case_id: uuid.UUID) -> CaseState:
    return cases.get_case(case_id, by=SYSTEM).state


def test_the_whole_case_is_on_one_screen(received: uuid.UUID, at_desk: AtDesk) -> None:
    said = page(at_desk("s-market-clerk"), received)

    assert "布局图" in said and "小面馆" in said and "食品安全法" in said and "经过" in said
    assert "受理" in said and ">A</kbd>" in said


def test_a_clerk_accepts_and_the_branches_open(accepted: uuid.UUID, at_desk: AtDesk) -> None:
    assert state(accepted) is CaseState.ACCEPTED

    said = page(at_desk("s-market-review"), accepted)

    assert "谁的时间" in said and "我的意见" in said


def test_reviewer_writes_an_opinion_and_the_decider_grants(
    accepted: uuid.UUID, at_desk: AtDesk, moment: Moment
) -> None:
    grounds = "申请材料齐全，符合食品安全法第三十五条。"
    said = act(at_desk("s-market-review"), accepted, "opinion", stance="grant", grounds=grounds)
    assert grounds in said

    decider = at_desk("s-market-decide")
    panel = decider.get(f"/desk/cases/{accepted}/acts/grant").content.decode()
    assert panel.count(grounds) >= 2  # beside the case, and in what the letter will say

    act(decider, accepted, "grant", reasons=grounds)
    deliver(moment.at)

    assert approvals.branches(accepted)[0].state is BranchState.GRANTED
    assert "准予行政许可决定书" in page(decider, accepted)


def test_a_refusal_brings_its_remedies_along(accepted: uuid.UUID, at_desk: AtDesk) -> None:
    decider = at_desk("s-market-decide")
    panel = decider.get(f"/desk/cases/{accepted}/acts/refuse").content.decode()
    assert 'name="remedies"' in panel and "行政复议" in panel

    act(
        decider,
        accepted,
        "refuse",
        reasons="加工间与卫生间相通，不符合布局要求。",
        remedies="可以申请行政复议。",
    )

    decision = approvals.branches(accepted)[0].decision
    assert decision is not None and decision.remedies == ("可以申请行政复议。",)


def test_what_can_not_be_done_says_why_in_the_rules_own_sentence(
    accepted: uuid.UUID, at_desk: AtDesk
) -> None:
    said = page(at_desk("s-market-review"), accepted)

    assert 'aria-disabled="true"' in said
    assert "“准予许可”只能由本部门的决定人员、本部门负责人来做。" in said


def test_a_failed_form_keeps_what_was_typed(accepted: uuid.UUID, at_desk: AtDesk) -> None:
    answer = at_desk("s-market-decide").post(
        f"/desk/cases/{accepted}/acts/stop", {"procedure": "test", "days": "0", "reason": "水质要送检"}
    )

    said = answer.content.decode()
    assert answer.status_code == 422
    assert "水质要送检" in said and "预计" in said and 'role="alert"' in said


def test_a_special_procedure_stops_the_clock_with_a_notice(accepted: uuid.UUID, at_desk: AtDesk) -> None:
    reviewer = at_desk("s-market-review")
    said = act(reviewer, accepted, "stop", procedure="test", days="5", reason="水质要送检")
    assert "停钟自" in said and "特别程序所需时间告知书" in said

    act(reviewer, accepted, "resume", last_on="")
    assert approvals.branches(accepted)[0].state is BranchState.OPEN


def test_the_one_notice_lists_everything(received: uuid.UUID, at_desk: AtDesk) -> None:
    clerk = at_desk("s-market-clerk")
    values = {
        "paper": ["food-licence.layout"],
        "what:food-licence.layout": "平面图没有标面积",
        "field": ["floor-area"],
    }
    said = act(clerk, received, "notice", **values)

    assert state(received) is CaseState.SUPPLEMENT
    assert "平面图没有标面积" in said
    again = clerk.post(f"/desk/cases/{received}/acts/notice", values)
    assert again.status_code == 409


def test_an_empty_notice_is_refused_with_a_sentence(received: uuid.UUID, at_desk: AtDesk) -> None:
    answer = at_desk("s-market-clerk").post(f"/desk/cases/{received}/acts/notice", {})

    assert answer.status_code == 422
    assert "一项也没有写" in answer.content.decode()


def test_not_accepting_needs_the_right_body(received: uuid.UUID, at_desk: AtDesk) -> None:
    clerk = at_desk("s-market-clerk")
    values = {"refusal": "wrong_body", "reason": "应当由卫生部门办理"}
    assert clerk.post(f"/desk/cases/{received}/acts/decline", values).status_code == 422

    act(clerk, received, "decline", right_body="区卫生健康委员会", **values)

    assert state(received) is CaseState.NOT_ACCEPTED


def test_a_later_demand_is_a_breach_on_the_screen(accepted: uuid.UUID, at_desk: AtDesk) -> None:
    said = act(at_desk("s-market-clerk"), accepted, "demand", what="再交一份租约", reason="当时漏看了")

    assert "违规记录" in said and "再交一份租约" in said


def test_a_case_of_others_does_not_exist(received: uuid.UUID, at_desk: AtDesk) -> None:
    for code in ("s-police-all", "s-guide"):
        assert at_desk(code).get(f"/desk/cases/{received}").status_code == 404
        assert at_desk(code).post(f"/desk/cases/{received}/acts/accept").status_code == 404


def test_citizens_and_strangers_have_no_desk(cast: Cast, received: uuid.UUID) -> None:
    client = Client()
    assert client.get("/desk").status_code in (302, 303)
    client.post("/signin/persona", {"persona": "p001"})
    assert client.get("/desk").status_code == 403
    assert client.get(f"/desk/cases/{received}").status_code == 403


def test_every_reading_is_on_the_ledger(received: uuid.UUID, at_desk: AtDesk) -> None:
    from tongban.foundation.ledger.models import Record

    clerk = at_desk("s-market-clerk")
    before = Record.objects.filter(act="case.read").count()
    page(clerk, received)

    assert Record.objects.filter(act="case.read").count() == before + 1


def test_htmx_gets_the_panel_alone(received: uuid.UUID, at_desk: AtDesk) -> None:
    answer = at_desk("s-market-clerk").get(
        f"/desk/cases/{received}/acts/accept", headers={"HX-Request": "true"}
    )

    said = answer.content.decode()
    assert "<html" not in said and "data-panel-open" in said


def test_departments_see_each_others_lanes_not_papers(cast: Cast, at_desk: AtDesk, moment: Moment) -> None:
    case_id = submit(cast, RESTAURANT_SUBJECT).case_id
    deliver(moment.at)
    act(at_desk("s-market-clerk"), case_id, "accept")
    deliver(moment.at)

    said = page(at_desk("s-market-review"), case_id)

    assert "户外招牌备案" in said
    assert "归户外招牌备案" in said


@pytest.mark.slow
def test_everything_speaks_english(accepted: uuid.UUID, at_desk: AtDesk) -> None:
    client = at_desk("s-market-decide")
    for address in (
        "/en/desk",
        f"/en/desk/cases/{accepted}",
        "/en/desk/keys",
        "/en/desk/absence",
        f"/en/desk/cases/{accepted}/acts/grant",
    ):
        answer = client.get(address)
        assert answer.status_code == 200
        assert 'lang="en"' in answer.content.decode()


def test_being_away_and_coming_back(cast: Cast, at_desk: AtDesk, moment: Moment) -> None:
    client = at_desk("s-market-review")
    page = client.get("/desk/absence").content.decode()
    assert "审批员" in page
    values = {
        "from_on": "2026-03-03",
        "until_on": "2026-03-06",
        "substitute": "s-market-decide",
        "reason": "年假",
    }
    assert client.post("/desk/absence", values).status_code == 303
    said = client.get("/desk/absence").content.decode()
    assert "年假" in said
    assert client.post("/desk/absence", values | {"from_on": "nonsense"}).status_code == 422


def test_a_number_is_masked_until_a_purpose_and_a_law_are_given(
    accepted: uuid.UUID, at_desk: AtDesk, moment: Moment
) -> None:
    reviewer = at_desk("s-market-review")
    number = population().citizens["p001"].number
    assert number not in page(reviewer, accepted)
    address = f"/desk/cases/{accepted}/unmask/applicant-id-number"

    asked = reviewer.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "60 秒" in asked and "记入本人数据账本" in asked and number not in asked
    refused = reviewer.post(
        address, {"purpose": "other", "other": "", "law": "食品安全法 35"}, headers={"HX-Request": "true"}
    )
    assert refused.status_code == 422 and number not in refused.content.decode()

    values = {"purpose": "identity", "law": "食品安全法 35"}
    shown = reviewer.post(address, values, headers={"HX-Request": "true"})
    assert number in shown.content.decode() and shown["Cache-Control"] == "no-store"

    plain = reviewer.post(address, values)  # without scripts: the whole page, for sixty seconds
    assert number in reviewer.get(plain["Location"]).content.decode()
    moment.at += dt.timedelta(seconds=61)
    assert number not in reviewer.get(plain["Location"]).content.decode()


def test_who_may_not_unmask_finds_no_way_to(accepted: uuid.UUID, at_desk: AtDesk) -> None:
    decider = at_desk("s-market-decide")
    assert "unmask/" not in page(decider, accepted)
    values = {"purpose": "identity", "law": "食品安全法 35"}
    answer = decider.post(f"/desk/cases/{accepted}/unmask/applicant-id-number", values)
    assert population().citizens["p001"].number not in answer.content.decode()


def test_a_paper_is_sent_to_who_may_see_it_and_to_nobody_else(
    cast: Cast, at_desk: AtDesk, moment: Moment
) -> None:
    stored = documents.store(
        data=PICTURE,
        name="平面图.png",
        purpose="material",
        owner=cast.subject,
        by=cast.applicant,
        at=moment.at,
    )
    case_id = start(cast)
    fill(cast, case_id)
    case_acts.attach(
        case_id=case_id, item="food-licence", material="layout", document=stored.id, name="平面图.png", by=cast.applicant,
        at=moment.at,
    )  # fmt: skip
    case_acts.submit(case_id=case_id, idempotency_key="", by=cast.applicant, at=moment.at)
    deliver(moment.at)
    address = f"/desk/cases/{case_id}/papers/{stored.id}"

    clerk = at_desk("s-market-clerk")
    assert address in page(clerk, case_id)
    answer = clerk.get(address)
    assert answer["Content-Type"] == "image/png" and answer["X-Frame-Options"] == "SAMEORIGIN"
    assert answer["Cache-Control"] == "no-store"
    assert at_desk("s-police-all").get(address).status_code == 404
    assert clerk.get(f"/desk/cases/{case_id}/papers/{uuid.uuid4()}").status_code == 404


def test_two_decide_at_once_and_the_second_is_told(accepted: uuid.UUID, at_desk: AtDesk) -> None:
    decider = at_desk("s-market-decide")
    act(decider, accepted, "grant", reasons="符合条件，准予。")

    answer = decider.post(
        f"/desk/cases/{accepted}/acts/refuse", {"reasons": "不符合条件。", "remedies": "可以复议。"}
    )

    assert answer.status_code == 409
    assert "不能再决定一次" in answer.content.decode()


def test_handing_over_and_going_to_the_next_case(cast: Cast, at_desk: AtDesk, moment: Moment) -> None:
    ids = [submit(cast, at=moment.at + dt.timedelta(minutes=n)).case_id for n in range(3)]
    moment.at += dt.timedelta(minutes=5)
    deliver(moment.at)
    clerk = at_desk("s-market-clerk")
    found = clerk.get("/desk").content.decode()
    assert all(str(one) in found for one in ids)

    answer = clerk.post(f"/desk/cases/{ids[0]}/acts/accept?n=1", {"then": "next"})

    assert answer.status_code == 303
    assert answer["Location"].startswith("/desk/cases/") and str(ids[0]) not in answer["Location"]


@pytest.mark.slow
def test_many_are_accepted_at_once_and_each_that_can_not_be_says_why(
    cast: Cast, at_desk: AtDesk, moment: Moment
) -> None:
    ids = [submit(cast).case_id for _ in range(3)]
    deliver(moment.at)
    clerk = at_desk("s-market-clerk")
    act(clerk, ids[0], "accept")

    answer = clerk.post("/desk/bulk", {"act": "accept", "pick": [f"case:{one}@1234" for one in ids]})

    said = answer.content.decode()
    assert answer.status_code == 422 and "已受理 2 件" in said and "1 件没有办成" in said
    assert all(state(one) is CaseState.ACCEPTED for one in ids)
    assert clerk.post("/desk/bulk", {"act": "accept"}).status_code == 422
    assert clerk.post("/desk/bulk", {"act": "accept", "pick": ["nonsense"]}).status_code == 422
