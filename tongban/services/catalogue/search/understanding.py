"""What a person means by what they typed: groups of words, each with its synonyms. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from tongban.services.catalogue.search import terms
from tongban.services.catalogue.search.pinyin import sound_pairs, sounds
from tongban.services.catalogue.search.synonyms import Synonyms, borders
from tongban.services.catalogue.search.terms import all_but, every, quote, some, word_query
from tongban.services.catalogue.search.text import (
    bag,
    core_units,
    is_stop,
    join,
    normalise,
    pairs,
    small_words,
    units,
    without_lead,
    words,
)

EXACT, NAMED, MIXED, FEW, TYPED, SOUND, THEME = range(7)
"""The steps that find candidates, from the surest on; see the functions below that write their queries."""
MOST_GROUPS = 16
"""Words of a query that are looked for; the most frequent ones beyond that are left out."""
MOST_LOOKED_UP = 6
"""Groups that candidates must have: the rarest. Ranking sees to the others; they would leave out few."""
MOST_TYPED = 8
"""Units of a query compared when it may be mistyped: the rarest."""


@dataclass(frozen=True, slots=True)
class Words:
    """In how many of ``total`` entries a lexeme stands; those of names, and ``*`` words about them."""

    entries: Mapping[str, int] = field(default_factory=dict)
    total: int = 0

    def count(self, word: str) -> int:
        """Return at most how many entries have the word, in a name or in what is said about them."""
        parts = units(word)
        named = min((self.entries.get(term, 0) for term in pairs(parts) or parts), default=0)
        return named + self.entries.get("*" + word, 0)


@dataclass(frozen=True, slots=True)
class Group:
    """One thing looked for: any of the ways to say it, each a tuple of words; the first is as typed.

    ``parts`` are the words of a phrase that is looked for as a whole, for when nothing has it whole.
    """

    word: str
    ways: tuple[tuple[str, ...], ...]
    count: int
    weight: float
    parts: tuple[Group, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """A query as understood.

    ``core`` is what is compared, ``whole`` the same with stop words; ``exact`` are cores that mean the same.
    """

    text: str
    whole: str
    units: tuple[str, ...]
    core: str
    groups: tuple[Group, ...]
    exact: tuple[str, ...]
    cut: bool = False

    @property
    def letters(self) -> str:
        """Return what was typed if it was letters and digits only, without spaces; else nothing."""
        return "".join(self.units) if self.core.isascii() else ""


def understand(typed: str, synonyms: Synonyms, known: Words, *, literal: bool = False) -> Query:
    """Return what the text means. ``literal`` leaves synonyms out."""
    text = normalise(typed)
    cut = len(" ".join(typed.split())) > len(text) and len(text) >= 99
    parts = tuple(core_units(text))
    groups: list[Group] = []
    for chunk in without_lead(text).split():
        groups += _groups_of(chunk, Synonyms() if literal else synonyms, known)
    if not groups:
        groups = [_group(word, ((word,),), known) for chunk in text.split() for word in words(chunk)]
    groups = list({group.word: group for group in groups}.values())
    if len(groups) > MOST_GROUPS:
        rare = sorted(groups, key=lambda group: group.count)[:MOST_GROUPS]
        groups = [group for group in groups if group in rare]
    core = join(parts)
    return Query(text, join(units(text)), parts, core, tuple(groups), _exact(core, groups), cut)


def _groups_of(chunk: str, synonyms: Synonyms, known: Words, *, but: str = "") -> list[Group]:
    starts = borders(chunk)
    groups: list[Group] = []
    rest = at = 0
    while at < len(chunk):
        word = synonyms.find(chunk, at, starts, but=but)
        if word:
            groups += _plain_groups(chunk[rest:at], known)
            groups.append(_group_of(word, synonyms, known))
            rest = at = at + len(word)
        else:
            at += 1
    return groups + _plain_groups(chunk[rest:], known)


def _group_of(word: str, synonyms: Synonyms, known: Words) -> Group:
    ways = dict.fromkeys(_cut(way) for way in (word, *synonyms.meanings[word]))
    parts = _groups_of(word, synonyms, known, but=word) if len(_cut(word)) > 1 else ()
    return _group(word, tuple(way for way in ways if way), known, tuple(parts))


def _plain_groups(text: str, known: Words) -> list[Group]:
    return [_group(word, ((word,),), known) for word in _cut(text)]


def _cut(text: str) -> tuple[str, ...]:
    """Return the words of a piece of text that say something, long ones in their parts."""
    long = [word for chunk in text.split() for word in words(chunk) if not is_stop(word)]
    return tuple(part for word in long for part in small_words(word))


def _group(
    word: str, ways: tuple[tuple[str, ...], ...], known: Words, parts: tuple[Group, ...] = ()
) -> Group:
    count = sum(min((known.count(part) for part in way), default=0) for way in ways)
    weight = math.log(2 + known.total / (1 + count)) * min(2, 1 + len(word) / 4)
    return Group(word, ways, count, weight, parts)


def _exact(core: str, groups: list[Group]) -> tuple[str, ...]:
    """Return the core, and the core with each group said in its other ways, one at a time."""
    found = [core] if core else []
    for place, group in enumerate(groups):
        others = [other.word for other in (*groups[:place], *groups[place + 1 :])]
        found += [join(units(" ".join((*others, *way)))) for way in group.ways[1:]]
    return tuple(dict.fromkeys(found))[:MOST_GROUPS]


# ── as queries for PostgreSQL ─────────────────────────────────────────────────────────────────────
def ways(query: Query, known: Words, *, guess: bool, only: str = "") -> dict[str, str]:
    """Return the tsquery of each step by its name.

    ``guess`` also looks for what was probably meant; ``only`` must hold in every step.
    """
    found = {"exact": exact_query(query), "named": all_query(query), "mixed": mixed_query(query)}
    if guess:
        found |= {
            "few": few_query(query, known.total),
            "typed": typed_query(query, known),
            "sound": sound_query(query),
            "theme": theme_query(query),
        }
    return {step: every([way, only]) if only and way else way for step, way in found.items()}


def exact_query(query: Query) -> str:
    """Return a tsquery for names made of the same units."""
    return some(quote("=" + bag(units(core))) for core in query.exact)


def all_query(query: Query) -> str:
    """Return a tsquery for names that have every word, in any way to say it."""
    whole = quote("<" + query.letters[: terms.LETTERS]) + ":*" if len(query.letters) > 1 else ""
    return some([every(_named(group) for group in _rarest(query)), whole])


def mixed_query(query: Query) -> str:
    """Return a tsquery for entries that have every word in a name or in what is said about them."""
    return every(_named_or_about(group) for group in _rarest(query))


def _rarest(query: Query) -> list[Group]:
    return sorted(query.groups, key=lambda group: group.count)[:MOST_LOOKED_UP]


def few_query(query: Query, total: int) -> str:
    """Return a tsquery for entries that have at least half of the words, telling ones first."""
    single = [part for group in query.groups for part in group.parts or (group,)]
    found = sorted((group for group in single if group.count), key=lambda group: group.count)
    telling = [group for group in found if group.count <= max(200, total // 50)] or found[:1]
    whole = [_named(group) for group in query.groups if group.parts]
    return some([*whole, all_but([_named_or_about(group) for group in telling], len(telling) // 2)])


def typed_query(query: Query, known: Words) -> str:
    """Return a tsquery for names that a slip of the finger may have turned into this query.

    Whatever character is wrong, missing or too many, or which two changed places: the name has all the
    characters but at most one.
    """
    typed = list(dict.fromkeys(query.units))
    if len(typed) < 3:
        return ""
    found = sorted((unit for unit in typed if known.entries.get(unit)), key=lambda unit: known.entries[unit])
    wrong = len(typed) - len(found)
    allowed = 1 if len(typed) >= 6 else max(0, 1 - wrong)
    if len(found) - allowed < 2:
        return ""
    return all_but([quote(unit) for unit in found[:MOST_TYPED]], allowed)


def sound_query(query: Query) -> str:
    """Return a tsquery for names that sound the same."""
    return every(quote("~" + pair) for pair in sound_pairs(sounds(list(query.units)))[:MOST_TYPED])


def theme_query(query: Query) -> str:
    """Return a tsquery for life themes that share a character with the query: ways on, not hits."""
    return every([quote("#kind theme"), some(quote(unit) for unit in dict.fromkeys(query.units))])


def _named(group: Group) -> str:
    return some([*(every(word_query(word) for word in way) for way in group.ways), _letters(group)])


def _letters(group: Group) -> str:
    latin = group.word.isascii() and len(group.word) > 1
    return quote("<" + group.word[: terms.LETTERS]) + ":*" if latin else ""


def _named_or_about(group: Group) -> str:
    ways = [every(some([word_query(word), quote("*" + word)]) for word in way) for way in group.ways]
    return some([*ways, _letters(group)])
