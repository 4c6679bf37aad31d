"""What people say and what the catalogue calls it: the synonyms of a city pack, ready to be looked up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tongban.services.catalogue.search.text import core, words
from tongban.services.catalogue.search.types import Synonym, SynonymKind

MOST_MEANINGS = 6
"""Meanings used of one word; more would find everything."""


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Meanings by word, both as compared (without stop words)."""

    meanings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    longest: int = 0

    def find(self, text: str, start: int, starts: frozenset[int], *, but: str = "") -> str:
        """Return the longest word with a meaning that stands at ``start``; empty if none.

        A word of two characters must begin where a word of the text begins (``starts``) and end where one
        ends: 社保 is not in 人社保障. ``but`` is left out.
        """
        for end in range(min(len(text), start + self.longest), start, -1):
            word = text[start:end]
            if word == but:
                continue
            if word in self.meanings and (end - start > 2 or (start in starts and end in starts)):
                return word
        return ""


def gather(rows: Iterable[Synonym]) -> Synonyms:
    """Return the rows ready to be looked up. Synonyms and abbreviations hold in both directions."""
    meanings: dict[str, dict[str, None]] = {}
    for row in rows:
        word, means = core(row.word), core(row.means)
        if not word or not means or word == means:
            continue
        meanings.setdefault(word, {})[means] = None
        if row.kind != SynonymKind.SPOKEN:
            meanings.setdefault(means, {})[word] = None
    return Synonyms(
        {word: tuple(found)[:MOST_MEANINGS] for word, found in meanings.items()},
        max(map(len, meanings), default=0),
    )


def borders(text: str) -> frozenset[int]:
    """Return the places in a text where a word begins or ends."""
    places, at = {0}, 0
    for word in words(text):
        at += len(word)
        places.add(at)
    return frozenset(places)
