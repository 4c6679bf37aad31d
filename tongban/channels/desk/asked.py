"""What of the queue was asked for: read from an address, written into the next one. Nothing here is trusted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar
from urllib.parse import urlencode

from django.http import QueryDict

from tongban.services.approvals.types import Light, QueueFilters, WorkKind

VIEWS = ("department", "mine", "unassigned", "stopped", "handed", "done")
SIZE = 100
LONGEST = 80
LAST_PAGE = 100
Word = TypeVar("Word", Light, WorkKind)


@dataclass(frozen=True, slots=True)
class Asked:
    """A part of the queue and a page of it; ``place`` counts from 1 over all pages, 0 where none is meant."""

    view: str = "department"
    light: Light | None = None
    kind: WorkKind | None = None
    item: str = ""
    service: str = ""
    search: str = ""
    page: int = 1
    place: int = 0

    @property
    def filters(self) -> QueueFilters:
        """Return what the query of the queue wants to know."""
        return QueueFilters(self.view, self.light, self.kind, self.item, self.service, self.search)

    @property
    def is_narrowed(self) -> bool:
        """Return whether anything but the view was chosen."""
        return bool(self.light or self.kind or self.item or self.service or self.search)

    def query(self, **changes: object) -> str:
        """Return the query of an address that asks for this, with some of it changed."""
        one = replace(self, **changes)  # type: ignore[arg-type]
        said = {
            "view": one.view if one.view != "department" else "",
            "light": one.light.value if one.light else "",
            "kind": one.kind.value if one.kind else "",
            "item": one.item,
            "service": one.service,
            "q": one.search,
            "page": str(one.page) if one.page > 1 else "",
            "n": str(one.place) if one.place else "",
        }
        return urlencode({name: value for name, value in said.items() if value})

    def address(self, path: str, **changes: object) -> str:
        """Return an address that asks for this."""
        query = self.query(**changes)
        return f"{path}?{query}" if query else path


def read(given: QueryDict) -> Asked:
    """Return what an address asks for; what it should not say is passed over."""
    view = given.get("view", "")
    return Asked(
        view=view if view in VIEWS else "department",
        light=_word(Light, given.get("light", "")),
        kind=_word(WorkKind, given.get("kind", "")),
        item=given.get("item", "")[:LONGEST],
        service=given.get("service", "")[:LONGEST],
        search=given.get("q", "").replace("\x00", "").strip()[:LONGEST],
        page=_number(given.get("page", ""), 1, LAST_PAGE),
        place=_number(given.get("n", ""), 0, LAST_PAGE * SIZE),
    )


def _word(words: type[Word], said: str) -> Word | None:
    return words(said) if said in list(words) else None


def _number(said: str, least: int, most: int) -> int:
    return min(most, max(least, int(said))) if said.isascii() and said.isdigit() and len(said) < 7 else least
