"""The demonstration's catalogue of data and its three lists hold what they promise."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import cache

from tongban.datahub.resources.rules import answering, coverage
from tongban.datahub.resources.types import Lists, Outcome, Resource, Sharing, Verdict
from tongban.runtime.city import CityPack, read_city
from tongban.runtime.environment import ROOT

TODAY = dt.date(2026, 11, 23)


@cache
def shanghai() -> CityPack:
    return read_city(ROOT / "city" / "shanghai")[0]


@cache
def answers() -> dict[str, Verdict]:
    pack = shanghai()
    lists = Lists(pack.resources, tuple(pack.data_duties.values()), tuple(pack.negatives.values()))
    return {
        code: answering.answer(coverage.wish_of(demand), lists, TODAY)
        for code, demand in pack.demands.items()
    }


def shared(sharing: Sharing) -> list[Resource]:
    return [one for one in shanghai().resources.values() if one.sharing is sharing]


def test_as_much_as_was_promised() -> None:
    pack = shanghai()
    assert len(pack.systems) >= 25
    assert len(pack.resources) >= 60
    assert len({one.department for one in pack.resources.values()}) >= 20
    assert len(pack.data_duties) >= 120
    assert len(pack.demands) >= 100
    assert len(pack.negatives) >= 15


def test_what_all_may_have_harms_nobody() -> None:
    assert [one.code for one in shared(Sharing.UNCONDITIONAL) if one.level > 2] == []


def test_what_is_never_shared_is_refused_with_a_law() -> None:
    barred = {entry.resource for entry in shanghai().negatives.values()}
    assert [one.code for one in shared(Sharing.NEVER) if one.code not in barred] == []


def test_everything_that_is_shared_is_somebodys_duty() -> None:
    owed = {duty.resource for duty in shanghai().data_duties.values()}
    free = [*shared(Sharing.UNCONDITIONAL), *shared(Sharing.CONDITIONAL)]
    assert [one.code for one in free if one.code not in owed] == []


def test_demands_meet_every_answer() -> None:
    outcomes = Counter(verdict.outcome for verdict in answers().values())
    assert outcomes[Outcome.GRANTED] >= 100
    assert outcomes[Outcome.QUEUED] >= 15
    assert outcomes[Outcome.REFUSED] >= 3
    assert any(verdict.refused for verdict in answers().values() if verdict.outcome is Outcome.QUEUED)


def test_an_unlisted_need_has_the_longer_clock() -> None:
    days = {verdict.days for verdict in answers().values() if verdict.resource is None}
    assert days == {answering.UNLISTED_DAYS}


def test_every_subject_list_has_something() -> None:
    used = {one.theme for one in shanghai().resources.values()}
    assert set(shanghai().data_themes) == used
