"""When departments do not accept that their demand was refused, and what comes of it: each course once, as far as refusals go. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum

from tongban.demo.plan.types import Act, Plan, Step
from tongban.kernel.clock import SHANGHAI


class Course(StrEnum):
    """How far a dispute has come when the history ends; those first that wait for somebody, as refusals are few."""

    REFERRED = "referred"  # the owner stands by it: the data authority decides
    ANSWERING = "answering"  # the owner has to answer again
    OVERTURNED = "overturned"  # the owner shares after all
    UPHELD = "upheld"  # the owner stands by it, and so does the authority


class Turn(StrEnum):
    """What is done in a dispute."""

    DISPUTE = "dispute"
    UPHOLD = "uphold"
    OVERTURN = "overturn"
    DECIDE = "decide"  # the authority upholds


# Working days before the last one; an answer has ten.
COURSES: Mapping[Course, Mapping[Turn, int]] = {
    Course.REFERRED: {Turn.DISPUTE: 12, Turn.UPHOLD: 6},
    Course.ANSWERING: {Turn.DISPUTE: 3},
    Course.OVERTURNED: {Turn.DISPUTE: 25, Turn.OVERTURN: 21},
    Course.UPHELD: {Turn.DISPUTE: 30, Turn.UPHOLD: 26, Turn.DECIDE: 20},
}
NOON = dt.time(11, 7)


def with_disputes(plan: Plan, is_working: Callable[[dt.date], bool]) -> Plan:
    """Return the plan in which refusals are disputed as well; a history too short for a course goes without it."""
    days = (plan.until - dt.timedelta(number) for number in range(plan.days))
    working = [day for day in days if is_working(day)]
    added = [
        Act(dt.datetime.combine(working[before], NOON, SHANGHAI), 0, Step.DISPUTE_DEMAND, f"{course} {turn}")
        for course, turns in COURSES.items()
        for turn, before in turns.items()
        if max(turns.values()) < len(working)
    ]
    return replace(plan, acts=tuple(sorted((*plan.acts, *added), key=lambda act: act.at)))
