"""The part of a city pack that is about data: ``data/``, read and checked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tongban.datahub.resources.labels import FIELDS, VALUES
from tongban.datahub.resources.rules import answering, coverage, holding
from tongban.datahub.resources.rules import entries as rules
from tongban.datahub.resources.rules.entries import RULES
from tongban.datahub.resources.types import (
    DataDuty,
    DataTheme,
    Demand,
    Hold,
    ItemFacts,
    Lists,
    Negative,
    Outcome,
    Past,
    Resource,
    Sharing,
    System,
    Verdict,
)
from tongban.foundation.packs.reading import Entries, Folder, Found, Naming, read_lists, tell
from tongban.foundation.packs.types import Finding, Official, Problems
from tongban.kernel.errors import N_, Invalid

SYSTEMS = "data/systems.yaml"
THEMES = "data/themes.yaml"
RESOURCES = "data/resources/*.yaml"
DUTIES = "data/duties.yaml"
DEMANDS = "data/demands.yaml"
NEGATIVES = "data/negatives.yaml"
FILES = (SYSTEMS, THEMES, DUTIES, DEMANDS, NEGATIVES)

NAMING = Naming(
    fields=FIELDS,
    values={
        field: tuple(Official(code, *names) for code, names in known.items())
        for field, known in VALUES.items()
        if field != "kind"  # of a system and of a resource: the record itself knows which
    },
)

ALWAYS = dt.date.min
"""A day on which every negative entry holds: what may be shared one day is not promised today."""

__all__ = ["FILES", "RULES", "Data", "Neighbours", "check", "grants_at_once", "lists_of", "read"]


@dataclass(frozen=True, slots=True)
class Data:
    """What ``data/`` says, each entry with its place."""

    systems: Entries[System]
    themes: Entries[DataTheme]
    resources: Entries[Resource]
    duties: Entries[DataDuty]
    demands: Entries[Demand]
    negatives: Entries[Negative]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What the data refers to elsewhere in the pack; of items what the lists have to know, None of those that are cancelled."""

    departments: Entries[Any]
    sources: Entries[Any]
    elements: Entries[Any]
    items: Entries[Any]
    facts: Mapping[str, ItemFacts | None]


def read(folder: Folder) -> Data:
    """Return what ``data/`` says; tells every problem of its files."""
    return Data(
        systems=read_lists(folder, [SYSTEMS], "systems", System, N_("信息系统"), NAMING),
        themes=read_lists(folder, [THEMES], "themes", DataTheme, N_("数据主题"), NAMING),
        resources=read_lists(
            folder, folder.matching(RESOURCES), "resources", Resource, N_("数据资源"), NAMING
        ),
        duties=read_lists(folder, [DUTIES], "duties", DataDuty, N_("责任清单条目"), NAMING),
        demands=read_lists(folder, [DEMANDS], "demands", Demand, N_("需求清单条目"), NAMING),
        negatives=read_lists(folder, [NEGATIVES], "negatives", Negative, N_("负面清单条目"), NAMING),
    )


def grants_at_once(demand: Demand, lists: Lists, items: Mapping[str, ItemFacts | None]) -> bool:
    """Return whether the lists grant a demand, whatever of the negative list is to hold: nobody has to answer it."""
    verdict = _verdict(demand, lists, items)
    return verdict is not None and verdict.outcome is Outcome.GRANTED


def _verdict(demand: Demand, lists: Lists, items: Mapping[str, ItemFacts | None]) -> Verdict | None:
    """Return what the lists say to a demand that nothing went before; None where it names what there is not."""
    wish = coverage.wish_of(demand)
    try:
        found = answering.answer(wish, lists, ALWAYS)
    except Invalid:  # told of the demand itself
        return None
    resource = lists.resources.get(found.resource or "")
    duty = answering.duty_owing(resource, found.fields, lists.duties, wish.item) if resource else None
    return holding.held(found, wish, items.get(wish.item), Past(), duty) if resource else found


def lists_of(data: Data) -> Lists:
    """Return what answers stand on."""
    return Lists(
        resources=data.resources.records,
        duties=tuple(data.duties.records.values()),
        negatives=tuple(data.negatives.records.values()),
    )


def check(data: Data, beside: Neighbours, problems: Problems) -> None:
    """Tell references that lead nowhere and rules that are broken, each at its line."""
    _check_systems(data, beside, problems)
    _check_resources(data, beside, problems)
    _check_lists(data, beside, problems)
    with_basis: tuple[Entries[Any], ...] = (data.resources, data.duties, data.demands)
    for found in (found for entries in with_basis for found in entries):
        if found.record.basis is not None:
            _check_source(found, ("basis", "source"), found.record.basis.source, beside, problems)
    for negative in data.negatives:
        _check_source(negative, ("source",), negative.record.source, beside, problems)


