"""The words of search: what is put in, what is asked, what is answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tongban.kernel.records import Line, Record


class Kind(StrEnum):
    """What can be found."""

    BUNDLE = "bundle"
    ITEM = "item"
    QUESTION = "question"
    THEME = "theme"


class SynonymKind(StrEnum):
    """How a word stands to its meaning."""

    SYNONYM = "synonym"  # another word for the same; found in both directions
    ABBREVIATION = "abbr"  # a short form; found in both directions
    SPOKEN = "spoken"  # what a person says; leads to the official words, never back


class Synonym(Record):
    """A row of search/synonyms.csv: who types ``word`` also means ``means``."""

    word: Line
    means: Line
    kind: SynonymKind = SynonymKind.SYNONYM


class Order(StrEnum):
    """The order of hits."""

    BEST = "best"
    FASTEST = "fastest"
    FEWEST = "fewest"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be found. ``none`` in visits, materials or days means: not known.

    ``about`` is what is said of it elsewhere (plain words, themes, department, bundles it belongs to):
    it is found by these words too, after whatever is called so. ``card`` is kept as it is for the page.
    """

    kind: Kind
    code: str
    title: str
    subtitle: str = ""
    aliases: tuple[str, ...] = ()
    english: str = ""
    about: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    department: str = ""
    districts: tuple[str, ...] = ()
    visits: int | None = None
    materials: int | None = None
    days: int | None = None
    immediate: bool = False
    boost: int = 0
    card: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a person narrowed the hits to. ``no_visit`` and ``one_visit`` together mean either."""

    audience: str = ""
    department: str = ""
    theme: str = ""
    district: str = ""
    kind: str = ""
    no_visit: bool = False
    one_visit: bool = False
    no_materials: bool = False
    immediate: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """One result. ``marks`` are (start, end) places of the title that match, in characters."""

    kind: Kind
    code: str
    title: str
    subtitle: str
    card: dict[str, Any]
    marks: tuple[tuple[int, int], ...] = ()
    subtitle_marks: tuple[tuple[int, int], ...] = ()
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Understood:
    """A word of the query as it was understood, and what it was also taken for."""

    word: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Correction:
    """“was” looks like “means”; ``text`` is the whole query put right."""

    was: str
    means: str
    text: str


@dataclass(frozen=True, slots=True)
class Facet:
    """How many hits there would be with this value of a filter, the other filters as they are."""

    name: str
    value: str
    count: int


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The answer to a query. ``capped`` says that there are more than were counted."""

    text: str
    hits: tuple[Hit, ...] = ()
    total: int = 0
    page: int = 1
    size: int = 10
    understood: tuple[Understood, ...] = ()
    corrected: Correction | None = None
    facets: tuple[Facet, ...] = ()
    themes: tuple[str, ...] = ()
    cut: bool = False
    capped: bool = False

    @property
    def pages(self) -> int:
        """Return how many pages there are, at least one."""
        return max(1, -(-self.total // self.size))

    def facet(self, name: str) -> tuple[Facet, ...]:
        """Return the values of one filter with their counts, most frequent first."""
        return tuple(facet for facet in self.facets if facet.name == name)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a person may be about to type."""

    kind: Kind
    code: str
    title: str
    english: str = ""


@dataclass(frozen=True, slots=True)
class Missed:
    """What was searched and not found, how often, on how many days, last when (ISO date)."""

    text: str
    count: int
    days: int
    last: str
