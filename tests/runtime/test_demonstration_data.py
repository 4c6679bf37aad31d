"""The data of the demonstration city: as much as a city of its size needs, and every demand has its answer."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from tongban.datahub.resources.rules import answering, coverage
from tongban.datahub.resources.types import Lists, Outcome
from tongban.runtime.city import CityPack, read_city
from tongban.runtime.data_lists import asked_of_people
from tongban.runtime.environment import ROOT

DAY = dt.date(2026, 3, 2)


@pytest.fixture(scope="module")
def pack() -> CityPack:
    found, problems = read_city(ROOT / "city" / "shanghai")
    data = [f"{p.place} {p.words()}" for p in problems if p.place.file.startswith("data/") and p.is_error]
    assert data == []
    return found


@pytest.fixture(scope="module")
def lists(pack: CityPack) -> Lists:
    return Lists(pack.resources, tuple(pack.data_duties.values()), tuple(pack.negatives.values()))


def test_the_catalogue_and_the_lists_are_long_enough(pack: CityPack) -> None:
    assert len(pack.resources) >= 60
    assert len({one.department for one in pack.resources.values()}) >= 20
    assert len(pack.data_duties) >= 120
    assert len(pack.demands) >= 100
    assert len(pack.negatives) >= 15
    assert all(one.law and one.article for one in pack.negatives.values())


def test_every_demand_is_answered_by_the_lists(pack: CityPack, lists: Lists) -> None:
    outcomes: Counter[Outcome] = Counter()
    for demand in pack.demands.values():
        verdict = answering.answer(coverage.wish_of(demand), lists, DAY)
        outcomes[verdict.outcome] += 1
        assert verdict.basis, demand.code
        assert verdict.days <= answering.UNLISTED_DAYS
        forbidden = {
            field
            for one in pack.negatives.values()
            if one.resource == verdict.resource and one.holds_on(DAY)
            for field in one.fields or pack.resources[one.resource].field_codes
        }
        assert not forbidden & set(verdict.fields), demand.code
    assert all(outcomes[kind] for kind in Outcome), outcomes


def test_the_lists_spare_most_of_what_people_are_asked_for(pack: CityPack, lists: Lists) -> None:
    asked = asked_of_people(pack.items.values())
    found = coverage.coverage(asked, pack.demands.values(), lists, (), DAY)
    assert found.counts["owed"] * 2 > found.total
