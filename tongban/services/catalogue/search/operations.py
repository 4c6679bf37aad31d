"""Writes of search: the index, the synonyms, and what people did not find. All inside the caller's transaction.

The index repeats what is published elsewhere, so these writes leave no record in the ledger: the record is
that of the publication which called them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg.types.json import Jsonb

from tongban.services.catalogue.search.entries import (
    entries_of_catalogue,
    entries_of_questions,
    entry_of_bundle,
    entry_of_item,
    entry_of_theme,
)
from tongban.services.catalogue.search.line import pack
from tongban.services.catalogue.search.missed import LONGEST, worth_keeping
from tongban.services.catalogue.search.terms import terms, vector
from tongban.services.catalogue.search.types import Entry, Kind, Synonym

__all__ = [
    "entries_of_catalogue", "entries_of_questions", "entry_of_bundle", "entry_of_item", "entry_of_theme",
    "forget_missed", "keep_synonyms", "note_missed", "rebuild", "reindex", "remove",
]  # fmt: skip

KEPT_DAYS = 90
"""Days that searches without an answer are kept."""
MOST_A_DAY = 2000
"""Different texts kept of one day; a flood of nonsense can not fill the table."""
ANALYSE_FROM = 1000


@transaction.atomic
def rebuild(entries: Iterable[Entry]) -> int:
    """Make the index out of these entries and nothing else; return how many there are."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM catalogue_search_entry")
        count = _copy(cursor, entries)
        _count_terms(cursor)
    return count


@transaction.atomic
def reindex(entries: Iterable[Entry]) -> int:
    """Put entries in, in place of those of the same kind and code; return how many there are.

    The questions of an item that is put in anew go out: give them along.
    """
    entries = list(entries)
    with connection.cursor() as cursor:
        for kind in Kind:
            _delete(cursor, kind, [entry.code for entry in entries if entry.kind is kind])
        _copy(cursor, entries)
        _after_change(cursor, entries)
    return len(entries)


@transaction.atomic
def remove(codes: Iterable[str], *, kind: Kind = Kind.ITEM) -> None:
    """Take entries out of the index, an item with its questions."""
    with connection.cursor() as cursor:
        _delete(cursor, kind, list(codes))
        _after_change(cursor, ())


@transaction.atomic
def keep_synonyms(rows: Iterable[Synonym]) -> int:
    """Make the synonyms those of the pack; return how many there are."""
    known = {(row.word, row.means): row for row in rows}
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM catalogue_search_synonym")
        with cursor.copy("COPY catalogue_search_synonym (word, means, kind) FROM STDIN") as copy:
            for row in known.values():
                copy.write_row((row.word, row.means, row.kind.value))
        _new_revision(cursor)
    return len(known)


