"""Staff of one district's bureau neither see nor handle what was filed for another's; what is for no district, all do."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import approvals as factory
from tests.factories.approvals import MONDAY, accepted, branch, head, moment, reviewer
from tests.factories.cases import LOADED, Cast, fill, start
from tests.factories.catalogue import DISTRICTS
from tests.services.approvals.test_queue import queue
from tongban.foundation.government import operations as government
from tongban.foundation.government.types import Post, StaffMember
from tongban.foundation.identity import operations as identity
from tongban.foundation.identity import queries as staff
from tongban.foundation.identity import rules
from tongban.foundation.identity.types import StaffAccess
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.errors import Conflict, NotAllowed
from tongban.kernel.types import SYSTEM, Actor, Subject
from tongban.services.approvals import operations, queries
from tongban.services.approvals.types import Choice, Member, Outcome, Role, Stance
from tongban.services.cases import operations as case_acts
from tongban.services.cases import queries as cases
from tongban.services.cases.errors import CaseUnknown

CHANGNING, XUHUI = (one.code for one in DISTRICTS)
THERE, THERE_TOO, HEAD_THERE, WINDOW_THERE, MAYOR_THERE = (
    Actor("staff", f"xuhui-{code}") for code in ("1", "2", "9", "window", "mayor")
)
POSTS_THERE = {
    THERE: "market-review",
    THERE_TOO: "market-review",
    HEAD_THERE: "market-head",
    WINDOW_THERE: "window",
    MAYOR_THERE: "mayor",
}
OF_XUHUI = tuple(
    StaffMember(code=by.id, name=f"徐汇{by.id}", posts=(post,), districts=(XUHUI,))
    for by, post in POSTS_THERE.items()
)


def post_staff(*members: StaffMember) -> None:
    """Have the small city's staff be these besides its own."""
    government.load_government(
        departments=factory.DEPARTMENTS, districts=DISTRICTS, posts=factory.POSTS,
        staff=(*factory.STAFF, *members), by=SYSTEM, at=LOADED,
    )  # fmt: skip


@pytest.fixture(scope="module")
def standing_cases(people: Cast) -> dict[str, uuid.UUID]:
    """Accept one case a district, and one of none, once for the module."""
    with override_settings(DEMONSTRATION=True):
        return {one: accepted(people, district=one) for one in (CHANGNING, XUHUI, "")}


@pytest.fixture
def city(standing_cases: dict[str, uuid.UUID], cast: Cast) -> dict[str, uuid.UUID]:
    """Return those cases, in a city with staff of one district."""
    post_staff(*OF_XUHUI)
    return standing_cases


def filed(cast: Cast, district: str) -> uuid.UUID:
    """Return a case that waits for a clerk."""
    case_id = start(cast, Subject("item", "alone"), at=MONDAY, district=district)
    fill(cast, case_id, at=MONDAY)
    case_acts.submit(case_id=case_id, by=cast.applicant, at=MONDAY)
    outbox.deliver(at=MONDAY)
    return case_id


def shown(who: Actor, **filters: Any) -> set[uuid.UUID]:
    return {uuid.UUID(str(row.case_id)) for row in queue(who, MONDAY, **filters).page.items}


def test_the_queue_shows_only_cases_of_the_post_s_district_and_of_none(city: dict[str, uuid.UUID]) -> None:
    assert shown(reviewer("market")) == set(city.values())
    found = queue(THERE, MONDAY)
    assert {uuid.UUID(str(row.case_id)) for row in found.page.items} == {city[XUHUI], city[""]}
    assert (found.page.total, sum(found.lights.values())) == (2, 2)
    number = cases.get_case(city[CHANGNING], by=SYSTEM).number
    assert shown(reviewer("market"), search=number) == {city[CHANGNING]}
    assert shown(THERE, search=number) == set()


def test_every_view_of_the_queue_keeps_to_the_district(city: dict[str, uuid.UUID]) -> None:
    mine = {one: branch(city[one]).id for one in city}
    for one in (XUHUI, ""):
        operations.take(branch_id=mine[one], by=THERE, at=MONDAY)
    assert shown(THERE, view="mine") == {city[XUHUI], city[""]}
    moved = OF_XUHUI[0].model_copy(update={"districts": (CHANGNING,)})
    post_staff(moved, *OF_XUHUI[1:])
    assert shown(THERE, view="mine") == {city[""]}
    assert shown(THERE, view="unassigned") == {city[CHANGNING]}


def test_a_window_of_a_district_sees_only_what_is_to_be_accepted_there(cast: Cast) -> None:
    post_staff(*OF_XUHUI)
    waiting = {one: filed(cast, one) for one in (CHANGNING, XUHUI, "")}
    assert shown(factory.WINDOW) == set(waiting.values())
    assert shown(WINDOW_THERE) == {waiting[XUHUI], waiting[""]}
    with pytest.raises(CaseUnknown):
        case_acts.accept(case_id=waiting[CHANGNING], by=WINDOW_THERE, at=MONDAY)
    case_acts.accept(case_id=waiting[XUHUI], by=WINDOW_THERE, at=MONDAY)


def test_who_has_a_desk_here_and_a_window_there_sees_each_where_it_is(cast: Cast) -> None:
    both = StaffMember(code="both", name="两处", posts=("fire-review",))
    post_staff(*OF_XUHUI, both)
    waiting = {one: filed(cast, one) for one in (CHANGNING, XUHUI)}
    identity.record_absence(
        staff=WINDOW_THERE.id, substitute="both", from_on=MONDAY.date(), until_on=MONDAY.date(), reason="出差",
        by=SYSTEM, at=MONDAY,
    )  # fmt: skip
    assert shown(Actor("staff", "both")) == {waiting[XUHUI]}


