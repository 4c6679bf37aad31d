"""What of the requests was asked for: read from an address, written into the next one. Nothing here is trusted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import QueryDict

from tongban.channels.ui import typed
from tongban.channels.ui.typed import Typed

VIEWS = ("answer", "stated", "disputed", "answered", "all")
LAST_PAGE = 1000
LONGEST = 80


@dataclass(frozen=True, slots=True)
class Asked:
    """Which requests, for which of one's departments, a page of them."""

    view: str = "answer"
    of: str = ""
    page: int = 1

    def address(self, path: str, **changes: object) -> str:
        """Return an address that asks for this, with some of it changed."""
        one = replace(self, **changes)  # type: ignore[arg-type]
        query = {
            "view": one.view if one.view != "answer" else "",
            "of": one.of,
            "page": str(one.page) if one.page > 1 else "",
        }
        said = urlencode({name: value for name, value in query.items() if value})
        return f"{path}?{said}" if said else path


def read(given: QueryDict) -> Asked:
    """Return what an address asks for; what it should not say is passed over."""
    view = given.get("view", "")
    return Asked(view if view in VIEWS else "answer", words(given, "of"), number(given))


def words(given: QueryDict, name: str) -> str:
    """Return a short text of an address."""
    return given.get(name, "").replace("\x00", "").strip()[:LONGEST]


def number(given: QueryDict, name: str = "page") -> int:
    """Return the number of the page that an address asks for."""
    said = given.get(name, "")
    return min(LAST_PAGE, max(1, int(said))) if said.isascii() and said.isdigit() and len(said) < 6 else 1


def form(given: QueryDict) -> Typed:
    """Return what an address says as if it had been typed: a form is looked at before it is sent."""
    names = list(given)[: typed.MOST]
    return Typed(
        {
            name: [one[: typed.LONGEST].replace("\x00", "") for one in given.getlist(name)[: typed.MOST]]
            for name in names
        }
    )
