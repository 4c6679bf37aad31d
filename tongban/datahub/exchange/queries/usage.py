"""Metering: how often grants were used."""

from __future__ import annotations

import datetime as dt
import uuid

from tongban.datahub.exchange.types import Usage
from tongban.foundation.statements import queries as statements

USAGE = """
SELECT m."grant", m.day, sum(m.calls)::bigint, coalesce(max(g.per_day), 0)
FROM exchange_meter m LEFT JOIN resources_grant g ON g.id = m."grant"
WHERE m."grant" = %s AND m.day >= %s GROUP BY m."grant", m.day ORDER BY m.day DESC
"""


def usage(grant: uuid.UUID, *, since: dt.date) -> tuple[Usage, ...]:
    """Return how often a grant was used on each day, the newest first, beside how often it may be today."""
    return tuple(Usage(*row) for row in statements.rows(USAGE, [grant, since]))