def note_missed(text: str, *, found: int, at: datetime) -> bool:
    """Keep that on this day somebody searched this and found nothing; return whether it was kept.

    Nothing is kept of who searched, and nothing at all of a text that looks like personal data (see
    missed.py). The same statement lets go of what is older than KEPT_DAYS and keeps at most MOST_A_DAY
    texts a day. It does not wait for the disk: after a crash a count may be short by the last moment.
    """
    kept = "" if found else worth_keeping(text)
    if not kept:
        return False
    day = at.date()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH quick AS (SELECT set_config('synchronous_commit', 'off', true)),
                 old AS (DELETE FROM catalogue_search_missed WHERE day < %(oldest)s)
            INSERT INTO catalogue_search_missed AS missed (day, text, count)
            SELECT %(day)s::date, %(text)s::text, 1 FROM quick
            WHERE (SELECT count(*) FROM catalogue_search_missed WHERE day = %(day)s) < %(most)s
               OR EXISTS (SELECT FROM catalogue_search_missed WHERE day = %(day)s AND text = %(text)s::text)
            ON CONFLICT (day, text) DO UPDATE SET count = missed.count + 1
            """,
            {
                "day": day,
                "text": kept[:LONGEST],
                "most": MOST_A_DAY,
                "oldest": day - timedelta(days=KEPT_DAYS),
            },
        )
        return bool(cursor.rowcount)


def forget_missed(*, at: datetime, days: int = KEPT_DAYS) -> int:
    """Delete what was missed more than so many days ago; return how many rows that were."""
    with connection.cursor() as cursor:
        oldest = at.date() - timedelta(days=days)
        cursor.execute("DELETE FROM catalogue_search_missed WHERE day < %s", [oldest])
        return int(cursor.rowcount)


def _delete(cursor: CursorWrapper, kind: Kind, codes: list[str]) -> None:
    if not codes:
        return
    cursor.execute(
        "DELETE FROM catalogue_search_entry WHERE kind = %s AND code = ANY(%s)", [kind.value, codes]
    )
    if kind is Kind.ITEM:
        cursor.execute(
            "DELETE FROM catalogue_search_entry WHERE kind = %s AND split_part(code, '#', 1) = ANY(%s)",
            [Kind.QUESTION.value, codes],
        )


def _copy(cursor: CursorWrapper, entries: Iterable[Entry]) -> int:
    """Write the entries, those that matter most and are shortest first.

    PostgreSQL reads what an index finds in the order of the table, so where a frequent word finds more
    than a step fetches, it fetches these.
    """
    ordered = sorted(entries, key=lambda entry: (-entry.boost, len(entry.title)))
    columns = "kind, code, title, subtitle, terms, line, card"
    with cursor.copy(f"COPY catalogue_search_entry ({columns}) FROM STDIN") as copy:
        for entry in ordered:
            copy.write_row(_row(entry))
    if len(ordered) >= ANALYSE_FROM:
        cursor.execute("ANALYZE catalogue_search_entry")
    return len(ordered)


def _row(entry: Entry) -> tuple[Any, ...]:
    return (
        entry.kind.value, entry.code, entry.title, entry.subtitle, vector(terms(entry)), pack(entry),
        Jsonb(entry.card),
    )  # fmt: skip


def _after_change(cursor: CursorWrapper, entries: Iterable[Entry]) -> None:
    """Count terms anew after a large change; after a small one add what came, which is near enough."""
    cursor.execute(
        "SELECT count(*), (SELECT coalesce(max(counted), 0) FROM catalogue_search_state) FROM catalogue_search_entry"
    )
    total, counted = cursor.fetchone()
    if abs(total - counted) * 10 >= counted or len(list(entries)) * 10 >= total:
        _count_terms(cursor)
        return
    added: dict[str, int] = {}
    for entry in entries:
        for term in terms(entry):
            if term[0] not in "=~<#":
                added[term] = added.get(term, 0) + 1
    cursor.execute(
        """
        INSERT INTO catalogue_search_term AS known (term, entries)
        SELECT * FROM unnest(%s::text[], %s::int[])
        ON CONFLICT (term) DO UPDATE SET entries = known.entries + excluded.entries
        """,
        [list(added), list(added.values())],
    )
    _new_revision(cursor)


def _count_terms(cursor: CursorWrapper) -> None:
    cursor.execute("DELETE FROM catalogue_search_term")
    cursor.execute(
        """
        INSERT INTO catalogue_search_term (term, entries)
        SELECT word, ndoc FROM ts_stat('SELECT terms FROM catalogue_search_entry')
        WHERE left(word, 1) NOT IN ('=', '~', '<', '#') AND length(word) <= 60
        """
    )
    _new_revision(cursor, counted=True)


def _new_revision(cursor: CursorWrapper, *, counted: bool = False) -> None:
    """Give the index a new revision: a moment, so that it never comes twice, not even after a rollback."""
    cursor.execute(
        """
        INSERT INTO catalogue_search_state AS state (id, revision, entries, counted)
        SELECT 1, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, count(*), count(*)
        FROM catalogue_search_entry
        ON CONFLICT (id) DO UPDATE SET
            revision = greatest(excluded.revision, state.revision + 1), entries = excluded.entries,
            counted = CASE WHEN %s THEN excluded.counted ELSE state.counted END
        """,
        [counted],
    )
