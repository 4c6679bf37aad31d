"""Lights, roles by post, and what opinions, visits and decisions need."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.services.approvals.calendar import CALENDAR
from tongban.foundation.calendars.rules import count
from tongban.foundation.government.types import Post
from tongban.foundation.identity.types import StaffAccess
from tongban.kernel.errors import Conflict, Invalid, NotAllowed
from tongban.services.approvals.rules import access, decisions
from tongban.services.approvals.rules.lights import WorkingDays, light, light_of
from tongban.services.approvals.types import BranchState, Fault, Light, Role, Stage

FRIDAY = dt.date(2026, 1, 9)
HERE = "310104"
DAYS = WorkingDays(CALENDAR, FRIDAY)


@pytest.mark.parametrize(
    ("due_on", "expected"),
    [
        (dt.date(2026, 1, 8), Light.RED),
        (FRIDAY, Light.AMBER),
        (dt.date(2026, 1, 11), Light.AMBER),
        (dt.date(2026, 1, 13), Light.AMBER),
        (dt.date(2026, 1, 14), Light.GREEN),
    ],
)
def test_a_light_is_red_after_the_last_day_and_amber_with_two_days_left(
    due_on: dt.date, expected: Light
) -> None:
    assert light_of(due_on, DAYS) is expected
    assert light(BranchState.OPEN, due_on, DAYS) is expected


def test_a_light_never_speaks_by_colour_alone() -> None:
    assert len({one.word for one in Light}) == len({one.shape for one in Light}) == len(Light)
    assert (Light.GREEN.shape, Light.GREEN.word) == ("●", "正常")


def test_what_is_stopped_waits_or_is_done_has_a_light_of_its_own() -> None:
    assert light(BranchState.STOPPED, None, DAYS) is Light.STOPPED
    assert light(BranchState.WAITING, None, DAYS) is Light.WAITING
    assert light(BranchState.REFUSED, FRIDAY, DAYS) is Light.DONE


@given(st.dates(dt.date(2025, 6, 1), dt.date(2026, 12, 1)))
def test_quick_counting_agrees_with_the_calendar(day: dt.date) -> None:
    first, last = min(day, FRIDAY), max(day, FRIDAY)
    number = count(CALENDAR, first, last)[0]
    assert DAYS.left(day) == (number if day >= FRIDAY else -number)
    # Amber is what has two working days or fewer left.
    assert (light_of(day, DAYS) is Light.AMBER) == (day >= FRIDAY and number <= 2)


def post(department: str, *may: str) -> Post:
    return Post(code="p", name="岗", english="Post", department=department, may=may)


def holder(*posts: Post, is_absent: bool = False) -> StaffAccess:
    return StaffAccess(None, "s-1", "陈明", posts, frozenset(), frozenset(), (), is_absent)


def roles(person: StaffAccess, stage: Stage = Stage.MAIN) -> set[Role]:
    return set(access.roles(person, "market", stage, "street", HERE))


def test_roles_come_from_posts_in_the_department_of_the_branch() -> None:
    assert roles(holder(post("market", "review", "joint-visit"))) == {Role.REVIEWER, Role.VISITOR}
    assert roles(holder(post("market", "decide", "head"))) == {Role.DECIDER, Role.HEAD}
    assert roles(holder(post("fire", "review", "decide", "head"))) == set()
    assert roles(holder(post("government-office", "head", "supervise"))) == {Role.GOVERNMENT}


def test_while_the_lower_body_reviews_the_upper_does_not() -> None:
    assert roles(holder(post("street", "review")), Stage.FIRST) == {Role.LOWER}
    assert roles(holder(post("market", "review")), Stage.FIRST) == set()
    assert roles(holder(post("street", "review"))) == set()


def test_a_queue_is_for_those_who_work_on_it() -> None:
    found = access.reach(holder(post("market", "review"), post("fire")), frozenset())
    assert (dict(found.departments), found.is_hall) == ({"market": None}, False)
    with pytest.raises(NotAllowed):
        access.reach(holder(post("market", "supervise")), frozenset({"market"}))


def test_a_branch_is_given_to_somebody_who_may_and_is_there() -> None:
    reviewer = holder(post("market", "review"))
    access.check_can_handle(reviewer, "market", HERE)
    assert access.can_handle(reviewer, "market", HERE)
    for person, department in ((reviewer, "fire"), (holder(*reviewer.posts, is_absent=True), "market")):
        assert not access.can_handle(person, department, HERE)
        with pytest.raises(Conflict):
            access.check_can_handle(person, department, HERE)


@pytest.mark.law("refusal-reasons-and-remedies")
@pytest.mark.parametrize(
    ("reasons", "remedies"), [("", ["复议"]), ("  不  ", ["复议"]), ("不符合条件", [" "])]
)
def test_a_refusal_has_reasons_and_remedies(reasons: str, remedies: list[str]) -> None:
    decisions.check_refusal("没有取得场所使用权", ["六十日内申请行政复议"])
    with pytest.raises(Invalid):
        decisions.check_refusal(reasons, remedies)


@pytest.mark.law("reviewed-before-decided")
def test_a_decision_stands_on_a_review() -> None:
    def check(**changes: object) -> None:
        fields = {
            "is_immediate": False,
            "has_opinion": True,
            "reasons": "",
            "needs_visit": False,
            "has_finding": False,
        }
        decisions.check_reviewed(**(fields | changes))  # type: ignore[arg-type]

    check()
    check(is_immediate=True, has_opinion=False)
    check(has_opinion=False, reasons="材料齐全，符合条件")
    check(needs_visit=True, has_finding=True)
    with pytest.raises(Conflict):
        check(has_opinion=False)
    with pytest.raises(Conflict):
        check(needs_visit=True)


@pytest.mark.law("visit-two-people")
def test_a_visit_takes_two_people_of_each_department() -> None:
    decisions.check_people("消防", ["a", "b"])
    assert decisions.can_visit(["a", "b"])
    assert not decisions.can_visit(["a", "a"])
    with pytest.raises(Invalid, match="1 人"):
        decisions.check_people("消防", ["a", "a"])


@pytest.mark.law("visit-once-for-all")
def test_a_visit_is_planned_for_all() -> None:
    decisions.check_all_members([])
    with pytest.raises(Conflict, match="消防"):
        decisions.check_all_members(["消防"])


def test_a_visit_lies_ahead_ends_after_it_starts_and_is_somewhere() -> None:
    def check(**changes: object) -> None:
        fields = {"starts": 9, "ends": 10, "now": 8, "same_day": True, "place": "店里"}
        decisions.check_visit_time(**(fields | changes))  # type: ignore[arg-type]

    check()
    for wrong in ({"starts": 8}, {"ends": 9}, {"same_day": False}, {"place": " "}):
        with pytest.raises(Invalid):
            check(**wrong)


@pytest.mark.law("revocation")
def test_a_licence_is_taken_back_unless_that_harms_the_public() -> None:
    decisions.check_may_revoke(Fault.FRAUD, harms_public=False)
    assert decisions.can_revoke(harms_public=False)
    with pytest.raises(Conflict):
        decisions.check_may_revoke(Fault.PROCEDURE, harms_public=True)


def test_opinions_findings_and_later_acts_say_something() -> None:
    for check in (decisions.check_grounds, decisions.check_finding):
        check("符合规定的条件")
        with pytest.raises(Invalid):
            check(" 好 ")
    decisions.check_later_act(["L-1"], "写错了地址")
    for wrong in (([], "写错了地址"), (["L-1"], "错")):
        with pytest.raises(Invalid):
            decisions.check_later_act(*wrong)
