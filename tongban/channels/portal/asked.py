"""What the address asks for: values of the query, read strictly, refused with a sentence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from urllib.parse import urlencode

from django.http import QueryDict

from tongban.kernel.errors import N_, Invalid, NotFound

MOST_PAGES = 100_000
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]+")


def text(query: QueryDict, name: str = "q", most: int = 200) -> str:
    """Return a text a person typed: one line, without control characters, cut to ``most`` characters."""
    typed = unicodedata.normalize("NFC", CONTROL.sub(" ", query.get(name, "")))
    return " ".join(typed.split())[:most].strip()


def page(query: QueryDict) -> int:
    """Return the number of the page wanted, 1 if none is named; raise Invalid unless it is a number from 1."""
    wanted = query.get("page", "1")
    # str.isdecimal alone would take full-width digits and superscripts of any length.
    if not re.fullmatch(r"[0-9]{1,6}", wanted) or not 1 <= int(wanted) <= MOST_PAGES:
        raise Invalid(
            "page-not-a-number", N_("“{value}”不是页码。页码是从 1 开始的数字。"), value=wanted[:40]
        )
    return int(wanted)


def check_page(number: int, pages: int) -> None:
    """Raise NotFound when a list has no such page."""
    if number > pages:
        raise NotFound(
            "page-beyond-end", N_("这份清单只有 {pages} 页，没有第 {number} 页。"), pages=pages, number=number
        )


def choice(query: QueryDict, name: str, allowed: Collection[str], default: str = "") -> str:
    """Return the value chosen among those allowed; raise Invalid for any other."""
    wanted = query.get(name, "")
    if not wanted:
        return default
    if wanted not in allowed:
        raise Invalid(
            "choice-unknown", N_("条件“{name}”没有“{value}”这个选项。"), name=name, value=wanted[:40]
        )
    return wanted


def ticked(query: QueryDict, name: str, allowed: Collection[str]) -> tuple[str, ...]:
    """Return the values ticked, in the order given by the page; raise Invalid for one that is not offered."""
    wanted = query.getlist(name)
    for value in wanted:
        if value and value not in allowed:
            raise Invalid(
                "choice-unknown", N_("条件“{name}”没有“{value}”这个选项。"), name=name, value=value[:40]
            )
    return tuple(value for value in allowed if value in wanted)


def address(path: str, values: Mapping[str, str | Iterable[str]], **changes: str | int | None) -> str:
    """Return the address of a path with these values, after changes; empty ones are left out."""
    merged: dict[str, object] = {**values, **changes}
    kept = {
        name: value
        for name, value in merged.items()
        if value not in (None, "", (), 1 if name == "page" else None)
    }
    return path + ("?" + urlencode(kept, doseq=True) if kept else "")
