"""Suggestions while typing: what begins like this, in characters, in pinyin, or by initials. Pure."""

from __future__ import annotations

import re

from tongban.services.catalogue.search.line import Line
from tongban.services.catalogue.search.pinyin import initials, sound_pairs, sounds
from tongban.services.catalogue.search.terms import LETTERS, every, quote, some
from tongban.services.catalogue.search.text import pairs, units
from tongban.services.catalogue.search.understanding import Query, all_query

_RUNS = re.compile(r"[a-z0-9]+|[^a-z0-9]+")


def typing_query(query: Query) -> str:
    """Return a tsquery for entries that have what is typed so far, the last word perhaps half typed."""
    runs = _RUNS.findall(query.core.replace(" ", ""))
    typed = every(_begun(run) for run in runs)
    heard = every(quote("~" + pair) for pair in sound_pairs(sounds(list(query.units))))
    return some([typed, heard, all_query(query)])


def _begun(run: str) -> str:
    if run.isascii():
        begun = quote("<" + run[:LETTERS]) + (":*" if len(run) > 1 else "")
        return some([begun, quote(run)])
    parts = units(run)
    return every(quote(term) for term in (pairs(parts) or parts))


def typing_order(query: Query, line: Line) -> tuple[bool, bool, int, int, int]:
    """Return the key that orders suggestions: what begins so, bundles first, then the shorter."""
    place = min((_place(query, name) for name in line.phrases), default=99)
    return (
        place > 0,
        line.kind != "bundle",
        place,
        -line.boost,
        len(line.phrases[0]) if line.phrases else 0,
    )


def _place(query: Query, name: str) -> int:
    """Return how far from the beginning of a name the typed text stands; 50 if it is not there as typed."""
    forms = [name]
    if query.letters:
        aloud = sounds(units(name))
        forms += ["".join(aloud), initials(aloud)]
    places = [form.find(query.letters or query.core) for form in forms]
    return min((place for place in places if place >= 0), default=50)
