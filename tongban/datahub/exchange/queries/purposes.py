"""For which cases data was asked under grants: what a grant is for is held against it afterwards, not with each call."""

from __future__ import annotations

import datetime as dt

from tongban.datahub.exchange.types import AskedFor
from tongban.foundation.statements import queries as statements

ISSUES = """
SELECT f."grant", f.consumer, q.department, g.resource, f.issue, g.items, f.calls, f.first
FROM (
    SELECT r."grant", r.consumer, r.issue, count(*) AS calls, (array_agg(r.id ORDER BY r.at, r.id))[1] AS first
    FROM exchange_record r
    WHERE r.at >= %(since)s AND r.at < %(until)s AND r.outcome = '' AND r.issue <> ''
        AND r.signed_at >= %(since)s::timestamptz - interval '1 hour'
        AND r.signed_at < %(until)s::timestamptz + interval '1 hour'
    GROUP BY 1, 2, 3
) AS f JOIN resources_grant g ON g.id = f."grant" JOIN resources_request q ON q.id = g.request_id
ORDER BY 2, 5, 1
"""


def issues_under_grants(since: dt.datetime, until: dt.datetime) -> tuple[AskedFor, ...]:
    """Return for which cases each grant was used in a period. It reads all calls of the period: for whoever can wait."""
    rows = statements.rows(ISSUES, {"since": since, "until": until})
    return tuple(
        AskedFor(grant, who, holder, resource, issue, tuple(items), calls, first)
        for grant, who, holder, resource, issue, items, calls, first in rows
    )