@pytest.mark.parametrize("by", POSTS_THERE, ids=lambda by: by.id)
def test_another_district_s_case_is_not_there(city: dict[str, uuid.UUID], by: Actor) -> None:
    for read in (cases.get_case, cases.events, cases.acts_for, cases.standing):
        with pytest.raises(CaseUnknown):
            read(city[CHANGNING], by=by, at=MONDAY)
    access = staff.staff_access(by.id, at=MONDAY)
    with pytest.raises(CaseUnknown):
        cases.file_of(city[CHANGNING], access)
    one = branch(city[CHANGNING])
    assert queries.roles(one.id, by=by, at=MONDAY) == set()
    assert not any(
        choice.is_possible for choice in (*queries.choices(one.id, by=by, at=MONDAY), *of(one.id, access))
    )


def of(branch_id: uuid.UUID, access: StaffAccess) -> tuple[Choice, ...]:
    return queries.choices_of(queries.get_branch(branch_id, at=MONDAY), access)


def test_their_own_district_s_cases_they_read_and_decide(city: dict[str, uuid.UUID]) -> None:
    one = branch(city[XUHUI])
    assert cases.file_of(city[XUHUI], staff.staff_access(THERE.id, at=MONDAY)).roles
    assert any(choice.is_possible for choice in of(one.id, staff.staff_access(THERE.id, at=MONDAY)))
    grounds = {"stance": Stance.GRANT, "grounds": "材料齐全，符合条件"}
    operations.give_opinion(branch_id=one.id, **grounds, by=THERE, at=MONDAY)
    operations.decide(branch_id=one.id, outcome=Outcome.GRANTED, by=HEAD_THERE, at=MONDAY)
    assert queries.get_branch(one.id, at=MONDAY).decision is not None


def test_acts_upon_another_district_s_branch_are_refused(city: dict[str, uuid.UUID]) -> None:
    one = branch(city[CHANGNING]).id
    with pytest.raises(NotAllowed):
        operations.take(branch_id=one, by=THERE, at=MONDAY)
    with pytest.raises(NotAllowed):
        operations.give_opinion(branch_id=one, stance=Stance.GRANT, grounds="符合条件", by=THERE, at=MONDAY)
    with pytest.raises(NotAllowed):
        operations.decide(
            branch_id=one, outcome=Outcome.GRANTED, reasons="符合条件", by=HEAD_THERE, at=MONDAY
        )
    assert queries.get_branch(one, at=MONDAY).decision is None


def test_a_branch_is_not_given_to_somebody_of_another_district(city: dict[str, uuid.UUID]) -> None:
    with pytest.raises(Conflict, match="审查岗位"):
        operations.assign(branch_id=branch(city[CHANGNING]).id, to=THERE.id, by=head("market"), at=MONDAY)
    operations.assign(branch_id=branch(city[XUHUI]).id, to=THERE.id, by=head("market"), at=MONDAY)


def test_a_visit_is_made_by_people_of_the_district(cast: Cast) -> None:
    post_staff(*OF_XUHUI)
    case_id = accepted(cast, "restaurant", district=CHANGNING)
    operations.decide(
        branch_id=branch(case_id, "company").id, outcome=Outcome.GRANTED, reasons="符合条件", by=head("market"), at=MONDAY
    )  # fmt: skip
    outbox.deliver(at=MONDAY)
    wrong = [
        Member(one.branch_id, (THERE.id, THERE_TOO.id)) if one.people[0] == "market-1" else one
        for one in factory.members(case_id)
    ]
    day = moment(1, 7, 9)
    plan = {"case_id": case_id, "starts_at": day, "ends_at": day + dt.timedelta(hours=2), "place": "店里"}
    with pytest.raises(NotAllowed, match="现场核查岗位"):
        operations.plan_visit(**plan, members=wrong, by=reviewer("market"), at=MONDAY)  # type: ignore[arg-type]
    operations.plan_visit(**plan, members=factory.members(case_id), by=reviewer("market"), at=MONDAY)  # type: ignore[arg-type]


def test_who_stands_in_reaches_the_absent_one_s_district_with_their_post_only(
    city: dict[str, uuid.UUID],
) -> None:
    identity.record_absence(
        staff=HEAD_THERE.id, substitute="fire-1", from_on=MONDAY.date(), until_on=MONDAY.date(), reason="出差",
        by=SYSTEM, at=MONDAY,
    )  # fmt: skip
    by = Actor("staff", "fire-1")
    assert queries.roles(branch(city[XUHUI]).id, by=by, at=MONDAY) == {Role.DECIDER, Role.HEAD}
    assert queries.roles(branch(city[CHANGNING]).id, by=by, at=MONDAY) == set()


districts = st.sets(st.sampled_from([CHANGNING, XUHUI, "310101"]))
member = st.builds(
    lambda posts, reach: StaffMember(code="s", name="人", posts=tuple(posts), districts=tuple(sorted(reach))),
    st.sets(st.sampled_from(["a", "b", "c"]), min_size=1),
    districts,
)


@given(st.lists(member, min_size=1, max_size=3), st.sampled_from(["", CHANGNING, XUHUI]))
def test_a_post_reaches_what_one_of_its_holders_reaches(holders: list[StaffMember], district: str) -> None:
    codes = sorted({code for one in holders for code in one.posts})
    posts = tuple(Post(code=code, name=code, english=code, department=code) for code in codes)
    departments = frozenset(codes)
    access = StaffAccess(None, "s", "人", posts, departments, frozenset(), districts=rules.reach(holders))
    reached = {
        code
        for one in holders
        for code in one.posts
        if not district or not one.districts or district in one.districts
    }
    assert access.departments_for(district) == reached
    assert {post.code for post in access.posts_for(district)} == reached
