"""Every rule about data: the smallest pack that breaks it, and nothing else is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.factories.breaking import Break, Breaks, broken
from tests.factories.city import TinyCity
from tests.factories.data import add_data, entry
from tongban.datahub.resources.pack import RULES

breaks = Breaks()


@breaks("data-system-member")
def _(city: TinyCity) -> None:
    entry(add_data(city), "systems")["subsystem"] = "SH/GOV/market/people"


@breaks("data-subsystem-twice")
def _(city: TinyCity) -> None:
    systems = add_data(city).yaml["data/systems.yaml"]["systems"]
    systems.append(systems[0] | {"code": "another"})


@breaks("data-service-twice")
def _(city: TinyCity) -> None:
    entry(add_data(city), "resources", 1)["service"] = "health-checks"


@breaks("data-system-elsewhere")
def _(city: TinyCity) -> None:
    resource = add_data(city).yaml["data/resources/cityscape.yaml"]["resources"][0]
    resource["system"] = "office-people"


@breaks("data-field-twice")
def _(city: TinyCity) -> None:
    fields = entry(add_data(city), "resources")["fields"]
    fields.append(fields[0])


@breaks("data-field-unknown")
def _(city: TinyCity) -> None:
    entry(add_data(city), "duties")["fields"] = ["id-number", "blood"]


@breaks("data-level")
def _(city: TinyCity) -> None:
    entry(add_data(city), "resources")["level"] = 2


@breaks("data-no-key")
def _(city: TinyCity) -> None:
    del entry(add_data(city), "resources")["fields"][0]["key"]


@breaks("data-owner")
def _(city: TinyCity) -> None:
    entry(add_data(city), "resources")["fields"][1]["owner"] = True


@breaks("data-no-condition")
def _(city: TinyCity) -> None:
    del entry(add_data(city), "resources")["condition"]


@breaks("data-no-basis")
def _(city: TinyCity) -> None:
    del entry(add_data(city), "resources")["basis"]


@breaks("data-personal-open")
def _(city: TinyCity) -> None:
    entry(add_data(city), "resources")["opening"] = "conditional"


@breaks("data-never-not-listed")
def _(city: TinyCity) -> None:
    entry(add_data(city), "resources")["sharing"] = "never"


@breaks("data-duty-of-another")
def _(city: TinyCity) -> None:
    entry(add_data(city), "duties")["department"] = "cityscape"


@breaks("data-duty-forbidden")
def _(city: TinyCity) -> None:
    duty = entry(add_data(city), "duties")
    duty |= {"resource": "resident-basics", "fields": []}


@breaks("data-demand-of-own")
def _(city: TinyCity) -> None:
    demand = entry(add_data(city), "demands")
    demand |= {"resource": "outdoor-signs", "fields": ["size"]}
    city.yaml["data/resources/cityscape.yaml"]["resources"][0]["department"] = "market"
    city.yaml["data/systems.yaml"]["systems"][1] |= {
        "department": "market",
        "subsystem": "SH/GOV/market/works",
    }


@breaks("data-demand-unclear")
def _(city: TinyCity) -> None:
    del entry(add_data(city), "demands")["fields"]


@breaks("data-demand-material")
def _(city: TinyCity) -> None:
    entry(add_data(city), "demands")["material"] = "photograph"


@breaks("data-demand-of-other-item")
def _(city: TinyCity) -> None:
    entry(add_data(city), "demands")["department"] = "cityscape"


@breaks("data-demand-of-cancelled-item")
def _(city: TinyCity) -> None:
    add_data(city).item["state"] = "cancelled"


@breaks("data-demand-above-limit")
def _(city: TinyCity) -> None:
    entry(add_data(city), "demands")["frequency"] = 10_001


@breaks("data-demand-repeated")
def _(city: TinyCity) -> None:
    demands = add_data(city).yaml["data/demands.yaml"]["demands"]
    demands.append(demands[0] | {"code": "again"})


@pytest.mark.parametrize("one", breaks.parameters)
def test_each_rule_is_told_when_it_is_broken(one: Break, tmp_path: Path) -> None:
    assert broken(one, tmp_path)


def test_every_rule_has_a_change_that_breaks_it() -> None:
    assert breaks.missing(RULES) == set()


def test_the_tiny_city_is_right_and_read_whole(tmp_path: Path) -> None:
    pack, problems = add_data(TinyCity(tmp_path)).read()
    assert [f"{p.place} {p.words()}" for p in problems] == []
    assert list(pack.resources) == ["outdoor-signs", "health-checks", "resident-basics"]
    assert pack.systems["office-people"].member == "office"
    assert pack.data_duties["office-health-checks"].answer_days == 5
    assert pack.demands["market-health"].basis.words == "食品安全法 45"
    assert pack.negatives["no-adoption"].words == "民法典 1110"
    assert pack.resources["health-checks"].service_code == "health-checks"


def test_a_city_without_data_is_right(tmp_path: Path) -> None:
    pack, problems = TinyCity(tmp_path).read()
    assert not len(problems)
    assert not pack.resources


@pytest.mark.parametrize(
    ("name", "change", "place"),
    [
        ("systems", {"department": "none"}, "data/systems.yaml:4:15"),
        ("resources", {"theme": "none"}, "data/resources/people.yaml:8:10"),
        ("resources", {"system": "none"}, "data/resources/people.yaml:6:11"),
        ("duties", {"items": ["none"]}, "data/duties.yaml:14:5"),
        ("demands", {"item": "none"}, "data/demands.yaml:4:9"),
        ("demands", {"elements": ["none"]}, "data/demands.yaml:15:5"),
        ("negatives", {"resource": "none"}, "data/negatives.yaml:3:13"),
        ("negatives", {"source": "none"}, "data/negatives.yaml:9:11"),
    ],
)
def test_references_that_lead_nowhere_are_told_where_they_stand(
    tmp_path: Path, name: str, change: dict[str, Any], place: str
) -> None:
    city = add_data(TinyCity(tmp_path))
    entry(city, name).update(change)
    told = [p for p in city.problems() if p.rule.code == "unknown-reference"]
    assert [str(problem.place) for problem in told][:1] == [place]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("systems", {"subsystem": "SH/GOV/office"}),
        ("systems", {"subsystem": "SH/BANK/office/people"}),
        ("resources", {"fields": []}),
        ("resources", {"level": 5}),
        ("duties", {"answer_days": 11}),
        ("demands", {"frequency": 0}),
        ("negatives", {"until": "tomorrow"}),
    ],
)
def test_what_no_entry_can_say(tmp_path: Path, name: str, change: dict[str, Any]) -> None:
    city = add_data(TinyCity(tmp_path))
    entry(city, name).update(change)
    assert any(problem.is_error for problem in city.problems())
