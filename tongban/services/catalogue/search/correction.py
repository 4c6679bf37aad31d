"""“范店” looks like “饭店”: what was probably meant when nothing is called as typed. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from tongban.services.catalogue.search.ranking import Ranked
from tongban.services.catalogue.search.text import join, units, words
from tongban.services.catalogue.search.types import Correction
from tongban.services.catalogue.search.understanding import Query

LEAST_SCORE = 0.25


def correction(query: Query, ranked: Sequence[Ranked]) -> Correction | None:
    """Return what the query was corrected to, if the best hit was only found by assuming a slip."""
    if not ranked or not ranked[0].slips or ranked[0].score < LEAST_SCORE or query.letters:
        return None
    if ranked[0].slips > (1 if len(query.units) < 6 else 2):
        return None
    typed, name = list(query.units), units(ranked[0].phrase)
    span = _difference(typed, name)
    if span is None:
        return None
    (start, end), (first, last) = span
    was, means = join(typed[start:end]), join(name[first:last])
    right = join([*typed[:start], *name[first:last], *typed[end:]])
    if was and query.text.count(was) == 1:
        right = query.text.replace(was, means)
    return Correction(was or query.core, means if was else right, right) if right != query.text else None


Span = tuple[int, int]


def _difference(typed: Sequence[str], name: Sequence[str]) -> tuple[Span, Span] | None:
    """Return the stretch of the typed units, and the words of the name, in which they differ."""
    steps = SequenceMatcher(None, typed, name, autojunk=False).get_opcodes()
    inner = [step for step in steps if step[0] != "insert" or 0 < step[1] < len(typed)]
    # A word more before or after is something the name does not say, not a slip.
    if any(step[0] == "delete" and (step[1] == 0 or step[2] == len(typed)) for step in inner):
        return None
    different = [step for step in inner if step[0] != "equal"]
    if not different:
        return None
    start, end = different[0][1], different[-1][2]
    first, last = different[0][3], different[-1][4]
    # Widen both to whole words of the name: people read words, not characters.
    begin, finish = _whole_words(name, first, max(last, first + 1))
    before, after = first - begin, finish - last
    if before <= start and typed[start - before : start] == name[begin:first]:
        start, first = start - before, begin
    if typed[end : end + after] == name[last:finish]:
        end, last = end + after, finish
    return (start, end), (first, last)


def _whole_words(name: Sequence[str], first: int, last: int) -> Span:
    at, begin, finish = 0, first, last
    for word in words("".join(name)):
        size = len(units(word))
        if at <= first < at + size:
            begin = at
        if at < last <= at + size:
            finish = at + size
        at += size
    return begin, finish
