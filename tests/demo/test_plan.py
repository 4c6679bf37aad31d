"""The plan is data: what it promises holds for every seed, without a database."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.demo.conftest import UNTIL, drawn
from tests.factories.shanghai import shanghai
from tongban.demo import rules
from tongban.demo.plan import Act, Plan, Route, Step, Via
from tongban.demo.plan.lines import LINES
from tongban.demo.plan.routes import SCRIPTS, WEIGHTS
from tongban.demo.plan.scenes import DESKS, PERSONAS
from tongban.foundation.calendars.rules import Calendar
from tongban.foundation.identity.adapters.demonstration import population
from tongban.kernel.clock import SHANGHAI
from tongban.oversight.ratings.types import Level

BEGUN = {Step.START, Step.FILE}


def by_story(plan: Plan) -> dict[int, list[Act]]:
    found: dict[int, list[Act]] = defaultdict(list)
    for act in plan.acts:
        if act.story:
            found[act.story].append(act)
    return found


def test_it_is_as_large_as_promised(plan: Plan) -> None:
    assert len(plan.stories) == 2000
    citizens = population().citizens
    children = {ward for code in plan.people for ward in citizens[code].wards}
    assert len(set(plan.people) | children) >= 300
    assert len(plan.companies) >= 60
    assert {act.at.date() for act in plan.acts} <= {UNTIL - dt.timedelta(days) for days in range(90)}


def test_every_way_a_case_can_go_is_gone_to_its_end(plan: Plan) -> None:
    gone = Counter(story.route for story in plan.stories)
    assert set(gone) == set(Route) == set(SCRIPTS)
    steps = {story.route: set[Step]() for story in plan.stories}
    acts = by_story(plan)
    for story in plan.stories:
        steps[story.route] |= {act.step for act in acts[story.number]}
    assert {Step.NOTICE, Step.SUPPLEMENT, Step.DECIDE, Step.CLOSE} <= steps[Route.SUPPLEMENTED]
    assert Step.ACCEPT not in steps[Route.DEEMED]
    assert {Step.STOP, Step.RESUME, Step.DECIDE} <= steps[Route.STOPPED] & steps[Route.HEARING]
    assert {Step.EXTEND, Step.DECIDE} <= steps[Route.EXTENDED]
    assert {Step.EXTEND_JOINTLY, Step.DECIDE} <= steps[Route.EXTENDED_JOINTLY]
    assert {Step.FIRST_REVIEW, Step.DECIDE} <= steps[Route.FIRST_REVIEW]
    assert {Step.PLAN_VISIT, Step.FINDINGS, Step.DECIDE} <= steps[Route.VISIT]
    assert Step.DECIDE not in steps[Route.SILENCE]
    assert {Step.REFUSE, Step.DECIDE} <= steps[Route.PARTLY]
    for route, step in (
        (Route.LATER_DEMAND, Step.DEMAND_LATER), (Route.REFUSED, Step.REFUSE), (Route.DEATH, Step.DIE),
        (Route.DISSOLVED, Step.DISSOLVE), (Route.CORRECTED, Step.CORRECT), (Route.REVOKED, Step.REVOKE),
        (Route.CANCELLED, Step.CANCEL), (Route.PROMISED_LATER, Step.HAND_IN_LATER),
        (Route.ON_THE_SPOT, Step.ON_THE_SPOT), (Route.WITHDRAWN_DRAFT, Step.WITHDRAW),
        (Route.WITHDRAWN_RECEIVED, Step.WITHDRAW), (Route.WITHDRAWN_ACCEPTED, Step.WITHDRAW),
    ):  # fmt: skip
        assert step in steps[route], route


def test_some_of_the_closed_cases_are_rated_by_who_was_served(plan: Plan) -> None:
    stories = {story.number: story for story in plan.stories}
    by_hand = {one.applicant for one in PERSONAS}
    levels: Counter[str] = Counter()
    for number, acts in by_story(plan).items():
        steps = [act.step for act in acts]
        if Step.RATE not in steps:
            assert not {Step.MEND, Step.CALL_BACK} & set(steps)
            continue
        assert stories[number].applicant not in by_hand
        rating = acts[steps.index(Step.RATE)]
        levels[rating.words] += 1
        assert rating.at > acts[steps.index(Step.CLOSE)].at
        assert all(act.at > rating.at for act in acts if act.step in (Step.MEND, Step.CALL_BACK))
    assert set(levels) == set(Level) and 200 < levels.total() < 600
    assert levels[Level.DISSATISFIED] + levels[Level.VERY_DISSATISFIED] < levels.total() // 10


def test_some_are_decided_and_not_handed_over_yet(plan: Plan) -> None:
    lasts = [acts[-1].step for acts in by_story(plan).values()]
    assert lasts.count(Step.DECIDE) > 3


def test_every_step_and_every_service_occurs(plan: Plan) -> None:
    of_data = {Step.STATE_DEMAND, Step.ANSWER_DEMAND, Step.DISPUTE_DEMAND}
    assert {act.step for act in plan.acts} == set(Step) - of_data
    assert {(story.line.code, story.line.situation) for story in plan.stories} == {
        (line.code, line.situation) for line in LINES
    }
    assert {story.via for story in plan.stories} == set(Via)


def test_the_people_of_the_sign_in_page_find_what_was_set_for_them(plan: Plan) -> None:
    told = {(story.line.code, story.route, story.applicant, story.filer) for story in plan.stories}
    assert {(one.line, one.route, one.applicant, one.filer) for one in PERSONAS} <= told
    by_hand = {(one.applicant, one.filer) for one in PERSONAS}
    named = {one.code for one in population().personas}
    others = {(story.applicant, story.filer) for story in plan.stories} - by_hand
    assert not [pair for pair in others if pair[0] in named]


def test_desks_have_every_light(plan: Plan) -> None:
    for line, days in DESKS:
        mine = [story for story in plan.stories if story.line.code == line]
        routes = {story.route for story in mine}
        assert {Route.LATE_OPEN, Route.UNDER_WAY, Route.STOPPED_LEFT, Route.WAITING} <= routes
        assert all(story.line.days == days for story in mine)


@pytest.mark.slow
@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(1, 400), st.integers(20, 120))
def test_it_is_in_order_whatever_the_seed(seed: int, cases: int, days: int) -> None:
    plan = drawn(seed, cases, days)
    calendar = Calendar(dict(shanghai().days))
    assert [act.at for act in plan.acts] == sorted(act.at for act in plan.acts)
    assert all(calendar.is_working(act.at.date()) for act in plan.acts)
    for acts in by_story(plan).values():
        assert acts[0].step in BEGUN
        assert sum(act.step in BEGUN for act in acts) == 1
    ended = {act.words or act.story: act.at for act in plan.acts if act.step in (Step.DIE, Step.DISSOLVE)}
    assert len(ended) <= 2


@settings(max_examples=10)
@given(st.integers(0, 10_000), st.integers(len(WEIGHTS), 300))
def test_each_way_comes_first_when_there_is_room(seed: int, cases: int) -> None:
    assert {story.route for story in drawn(seed, cases, 90).stories} >= set(WEIGHTS)


@pytest.mark.slow
@settings(max_examples=40)  # three plans each
@given(st.integers(0, 100), st.integers(1, 60))
def test_the_same_seed_gives_the_same_plan(seed: int, cases: int) -> None:
    first = rules.plan_digest(drawn(seed, cases, 60))
    drawn.cache_clear()
    assert rules.plan_digest(drawn(seed, cases, 60)) == first
    assert rules.plan_digest(drawn(seed + 1, cases, 60)) != first


@given(st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2027, 12, 31)), st.integers(0, 10))
def test_mornings_lie_between(moment: dt.datetime, days: int) -> None:
    before = moment.replace(tzinfo=SHANGHAI)
    now = before + dt.timedelta(days=days)
    found = rules.mornings(before, now)
    assert len(found) == days
    assert all(before < morning <= now or morning.date() == now.date() for morning in found)


def test_a_history_ends_when_the_offices_have_closed() -> None:
    evening = dt.datetime(2026, 11, 20, 18, 0, tzinfo=SHANGHAI)
    assert rules.last_day(evening) == dt.date(2026, 11, 20)
    assert rules.last_day(evening - dt.timedelta(seconds=1)) == dt.date(2026, 11, 19)
