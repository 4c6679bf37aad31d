"""Reads of the catalogue and of the three lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel

from tongban.datahub.resources import models, standing
from tongban.datahub.resources.errors import EntryUnknown, ResourceUnknown
from tongban.datahub.resources.rules import suggesting, writing
from tongban.datahub.resources.types import (
    DataDuty,
    DataTheme,
    Demand,
    ListKind,
    Lists,
    Negative,
    Origin,
    Resource,
    System,
    Version,
)

R = TypeVar("R", bound=BaseModel)
LONGEST_CODE = 80


def systems(department: str = "") -> tuple[System, ...]:
    """Return the systems, of one department or of all."""
    return standing.listed(System, **_having(department=department))


def get_system(code: str) -> System:
    """Return the system with this code; raise NotFound."""
    found = standing.listed(System, code=code)
    if not found:
        raise EntryUnknown(code)
    return found[0]


def themes() -> tuple[DataTheme, ...]:
    """Return the themes of data."""
    return standing.listed(DataTheme)


def resources(*, department: str = "", theme: str = "", sharing: str = "") -> tuple[Resource, ...]:
    """Return the resources of the catalogue, all or those of a department, of a theme, shared in one way."""
    return standing.listed(Resource, **_having(department=department, theme=theme, sharing=sharing))


def get_resource(code: str) -> Resource:
    """Return the resource with this code; raise NotFound."""
    found = standing.listed(Resource, code=code)
    if not found:
        raise ResourceUnknown(code)
    return found[0]


def find_resources(codes: Iterable[str]) -> dict[str, Resource]:
    """Return those resources of the codes that the catalogue has, by code."""
    return {one.code: one for one in standing.listed(Resource, code__in=sorted(set(codes)))}


def find_systems(subsystems: Iterable[str]) -> dict[str, System]:
    """Return those systems that take part in the exchange under these codes, by subsystem."""
    return {one.subsystem: one for one in standing.listed(System, subsystem__in=sorted(set(subsystems)))}


def duties(*, department: str = "", resource: str = "") -> tuple[DataDuty, ...]:
    """Return the duty list, of all or of a department or a resource."""
    return standing.listed(DataDuty, **_having(department=department, resource=resource))


def demands(*, department: str = "", resource: str = "", item: str = "") -> tuple[Demand, ...]:
    """Return the demand list, of all or of a department, for a resource, of an item."""
    return standing.listed(Demand, **_having(department=department, resource=resource, item=item))


def holders(item: str) -> dict[str, Resource]:
    """Return material → the resource from which the demand list has it obtained, of an item (two statements)."""
    listed = [one for one in demands(item=item) if one.resource]
    if not listed:
        return {}
    codes = {one.resource for one in listed}
    known = {one.code: one for one in standing.listed(Resource, code__in=list(codes))}
    found: dict[str, Resource] = {}
    for one in listed:
        if one.resource in known:
            found.setdefault(one.material, known[one.resource])
    return found


def negatives(*, resource: str = "") -> tuple[Negative, ...]:
    """Return the negative list, of all or of a resource."""
    return standing.listed(Negative, **_having(resource=resource))


def lists() -> Lists:
    """Return what answers stand on: catalogue, duty list and negative list."""
    return standing.lists()


def versions(kind: ListKind, code: str) -> tuple[Version, ...]:
    """Return all versions of an entry, the newest first."""
    rows = models.Version.objects.filter(kind=kind.value, code=code).order_by("-number")
    return tuple(
        Version(
            kind=kind,
            code=row.code,
            number=row.number,
            origin=Origin(row.origin),
            document=row.document,
            at=row.at,
            by=row.by_name or row.by_id,
            why=row.why,
        )
        for row in rows
    )


def _having(**wanted: str) -> dict[str, object]:
    return {name: value for name, value in wanted.items() if value}


def free_code(kind: ListKind, base: str) -> str:
    """Return a code for a new entry that no entry of its list has or had: the base, else with a number behind it."""
    table: Any = standing.TABLES[kind][0]
    base = base[: LONGEST_CODE - len("-9999")]
    taken = set(table._default_manager.filter(code__startswith=base).values_list("code", flat=True))
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return next(code for code in (base, *numbered) if code not in taken)


def suggested(words: str, lists: Lists, department: str) -> tuple[Resource, ...]:
    """Return the resources of others that may hold what some words name, the nearest first."""
    return suggesting.suggest(words, lists.resources.values(), department)


def written(record: type[R], document: Mapping[str, Any]) -> R:
    """Return the entry that a form says; raise Invalid naming what is missing or wrong."""
    return writing.written(record, document)
