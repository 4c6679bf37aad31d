"""Where in a text the words of a query stand. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from tongban.services.catalogue.search.understanding import Group


def words_of(groups: Iterable[Group]) -> frozenset[str]:
    """Return all words by which the groups may have been found."""
    return frozenset(word for group in groups for way in group.ways for word in way)


def marks(text: str, words: Iterable[str]) -> tuple[tuple[int, int], ...]:
    """Return the (start, end) places of the words in the text, in order, touching ones joined."""
    plain, places = _plain(text)
    covered: set[int] = set()
    for word in words:
        if word in plain:
            covered.update(_places(plain, word))
    found: list[list[int]] = []
    for place in sorted({places[at] for at in covered}):
        if found and found[-1][1] == place:
            found[-1][1] = place + 1
        else:
            found.append([place, place + 1])
    return tuple((start, end) for start, end in found)


def _plain(text: str) -> tuple[str, list[int]]:
    """Return the text as search compares it, and the place in the text of each of its characters."""
    folded = [(place, one) for place, one in enumerate(text.lower()) if one.isalnum()]
    if len(text.lower()) != len(text) or not unicodedata.is_normalized("NFKC", text):
        folded = [
            (place, one)
            for place, character in enumerate(text)
            for one in unicodedata.normalize("NFKC", character).lower()
            if one.isalnum()
        ]
    return "".join(one for _, one in folded), [place for place, _ in folded]


def _places(plain: str, word: str) -> Iterable[int]:
    at = plain.find(word)
    while at >= 0:
        yield from range(at, at + len(word))
        at = plain.find(word, at + 1)
