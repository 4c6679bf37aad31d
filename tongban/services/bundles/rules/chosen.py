"""Which items apply to these answers, and what each of them asks when done alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tongban.kernel.conditions import Answers, holds
from tongban.kernel.errors import N_, Conflict, Invalid
from tongban.services.bundles.types import Bundle, BundleItem
from tongban.services.catalogue.types import Item, Limit, Material, Situation, Unit, Visit

NOT_REQUIRED = "2"  # 材料必要性 2 非必要: nobody has to bring it, so nobody counts it


@dataclass(frozen=True, slots=True)
class Chosen:
    """An item that applies, in its situation: what it asks alone, and its days inside the bundle."""

    entry: BundleItem
    item: Item
    situation: Situation | None
    materials: tuple[Material, ...]
    visits: tuple[Visit, ...]
    checked: bool
    limit: Limit | None
    alone: int
    days: int

    @property
    def code(self) -> str:
        """Return the item's code."""
        return self.item.code


def choose(bundle: Bundle, items: Mapping[str, Item], answers: Answers) -> dict[str, Chosen]:
    """Return what applies, by item code in code order, so that the order of the file decides nothing.

    Raises Invalid for an item that is not in the catalogue or a promise longer than the item's own limit,
    Conflict where two entries of the same item apply at once.
    """
    chosen: dict[str, Chosen] = {}
    for entry in sorted(bundle.items, key=lambda e: e.item):
        if not holds(entry.when, answers):
            continue
        if entry.item in chosen:
            raise Conflict(
                "bundle-item-twice",
                N_("“{item}”同时以两种方式列入，条件要写成二选一。"),
                item=items[entry.item].name,
            )
        chosen[entry.item] = situate(entry, _find(entry.item, items), answers)
    return chosen


def _find(code: str, items: Mapping[str, Item]) -> Item:
    item = items.get(code)
    if item is None:
        raise Invalid("bundle-unknown-item", N_("事项目录里没有“{item}”。"), item=code)
    return item


def situate(entry: BundleItem, item: Item, answers: Answers) -> Chosen:
    """Return the item in the situation the bundle names, else in its first one."""
    situation = _situation(entry, item)
    limit = (situation.promise if situation else None) or item.promise or item.statutory
    alone = working_days(limit)
    return Chosen(
        entry=entry,
        item=item,
        situation=situation,
        materials=tuple(_asked(item, situation, answers)),
        visits=_visits(item, situation),
        checked=_checked(item, situation, answers),
        limit=limit,
        alone=alone if limit else _promised(entry, 0),
        days=_days(entry, item, limit, alone),
    )


def _situation(entry: BundleItem, item: Item) -> Situation | None:
    if entry.situation is None:
        return item.situations[0] if item.situations else None
    for situation in item.situations:
        if situation.code == entry.situation:
            return situation
    raise Invalid(
        "bundle-unknown-situation",
        N_("“{item}”没有“{situation}”这个情形。"),
        item=item.name,
        situation=entry.situation,
    )


def _asked(item: Item, situation: Situation | None, answers: Answers) -> Iterable[Material]:
    for material in item.materials:
        wanted = not material.situations or (situation is not None and situation.code in material.situations)
        if wanted and material.necessity != NOT_REQUIRED and holds(material.when, answers):
            yield material


def _visits(item: Item, situation: Situation | None) -> tuple[Visit, ...]:
    if situation is not None and situation.visits is not None:
        return situation.visits
    return item.visits


def _checked(item: Item, situation: Situation | None, answers: Answers) -> bool:
    if situation is not None and situation.site_check is not None:
        return situation.site_check
    return item.site_check is not None and item.site_check.needed and holds(item.site_check.when, answers)


def working_days(limit: Limit | None) -> int:
    """Return a limit in working days; calendar days count five to the week, rounded up."""
    if limit is None:
        return 0
    return limit.days if limit.unit is Unit.WORKING else -(-limit.days * 5 // 7)


def _promised(entry: BundleItem, otherwise: int) -> int:
    return entry.promise.days if entry.promise else otherwise


def _days(entry: BundleItem, item: Item, limit: Limit | None, alone: int) -> int:
    """Return the item's days inside the bundle (优化营商环境条例 36: limits may be cut, never stretched)."""
    days = _promised(entry, alone)
    if limit is not None and days > alone:
        raise Invalid(
            "bundle-promise-longer",
            N_("“{item}”单独办是 {alone} 个工作日，一件事里写了 {days} 个，不能更长。"),
            item=item.name,
            alone=alone,
            days=days,
        )
    return days
