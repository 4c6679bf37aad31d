"""Entries made of what the catalogue and the bundles publish. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tongban.services.catalogue.search.types import Entry, Kind
from tongban.services.catalogue.types import CaseKind, Depth, Item, ItemState, Question, Theme, Unit

BUNDLE_BOOST, FULL_BOOST = 10, 2
CALENDAR_TO_WORKING = 5 / 7


def entry_of_item(
    item: Item,
    *,
    department: tuple[str, ...] = (),
    themes: Iterable[Theme] = (),
    bundles: Iterable[str] = (),
) -> Entry:
    """Return the entry of an item.

    ``department`` are the names of its department, ``themes`` the records of its themes, ``bundles`` the
    names of the bundles it belongs to: all of them words by which it is found after what is called so.
    """
    about = [item.plain, *department, *bundles]
    about += [theme.name for theme in themes]
    about += [situation.name for situation in item.situations]
    about += [result.name for result in item.results]
    full = item.depth is Depth.FULL
    return Entry(
        kind=Kind.ITEM,
        code=item.code,
        title=item.name,
        subtitle=item.plain,
        aliases=tuple(item.aliases) + ((item.plain,) if len(item.plain) <= 20 else ()),
        english=item.english or "",
        about=tuple(about),
        audience=tuple(one.value for one in item.audience),
        themes=item.themes,
        department=item.department,
        visits=len(item.visits) if full else None,
        materials=len(item.materials) if full else None,
        days=_working_days(item),
        immediate=item.case_kind is CaseKind.IMMEDIATE,
        boost=FULL_BOOST if full else 0,
        card=_item_card(item),
    )


def entries_of_questions(item: Item) -> list[Entry]:
    """Return the entries of an item's frequent questions; they lead to the item's guide."""
    return [_entry_of_question(item, number, one) for number, one in enumerate(item.questions, 1)]


def entry_of_bundle(
    *,
    code: str,
    name: str,
    plain: str,
    aliases: Iterable[str] = (),
    english: str = "",
    plain_english: str = "",
    about: Iterable[str] = (),
    audience: Iterable[str] = (),
    themes: Iterable[str] = (),
    department: str = "",
    before: Mapping[str, int] | None = None,
    after: Mapping[str, int] | None = None,
    card: Mapping[str, Any] | None = None,
) -> Entry:
    """Return the entry of a bundle; ``before`` and ``after`` are figures by measure, as compiled."""
    after = after or {}
    own = {
        "english": english, "plain": plain, "plain_english": plain_english, "before": dict(before or {}),
        "after": dict(after),
    }  # fmt: skip
    return Entry(
        kind=Kind.BUNDLE,
        code=code,
        title=name,
        subtitle=plain,
        aliases=tuple(aliases),
        english=english,
        about=(plain, *about),
        audience=tuple(audience),
        themes=tuple(themes),
        department=department,
        visits=after.get("visits"),
        materials=after.get("materials"),
        days=after.get("days"),
        boost=BUNDLE_BOOST,
        card=own | dict(card or {}),
    )


def entry_of_theme(theme: Theme) -> Entry:
    """Return the entry of a life theme: not a hit of its own, but a way on when nothing else is found."""
    return Entry(
        kind=Kind.THEME,
        code=theme.code,
        title=theme.name,
        aliases=theme.words,
        english=theme.english,
        audience=(theme.audience.value,),
        themes=(theme.code,),
        card={"english": theme.english, "icon": theme.icon},
    )


def entries_of_catalogue(
    *,
    items: Iterable[Item],
    themes: Mapping[str, Theme],
    departments: Mapping[str, tuple[str, ...]],
    bundles: Mapping[str, tuple[str, ...]],
) -> list[Entry]:
    """Return the entries of all items that can be applied for, their questions, and the themes.

    ``departments`` are names by department, ``bundles`` the names of bundles by item.
    """
    entries = [entry_of_theme(theme) for theme in themes.values()]
    for item in items:
        if item.state is not ItemState.IN_USE:
            continue
        entries.append(
            entry_of_item(
                item,
                department=departments.get(item.department, ()),
                themes=[themes[code] for code in item.themes if code in themes],
                bundles=bundles.get(item.code, ()),
            )
        )
        entries += entries_of_questions(item)
    return entries


def _entry_of_question(item: Item, number: int, question: Question) -> Entry:
    return Entry(
        kind=Kind.QUESTION,
        code=f"{item.code}#{number}",
        title=question.ask,
        subtitle=question.answer,
        about=(item.name, *item.aliases),
        audience=tuple(one.value for one in item.audience),
        themes=item.themes,
        department=item.department,
        card={"item": item.code, "item_name": item.name, "answer": question.answer},
    )


def _working_days(item: Item) -> int | None:
    """Return the promised days, else the statutory ones, in working days, so that they can be ordered."""
    limit = item.promise or item.statutory
    if limit is None:
        return 0 if item.case_kind is CaseKind.IMMEDIATE else None
    return limit.days if limit.unit is Unit.WORKING else round(limit.days * CALENDAR_TO_WORKING)


def _item_card(item: Item) -> dict[str, Any]:
    limit = item.promise or item.statutory
    return {
        "english": item.english or "",
        "plain": item.plain,
        "plain_english": item.plain_english or "",
        "department": item.department,
        "audience": [one.value for one in item.audience],
        "depth": item.depth.value,
        "days": limit.days if limit else None,
        "unit": limit.unit.value if limit else "",
        "promised": item.promise is not None,
        "immediate": item.case_kind is CaseKind.IMMEDIATE,
        "visits": len(item.visits),
        "materials": len(item.materials),
        "online": item.online.depth,
        "charged": item.fee.charged,
    }
