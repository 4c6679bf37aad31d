"""The one statement that fetches candidates, and the one that fetches suggestions.

Each step has its own limit, so that a frequent word can not crowd out a better step; a step is only
carried out when the steps before it found too little (PostgreSQL checks that once, before it starts).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

Candidate = tuple[int, str, int]

MOST_NAMED = 200
_SEARCH = """
WITH exact AS MATERIALIZED (
    SELECT id, line FROM catalogue_search_entry WHERE terms @@ %(exact)s::tsquery LIMIT 20
), named AS MATERIALIZED (
    SELECT id, line FROM catalogue_search_entry WHERE terms @@ %(named)s::tsquery LIMIT %(most)s
), mixed AS MATERIALIZED (
    SELECT id, line FROM catalogue_search_entry
    WHERE (SELECT count(*) FROM named) < 20 AND terms @@ %(mixed)s::tsquery LIMIT 60
), enough AS MATERIALIZED (
    SELECT (SELECT count(*) FROM exact) AS exact, (SELECT count(*) FROM named) AS named,
           (SELECT count(*) FROM mixed) AS mixed
)
SELECT 0::bigint, revision::text, -1 FROM catalogue_search_state
UNION ALL SELECT id, line, 0 FROM exact
UNION ALL SELECT id, line, 1 FROM named
UNION ALL SELECT id, line, 2 FROM mixed
UNION ALL (
    SELECT id, line, 5 FROM catalogue_search_entry
    WHERE (SELECT exact + named = 0 FROM enough) AND terms @@ %(sound)s::tsquery LIMIT 60
)
UNION ALL (
    SELECT id, line, 4 FROM catalogue_search_entry
    WHERE (SELECT exact + named = 0 FROM enough) AND terms @@ %(typed)s::tsquery LIMIT 80
)
UNION ALL (
    SELECT id, line, 3 FROM catalogue_search_entry
    WHERE (SELECT exact + named + mixed < 5 FROM enough) AND terms @@ %(few)s::tsquery LIMIT 40
)
"""


_CARDS = "SELECT id, title, subtitle, card FROM catalogue_search_entry WHERE id = ANY(%s)"

_SUGGEST = """
(
    SELECT kind, code, title, card ->> 'english', line FROM catalogue_search_entry
    WHERE terms @@ %(bundle)s::tsquery LIMIT 8
) UNION ALL (
    SELECT kind, code, title, card ->> 'english', line FROM catalogue_search_entry
    WHERE terms @@ %(item)s::tsquery LIMIT 60
)
"""


@dataclass(frozen=True, slots=True)
class CardRow:
    """What the page shows of one entry."""

    title: str
    subtitle: str
    card: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SuggestionRow:
    """An entry that may be meant by what is typed so far."""

    kind: str
    code: str
    title: str
    english: str
    line: str


def candidates(
    *, exact: str, named: str, mixed: str, few: str, typed: str, sound: str
) -> tuple[int, list[Candidate]]:
    """Return the revision of the index and the candidates (id, line, step) for the tsqueries."""
    with connection.cursor() as cursor:
        cursor.execute(
            _SEARCH,
            {
                "exact": exact, "named": named, "mixed": mixed, "few": few, "typed": typed, "sound": sound,
                "most": MOST_NAMED,
            },
        )  # fmt: skip
        rows: Sequence[Candidate] = cursor.fetchall()
    revision = int(rows[0][1]) if rows and rows[0][2] == -1 else 0
    return revision, [row for row in rows if row[2] >= 0]


def cards(ids: Sequence[int]) -> dict[int, CardRow]:
    """Return what the page shows of these entries, by id."""
    with connection.cursor() as cursor:
        cursor.execute(_CARDS, [list(ids)])
        return {id: CardRow(title, subtitle, _plain(card)) for id, title, subtitle, card in cursor.fetchall()}


def suggestions(query: str) -> list[SuggestionRow]:
    """Return entries that match the tsquery: a few bundles and some items."""
    with connection.cursor() as cursor:
        kinds = {kind: f"'#kind {kind}' & {query}" for kind in ("bundle", "item")}
        cursor.execute(_SUGGEST, kinds)
        return [
            SuggestionRow(kind, code, title, english or "", line)
            for kind, code, title, english, line in cursor.fetchall()
        ]


def _plain(card: Any) -> dict[str, Any]:
    # Django leaves jsonb of raw statements as text.
    return dict(json.loads(card)) if isinstance(card, str) else dict(card)
