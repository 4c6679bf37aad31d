"""Lists of matters: all, by theme, by department, by audience, by district; and the same as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse

from tongban.channels.portal import asked
from tongban.channels.portal.presenters.items import item_row
from tongban.channels.portal.presenters.listing import AUDIENCES, EASY, ORDERS, Group, Listing
from tongban.channels.ui.access import public
from tongban.channels.ui.environment import say
from tongban.channels.ui.frame import frame
from tongban.channels.ui.pages import reader_of
from tongban.channels.ui.tables import safe_cell
from tongban.foundation.government.types import Department
from tongban.kernel.errors import N_
from tongban.kernel.pages import Page
from tongban.services.catalogue import queries as catalogue
from tongban.services.catalogue.queries import ItemCard

EASY_NAMES = {
    "no_visit": "visits_zero",
    "no_materials": "no_materials",
    "at_once": "immediate",
    "online": "online",
}
MOST_IN_CSV = 20_000


def listing(request: HttpRequest, path: str, **fixed: str) -> Listing:
    """Return the list this address asks for; ``fixed`` is what the page itself is about (theme="birth")."""
    reader = reader_of(request)
    chosen = _chosen(request.GET, fixed)
    page = _page(chosen, fixed, asked.page(request.GET))
    asked.check_page(page.number, page.pages)
    departments = frame().departments
    rows = tuple(item_row(card, departments, reader.language) for card in page.items)
    return Listing(
        path, chosen, Page(rows, page.number, page.size, page.total),
        _groups(chosen, fixed, reader.language, departments), _orders(path, chosen, reader.language, reader.prefix),
        asked.address(f"{reader.prefix}/items.csv", {**chosen, **fixed}),
    )  # fmt: skip


def _chosen(query: QueryDict, fixed: dict[str, str]) -> dict[str, str | tuple[str, ...]]:
    found: dict[str, str | tuple[str, ...]] = {
        "audience": asked.choice(query, "audience", AUDIENCES),
        "theme": asked.choice(query, "theme", catalogue.themes()),
        "department": asked.choice(query, "department", frame().departments),
        "district": asked.choice(query, "district", {one.code for one in frame().districts}),
        "easy": asked.ticked(query, "easy", EASY),
        "order": asked.choice(query, "order", ORDERS),
    }
    return {name: value for name, value in found.items() if value and name not in fixed}


def _page(chosen: dict[str, Any], fixed: dict[str, str], number: int = 1, size: int = 20) -> Page[ItemCard]:
    return catalogue.list_items(**_conditions(chosen, fixed), page=number, size=size)


def _conditions(chosen: dict[str, Any], fixed: dict[str, str]) -> dict[str, Any]:
    easy = {EASY_NAMES[name]: True for name in chosen.get("easy", ())}
    return {name: value for name, value in {**chosen, **fixed, **easy}.items() if name != "easy"}


def _groups(
    chosen: dict[str, Any], fixed: dict[str, str], language: str, departments: dict[str, Department]
) -> tuple[Group, ...]:
    def count(**changes: Any) -> int:
        conditions = _conditions({**chosen, **changes}, fixed)
        return catalogue.count_items(**{name: one for name, one in conditions.items() if name != "order"})

    easy = chosen.get("easy", ())
    groups = [
        Group(
            say(language, N_("怎么办")),
            "easy",
            tuple(
                (name, say(language, words), count(easy=tuple({*easy, name})), name in easy)
                for name, words in EASY.items()
            ),
        )
    ]
    if "audience" not in fixed:
        groups.insert(
            0,
            Group(
                say(language, N_("谁来办")),
                "audience",
                (
                    ("", say(language, N_("不限")), None, "audience" not in chosen),
                    *(
                        (code, say(language, words), count(audience=code), chosen.get("audience") == code)
                        for code, words in list(AUDIENCES.items())[:2]
                    ),
                ),
                "radio",
            ),
        )
    return tuple(groups)


def _orders(
    path: str, chosen: dict[str, Any], language: str, prefix: str
) -> tuple[tuple[str, str, bool], ...]:
    current = chosen.get("order") or "name"
    return tuple(
        (
            asked.address(prefix + path, chosen, order=None if name == "name" else name),
            say(language, words),
            name == current,
        )
        for name, words in ORDERS.items()
    )


@public
def as_csv(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Return the list with these filters as one CSV file (UTF-8 with a mark, so that spreadsheets read it)."""
    chosen = _chosen(request.GET, {})
    rows = _csv(chosen, frame().departments)
    response = StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="items.csv"'
    return response


class _Line:
    """What csv.writer wants to write to: it gives the line back instead."""

    def write(self, line: str) -> str:
        return line


HEADER = (
    "code",
    "name",
    "english",
    "plain",
    "department",
    "department_name",
    "audience",
    "themes",
    "type",
    "level",
    "promise_days",
    "promise_unit",
    "statutory_days",
    "statutory_unit",
    "visits",
    "materials",
    "online_depth",
    "depth",
    "sure",
    "version",
)


def _csv(chosen: dict[str, Any], departments: dict[str, Department]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield "\ufeff" + str(writer.writerow(HEADER))
    number, pages = 1, 1
    while number <= pages and number * 100 <= MOST_IN_CSV:
        page = _page(chosen, {}, number, size=100)
        pages = page.pages
        yield "".join(
            str(writer.writerow([safe_cell(value) for value in _values(card, departments)]))
            for card in page.items
        )
        number += 1


def _values(card: ItemCard, departments: dict[str, Department]) -> tuple[object, ...]:
    told = card.depth == "full"
    department = departments.get(card.department)
    return (
        card.code, card.name, card.english, card.plain, card.department, department.name if department else "",
        ";".join(card.audience), ";".join(card.themes), card.type, card.level, card.promise_days, card.promise_unit,
        card.statutory_days, card.statutory_unit, card.visits if told else None, card.materials if told else None,
        card.online_depth, card.depth, card.sure, card.number,
    )  # fmt: skip
