"""Disputes of the demonstration: planned within every history that is long enough, played as far as there are refusals."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.demo.conftest import drawn
from tests.factories.resources import MARKET, MORNING, OFFICE, data_city, load, wish
from tests.factories.shanghai import shanghai
from tongban.datahub.resources import operations, queries
from tongban.demo.plan.disputes import COURSES, Course, Turn, with_disputes
from tongban.demo.plan.types import Step
from tongban.demo.playing.demands import LAW, REASON, Demands
from tongban.demo.playing.disputes import Disputes
from tongban.foundation.calendars.rules import Calendar


def test_each_course_is_planned_in_its_order_and_none_in_too_short_a_history() -> None:
    is_working = Calendar(dict(shanghai().days)).is_working
    plan = with_disputes(drawn(cases=4), is_working)
    acts = [act for act in plan.acts if act.step is Step.DISPUTE_DEMAND]
    assert sorted(act.words for act in acts) == sorted(
        f"{course} {turn}" for course, turns in COURSES.items() for turn in turns
    )
    for course, turns in COURSES.items():
        assert [act.words.split()[1] for act in acts if act.words.startswith(f"{course} ")] == list(turns)
    assert all(is_working(act.at.date()) for act in acts)
    short = with_disputes(drawn(cases=4, days=10), is_working)
    assert [act.words for act in short.acts if act.step is Step.DISPUTE_DEMAND] == [
        f"{Course.ANSWERING} {Turn.DISPUTE}"
    ]


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.parametrize(
    ("refusals", "states"),
    [
        (0, []),
        (1, ["referred"]),
        (2, ["answering", "referred"]),
        (4, ["answering", "overturned", "referred", "upheld"]),
    ],
)
def test_as_many_are_disputed_as_were_refused(refusals: int, states: list[str], tmp_path: Path) -> None:
    load(data_city(tmp_path))
    for number in range(refusals):
        at = MORNING + dt.timedelta(minutes=number)
        id = operations.state_demand(wish=wish("health-checks", "is-fit"), promised=True, by=MARKET, at=at)
        operations.refuse_request(request_id=id, legal_basis=LAW, reason=REASON, by=OFFICE, at=at)
    played = Disputes(Demands())
    acts = [(before, course, turn) for course, turns in COURSES.items() for turn, before in turns.items()]
    for before, course, turn in sorted(acts, reverse=True, key=lambda act: act[0]):
        played.play(f"{course} {turn}", MORNING + dt.timedelta(days=60 - before))
    found = [one for closed in (False, True) for one, _ in queries.disputes(closed=closed)]
    assert sorted(one.state.value for one in found) == states
    assert all(one.due_on is not None for one in found if one.state.is_open)