def _check_source(
    found: Found[Any], path: tuple[str, ...], source: str | None, beside: Neighbours, problems: Problems
) -> None:
    if source is not None and source not in beside.sources:
        beside.sources.tell_unknown(source, "source", found.place(path), problems)


def _check_systems(data: Data, beside: Neighbours, problems: Problems) -> None:
    owner: dict[str, str] = {}
    for system in data.systems:
        record = system.record
        _refer(system, "department", record.department, beside.departments, problems)
        first = owner.setdefault(record.subsystem, record.code)
        tell(RULES, rules.of_system(record, first), system, problems)


def _check_resources(data: Data, beside: Neighbours, problems: Problems) -> None:
    listed = {entry.record.resource for entry in data.negatives}
    systems = data.systems.records
    services: dict[tuple[str, str], str] = {}
    for found in data.resources:
        record = found.record
        _refer(found, "department", record.department, beside.departments, problems)
        _refer(found, "system", record.system, data.systems, problems)
        _refer(found, "theme", record.theme, data.themes, problems)
        for position, one in enumerate(record.fields):
            if one.element is not None:
                place = found.place(("fields", position, "element"))
                beside.elements.tell_unknown(one.element, "element", place, problems)
        tell(RULES, rules.of_resource(record), found, problems)
        if record.sharing is Sharing.NEVER and record.code not in listed and data.negatives.complete:
            tell(RULES, [rules.at("data-never-not-listed", "sharing", resource=record.code)], found, problems)
        if record.system in systems:
            tell(RULES, rules.of_service(record, systems[record.system], services), found, problems)


def _check_lists(data: Data, beside: Neighbours, problems: Problems) -> None:
    for negative in data.negatives:
        _check_fields(negative, data, problems)
    for duty in data.duties:
        _refer(duty, "department", duty.record.department, beside.departments, problems)
        for position, item in enumerate(duty.record.items):
            beside.items.tell_unknown(item, "items", duty.place(("items", position)), problems)
        resource = _check_fields(duty, data, problems)
        if resource is not None:
            against = [one.record for one in data.negatives if one.record.resource == resource.code]
            tell(RULES, rules.of_duty(duty.record, resource, against), duty, problems)
    first: dict[tuple[str, str, str, str | None], str] = {}
    lists = lists_of(data)
    for demand in data.demands:
        record = demand.record
        _check_demand_references(demand, data, beside, problems)
        tell(RULES, _of_demand(record, lists, beside), demand, problems)
        need = (record.department, record.item, record.material, record.resource)
        other = first.setdefault(need, record.code)
        if other != record.code:
            repeated = rules.at("data-demand-repeated", "material", department=record.department, other=other)
            tell(RULES, [repeated], demand, problems)


def _check_fields(
    found: Found[DataDuty] | Found[Negative] | Found[Demand], data: Data, problems: Problems
) -> Resource | None:
    """Tell an unknown resource or field; return the resource where it could be read."""
    code = found.record.resource
    _refer(found, "resource", code, data.resources, problems)
    resource = data.resources.records.get(code or "")
    if resource is None:
        return None
    tell(RULES, rules.unknown_fields(found.record.fields, resource), found, problems)
    return resource


def _check_demand_references(
    demand: Found[Demand], data: Data, beside: Neighbours, problems: Problems
) -> None:
    _refer(demand, "department", demand.record.department, beside.departments, problems)
    _refer(demand, "item", demand.record.item, beside.items, problems)
    for position, element in enumerate(demand.record.elements):
        beside.elements.tell_unknown(element, "elements", demand.place(("elements", position)), problems)
    _check_fields(demand, data, problems)


def _of_demand(demand: Demand, lists: Lists, beside: Neighbours) -> Iterator[Finding]:
    yield from rules.of_demand(demand, lists.resources.get(demand.resource or ""))
    item = beside.facts.get(demand.item)
    if item is None:
        if demand.item in beside.facts:
            yield rules.at("data-demand-of-cancelled-item", "item", item=demand.item)
        return
    if demand.material not in item.materials:
        yield rules.at("data-demand-material", "material", item=demand.item, material=demand.material)
    if demand.department not in item.departments:
        values = {
            "item": demand.item,
            "owner": tuple(sorted(item.departments)),
            "department": demand.department,
        }
        yield rules.at("data-demand-of-other-item", "item", **values)
    verdict = _verdict(demand, lists, beside.facts)
    if verdict is not None and Hold.LIMIT in verdict.holds:
        yield rules.at("data-demand-above-limit", "frequency", frequency=demand.frequency)


def _refer(
    found: Found[Any], field: str, code: str | None, entries: Entries[Any], problems: Problems
) -> None:
    if code is not None and code not in entries:
        entries.tell_unknown(code, field, found.place((field,)), problems)
