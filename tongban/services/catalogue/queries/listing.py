"""Browsing: items in use by theme, department, audience, district, level, type, and by how easy they are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F, QuerySet

from tongban.kernel.pages import Page
from tongban.services.catalogue import models
from tongban.services.catalogue.queries.cards import COLUMNS, ItemCard, item_card

ONLINE_FROM = 4  # 网上办理深度: from 4 (互联网受理) an application is accepted online
LARGEST = 100

ORDERS: dict[str, tuple[Any, ...]] = {
    "name": ("order_key", "code"),
    "fast": (F("promise_days").asc(nulls_last=True), "order_key", "code"),
    "materials": ("materials", "order_key", "code"),
}


def list_items(
    *,
    theme: str | None = None,
    department: str | None = None,
    audience: str | None = None,
    district: str | None = None,
    level: str | None = None,
    type: str | None = None,
    online: bool = False,
    visits_zero: bool = False,
    no_materials: bool = False,
    immediate: bool = False,
    state: str = "in_use",
    order: str = "name",
    page: int = 1,
    size: int = 20,
) -> Page[ItemCard]:
    """Return a page of the items that all given conditions hold for (two statements).

    Summaries say nothing of papers and trips, so ``visits_zero`` and ``no_materials`` look at full guides
    only. ``district`` (six-digit code) keeps the items it handles on terms of its own.
    """
    rows = _matching(
        theme=theme, department=department, audience=audience, district=district, level=level, type=type,
        online=online, visits_zero=visits_zero, no_materials=no_materials, immediate=immediate, state=state,
    )  # fmt: skip
    return _page(rows.order_by(*ORDERS.get(order, ORDERS["name"])), max(1, page), min(max(1, size), LARGEST))


def count_items(**conditions: Any) -> int:
    """Return how many items all given conditions hold for, named as for ``list_items`` (one statement)."""
    return _matching(**conditions).count()


def _matching(
    *,
    theme: str | None = None,
    department: str | None = None,
    audience: str | None = None,
    district: str | None = None,
    level: str | None = None,
    type: str | None = None,
    online: bool = False,
    visits_zero: bool = False,
    no_materials: bool = False,
    immediate: bool = False,
    state: str = "in_use",
) -> QuerySet:
    rows = models.Item.objects.filter(state=state)
    exact = {"department": department, "level": level, "type": type}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    lists = {"themes": theme, "audience": audience, "variants": district}
    rows = rows.filter(**{f"{name}__contains": [value] for name, value in lists.items() if value})
    if online:
        rows = rows.filter(online_depth__gte=ONLINE_FROM)
    if visits_zero:
        rows = rows.filter(visits=0, depth="full")
    if no_materials:
        rows = rows.filter(materials=0, depth="full")
    if immediate:
        rows = rows.filter(case_kind="1")
    return rows


def list_cards(codes: Iterable[str]) -> tuple[ItemCard, ...]:
    """Return the cards of these items in the order given (one statement); unknown codes are left out."""
    wanted = list(codes)
    rows = models.Item.objects.filter(code__in=wanted).values_list(*COLUMNS)
    cards = {card.code: card for card in map(item_card, rows)}
    return tuple(cards[code] for code in wanted if code in cards)


def _page(rows: QuerySet, number: int, size: int) -> Page[ItemCard]:
    total = rows.count()
    start = (number - 1) * size
    cards = tuple(map(item_card, rows.values_list(*COLUMNS)[start : start + size])) if start < total else ()
    return Page(cards, number, size, total)
