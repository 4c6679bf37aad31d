"""The one statement that fetches candidates, and the one that fetches suggestions.

Each step has its own limit, so that a frequent word can not crowd out a better step; a step is only
carried out when the steps before it found too little (PostgreSQL checks that once, before it starts).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from tongban.services.catalogue.search.understanding import EXACT, FEW, MIXED, NAMED, SOUND, THEME, TYPED

Candidate = tuple[int, str, int]

MOST_NAMED = 200

_NOTHING = "(SELECT exact + named + mixed = 0 FROM enough)"
_LITTLE = "(SELECT greatest(exact, named, mixed) < 5 FROM enough) AND (SELECT count(*) FROM typed) < 5"
_STEPS = (
    # name, number, most rows, carried out only if; in this order
    ("exact", EXACT, 20, ""),
    ("named", NAMED, MOST_NAMED, ""),
    ("mixed", MIXED, 60, "(SELECT count(*) FROM named) < 20"),
    ("sound", SOUND, 60, _NOTHING),
    ("typed", TYPED, 80, _NOTHING),
    ("few", FEW, 40, _LITTLE),
    ("theme", THEME, 20, _NOTHING),
)


def _step(name: str, most: int, only_if: str) -> str:
    """Return a step as two parts of WITH; all words are this module's own.

    The limit stands apart: within one part PostgreSQL would read the whole table where it expects to find
    the few rows soon. The first part is still carried out no further than the second one reads.
    """
    condition = f"{only_if} AND " if only_if else ""
    found = f"SELECT id, line FROM catalogue_search_entry WHERE {condition}terms @@ %({name})s::tsquery"  # noqa: S608
    few = f"SELECT id, line FROM {name}_all LIMIT {most}"  # noqa: S608
    return f"{name}_all AS MATERIALIZED ({found}), {name} AS MATERIALIZED ({few})"


def _search() -> str:
    parts = [_step(name, most, only_if) for name, _, most, only_if in _STEPS]
    counts = ", ".join(f"(SELECT count(*) FROM {name}) AS {name}" for name in ("exact", "named", "mixed"))  # noqa: S608
    parts.insert(3, f"enough AS MATERIALIZED (SELECT {counts})")
    found = [f"SELECT id, line, {number} FROM {name}" for name, number, _, _ in _STEPS]  # noqa: S608
    state = "SELECT 0::bigint, revision::text, -1 FROM catalogue_search_state"
    return f"WITH {', '.join(parts)} {' UNION ALL '.join([state, *found])}"


_SEARCH = _search()
_CARDS = "SELECT id, title, subtitle, card FROM catalogue_search_entry WHERE id = ANY(%s)"

_SUGGEST = """
WITH bundle AS MATERIALIZED (
    SELECT kind, code, title, card ->> 'english', line FROM catalogue_search_entry
    WHERE terms @@ %(bundle)s::tsquery
), item AS MATERIALIZED (
    SELECT kind, code, title, card ->> 'english', line FROM catalogue_search_entry
    WHERE terms @@ %(item)s::tsquery
)
SELECT revision::text, '', '', '', '' FROM catalogue_search_state
UNION ALL (SELECT * FROM bundle LIMIT 20) UNION ALL (SELECT * FROM item LIMIT 60)
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


def candidates(ways: Mapping[str, str]) -> tuple[int, list[Candidate]]:
    """Return the revision of the index and the candidates (id, line, step) for the tsquery of each step."""
    with connection.cursor() as cursor:
        cursor.execute(_SEARCH, {name: ways.get(name, "") for name, *_ in _STEPS})
        rows: Sequence[Candidate] = cursor.fetchall()
    revision = int(rows[0][1]) if rows and rows[0][2] == -1 else 0
    return revision, [row for row in rows if row[2] >= 0]


def cards(ids: Sequence[int]) -> dict[int, CardRow]:
    """Return what the page shows of these entries, by id."""
    with connection.cursor() as cursor:
        cursor.execute(_CARDS, [list(ids)])
        return {id: CardRow(title, subtitle, _plain(card)) for id, title, subtitle, card in cursor.fetchall()}


def suggestions(query: str) -> tuple[int, list[SuggestionRow]]:
    """Return the revision of the index, and entries that match the tsquery: bundles and some items."""
    with connection.cursor() as cursor:
        kinds = {kind: f"'#kind {kind}' & {query}" for kind in ("bundle", "item")}
        cursor.execute(_SUGGEST, kinds)
        rows = cursor.fetchall()
    revision = int(rows[0][0]) if rows and not rows[0][1] else 0
    return revision, [
        SuggestionRow(kind, code, title, english or "", line)
        for kind, code, title, english, line in rows
        if code
    ]


def _plain(card: Any) -> dict[str, Any]:
    # Django leaves jsonb of raw statements as text.
    return dict(json.loads(card)) if isinstance(card, str) else dict(card)
