"""For what a mandate is, as a person picks and reads it: items and bundles by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tongban.kernel.errors import N_, Invalid
from tongban.services.bundles.queries import BundleCard
from tongban.services.catalogue.search.types import Hit, Kind
from tongban.services.catalogue.types import Item

MSG_NONE = N_("选一选办哪些事：搜索以后打勾；或者选“全部事项”。")
MOST = 60
"""Picks in one mandate; who needs more means all."""


@dataclass(frozen=True, slots=True)
class Pick:
    """One thing that may be mandated: an item, or a bundle, which stands for its items."""

    value: str
    name: str
    english: str
    items: tuple[str, ...]
    is_bundle: bool = False


def read(
    values: Iterable[str], items: Mapping[str, Item], bundles: Mapping[str, BundleCard]
) -> tuple[Pick, ...]:
    """Return what was picked, in its order, once each; what does not exist is passed over."""
    found = (_pick(value, items, bundles) for value in dict.fromkeys(list(values)[:MOST]))
    return tuple(one for one in found if one)


def _pick(value: str, items: Mapping[str, Item], bundles: Mapping[str, BundleCard]) -> Pick | None:
    kind, _, code = value.partition(":")
    if kind == "bundle" and (card := bundles.get(code)):
        return Pick(value, card.name, card.english or "", card.items, True)
    if kind == "item" and (item := items.get(code)):
        return Pick(value, item.name, item.english or "", (code,))
    return None


def offered(hits: Iterable[Hit], picked: Sequence[Pick]) -> list[str]:
    """Return what a search found and is not picked yet, as values; questions lead to their items."""
    values = []
    for hit in hits:
        if hit.kind is Kind.BUNDLE:
            values.append(f"bundle:{hit.code}")
        elif hit.kind in (Kind.ITEM, Kind.QUESTION):
            values.append(f"item:{hit.code.partition('#')[0]}")
    known = {one.value for one in picked}
    return [value for value in dict.fromkeys(values) if value not in known]


def codes(picked: Iterable[Pick]) -> list[str]:
    """Return the items of all that was picked; raise Invalid when nothing was."""
    found = sorted({code for one in picked for code in one.items})
    if not found:
        raise Invalid("items-none", MSG_NONE)
    return found


def named(
    mandated: Sequence[str], items: Mapping[str, Item], bundles: Mapping[str, BundleCard]
) -> tuple[tuple[str, str], ...]:
    """Return for what a mandate is, as (name, English): a bundle's name where all of its items are in it."""
    left = list(mandated)
    whole = [card for card in bundles.values() if len(card.items) > 1 and set(card.items) <= set(mandated)]
    for card in whole:
        left = [code for code in left if code not in card.items]
    singles = [
        (items[code].name, items[code].english or "") if code in items else (code, code) for code in left
    ]
    return (*((card.name, card.english or "") for card in whole), *singles)
