"""What the lists are worth, without a database: how far each material is from being spared."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.datahub.resources.test_answering import TODAY, duty, lists, negative, resource
from tongban.datahub.resources.rules import clocks, consumers, coverage
from tongban.datahub.resources.types import Demand, Reach
from tongban.foundation.calendars.rules import Calendar
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import Invalid, NotAllowed


def demand(**changes: Any) -> Demand:
    said: dict[str, Any] = {
        "code": "q-1",
        "department": "market",
        "item": "food-licence",
        "material": "health",
        "resource": "health",
        "fields": ["fit"],
        "purpose": "核验",
        "basis": {"law": "食品安全法", "article": "45"},
    }
    return Demand(**(said | changes))


ASKED = ("food-licence", "health")


@pytest.mark.law("data-not-collected-twice")
@pytest.mark.parametrize(
    ("reach", "demands", "known", "granted"),
    [
        (Reach.ASKED, (), lists(), ()),
        (Reach.DEMANDED, (demand(),), lists(), ()),
        (Reach.DEMANDED, (demand(resource="gone"),), lists(), ()),
        (Reach.OWED, (demand(),), lists(duties=(duty(),)), ()),
        (Reach.OWED, (demand(),), lists(resource(sharing="unconditional")), ()),
        (Reach.BARRED, (demand(),), lists(negatives=(negative(),)), ()),
        (Reach.GRANTED, (demand(),), lists(), (ASKED,)),
        (Reach.OWED, (demand(code="q-0", resource="gone"), demand()), lists(duties=(duty(),)), ()),
    ],
)
def test_how_far_a_material_is(reach: Reach, demands: Any, known: Any, granted: Any) -> None:
    found = coverage.coverage([ASKED, ASKED], demands, known, granted, TODAY)
    assert [one.reach for one in found.materials] == [reach]
    assert found.total == 1
    assert found.counts[reach] == 1


@pytest.mark.slow
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"))), st.booleans())
def test_every_material_is_counted_once(materials: list[tuple[str, str]], owed: bool) -> None:
    wanted = [demand(code=f"q-{i}-{m}", item=i, material=m) for i, m in {*materials} if i == "a"]
    known = lists(duties=(duty(),) if owed else ())
    found = coverage.coverage(materials, wanted, known, (), TODAY)
    assert sum(found.counts.values()) == found.total == len({*materials})
    assert all((one.reach is Reach.ASKED) == (one.item != "a") for one in found.materials)


def test_a_duty_of_a_pack_is_wanted_when_one_of_its_fields_is() -> None:
    resources = {"health": resource()}
    used, unused = duty(fields=["fit"]), duty(code="d-2", fields=["place"])
    assert coverage.unused((used, unused), (demand(),), resources) == (unused,)
    by_element = demand(fields=[], elements=["e-place"])
    assert coverage.unused((used, unused), (by_element,), resources) == (used,)
    assert coverage.unused((duty(),), (), resources) == (duty(),)


def test_a_duty_is_used_when_a_demand_was_decided_by_it() -> None:
    resources, morning = {"health": resource()}, dt.datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
    quick, slow = duty(fields=["fit"], answer_days=3), duty(code="d-2", fields=["fit", "place"])
    decided = coverage.Decided("health", "food-licence", ("fit",), morning, morning)

    def never(since: dict[str, dt.datetime] | None = None, *which: coverage.Decided) -> list[str]:
        found = coverage.never_used((quick, slow), which or (decided,), resources, since or {})
        return [one.code for one in found]

    assert never() == ["d-2"]
    later = morning + dt.timedelta(days=1)
    assert never({quick.code: later}) == [quick.code], "it was written after the answer"
    again = coverage.Decided("health", "food-licence", ("fit",), morning, later)
    assert never({quick.code: later}, again) == []
    gone = coverage.Decided("gone", "food-licence", ("fit",), morning, morning)
    assert never(None, gone) == [quick.code, "d-2"]
    assert coverage.never_used((quick,), (), resources, {}) == (quick,)


def test_demands_for_the_same_fields_are_one_group() -> None:
    demands = (
        demand(),
        demand(code="q-2", item="hotel-licence"),
        demand(code="q-3", item="hotel-licence", fields=["place"]),
        demand(code="q-4", department="office"),
    )
    (group,) = coverage.repeated(demands)
    assert (group.department, group.demands, group.fields) == ("market", ("q-1", "q-2"), ("fit",))


@pytest.mark.law("data-answer-days")
def test_days_of_an_answer_are_working_days() -> None:
    calendar = Calendar({})
    assert clocks.due_on(calendar, dt.date(2026, 3, 2), 10) == dt.date(2026, 3, 16)
    assert clocks.due_on(calendar, dt.date(2026, 3, 6), 1) == dt.date(2026, 3, 9)


def test_a_grant_ends_within_a_year() -> None:
    assert clocks.valid_until(None, TODAY) == TODAY + dt.timedelta(days=365)
    assert clocks.valid_until(TODAY, TODAY) == TODAY
    assert clocks.valid_until(dt.date(2099, 1, 1), TODAY) == TODAY + dt.timedelta(days=365)
    with pytest.raises(Invalid):
        clocks.valid_until(TODAY - dt.timedelta(days=1), TODAY)


def test_who_has_no_system_asks_by_the_subsystem_of_its_cases(tmp_path: Path) -> None:
    from tests.factories.city import TinyCity
    from tests.factories.data import add_data

    systems = tuple(add_data(TinyCity(tmp_path)).read()[0].systems.values())
    assert consumers.consumer_of("market", "", systems) == "SH/GOV/market/cases"
    assert (
        consumers.consumer_of("office", "SH/GOV/office/office-people", systems)
        == "SH/GOV/office/office-people"
    )
    with pytest.raises(NotAllowed):
        consumers.consumer_of("market", "SH/GOV/office/office-people", systems)
    of_pudong = "SH/GOV/pudong-market/cases"
    assert consumers.consumer_of("district-market", of_pudong, systems, ["pudong"]) == of_pudong
    for department, districts in (
        ("district-market", ["xuhui"]),
        ("district-health", ["pudong"]),
        ("market", ["pudong"]),
    ):
        with pytest.raises(NotAllowed):
            consumers.consumer_of(department, of_pudong, systems, districts)
    with pytest.raises(Invalid):
        consumers.consumer_of("market", "", ())
