"""The lexemes of an entry, and queries made of them. One GIN index over ``terms`` serves every way to search.

======== ================================================= ==========================================
prefix   lexeme                                            finds
======== ================================================= ==========================================
(none)   units and neighbouring pairs of title, aliases    words, typos
``=``    all units of a phrase, sorted                     the same words in another order
``~``    neighbouring syllables of a phrase                words that sound alike
``<``    pinyin, initials and English from each word on    what is typed in letters, also while typing
``*``    words of what is said about it                    what is not in the title
``#``    values of filters                                 narrowing when there are too many
======== ================================================= ==========================================

Marks of punctuation never stand in normalised text, so a prefix can not be typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from tongban.services.catalogue.search.pinyin import initials, read_aloud, sound_pairs, sounds
from tongban.services.catalogue.search.text import (
    bag,
    core_units,
    is_stop,
    join,
    normalise,
    pairs,
    small_words,
    units,
    words,
)
from tongban.services.catalogue.search.types import Entry, Filters

LETTERS = 24
"""Letters of pinyin kept from each word on; who typed more has long been understood."""


# ── of an entry ───────────────────────────────────────────────────────────────────────────────────
def phrases(entry: Entry) -> list[str]:
    """Return the names of an entry as they are compared, the title first.

    The title stands there with its stop words too, so that of two titles which differ in nothing else the
    one that was typed comes first.
    """
    compared = [join(core_units(normalise(name))) for name in names(entry)]
    compared.insert(1, join(units(normalise(entry.title))))
    return list(dict.fromkeys(name for name in compared if name))


def names(entry: Entry) -> tuple[str, ...]:
    """Return all names of an entry, the title first."""
    return (entry.title, *entry.aliases, entry.english)


def terms(entry: Entry) -> set[str]:
    """Return all lexemes of an entry."""
    found = set(_filter_terms(entry))
    for name in filter(None, map(normalise, names(entry))):
        found.update(_latin_terms(name) if name.isascii() else _name_terms(name))
    for text in entry.about:
        found.update("*" + word for word in about_words(normalise(text)))
    return found


def _name_terms(name: str) -> Iterator[str]:
    for parts in {tuple(units(name)), tuple(core_units(name))}:
        yield from parts
        yield from pairs(parts)
    essential = core_units(name)
    yield "=" + bag(essential)
    yield from ("~" + pair for pair in sound_pairs(sounds(essential)))
    yield from _letters(name)


def _latin_terms(name: str) -> Iterator[str]:
    yield from units(name)
    yield "=" + bag(core_units(name))
    yield from ("<" + word[:LETTERS] for word in units(name))


def _letters(name: str) -> Iterator[str]:
    """Yield pinyin and initials of the name from each of its words on."""
    parts = [part for chunk in name.split() for word in words(chunk) for part in small_words(word)]
    syllables = [read_aloud(part) for part in parts]
    for start in range(len(syllables)):
        rest = [syllable for word in syllables[start:] for syllable in word]
        yield "<" + "".join(rest)[:LETTERS]
        yield "<" + initials(rest)[:LETTERS]


def about_words(text: str) -> set[str]:
    """Return the words of a normalised text by which an entry is found besides its name."""
    long = {word for chunk in text.split() for word in words(chunk) if not is_stop(word)}
    return long | {part for word in long for part in small_words(word)}


def _filter_terms(entry: Entry) -> Iterator[str]:
    yield f"#kind {entry.kind}"
    for name, values in (
        ("audience", entry.audience),
        ("theme", entry.themes),
        ("district", entry.districts or ("all",)),
        ("department", (entry.department,) if entry.department else ()),
    ):
        yield from (f"#{name} {value}" for value in values)
    if entry.visits in (0, 1):
        yield f"#visits {entry.visits}"
    if entry.materials == 0:
        yield "#materials 0"
    if entry.immediate:
        yield "#immediate"


def vector(lexemes: Iterable[str]) -> str:
    """Return lexemes as PostgreSQL reads a tsvector."""
    return " ".join(quote(lexeme) for lexeme in sorted(lexemes))


# ── of a query ────────────────────────────────────────────────────────────────────────────────────
def quote(lexeme: str) -> str:
    """Return a lexeme in quotes, safe inside tsvector and tsquery."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


def every(queries: Iterable[str]) -> str:
    """Return a tsquery for entries that match all queries; empty for none."""
    return _joined("&", queries)


def some(queries: Iterable[str]) -> str:
    """Return a tsquery for entries that match at least one of the queries; empty for none."""
    return _joined("|", queries)


def _joined(mark: str, queries: Iterable[str]) -> str:
    known = [query for query in dict.fromkeys(queries) if query]
    return known[0] if len(known) == 1 else f"({f' {mark} '.join(known)})" if known else ""


def all_but(queries: Sequence[str], missing: int) -> str:
    """Return a tsquery for entries that match all but ``missing`` of the queries.

    Halving keeps it at n log n parts where writing out all choices would take n to the ``missing``.
    """
    if missing <= 0:
        return every(queries)
    if missing >= len(queries):
        return ""
    if len(queries) == missing + 1:
        return some(queries)
    half = len(queries) // 2
    left, right = queries[:half], queries[half:]
    ways = []
    for absent in range(missing + 1):
        if absent <= len(left) and missing - absent <= len(right):
            ways.append(every([all_but(left, absent), all_but(right, missing - absent)]))
    return some(ways)


@lru_cache(maxsize=4096)
def word_query(word: str) -> str:
    """Return a tsquery for entries whose names have the word: all its pairs, however it was cut there."""
    parts = units(word)
    return every(quote(term) for term in (pairs(parts) or parts))


def filter_query(filters: Filters) -> str:
    """Return a tsquery for the filters; empty when there are none."""
    wanted = [
        quote(f"#{name} {value}")
        for name, value in (
            ("kind", filters.kind),
            ("audience", filters.audience),
            ("theme", filters.theme),
            ("department", filters.department),
        )
        if value
    ]
    if filters.district:
        wanted.append(some([quote("#district all"), quote(f"#district {filters.district}")]))
    visits = [quote(f"#visits {n}") for n, on in ((0, filters.no_visit), (1, filters.one_visit)) if on]
    wanted.append(some(visits))
    wanted.append(quote("#materials 0") if filters.no_materials else "")
    wanted.append(quote("#immediate") if filters.immediate else "")
    return every(wanted)
