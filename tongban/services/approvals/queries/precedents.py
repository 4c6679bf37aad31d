"""How the same item was decided before: what a reviewer has beside the case, and what forecasts stand on."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping

from tongban.foundation.statements import queries as statements
from tongban.kernel import clock
from tongban.services.approvals.rules.clocks import day_of
from tongban.services.approvals.types import Branch, BranchState, Precedent, Precedents

YEAR = dt.timedelta(days=365)
MOST = 1000
PRECEDENTS = """
WITH earlier AS MATERIALIZED (
    SELECT id, round_id, state, used_days, closed_at FROM approvals_branch
    WHERE item = %(item)s AND closed_at > %(since)s AND closed_at <= %(until)s
        AND state IN ('granted', 'refused') AND id IS DISTINCT FROM %(but)s
    ORDER BY closed_at DESC LIMIT %(most)s
), counted AS (
    SELECT count(*) FILTER (WHERE state = 'granted') AS granted, count(*) FILTER (WHERE state = 'refused') AS refused,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY used_days) AS median FROM earlier
), newest AS (
    SELECT * FROM earlier ORDER BY closed_at DESC LIMIT %(latest)s
)
SELECT granted, refused, median, newest.id, newest.round_id, applicant_shown, number, newest.state, reasons,
    newest.closed_at, newest.used_days
FROM counted LEFT JOIN newest ON TRUE
LEFT JOIN approvals_round ON approvals_round.case_id = newest.round_id
LEFT JOIN approvals_decision ON approvals_decision.branch_id = newest.id
ORDER BY newest.closed_at DESC
"""
DAYS_USED = """
SELECT item, department, ARRAY(
    SELECT used_days FROM approvals_branch b
    WHERE b.item = wanted.item AND b.department = wanted.department AND closed_at > %(since)s AND closed_at <= %(until)s
        AND state IN ('granted', 'refused') AND used_days IS NOT NULL
    ORDER BY closed_at DESC LIMIT %(most)s
) FROM unnest(%(items)s::text[], %(departments)s::text[]) AS wanted (item, department)
"""


def precedents(
    item: str, branch: Branch | None = None, *, latest: int = 5, at: dt.datetime | None = None
) -> Precedents:
    """Return how an item was decided in the last twelve months, at most a thousand times, newest first."""
    until = at or clock.now()
    values = {
        "item": item, "since": until - YEAR, "until": until, "but": branch.id if branch else None,
        "most": MOST, "latest": latest,
    }  # fmt: skip
    rows = statements.rows(PRECEDENTS, values)
    granted, refused, median = rows[0][:3]
    found = tuple(_precedent(*row[3:]) for row in rows if row[3] is not None)
    return Precedents(granted, refused, median, found)


def _precedent(
    id: uuid.UUID, case_id: uuid.UUID, shown: str, number: str, state: str, reasons: str | None,
    closed_at: dt.datetime, used: int | None,
) -> Precedent:  # fmt: skip
    """Return an earlier decision; who looks at it handles another case, so the number is masked."""
    return Precedent(id, case_id, shown, BranchState(state), reasons or "", day_of(closed_at), used or 0,
                     masked_number(number))  # fmt: skip


def masked_number(number: str) -> str:
    """Return a case's number as others than its handlers see it: only the ends."""
    return f"{number[:4]}{'*' * max(0, len(number) - 6)}{number[-2:]}"


def days_used(
    wanted: Iterable[tuple[str, str]], *, at: dt.datetime | None = None, most: int = MOST
) -> Mapping[tuple[str, str], tuple[int, ...]]:
    """Return the working days that decided branches took in the last twelve months, newest first, by item and department.

    Days of waiting for other branches are not in it, days of special procedures neither.
    """
    until = at or clock.now()
    asked = sorted(set(wanted))
    values = {
        "items": [item for item, _ in asked], "departments": [department for _, department in asked],
        "since": until - YEAR, "until": until, "most": most,
    }  # fmt: skip
    found = statements.rows(DAYS_USED, values) if asked else []
    return {(item, department): tuple(days) for item, department, days in found}
