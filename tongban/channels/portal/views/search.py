"""Search: the page of results, and suggestions while one types."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse

from tongban.channels.portal import asked
from tongban.channels.portal.presenters import search as shown
from tongban.channels.portal.presenters.search import EASY, ORDERS, HitRow, hit_row
from tongban.channels.portal.views.offers import bundle_tiles_drawn, drawing
from tongban.channels.ui.access import public
from tongban.channels.ui.environment import say
from tongban.channels.ui.frame import frame
from tongban.channels.ui.pages import reader_of, render
from tongban.channels.ui.reader import Reader
from tongban.foundation.government.types import Department
from tongban.kernel import clock
from tongban.services.bundles import queries as bundles
from tongban.services.catalogue import queries as catalogue
from tongban.services.catalogue.search import operations, queries
from tongban.services.catalogue.search.types import Filters, Kind, Order, SearchResult

SUGGESTED = 4


@public
def search(request: HttpRequest) -> HttpResponse:
    """Show what a person means by their words, or help on when nothing is found."""
    reader, text = reader_of(request), asked.text(request.GET)
    departments = _departments()
    chosen = _chosen(request, departments)
    filters = _filters(chosen)
    if not text:
        return render(request, "portal/search_empty.html", groups=_themes())
    result = queries.search(
        text, filters=filters, page=asked.page(request.GET), order=Order(chosen.get("order", "best")),
        literal="literal" in chosen,
    )  # fmt: skip
    if not result.total and filters == Filters():
        return _nothing(request, text, result)
    asked.check_page(result.page, result.pages)
    query = {"q": text, **chosen}
    rows = [hit_row(hit, departments, reader.language) for hit in result.hits]
    return render(
        request, "portal/search.html", text=text, result=result, chosen=chosen, rows=rows,
        groups=shown.groups(result, filters, departments, reader.language), top=_bundles_of(result, reader),
        orders=_orders(query, reader), query=query,
        at=lambda number: asked.address(f"{reader.prefix}/search", query, page=number),
        literal=asked.address(f"{reader.prefix}/search", query, literal="1"),
    )  # fmt: skip


def _chosen(request: HttpRequest, departments: dict[str, Department]) -> dict[str, Any]:
    query = request.GET
    found: dict[str, Any] = {
        "audience": asked.choice(query, "audience", ("1", "2", "3", "4", "5", "6")),
        "department": asked.choice(query, "department", departments),
        "theme": asked.choice(query, "theme", catalogue.themes()),
        "easy": asked.ticked(query, "easy", EASY),
        "order": asked.choice(query, "order", ORDERS),
        "literal": asked.choice(query, "literal", ("1",)),
    }
    return {name: value for name, value in found.items() if value}


def _filters(chosen: dict[str, Any]) -> Filters:
    easy: dict[str, Any] = dict.fromkeys(chosen.get("easy", ()), True)
    return Filters(chosen.get("audience", ""), chosen.get("department", ""), chosen.get("theme", ""), **easy)


def _orders(query: dict[str, Any], reader: Reader) -> list[tuple[str, str, bool]]:
    current = query.get("order", "best")
    return [
        (asked.address(f"{reader.prefix}/search", query, order=None if name == "best" else name),
         say(reader.language, words), name == current)
        for name, words in ORDERS.items()
    ]  # fmt: skip


def _bundles_of(result: SearchResult, reader: Reader) -> dict[str, Any]:
    """Return the full cards of the bundles found, by code: they stand on top of their page."""
    codes = {hit.code for hit in result.hits if hit.kind is Kind.BUNDLE}
    found = [one for one in bundles.list_bundles() if one.code in codes] if codes else []
    return {card.code: card for card in bundle_tiles_drawn(found, reader.language)}


def _nothing(request: HttpRequest, text: str, result: SearchResult) -> HttpResponse:
    """Keep what was not found (never who searched), and show ways on. Never cached: each one counts."""
    operations.note_missed(text, found=0, at=clock.now())
    codes = set(result.themes)
    near = [card for card in catalogue.theme_cards() if card.theme.code in codes]
    return render(
        request,
        "portal/search_nothing.html",
        keep=False,
        text=text,
        near=near,
        groups=_themes(),
        literal="literal" in request.GET,
    )


def _themes() -> list[tuple[str, Any]]:
    return [("person", catalogue.theme_cards("1")), ("company", catalogue.theme_cards("2"))]


def _departments() -> dict[str, Department]:
    return frame().departments


@public
def suggest(request: HttpRequest) -> HttpResponse:
    """Return the list of options under the search box: a fragment, read by tongban.js."""
    reader, text = reader_of(request), asked.text(request.GET, most=60)
    rows = suggestions(text, reader) if text else ()
    total = catalogue.count_items() if rows else 0
    return render(request, "portal/suggest.html", text=text, rows=rows, total=total)


def suggestions(text: str, reader: Reader) -> tuple[HitRow, ...]:
    """Return what is found by what is typed so far."""
    departments = _departments()
    result = queries.search(text, size=SUGGESTED)
    rows = (hit_row(hit, departments, reader.language) for hit in result.hits)
    return tuple(replace(row, drawing=drawing(row.code)) if row.kind == "bundle" else row for row in rows)
