"""Which candidate is meant: a score between 0 and 1 for each, from what the query and its names share. Pure.

The statement has found few candidates; here they are told apart. In descending order: the same name; the
same words in another order; all words of the query, the more of the name they cover the better; a name
one slip of the finger away; some of the words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tongban.services.catalogue.search.line import Line
from tongban.services.catalogue.search.pinyin import initials, sound, sounds
from tongban.services.catalogue.search.text import bag, pairs, units
from tongban.services.catalogue.search.understanding import MIXED, SOUND, THEME, TYPED, Group, Query

SAME, MOVED, MEANT = 1.0, 0.98, 0.965
WHOLE = 0.008
"""The name has even the words that say nothing, as typed."""
SYNONYM = 0.93
"""A word found by its synonym counts a little less than as typed."""
IN_PART = 0.8
"""The words of a phrase found one by one, where the phrase as a whole was meant."""
ABOUT = 0.45
"""A word found only in what is said about an entry."""
ALIKE = 0.4
"""A character in place of another that sounds the same is less than half a slip."""
COMPARED = 12
"""Candidates compared character by character; the others share fewer pairs with the query."""
OTHER_KINDS = {"bundle": 0.02, "item": 0.0, "question": -0.05, "theme": -0.03}


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with its score, and the name and way by which it was found."""

    id: int
    line: Line
    score: float
    phrase: str
    slips: float = 0.0


def rank(query: Query, candidates: Sequence[tuple[int, str, int]], *, sure: bool = False) -> list[Ranked]:
    """Return the candidates (id, packed line, step that found it), the best first.

    ``sure`` takes the query as typed right: nothing is compared character by character.
    """
    compare = Comparison(query)
    found: dict[int, Ranked] = {}
    rest: dict[int, Line] = {}
    for id, packed, step in candidates:
        if id in found or step == THEME:
            continue
        line = Line(packed)
        found[id] = compare.by_words(id, line, step)
        if step in (TYPED, SOUND) and not sure and found[id].score < MEANT:
            rest[id] = line
    nearest = sorted(rest, key=lambda id: -compare.shared_pairs(rest[id]))[:COMPARED]
    for id in nearest:
        slipped = compare.by_slips(id, rest[id])
        if slipped.score > found[id].score:
            found[id] = slipped
    return sorted(found.values(), key=order_best)


def near_themes(query: Query, candidates: Sequence[tuple[int, str, int]], most: int = 4) -> tuple[str, ...]:
    """Return the codes of the themes nearest to a query that found nothing, by characters in common."""
    lines = [Line(packed) for _, packed, step in candidates if step == THEME]
    typed = set(query.units)
    shared = {line.code: max(len(typed.intersection(name)) for name in line.phrases) for line in lines}
    return tuple(sorted(shared, key=lambda code: -shared[code])[:most])


def order_best(ranked: Ranked) -> tuple[float, int, int, int]:
    """Return the key of the order “best first”; equal scores by boost, then the shorter title."""
    line = ranked.line
    return (-round(ranked.score, 4), -line.boost, len(line.phrases[0]) if line.phrases else 0, ranked.id)


