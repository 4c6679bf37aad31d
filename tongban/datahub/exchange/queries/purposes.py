"""For which cases data was asked under grants: what a grant is for is held against it afterwards, not with each call."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from tongban.datahub.exchange.types import AskedFor, GrantUse
from tongban.foundation.statements import queries as statements

USED = """
SELECT r."grant", r.consumer, r.issue, count(*), (array_agg(r.id ORDER BY r.at, r.id))[1]
FROM exchange_record r
WHERE r.at >= %(since)s AND r.at < %(until)s AND r.outcome = '' AND r.issue <> '' AND r."grant" IS NOT NULL
    AND r.signed_at >= %(since)s::timestamptz - interval '1 hour'
    AND r.signed_at < %(until)s::timestamptz + interval '1 hour'
GROUP BY 1, 2, 3 ORDER BY 2, 3, 1
"""
GRANTS = """
SELECT g.id, q.department, g.provider, g.resource, g.items
FROM resources_grant g JOIN resources_request q ON q.id = g.request_id WHERE g.id = ANY(%s)
"""


def uses_of_grants(since: dt.datetime, until: dt.datetime) -> tuple[GrantUse, ...]:
    """Return for which cases each grant was used here in a period. It reads all calls of it: for whoever can wait."""
    return tuple(GrantUse(*row) for row in statements.rows(USED, {"since": since, "until": until}))


def asked_for(uses: Collection[GrantUse]) -> tuple[AskedFor, ...]:
    """Return with each use what its grant is for and who holds it; a use of a grant that there is not is left out."""
    rows = statements.rows(GRANTS, [list({one.grant for one in uses})]) if uses else ()
    known = {id: (holder, provider, resource, tuple(items)) for id, holder, provider, resource, items in rows}
    return tuple(AskedFor(one, *known[one.grant]) for one in uses if one.grant in known)
