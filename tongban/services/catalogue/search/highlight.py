"""Where in a text the words of a query stand. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from tongban.services.catalogue.search.understanding import Group


def marks(text: str, groups: Iterable[Group]) -> tuple[tuple[int, int], ...]:
    """Return the (start, end) places of the words in the text, in order, touching ones joined."""
    plain, places = _plain(text)
    covered: set[int] = set()
    for group in groups:
        for word in {word for way in group.ways for word in way}:
            covered.update(_places(plain, word))
    if not covered:
        return ()
    found: list[list[int]] = []
    for place in sorted(places[at] for at in covered):
        if found and found[-1][1] == place:
            found[-1][1] = place + 1
        elif not found or found[-1][1] < place:
            found.append([place, place + 1])
    return tuple((start, end) for start, end in found)


def _plain(text: str) -> tuple[str, list[int]]:
    """Return the text as search compares it, and the place in the text of each of its characters."""
    plain: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for one in unicodedata.normalize("NFKC", character).lower():
            if one.isalnum():
                plain.append(one)
                places.append(place)
    return "".join(plain), places


def _places(plain: str, word: str) -> Iterable[int]:
    at = plain.find(word)
    while at >= 0:
        yield from range(at, at + len(word))
        at = plain.find(word, at + 1)
