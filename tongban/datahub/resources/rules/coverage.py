"""What the lists are worth: materials they spare people, duties nobody uses, demands made twice, themes. Pure."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from tongban.datahub.resources.rules import answering
from tongban.datahub.resources.types import (
    Coverage,
    DataDuty,
    DataTheme,
    Demand,
    Lists,
    Outcome,
    Reach,
    Repeated,
    Resource,
    Sharing,
    Spared,
    ThemeList,
    Wish,
)
from tongban.kernel.errors import Invalid
from tongban.kernel.law import law

BEST_FIRST = tuple(Reach)


@law("data-not-collected-twice", basis="上海市数据条例 30", says="What can be had by sharing is not asked for again: for "
     "each material it is known how far it is from being spared")  # fmt: skip
def coverage(
    materials: Iterable[tuple[str, str]],
    demands: Iterable[Demand],
    lists: Lists,
    granted: Collection[tuple[str, str]],
    on: dt.date,
) -> Coverage:
    """Return for each (item, material) that people are asked for how far the lists spare it, the best demand first.

    Args: ``granted`` are the (item, material) whose demand has a grant that stands.
    """
    of: dict[tuple[str, str], list[Demand]] = defaultdict(list)
    for demand in demands:
        of[demand.item, demand.material].append(demand)
    found = tuple(
        min(
            (_spared(demand, lists, (item, material) in granted, on) for demand in of[item, material]),
            key=lambda one: BEST_FIRST.index(one.reach),
            default=Spared(item, material, Reach.ASKED),
        )
        for item, material in dict.fromkeys(materials)
    )
    counts = Counter(one.reach for one in found)
    return Coverage(found, {reach: counts[reach] for reach in Reach})


def _spared(demand: Demand, lists: Lists, is_granted: bool, on: dt.date) -> Spared:
    try:
        verdict = answering.answer(wish_of(demand), lists, on)
    except Invalid:  # an entry may outlive the resource or field that it names
        return Spared(demand.item, demand.material, Reach.DEMANDED, demand.code, demand.resource or "")
    if is_granted:
        reach = Reach.GRANTED
    elif verdict.outcome is Outcome.REFUSED:
        reach = Reach.BARRED
    elif verdict.outcome is Outcome.GRANTED or verdict.duty:
        reach = Reach.OWED
    else:
        reach = Reach.DEMANDED
    return Spared(demand.item, demand.material, reach, demand.code, verdict.resource or "", verdict.duty)


def wish_of(demand: Demand) -> Wish:
    """Return what an entry of the demand list wants."""
    return Wish(
        department=demand.department,
        item=demand.item,
        material=demand.material,
        purpose=demand.purpose,
        basis=demand.basis,
        resource=demand.resource,
        fields=demand.fields,
        elements=demand.elements,
        per_day=demand.frequency,
        until=demand.until,
    )


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided about: fields of a resource for an item, between two moments as often as it was."""

    resource: str
    item: str
    fields: tuple[str, ...]
    first: dt.datetime
    last: dt.datetime


def never_used(
    duties: Iterable[DataDuty],
    decided: Iterable[Decided],
    resources: Mapping[str, Resource],
    since: Mapping[str, dt.datetime],
) -> tuple[DataDuty, ...]:
    """Return the duties by which no demand was ever decided, and on which no grant rests.

    Args: ``since`` says when duties were written that have not always been there: what was decided before is not by them.
    """
    duties, of = tuple(duties), defaultdict[str, list[DataDuty]](list)
    for duty in duties:
        of[duty.resource].append(duty)
    used: set[str] = set()
    for one in decided:
        if one.resource in resources and of[one.resource]:
            for moment in {one.first, one.last}:
                there = [duty for duty in of[one.resource] if since.get(duty.code, moment) <= moment]
                found = answering.duty_owing(resources[one.resource], one.fields, there, one.item)
                used |= {found.code} if found else set()
    return tuple(duty for duty in duties if duty.code not in used)


def unused(
    duties: Iterable[DataDuty], demands: Iterable[Demand], resources: Mapping[str, Resource]
) -> tuple[DataDuty, ...]:
    """Return the duties from which no entry of a demand list wants a field: of a pack, before anybody has stated one."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for demand in demands:
        resource = resources.get(demand.resource or "")
        if resource is not None:
            wanted[resource.code] |= {
                one.code
                for one in resource.fields
                if one.code in demand.fields or one.element in demand.elements
            }
    return tuple(duty for duty in duties if not _owed(duty, resources) & wanted[duty.resource])


def _owed(duty: DataDuty, resources: Mapping[str, Resource]) -> frozenset[str]:
    resource = resources.get(duty.resource)
    return frozenset(duty.fields) or (resource.field_codes if resource else frozenset())


def repeated(demands: Iterable[Demand]) -> tuple[Repeated, ...]:
    """Return the groups of demands that one grant could serve, the largest first."""
    groups: dict[tuple[str, str, tuple[str, ...]], list[str]] = defaultdict(list)
    for demand in demands:
        if demand.resource is not None:
            wanted = tuple(sorted({*demand.fields, *(f"element:{one}" for one in demand.elements)}))
            groups[demand.department, demand.resource, wanted].append(demand.code)
    found = [Repeated(*key, demands=tuple(codes)) for key, codes in groups.items() if len(codes) > 1]
    return tuple(sorted(found, key=lambda one: (-len(one.demands), one.department, one.resource)))


def by_theme(themes: Iterable[DataTheme], lists: Lists, demands: Iterable[Demand]) -> tuple[ThemeList, ...]:
    """Return the subject list of each theme, in the order of the themes."""
    demands = tuple(demands)
    return tuple(_theme(theme, lists, demands) for theme in themes)


def _theme(theme: DataTheme, lists: Lists, demands: tuple[Demand, ...]) -> ThemeList:
    own = {one.code: one for one in lists.resources.values() if one.theme == theme.code}
    sharing = Counter(one.sharing for one in own.values())
    return ThemeList(
        theme=theme.code,
        name=theme.name,
        resources=tuple(own),
        departments=tuple(dict.fromkeys(one.department for one in own.values())),
        sharing={kind: sharing[kind] for kind in Sharing},
        duties=sum(duty.resource in own for duty in lists.duties),
        demands=sum(demand.resource in own for demand in demands),
        negatives=sum(entry.resource in own for entry in lists.negatives),
    )
