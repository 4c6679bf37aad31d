"""Nodes held against the ledger: who is believed, by which key, for whom it may speak and where it is asked."""

from __future__ import annotations

from tongban.foundation.ledger import queries as ledger
from tongban.foundation.ledger.types import Change, Drift
from tongban.foundation.statements import queries as statements

MOST = 1000
BESIDE = {
    "code": "the acts are found by it",
    "is_here": "that an act says that it stands here says it",
}
"""Columns of a node that are not held against what its last act says under their name, and why; all others are."""
ROW = """to_jsonb(n) || jsonb_build_object(
    'public', encode(sha256(n.public), 'hex'), 'root', encode(sha256(n.root), 'hex'))"""
# The city could move a node that stands here with no act of it here, before all was said of what is kept.
NODES = f"""
WITH acts AS (
    SELECT r.subject_id, r.act, r.at, r.id, l.number,
        CASE WHEN r.act <> 'nodes.stands_here' OR r.detail ? 'public' THEN r.detail ELSE '{{}}' END AS detail
    FROM ledger_record r LEFT JOIN ledger_link l ON l.record_id = r.id
    WHERE r.subject_kind = 'node'
        AND r.act IN ('nodes.stands_here', 'nodes.admitted', 'nodes.retired', 'nodes.kept')
), said AS (
    SELECT DISTINCT ON (subject_id) * FROM acts ORDER BY subject_id, number DESC NULLS FIRST, at DESC, id DESC
)
SELECT coalesce(n.code, s.subject_id),
    CASE WHEN n.code IS NULL THEN 'missing' WHEN s.act IS NULL THEN 'inserted' ELSE 'altered' END
FROM nodes_node n FULL JOIN said s ON s.subject_id = n.code
WHERE n.code IS NULL OR (s.act IS NULL AND %s)
    OR n.is_here <> (n.code IN (SELECT subject_id FROM acts WHERE act = 'nodes.stands_here'))
    OR s.act IN ('nodes.admitted', 'nodes.retired') AND n.is_active <> (s.act = 'nodes.admitted')
    OR {ledger.differs(ROW, "s.detail", BESIDE)}
ORDER BY 1 LIMIT %s
"""  # noqa: S608 - nothing of anybody else's is put in


def audit_nodes(*, are_admitted_here: bool) -> tuple[Drift, ...]:
    """Return the nodes that are not as their last act on the ledger says, the first thousand.

    ``are_admitted_here`` is False at a district's node: it may have kept nodes from before that was on its record.
    """
    rows = statements.rows(NODES, [are_admitted_here, MOST])
    return tuple(Drift("node", code, Change(change)) for code, change in rows)
