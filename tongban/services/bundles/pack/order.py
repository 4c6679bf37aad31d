"""What waits for what: circles, joint checks, promises, for all items of a bundle together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tongban.foundation.packs.types import Finding, did_you_mean
from tongban.kernel.graphs import circles
from tongban.services.bundles.rules.chosen import working_days
from tongban.services.bundles.types import Bundle, BundleItem
from tongban.services.catalogue.types import Item, ItemState, Limit, Saving, Situation

Items = Mapping[str, Item]


def order_findings(bundle: Bundle, items: Items) -> Iterator[Finding]:
    """Yield what is wrong with the items of a bundle and their order. ``items`` may lack some."""
    yield from _entry_findings(bundle, items)
    after = waits(bundle, items)
    positions = {entry.item: position for position, entry in enumerate(bundle.items)}
    found = list(circles(after))
    for circle in found:
        yield Finding("bundle-circle", ("items", positions[circle[0]]), {"circle": " → ".join(circle)})
    if not found:
        yield from _joint_findings(bundle, items, after)


def waits(bundle: Bundle, items: Items) -> dict[str, set[str]]:
    """Return for each item of the bundle those it may have to wait for, whatever the answers."""
    inside = {entry.item for entry in bundle.items}
    after: dict[str, set[str]] = {}
    for entry in bundle.items:
        item = items.get(entry.item)
        wanted = set(entry.needs)
        if item:
            wanted |= set(item.needs)
            wanted |= {
                i.item for m in item.materials for i in m.instead if i.by is Saving.BUNDLE_OUTPUT and i.item
            }
        after[entry.item] = (wanted & inside) - {entry.item}  # an item that needs itself is told as such
    return after


def _entry_findings(bundle: Bundle, items: Items) -> Iterator[Finding]:
    inside = {entry.item for entry in bundle.items}
    for position, entry in enumerate(bundle.items):
        path = ("items", position)
        if entry.when is not None and entry.when_words is None:
            yield Finding("bundle-condition-without-words", (*path, "when"), {"item": entry.item})
        for number, need in enumerate(entry.needs):
            if need not in inside:
                yield Finding(
                    "bundle-needs-outside", (*path, "needs", number), {"item": entry.item, "needs": need}
                )
        if entry.item in items:
            yield from _of_item(bundle, entry, items[entry.item], path)


def _of_item(bundle: Bundle, entry: BundleItem, item: Item, path: tuple[str | int, ...]) -> Iterator[Finding]:
    situations = {situation.code: situation for situation in item.situations}
    if entry.situation is not None and entry.situation not in situations:
        values = {
            "item": item.code,
            "code": entry.situation,
            "hint": did_you_mean(entry.situation, situations),
        }
        yield Finding("bundle-unknown-situation", (*path, "situation"), values)
    if item.state is ItemState.HISTORICAL and bundle.as_of is None:
        yield Finding("historical-item-offered", (*path, "item"), {"item": item.code})
    limit = alone(entry, item)
    if entry.promise and limit is not None and entry.promise.days > working_days(limit):
        cut: dict[str, object] = {"item": item.code, "alone": working_days(limit), "days": entry.promise.days}
        yield Finding("bundle-promise-longer", (*path, "promise", "days"), cut)


def alone(entry: BundleItem, item: Item) -> Limit | None:
    """Return the limit of an item when done alone, in the situation the bundle names."""
    named = [one for one in item.situations if one.code == entry.situation]
    situation: Situation | None = next(iter(named or item.situations), None)
    return (situation.promise if situation else None) or item.promise or item.statutory


def _joint_findings(bundle: Bundle, items: Items, after: Mapping[str, set[str]]) -> Iterator[Finding]:
    if bundle.joint_check is None:
        return
    entries = {entry.item: entry for entry in bundle.items}
    members = bundle.joint_check.items
    for position, code in enumerate(members):
        path = ("joint_check", "items", position)
        if code not in entries:
            yield Finding("joint-check-outside", path, {"item": code})
            continue
        for earlier in members:
            if earlier != code and earlier in _reachable(code, after):
                yield Finding("joint-check-dependent", path, {"later": code, "earlier": earlier})
        if code in items:
            yield from _member(bundle, entries[code], items[code], path)


def _member(bundle: Bundle, entry: BundleItem, item: Item, path: tuple[str | int, ...]) -> Iterator[Finding]:
    situated = [one.site_check for one in item.situations if one.code == entry.situation]
    checked = (
        situated[0]
        if situated and situated[0] is not None
        else bool(item.site_check and item.site_check.needed)
    )
    if not checked:
        yield Finding("joint-check-without-check", path, {"item": item.code})
    limit = alone(entry, item)
    days = entry.promise.days if entry.promise else (working_days(limit) if limit else None)
    within = bundle.joint_check.within if bundle.joint_check else 0
    if days is not None and within > days:
        yield Finding("joint-check-too-long", path, {"within": within, "item": item.code, "promise": days})


def _reachable(start: str, after: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for code in after.get(waiting.pop(), ()):
            if code not in found:
                found.add(code)
                waiting.append(code)
    return found
