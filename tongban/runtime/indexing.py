"""What search is told after a publication: only what changed, or everything where words changed for all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tongban.foundation.government import queries as government
from tongban.foundation.packs.operations import Changes
from tongban.services.bundles import queries as bundles
from tongban.services.bundles.queries import BundleCard
from tongban.services.bundles.types import Bundle, Figures
from tongban.services.catalogue import queries as catalogue
from tongban.services.catalogue.search import operations as search
from tongban.services.catalogue.search.types import Entry, Kind
from tongban.services.catalogue.types import Item, ItemState

WORDS_OF_ALL = ("departments", "themes", "bundles")
LARGE = 10  # a tenth of the items: making everything anew is then quicker


def bring_up_to_date(changes: Mapping[str, Changes], *, total: int, again: bool = False) -> None:
    """Index what a load of so many items changed."""
    own = changes["items"]
    changed = {*own.added, *own.changed}
    if again or len(changed) * LARGE > total or any(changes.get(name) for name in WORDS_OF_ALL):
        rebuild()
    elif own:
        reindex(changed | set(own.removed))


def reindex(codes: Iterable[str]) -> None:
    """Index these items as published now; those that are not offered any more go out."""
    wanted = set(codes)
    found = catalogue.items_by_code(wanted)
    gone = [code for code in wanted if code not in found or found[code].state is not ItemState.IN_USE]
    if gone:
        search.remove(gone)
    search.reindex(_entries_of_items(found.values()))


def rebuild() -> None:
    """Index the whole catalogue as published."""
    items = catalogue.all_items("in_use").values()
    search.rebuild([*_entries_of_items(items, whole=True), *_entries_of_bundles()])


def _entries_of_items(items: Iterable[Item], *, whole: bool = False) -> list[Entry]:
    cards = bundles.list_bundles()
    departments = {d.code: (d.name, d.short, *d.aliases) for d in government.departments()}
    found = search.entries_of_catalogue(
        items=items, themes=catalogue.themes(), departments=departments, bundles=_bundle_names(cards)
    )
    return [entry for entry in found if whole or entry.kind is not Kind.THEME]


def _bundle_names(cards: Iterable[BundleCard]) -> dict[str, tuple[str, ...]]:
    names: dict[str, tuple[str, ...]] = {}
    for card in cards:
        for item in card.items:
            names[item] = (*names.get(item, ()), card.name)
    return names


def _entries_of_bundles() -> list[Entry]:
    figures = {card.code: (card.before, card.after) for card in bundles.list_bundles()}
    return [_entry_of_bundle(bundle, *figures[code]) for code, bundle in bundles.all_bundles().items()]


def _entry_of_bundle(bundle: Bundle, before: Figures | None, after: Figures | None) -> Entry:
    return search.entry_of_bundle(
        code=bundle.code,
        name=bundle.name,
        plain=bundle.plain,
        aliases=bundle.aliases,
        english=bundle.english or "",
        plain_english=bundle.plain_english or "",
        audience=bundle.audience,
        themes=bundle.themes,
        department=bundle.lead,
        before=before.model_dump() if before else None,
        after=after.model_dump() if after else None,
        card={"icon": bundle.icon, "items": len(bundle.items), "featured": bundle.featured},
    )
