"""The part of a city pack that is about data: ``data/``, read and checked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tongban.datahub.resources.labels import FIELDS, VALUES
from tongban.datahub.resources.types import (
    DataDuty,
    DataTheme,
    Demand,
    Negative,
    Opening,
    Resource,
    Sharing,
    System,
)
from tongban.foundation.packs.reading import Entries, Folder, Found, Naming, read_lists, tell
from tongban.foundation.packs.types import Finding, Official, Problems, Rule, Severity, table
from tongban.kernel.errors import N_

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

RULES = table(
    Rule(
        "data-system-member",
        N_("子系统 {subsystem} 的成员代码应当是部门代码 {department}。"),
        "In the class GOV the member is the department itself, so that a call says whose it is.",
    ),
    Rule(
        "data-subsystem-twice",
        N_("子系统 {subsystem} 已经是 {other} 的；一个子系统只能属于一个系统。"),
        "A caller is known by its subsystem.",
    ),
    Rule(
        "data-service-twice",
        N_("子系统 {subsystem} 里已经有服务 {service}（{other}）。"),
        "A service is found by its code within the subsystem.",
    ),
    Rule(
        "data-system-elsewhere",
        N_("系统 {system} 属于 {owner}，不属于 {department}。"),
        "Usually a department's data lies in its own system; it may lie in the data centre's.",
        severity=Severity.WARNING,
    ),
    Rule(
        "data-field-twice",
        N_("信息项 {field} 写了两次。"),
        "Fields are named by their codes.",
    ),
    Rule(
        "data-field-unknown",
        N_("数据资源 {resource} 没有信息项 {field}。"),
        "A list speaks of fields that there are.",
    ),
    Rule(
        "data-level",
        N_("数据级别写的是 {level}，而信息项里最高的是 {highest}。"),
        "A resource is as sensitive as the most sensitive of its fields.",
        law="上海市数据条例 82",
    ),
    Rule(
        "data-no-key",
        N_("{resource} 以服务接口共享，却没有一个信息项标为查询条件（key: true）。"),
        "A service is asked for one person or thing, by something.",
        severity=Severity.WARNING,
    ),
    Rule(
        "data-no-condition",
        N_("有条件共享要写明条件（condition）。"),
        "Who asks has to know what is asked of it.",
        law="政务数据共享条例",
    ),
    Rule(
        "data-no-basis",
        N_("{sharing}要写明依据（basis）。"),
        "Sharing is the rule; each exception stands on a law.",
        law="上海市数据条例 38",
    ),
    Rule(
        "data-personal-open",
        N_("{resource} 含个人信息，应当列入非开放类；脱敏后开放的，写明脱敏方式（opened_as）。"),
        "What names people is not opened, unless nobody can be known by it any more or they agree.",
        law="上海市数据条例 41",
    ),
    Rule(
        "data-never-not-listed",
        N_("{resource} 不予共享，却没有列入负面清单。"),
        "What a law keeps from being shared stands on the negative list, after review.",
        law="上海市数据条例 38",
        severity=Severity.WARNING,
    ),
    Rule(
        "data-duty-of-another",
        N_("{resource} 是 {owner} 的数据；责任清单只写本部门可以共享的数据。"),
        "A department answers for its own data.",
        law="上海市数据条例 38",
    ),
    Rule(
        "data-duty-forbidden",
        N_("负面清单 {negative} 不准共享 {fields}，责任清单不能再列它。"),
        "What may not be shared can not be owed.",
        law="上海市数据条例 38",
    ),
    Rule(
        "data-demand-of-own",
        N_("{resource} 就是 {department} 自己的数据，不用提出需求。"),
        "A demand is made to another department.",
    ),
    Rule(
        "data-demand-unclear",
        N_("需求要写明要哪些信息项（fields）或者数据元（elements）。"),
        "Not more is shared than the duty of who asks makes necessary; so the demand says what.",
        law="上海市数据条例 39",
    ),
    Rule(
        "data-demand-material",
        N_("事项 {item} 没有申请材料 {material}。"),
        "A demand comes from a material that people are asked for today.",
        law="上海市数据条例 30",
    ),
    Rule(
        "data-demand-of-other-item",
        N_("事项 {item} 由 {owner} 办理，不由 {department} 办理。"),
        "A department asks for what its own items need.",
        law="上海市数据条例 39",
        severity=Severity.WARNING,
    ),
    Rule(
        "data-demand-repeated",
        N_("{department} 已经为同一事项、同一材料提出过需求 {other}。"),
        "One need is stated once; otherwise two owners answer the same question.",
        severity=Severity.WARNING,
    ),
)


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
    """What the data refers to elsewhere in the pack; items are opaque: who handles them, what they ask for."""

    departments: Entries[Any]
    sources: Entries[Any]
    elements: Entries[Any]
    items: Entries[Any]
    handled_by: Mapping[str, str]
    materials: Mapping[str, Collection[str]]


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
        tell(RULES, _of_system(record, first), system, problems)


def _of_system(system: System, first: str) -> Iterator[Finding]:
    if system.subsystem.split("/")[1] == "GOV" and system.member != system.department:
        values = {"subsystem": system.subsystem, "department": system.department}
        yield Finding("data-system-member", ("subsystem",), values)
    if first != system.code:
        yield Finding("data-subsystem-twice", ("subsystem",), {"subsystem": system.subsystem, "other": first})


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
        tell(RULES, _of_resource(record), found, problems)
        if record.sharing is Sharing.NEVER and record.code not in listed and data.negatives.complete:
            tell(RULES, [_at("data-never-not-listed", "sharing", resource=record.code)], found, problems)
        if record.system in systems:
            tell(RULES, _of_service(record, systems[record.system], services), found, problems)


def _of_resource(resource: Resource) -> Iterator[Finding]:
    seen: set[str] = set()
    for position, one in enumerate(resource.fields):
        if one.code in seen:
            yield Finding("data-field-twice", ("fields", position, "code"), {"field": one.code})
        seen.add(one.code)
    highest = max(one.level for one in resource.fields)
    if resource.level != highest:
        yield _at("data-level", "level", level=resource.level, highest=highest)
    if resource.format == "service" and not any(one.key for one in resource.fields):
        yield _at("data-no-key", "format", resource=resource.code)
    if resource.sharing is Sharing.CONDITIONAL and resource.condition is None:
        yield _at("data-no-condition", "sharing")
    if resource.sharing is not Sharing.UNCONDITIONAL and resource.basis is None:
        name = Official("", *VALUES["sharing"][resource.sharing.value])
        yield _at("data-no-basis", "sharing", sharing=name)
    if resource.opening is not Opening.CLOSED and resource.is_personal and resource.opened_as is None:
        yield _at("data-personal-open", "opening", resource=resource.code)


def _of_service(
    resource: Resource, system: System, services: dict[tuple[str, str], str]
) -> Iterator[Finding]:
    if system.department != resource.department:
        yield _at(
            "data-system-elsewhere",
            "system",
            system=system.code,
            owner=system.department,
            department=resource.department,
        )
    address = (system.subsystem, resource.service_code)
    other = services.setdefault(address, resource.code)
    if other != resource.code:
        field = "service" if resource.service else "code"
        yield _at("data-service-twice", field, subsystem=address[0], service=address[1], other=other)


def _check_lists(data: Data, beside: Neighbours, problems: Problems) -> None:
    resources = data.resources.records
    for negative in data.negatives:
        _check_fields(negative, data, problems)
    for duty in data.duties:
        _refer(duty, "department", duty.record.department, beside.departments, problems)
        for position, item in enumerate(duty.record.items):
            beside.items.tell_unknown(item, "items", duty.place(("items", position)), problems)
        resource = _check_fields(duty, data, problems)
        if resource is not None:
            against = [one.record for one in data.negatives if one.record.resource == resource.code]
            tell(RULES, _of_duty(duty.record, resource, against), duty, problems)
    first: dict[tuple[str, str, str, str | None], str] = {}
    for demand in data.demands:
        record = demand.record
        _check_demand_references(demand, data, beside, problems)
        tell(RULES, _of_demand(record, resources, beside), demand, problems)
        need = (record.department, record.item, record.material, record.resource)
        other = first.setdefault(need, record.code)
        if other != record.code:
            repeated = _at("data-demand-repeated", "material", department=record.department, other=other)
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
    for position, field in enumerate(found.record.fields):
        if field not in resource.field_codes:
            values = {"resource": resource.code, "field": field}
            tell(RULES, [Finding("data-field-unknown", ("fields", position), values)], found, problems)
    return resource


def _of_duty(duty: DataDuty, resource: Resource, against: Iterable[Negative]) -> Iterator[Finding]:
    if duty.department != resource.department:
        yield _at("data-duty-of-another", "department", resource=resource.code, owner=resource.department)
    owed = frozenset(duty.fields) or resource.field_codes
    for negative in against:
        forbidden = owed & (frozenset(negative.fields) or resource.field_codes)
        if forbidden and negative.until is None:
            yield _at(
                "data-duty-forbidden", "fields", negative=negative.code, fields=tuple(sorted(forbidden))
            )


def _check_demand_references(
    demand: Found[Demand], data: Data, beside: Neighbours, problems: Problems
) -> None:
    _refer(demand, "department", demand.record.department, beside.departments, problems)
    _refer(demand, "item", demand.record.item, beside.items, problems)
    for position, element in enumerate(demand.record.elements):
        beside.elements.tell_unknown(element, "elements", demand.place(("elements", position)), problems)
    _check_fields(demand, data, problems)


def _of_demand(demand: Demand, resources: Mapping[str, Resource], beside: Neighbours) -> Iterator[Finding]:
    resource = resources.get(demand.resource or "")
    if resource is not None and resource.department == demand.department:
        yield _at("data-demand-of-own", "resource", resource=resource.code, department=demand.department)
    if not demand.fields and not demand.elements:
        yield _at("data-demand-unclear", "code")
    materials = beside.materials.get(demand.item)
    if materials is not None and demand.material not in materials:
        yield _at("data-demand-material", "material", item=demand.item, material=demand.material)
    owner = beside.handled_by.get(demand.item)
    if owner is not None and owner != demand.department:
        yield _at(
            "data-demand-of-other-item",
            "item",
            item=demand.item,
            owner=owner,
            department=demand.department,
        )


def _at(rule: str, field: str, **values: object) -> Finding:
    return Finding(rule, (field,), values)


def _refer(
    found: Found[Any], field: str, code: str | None, entries: Entries[Any], problems: Problems
) -> None:
    if code is not None and code not in entries:
        entries.tell_unknown(code, field, found.place((field,)), problems)
