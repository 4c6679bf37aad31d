"""Every act through its page: a form, one operation, a page that says it; a refusal is a sentence."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from tests.channels.desk.conftest import Moment, deliver, seat
from tests.factories import approvals as factory
from tests.factories.cases import Cast, submit
from tongban.foundation.messages import queries as messages
from tongban.kernel.types import SYSTEM, Subject
from tongban.services.approvals import queries as approvals
from tongban.services.approvals.types import Branch, BranchState
from tongban.services.cases import queries as cases
from tongban.services.cases.types import CaseState
from tongban.services.licences import queries as licences
from tongban.services.licences.types import Licence, LicenceState

GROUNDS = "申请材料齐全，符合法定条件。"
HOUR = dt.timedelta(hours=1)


def act(who: str, case_id: uuid.UUID, name: str, branch: Branch | None = None, **values: object) -> str:
    """Do an act as a form without scripts does, and return the page after it."""
    client, address = seat(who), f"/desk/cases/{case_id}/acts/{name}"
    if branch is not None:
        address += f"?branch={branch.id}"
    panel = client.get(address)
    assert "data-panel-open" in panel.content.decode(), panel.content.decode()[:4000]
    answer = client.post(address, values)
    assert answer.status_code == 303, answer.content.decode()[:4000]
    return client.get(answer["Location"]).content.decode()


def refused(who: str, case_id: uuid.UUID, name: str, branch: Branch | None = None, **values: object) -> str:
    """Try an act that is not possible, and return the page that says why."""
    address = f"/desk/cases/{case_id}/acts/{name}" + (f"?branch={branch.id}" if branch else "")
    answer = seat(who).post(address, values)
    assert answer.status_code in (403, 409, 422), answer.status_code
    return answer.content.decode()


def branch(case_id: uuid.UUID, moment: Moment, code: str = "") -> Branch:
    return factory.branch(case_id, code, at=moment.at)


@pytest.fixture
def granted(alone: uuid.UUID, moment: Moment) -> Licence:
    """Give the licence of a case that was granted."""
    act("market-9", alone, "grant", reasons=GROUNDS)
    deliver(moment.at)
    return licences.licences_of_case(alone, at=moment.at)[0]


@pytest.mark.slow
def test_terminate_says_why(alone: uuid.UUID, moment: Moment) -> None:
    act("market-1", alone, "terminate", ending="impossible", reason="经营场所已被依法征收，无法继续。")

    assert cases.get_case(alone, by=SYSTEM).state is CaseState.TERMINATED


@pytest.mark.slow
def test_the_head_extends_once_with_a_reason(alone: uuid.UUID, moment: Moment) -> None:
    before = branch(alone, moment).due_on
    said = act("market-9", alone, "extend", reason="情况复杂，要到外地核实。")

    after = branch(alone, moment)
    assert after.extension is not None and after.due_on is not None and before is not None
    assert after.due_on > before and "情况复杂，要到外地核实。" in said
    assert refused("market-9", alone, "extend", reason="还要再查。")
    assert "只能由" in refused("market-1", alone, "extend", reason="我也想延长。")


def test_the_government_extends_what_departments_handle_together(offices: Cast, moment: Moment) -> None:
    case_id = factory.accepted(offices, "restaurant")
    deliver(moment.at)
    one = branch(case_id, moment, "company")
    before = approvals.find_round(case_id, at=moment.at)

    act("mayor-1", case_id, "extend-round", one, reason="涉及多个部门，要再协调。")

    after = approvals.find_round(case_id, at=moment.at)
    assert before and after and after.extension is not None
    assert before.joint_due_on and after.joint_due_on and after.joint_due_on > before.joint_due_on


def test_a_lower_body_reviews_first_and_the_limit_counts_anew(offices: Cast, moment: Moment) -> None:
    case_id = factory.accepted(offices, "tiered")
    deliver(moment.at)
    assert "“准予许可”" in refused("street-1", case_id, "grant", reasons=GROUNDS)

    act("street-1", case_id, "first-review", stance="grant", grounds=GROUNDS)

    assert branch(case_id, moment).first_due_on is None
    assert GROUNDS in seat("market-9").get(f"/desk/cases/{case_id}").content.decode()


@pytest.mark.slow
def test_a_visit_is_planned_once_moved_and_each_writes_what_it_found(offices: Cast, moment: Moment) -> None:
    case_id = factory.accepted(offices, "restaurant")
    deliver(moment.at)
    act("market-9", case_id, "grant", branch(case_id, moment, "company"), reasons=GROUNDS)
    deliver(moment.at)
    visitors = {code: branch(case_id, moment, code) for code in ("food", "fire", "water")}
    people = {f"people:{one.id}": [f"{one.department}-1", f"{one.department}-2"] for one in visitors.values()}
    plan = {"on": "2026-01-06", "from": "09:30", "until": "11:00", "place": "马当路 288 号"}

    missing = refused("market-1", case_id, "visit", visitors["food"], **plan)
    assert "马当路 288 号" in missing  # nothing typed is lost
    said = act("market-1", case_id, "visit", visitors["food"], **plan, **people)
    assert "马当路 288 号" in said
    assert refused("fire-1", case_id, "visit", visitors["fire"], **plan, **people)
    moved = {"on": "2026-01-07", "from": "14:00", "until": "15:00", "reason": "消防当天有演练"}
    act("fire-1", case_id, "move-visit", visitors["fire"], **moved)

    assert "踏勘还没有开始" in refused(
        "market-1", case_id, "finding", visitors["food"], passes="yes", text="与图纸一致"
    )
    moment.at = factory.moment(1, 7, 15)
    deliver(moment.at)
    for code, one in visitors.items():
        passes = "no" if code == "water" else "yes"
        act(f"{one.department}-1", case_id, "finding", one, passes=passes, text=f"{code}：看过现场")

    visit = approvals.visit(case_id)
    assert visit is not None and [one.passes for one in visit.findings] == [True, True, False]


@pytest.mark.slow
def test_many_immediate_items_are_granted_at_once_others_one_by_one(offices: Cast, moment: Moment) -> None:
    quick = [factory.accepted(offices, "quick") for _ in range(2)]
    slow = factory.accepted(offices, "alone")
    deliver(moment.at)
    handles = [f"branch:{branch(one, moment).id}@1" for one in (*quick, slow)]

    answer = seat("market-9").post("/desk/bulk", {"act": "grant", "pick": handles})

    said = answer.content.decode()
    assert answer.status_code == 422 and "已准予 2 件" in said and "要逐件打开决定" in said
    assert {branch(one, moment).state for one in quick} == {BranchState.GRANTED}
    assert branch(slow, moment).state is BranchState.OPEN


def test_accepting_and_granting_on_the_spot(offices: Cast, moment: Moment) -> None:
    case_id = submit(offices, Subject("item", "quick"), at=moment.at).case_id
    deliver(moment.at)
    assert refused("market-9", case_id, "on-the-spot")  # the head decides, and does not accept
    stand_in("market-9", "market-1")

    act("market-1", case_id, "on-the-spot")

    assert branch(case_id, moment).state is BranchState.GRANTED


def stand_in(away: str, by: str) -> None:
    """Have somebody be away for a week, and somebody else stand in."""
    values = {"from_on": "2026-01-05", "until_on": "2026-01-09", "substitute": by, "reason": "年假"}
    assert seat(away).post("/desk/absence", values).status_code == 303


@pytest.mark.slow
def test_handing_over_assigning_taking(alone: uuid.UUID, moment: Moment) -> None:
    act("market-1", alone, "take")
    assert "领办" in refused("market-2", alone, "take")
    act("market-1", alone, "hand-over", to="market-2", reason="我要去培训，转给同事。")
    assert branch(alone, moment).assignee == "market-2"
    assert str(alone) in seat("market-2").get("/desk?view=handed").content.decode()
    act("market-9", alone, "assign", to="market-1")
    assert branch(alone, moment).assignee == "market-1"


def test_who_stands_in_does_what_the_absent_one_could(alone: uuid.UUID, moment: Moment) -> None:
    assert "只能由" in refused("market-1", alone, "grant", reasons=GROUNDS)
    stand_in("market-9", "market-1")

    act("market-1", alone, "grant", reasons=GROUNDS)

    assert branch(alone, moment).state is BranchState.GRANTED
    assert seat("market-9").get("/desk").status_code == 403  # who is away has no duties until they are back


def test_a_licence_is_corrected_and_the_old_version_holds_no_more(granted: Licence, moment: Moment) -> None:
    assert granted.case_id is not None
    values = {
        "licence": str(granted.id),
        f"holder_name:{granted.id}": "沈知行",
        "what": "持有人姓名写错了一个字。",
    }
    values[f"valid_until:{granted.id}"] = "2028-12-31"
    values |= {f"face:{granted.id}:{n}": line.value for n, line in enumerate(granted.face)}
    said = act("market-9", granted.case_id, "correct", **values)
    deliver(moment.at)

    (newer,) = licences.licences_of_case(granted.case_id, at=moment.at)
    assert newer.holder_name == "沈知行" and newer.number == granted.number and newer.version == 2
    assert licences.get_licence(granted.id, at=moment.at).state is LicenceState.CORRECTED
    assert "持有人姓名写错了一个字。" in said
    again = {"licence": str(granted.id), "what": "再改一次。"}
    assert "请从这件办件发出的证照里选" in refused("market-9", granted.case_id, "correct", **again)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "values", "state", "letter"),
    [
        ("revoke", {"fault": "not-eligible", "harms": "no"}, LicenceState.REVOKED, "撤销行政许可决定书"),
        ("cancel", {"lapse": "dissolution"}, LicenceState.CANCELLED, "注销"),
        (
            "retract",
            {"change": "law", "compensation": "退还规费"},
            LicenceState.CANCELLED,
            "撤回行政许可决定书",
        ),
    ],
)
def test_a_licence_is_taken_back_or_struck_off(
    granted: Licence, moment: Moment, name: str, values: dict[str, str], state: LicenceState, letter: str
) -> None:
    assert granted.case_id is not None
    reasons = "核查发现申请时提交的场所证明不是真的。"
    given = values | {"licence": str(granted.id), "reasons": reasons}
    assert refused("market-9", granted.case_id, name, **(given | {"licence": []}))
    assert "只能由" in refused("market-1", granted.case_id, name, **given)

    said = act("market-9", granted.case_id, name, **given)
    deliver(moment.at)

    assert licences.get_licence(granted.id, at=moment.at).state is state
    assert letter in said and reasons in said


@pytest.mark.slow
def test_a_licence_is_suspended_and_given_back(granted: Licence, moment: Moment) -> None:
    assert granted.case_id is not None
    given = {
        "licence": str(granted.id),
        "law": "行政处罚法 9(三)、72",
        "reason": "市监罚字〔2026〕1 号，暂扣一个月。",
    }
    assert "的是发证机关的决定人员" in refused("market-1", granted.case_id, "suspend", **given)
    assert "请写明依据的法律条款和理由" in refused(
        "market-9", granted.case_id, "suspend", **(given | {"law": " "})
    )
    assert "请从这件办件发出的证照里选" in refused(
        "market-9", granted.case_id, "suspend", **(given | {"licence": str(uuid.uuid4())})
    )
    shown = seat("market-9").get(f"/desk/cases/{granted.case_id}?act=suspend").content.decode()
    assert 'value="行政处罚法 9(三)"' in shown and "acts/resume-licence" not in shown

    said = act("market-9", granted.case_id, "suspend", **given)
    deliver(moment.at)

    assert licences.get_licence(granted.id, at=moment.at).state is LicenceState.SUSPENDED
    assert "acts/resume-licence" in said and "acts/suspend" not in said
    told = messages.inbox(granted.holder)[0]
    assert "行政处罚法 9(三)、72" in told.body and "市监罚字〔2026〕1 号" in told.body
    act("market-9", granted.case_id, "resume-licence", **(given | {"reason": "暂扣期满。"}))
    assert licences.get_licence(granted.id, at=moment.at).is_valid
    assert [one.reason for one in licences.changes_of(granted.id)][1:] == [given["reason"], "暂扣期满。"]


def test_other_departments_are_not_offered_to_suspend_a_licence(granted: Licence) -> None:
    page = seat("fire-9").get(f"/desk/cases/{granted.case_id}")
    assert "acts/suspend" not in page.content.decode()


def test_taking_back_that_harms_the_public_is_refused_with_the_sentence(granted: Licence) -> None:
    assert granted.case_id is not None
    values = {"licence": str(granted.id), "fault": "fraud", "harms": "yes", "reasons": "以虚假材料取得。"}
    assert "公共利益" in refused("market-9", granted.case_id, "revoke", **values)


def test_free_lines_of_the_one_notice_belong_to_a_paper(offices: Cast, moment: Moment) -> None:
    case_id = submit(offices, Subject("item", "alone"), at=moment.at).case_id
    deliver(moment.at)
    paper = cases.get_case(case_id, by=SYSTEM).materials[0]
    values = {
        "line:0": "第二页没有签名",
        "of:0": f"paper:{paper.item}.{paper.code}",
        "line:1": "",
        "of:1": "",
    }
    assert "没有依据的不能要" in refused(
        "window-1", case_id, "notice", **(values | {"line:1": "再来一份证明"})
    )

    said = act("window-1", case_id, "notice", **values)

    assert "第二页没有签名" in said
    notice = cases.letters(case_id, by=SYSTEM)[-1]
    assert [one.what for one in notice.demands] == ["第二页没有签名"] and notice.signature