class Comparison:
    """One query, compared with many names."""

    def __init__(self, query: Query) -> None:
        self.query = query
        self.size = len(query.units)
        self.bag = bag(query.units)
        self.whole_bag = bag(units(query.whole))
        self.meant = {bag(units(core)) for core in query.exact[1:]}
        self.pairs = set(pairs(query.units)) or set(query.units)
        self.all = sum(group.weight for group in query.groups) or 1.0
        self.letters = query.letters
        self.groups = [(group.weight, _ways(group), group.parts) for group in query.groups]
        self.latin_groups = [(group.weight, _ways(group, " "), group.parts) for group in query.groups]

    def by_words(self, id: int, line: Line, step: int) -> Ranked:
        """Return how well the words of the query are found in the best of the names."""
        best, phrase = -1.0, ""
        for place, name in enumerate(line.phrases):
            score = self._name(name, step) - 0.005 * (place > 0 and name != self.query.whole)
            if score > best:
                best, phrase = score, name
        return Ranked(id, line, best + OTHER_KINDS.get(line.kind, 0.0), phrase)

    def _name(self, name: str, step: int) -> float:
        if name in (self.query.whole, self.query.core):
            return SAME + (WHOLE if name == self.query.whole else 0)
        parts = units(name)
        own = bag(parts)
        if own in (self.whole_bag, self.bag):
            near = 0.01 * len(self.pairs.intersection(pairs(parts))) / len(self.pairs)
            return MOVED + near + (WHOLE if own == self.whole_bag else 0)
        if own in self.meant:
            return MEANT
        return max(self._groups(name, step), self._letters(parts) if self.letters else 0.0)

    def _groups(self, name: str, step: int) -> float:
        got, covered = 0.0, 0
        # In a Latin name words begin after a space: “id” is not in “guide”.
        latin = name.isascii()
        name = f" {name}" if latin else name
        for weight, ways, apart in self.latin_groups if latin else self.groups:
            for words, worth, length in ways:
                if words[0] in name and (len(words) == 1 or all(word in name for word in words)):
                    got += weight * worth
                    covered += length
                    break
            else:
                worth = IN_PART * _share(apart, name) if apart else 0.0
                got += weight * max(worth, ABOUT if step == MIXED else 0.0)
        recall = got / self.all
        return 0.95 * recall**1.5 * (0.55 + 0.45 * min(1.0, covered / len(name)))

    def _letters(self, parts: list[str]) -> float:
        """Compare what was typed in letters with the sound and the initials of the name."""
        aloud = sounds(parts)
        for whole, worth in (("".join(aloud), 0.93), (initials(aloud), 0.9)):
            if self.letters == whole:
                return worth
            at = whole.find(self.letters)
            if at >= 0:
                return worth * (0.5 + 0.4 * len(self.letters) / len(whole)) - 0.05 * (at > 0)
        return 0.0

    def shared_pairs(self, line: Line) -> float:
        """Return a quick measure of likeness: pairs in common, less what the name has beyond."""
        best = 0.0
        for name in line.phrases:
            parts = units(name)
            shared = len(self.pairs.intersection(pairs(parts)))
            best = max(best, shared + 0.5 * len(set(parts).intersection(self.query.units)) - 0.1 * len(parts))
        return best

    def by_slips(self, id: int, line: Line) -> Ranked:
        """Return how well a name fits if the query was mistyped."""
        best, phrase, fewest = -1.0, "", 0.0
        for name in line.phrases:
            parts = units(name)
            count = slips(self.query.units, parts)
            score = 0.95 * max(0.0, 1 - count / max(self.size, 1)) ** 1.5
            score *= 0.55 + 0.45 * min(1.0, self.size / len(parts))
            # Of names equally far away, the one that has the characters typed: 金区 is 金山区, not 普陀区.
            score += 0.01 * len(set(self.query.units).intersection(parts)) / max(self.size, 1)
            if score > best:
                best, phrase, fewest = score, name, count
        return Ranked(id, line, best + OTHER_KINDS.get(line.kind, 0.0), phrase, fewest)


def _ways(group: Group, before: str = "") -> list[tuple[tuple[str, ...], float, int]]:
    """Return each way to say a group with its worth and how many characters of a name it covers."""
    return [
        (tuple(before + word for word in way), SYNONYM if place else 1.0, sum(map(len, way)))
        for place, way in enumerate(group.ways)
        if way
    ]


def _share(parts: Sequence[Group], name: str) -> float:
    """Return which share of the words of a phrase a name has, by weight."""
    got = sum(part.weight for part in parts if any(all(word in name for word in way) for way in part.ways))
    return got / sum(part.weight for part in parts)


def slips(typed: Sequence[str], name: Sequence[str]) -> float:
    """Return by how many slips the typed units differ from some stretch of the name.

    A slip is a unit too many, too few, another instead (less if it sounds the same), or two neighbours
    exchanged (optimal string alignment); what the name has before and after costs nothing.
    """
    width = len(name) + 1
    before: list[float] = []
    above: list[float] = [0.0] * width
    for i, unit in enumerate(typed):
        row = [i + 1.0] + [0.0] * (width - 1)
        left = row[0]
        for j, other in enumerate(name):
            if unit == other:
                cost = above[j]
            else:
                cost = above[j] + (ALIKE if sound(unit) == sound(other) else 1.0)
                cost = min(cost, above[j + 1] + 1, left + 1)
                if i and j and unit == name[j - 1] and typed[i - 1] == other:
                    cost = min(cost, before[j - 1] + 1)
            row[j + 1] = left = cost
        before, above = above, row
    return min(above)
