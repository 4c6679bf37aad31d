"""Grants held against the ledger: the gateway obeys what stands in their table, so it has to be what was last decided."""

from __future__ import annotations

from tongban.foundation.ledger.types import Change, Drift
from tongban.foundation.statements import queries as statements

MOST = 1000
GRANTS = """
WITH said AS (
    SELECT DISTINCT ON (r.subject_id) r.subject_id, r.act, r.detail
    FROM ledger_record r LEFT JOIN ledger_link l ON l.record_id = r.id
    WHERE r.subject_kind = 'data-grant' AND r.act LIKE 'data.grant\\_%%'
    ORDER BY r.subject_id, l.number DESC NULLS FIRST, r.at DESC, r.id DESC
)
SELECT coalesce(g.id::text, s.subject_id),
    CASE WHEN g.id IS NULL THEN 'missing' WHEN s.act IS NULL THEN 'inserted' ELSE 'altered' END
FROM resources_grant g FULL JOIN said s ON s.subject_id = g.id::text
WHERE g.id IS NULL OR (s.act IS NULL AND %s)
    OR (g.consumer::text, g.provider::text, g.service::text, to_jsonb(g.fields), to_jsonb(g.items), g.purpose::text,
        g.basis::text, g.until::text, g.per_day::text, g.state::text)
    IS DISTINCT FROM (s.detail->>'consumer', s.detail->>'provider', s.detail->>'service', s.detail->'fields',
        s.detail->'items', s.detail->>'purpose', s.detail->>'basis', s.detail->>'until', s.detail->>'per_day',
        CASE WHEN s.act IN ('data.grant_revoked', 'data.grant_expired') THEN substr(s.act, 12) ELSE 'active' END)
    AND s.act IS NOT NULL
ORDER BY 1 LIMIT %s
"""


def audit_grants(*, are_given_here: bool) -> tuple[Drift, ...]:
    """Return the grants that are not as their last act on the ledger says, the first thousand.

    ``are_given_here`` is False at a district's node, which is told of grants that the city's ledger has.
    """
    rows = statements.rows(GRANTS, [are_given_here, MOST])
    return tuple(Drift("data-grant", id, Change(change)) for id, change in rows)
