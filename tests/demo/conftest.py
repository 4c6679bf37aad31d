"""The pack of the demonstration city, read once, and plans drawn over it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache

import pytest

from tests.factories.shanghai import shanghai
from tongban.demo.plan import Plan, draw
from tongban.demo.plan.people import People
from tongban.foundation.calendars.rules import Calendar
from tongban.foundation.identity.adapters.demonstration import population
from tongban.runtime.city import CityPack

UNTIL = dt.date(2026, 11, 20)
Draw = Callable[..., Plan]


@cache
def drawn(seed: int = 1, cases: int = 2000, days: int = 90, until: dt.date = UNTIL) -> Plan:
    everyone = population()
    named = frozenset(one.code for one in everyone.personas)
    people = People(everyone.citizens, everyone.firms, named, until)
    is_working = Calendar(dict(shanghai().days)).is_working
    return draw(seed=seed, until=until, days=days, cases=cases, people=people, is_working=is_working)


@pytest.fixture(scope="session")
def pack() -> CityPack:
    return shanghai()


@pytest.fixture(scope="session")
def plan() -> Plan:
    return drawn()
