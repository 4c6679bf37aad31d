"""Grants and lists held against the ledger: answers go by their tables, so these have to be what was last decided."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from tongban.datahub.resources import standing
from tongban.datahub.resources.rules.columns import COLUMNS
from tongban.datahub.resources.types import ListKind
from tongban.foundation.ledger import queries as ledger
from tongban.foundation.ledger.types import Change, Drift
from tongban.foundation.statements import queries as statements
from tongban.kernel.digests import digest_of

MOST = 1000
BESIDE = {
    "id": "the act is found by it",
    "state": "the act itself says it",
    "ended_at": "the moment of the act that ended it says it",
    "why_ended": "the act that ended it says it",
}
"""Columns of a grant that are not held against what its last act says under their name, and why; all others are."""
GRANTS = f"""
WITH said AS (
    SELECT DISTINCT ON (r.subject_id) r.subject_id, r.act, r.detail, r.at,
        r.act IN ('data.grant_revoked', 'data.grant_expired') AS has_ended
    FROM ledger_record r LEFT JOIN ledger_link l ON l.record_id = r.id
    WHERE r.subject_kind = 'data-grant' AND r.act LIKE 'data.grant\\_%%'
    ORDER BY r.subject_id, l.number DESC NULLS FIRST, r.at DESC, r.id DESC
)
SELECT coalesce(g.id::text, s.subject_id),
    CASE WHEN g.id IS NULL THEN 'missing' WHEN s.act IS NULL THEN 'inserted' ELSE 'altered' END
FROM resources_grant g FULL JOIN said s ON s.subject_id = g.id::text
WHERE g.id IS NULL OR (s.act IS NULL AND %s)
    OR (g.consumer::text, g.provider::text, g.service::text, to_jsonb(g.fields), to_jsonb(g.items), g.purpose::text,
        g.basis::text, g.until::text, g.per_day::text, g.state::text, g.ended_at, g.why_ended)
    IS DISTINCT FROM (s.detail->>'consumer', s.detail->>'provider', s.detail->>'service', s.detail->'fields',
        s.detail->'items', s.detail->>'purpose', s.detail->>'basis', s.detail->>'until', s.detail->>'per_day',
        CASE WHEN s.has_ended THEN substr(s.act, 12) ELSE 'active' END,
        CASE WHEN s.has_ended THEN s.at END, CASE WHEN s.has_ended THEN s.detail->>'why' ELSE '' END)
    AND s.act IS NOT NULL
    OR {ledger.differs("to_jsonb(g)", "s.detail", BESIDE)}
ORDER BY 1 LIMIT %s
"""  # noqa: S608 - nothing of anybody else's is put in
"""Who stopped a grant, of which resource it is and from when, whose request it answers: older acts do not say it."""

# An entry's words are held against their digest, and that against its last act; its columns against its words.
ENTRIES = """
WITH said AS (
    SELECT DISTINCT ON (r.subject_id) r.subject_id, r.act, coalesce(r.detail->>'digest', '') AS digest
    FROM ledger_record r LEFT JOIN ledger_link l ON l.record_id = r.id
    WHERE r.subject_kind = %s AND r.act = ANY(%s)
    ORDER BY r.subject_id, l.number DESC NULLS FIRST, r.at DESC, r.id DESC
)
SELECT coalesce(e.code, s.subject_id), e.document::text, e.digest, e.is_current, s.act, s.digest, (to_jsonb(e) - 'document')::text
FROM {table} e FULL JOIN said s ON s.subject_id = e.code
ORDER BY 1
"""


def audit_grants(*, are_given_here: bool) -> tuple[Drift, ...]:
    """Return the grants that are not as their last act on the ledger says, the first thousand.

    ``are_given_here`` is False at a district's node, which is told of grants that the city's ledger has.
    """
    rows = statements.rows(GRANTS, [are_given_here, MOST])
    return tuple(Drift("data-grant", id, Change(change)) for id, change in rows)


def audit_lists() -> tuple[Drift, ...]:
    """Return the entries of the catalogue and the lists that are not as their last act on the ledger says, the first thousand."""
    return tuple(islice(_drifts(), MOST))


def _drifts() -> Iterator[Drift]:
    for kind, (table, record) in standing.TABLES.items():
        asked = [f"data-{kind.value}", [f"data.{kind.value}_written", f"data.{kind.value}_taken_off"]]
        for code, document, digest, is_current, act, said, row in statements.rows(
            ENTRIES.format(table=table._meta.db_table), asked
        ):
            change = _change(document, digest, bool(is_current), (act or "").endswith("_written"), said)
            if (
                change is None
                and is_current
                and not _is_found_as_it_says(
                    kind, record.model_validate(json.loads(document)), json.loads(row)
                )
            ):
                change = Change.ALTERED
            if change:
                yield Drift(f"data-{kind.value}", code, change)


def _change(
    document: str | None, digest: str, is_current: bool, is_written: bool, said: str | None
) -> Change | None:
    """Return what is wrong with an entry of which the ledger says that it was written last, or taken off, or nothing (None)."""
    if document is None:
        return Change.MISSING if is_written else None
    if said is None:
        return Change.INSERTED
    if is_current != is_written or (is_written and not said == digest == digest_of(json.loads(document))):
        return Change.ALTERED
    return None


def _is_found_as_it_says(kind: ListKind, entry: Any, row: dict[str, Any]) -> bool:
    """Return whether the columns by which an entry is found and its code say what its words say: answers go by them."""
    said = {"code": entry.code, **COLUMNS[kind](entry)}
    return all(row[name] == value for name, value in said.items())
