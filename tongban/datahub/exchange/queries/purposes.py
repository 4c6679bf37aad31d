"""For which cases data was asked under grants: what a grant is for is held against it afterwards, not with each call."""

from __future__ import annotations

import datetime as dt

from tongban.datahub.exchange.types import AskedFor
from tongban.foundation.statements import queries as statements

ISSUES = """
SELECT r."grant", r.consumer, r.issue, g.items, count(*), (array_agg(r.id ORDER BY r.at, r.id))[1]
FROM exchange_record r JOIN resources_grant g ON g.id = r."grant"
WHERE r.at >= %s AND r.at < %s AND r.outcome = '' AND r.issue <> ''
GROUP BY 1, 2, 3, 4 ORDER BY 2, 3, 1
"""


def issues_under_grants(since: dt.datetime, until: dt.datetime) -> tuple[AskedFor, ...]:
    """Return for which cases each grant was used in a period. It reads all calls of the period: for whoever can wait."""
    rows = statements.rows(ISSUES, [since, until])
    return tuple(AskedFor(grant, who, issue, tuple(items), n, id) for grant, who, issue, items, n, id in rows)
