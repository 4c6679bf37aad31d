"""Reads of search, for pages and the programmers' interface."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import connection

from tongban.services.catalogue.search import statement, vocabulary
from tongban.services.catalogue.search.correction import correction
from tongban.services.catalogue.search.highlight import marks, words_of
from tongban.services.catalogue.search.line import NO_FILTERS, Line
from tongban.services.catalogue.search.narrowing import facets, narrowed, ordered
from tongban.services.catalogue.search.ranking import Ranked, near_themes, rank
from tongban.services.catalogue.search.suggesting import typing_order, typing_query
from tongban.services.catalogue.search.terms import filter_query
from tongban.services.catalogue.search.types import (
    Filters,
    Hit,
    Kind,
    Missed,
    Order,
    SearchResult,
    Suggestion,
    Understood,
)
from tongban.services.catalogue.search.understanding import Query, understand, ways

SIZE, LARGEST = 10, 100
LEAST = 0.1
"""The lowest score shown."""
LIKELY = 20
"""Hits of a mistyped query that are kept beside those of the corrected one."""


def search(
    text: str,
    *,
    filters: Filters = NO_FILTERS,
    page: int = 1,
    size: int = SIZE,
    order: Order = Order.BEST,
    literal: bool = False,
) -> SearchResult:
    """Return one page of what a person means by this text: any text, of any length.

    ``literal`` takes the words as they are: no synonyms, nothing corrected. Pages count from 1; one past
    the last is empty. Takes at most three statements, one of them only when the query was corrected.
    """
    size, page = min(max(size, 1), LARGEST), max(page, 1)
    query, fetched = _fetch(text, filters, literal=literal)
    if not query.groups:
        return SearchResult(text=query.text, page=page, size=size, cut=query.cut)
    ranked = _telling(rank(query, fetched))
    corrected = None if literal else correction(query, ranked)
    if corrected is not None:
        query, more = _fetch(corrected.text, filters, literal=False, sure=True)
        likely = {one.id for one in ranked[:LIKELY]}
        fetched = more + [row for row in fetched if row[0] in likely]
        ranked = _telling(rank(query, fetched, sure=True))
    themes = tuple(one.line.code for one in ranked if one.line.kind == Kind.THEME)
    found = [one for one in ranked if one.line.kind != Kind.THEME]
    passing = ordered(narrowed(found, filters), order)
    shown = passing[(page - 1) * size : page * size]
    return SearchResult(
        text=query.text,
        hits=_hits(query, shown),
        total=len(passing),
        page=page,
        size=size,
        understood=tuple(_understood(query)),
        corrected=corrected,
        facets=tuple(facets(found, filters)),
        themes=themes or _themes_of(found) or near_themes(query, fetched),
        cut=query.cut,
        capped=len(fetched) >= statement.MOST_NAMED,
    )


def suggest(text: str, *, limit: int = 8) -> tuple[Suggestion, ...]:
    """Return what a person may be about to type, bundles first; one statement."""
    found = vocabulary.remembered()
    query = understand(text, found.synonyms, found.words)
    if not query.units:
        return ()
    revision, rows = statement.suggestions(typing_query(query))
    if revision != found.revision:
        vocabulary.read()  # for the next key; what was fetched is right already
    rows.sort(key=lambda row: typing_order(query, Line(row.line)))
    unique = {row.title: row for row in rows}
    return tuple(
        Suggestion(Kind(row.kind), row.code, row.title, row.english) for row in list(unique.values())[:limit]
    )


def missed(*, since: date | None = None, least: int = 1, limit: int = 100) -> tuple[Missed, ...]:
    """Return what was searched and not found at least so many times, the most frequent first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT text, sum(count), count(*), max(day)::text FROM catalogue_search_missed
            WHERE day >= %s GROUP BY text HAVING sum(count) >= %s ORDER BY 2 DESC, 4 DESC, 1 LIMIT %s
            """,
            [since or date.min, least, limit],
        )
        return tuple(Missed(*row) for row in cursor.fetchall())


def _fetch(
    text: str, filters: Filters, *, literal: bool, sure: bool = False
) -> tuple[Query, list[statement.Candidate]]:
    """Understand the text and fetch candidates, anew if the index has changed since words were read.

    ``literal`` leaves out synonyms and guesses; ``sure`` only the guesses: the text is a correction.
    """
    found = vocabulary.remembered()
    query, revision, rows = _ask(text, found, literal=literal, sure=sure)
    if revision != found.revision and query.groups:
        found = vocabulary.read()
        query, _, rows = _ask(text, found, literal=literal, sure=sure)
    if len(rows) >= statement.MOST_NAMED and filters != NO_FILTERS:
        query, _, rows = _ask(text, found, literal=literal, sure=sure, only=filter_query(filters))
    return query, rows


def _ask(
    text: str, found: vocabulary.Vocabulary, *, literal: bool, sure: bool, only: str = ""
) -> tuple[Query, int, list[statement.Candidate]]:
    query = understand(text, found.synonyms, found.words, literal=literal)
    if not query.groups:
        return query, found.revision, []
    steps = ways(query, found.words, guess=not literal and not sure, only=only)
    revision, rows = statement.candidates(steps)
    return query, revision, rows


def _telling(ranked: list[Ranked]) -> list[Ranked]:
    """Leave out what shares so little with the query that it would only confuse."""
    if not ranked:
        return []
    least = max(LEAST, ranked[0].score * 0.1)
    return [one for one in ranked if one.score >= least]


def _understood(query: Query) -> Iterable[Understood]:
    for group in query.groups:
        yield Understood(group.word, tuple("".join(way) for way in group.ways[1:]))


def _themes_of(found: list[Ranked]) -> tuple[str, ...]:
    """Return the themes of the best hits, the most frequent first."""
    counts: dict[str, int] = {}
    for one in found[:10]:
        for theme in one.line.themes:
            counts[theme] = counts.get(theme, 0) + 1
    return tuple(sorted(counts, key=lambda theme: -counts[theme])[:4])


def _hits(query: Query, shown: list[Ranked]) -> tuple[Hit, ...]:
    if not shown:
        return ()
    rows = statement.cards([one.id for one in shown])
    words = words_of(query.groups)
    return tuple(_hit(words, one, rows[one.id]) for one in shown if one.id in rows)


def _hit(words: frozenset[str], ranked: Ranked, row: statement.CardRow) -> Hit:
    return Hit(
        kind=Kind(ranked.line.kind),
        code=ranked.line.code,
        title=row.title,
        subtitle=row.subtitle,
        card=row.card,
        marks=marks(row.title, words),
        subtitle_marks=marks(row.subtitle, words),
        score=round(ranked.score, 4),
    )
