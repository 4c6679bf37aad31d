"""Metering: how often grants were used."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from tongban.datahub.exchange.types import QuotaUsed, Usage
from tongban.foundation.statements import queries as statements

USAGE = """
SELECT m."grant", m.day, sum(m.calls)::bigint, coalesce(max(g.per_day), 0)
FROM exchange_meter m LEFT JOIN resources_grant g ON g.id = m."grant"
WHERE m."grant" = %s AND m.day >= %s GROUP BY m."grant", m.day ORDER BY m.day DESC
"""

OF_SEVERAL = """
SELECT "grant", day, sum(calls)::bigint FROM exchange_meter
WHERE "grant" = ANY(%s) AND day >= %s GROUP BY "grant", day ORDER BY day
"""


QUOTAS = """
SELECT m."grant", sum(m.calls)::float8 / max(g.per_day) FROM exchange_meter m JOIN resources_grant g ON g.id = m."grant"
WHERE m.day = %s AND g.per_day > 0 GROUP BY m."grant" ORDER BY 2 DESC LIMIT 1000
"""


def quotas_used(day: dt.date) -> tuple[QuotaUsed, ...]:
    """Return which share of its calls of a day each grant has used, the fullest first."""
    return tuple(QuotaUsed(*row) for row in statements.rows(QUOTAS, [day]))


def usage_of(grants: Iterable[uuid.UUID], *, since: dt.date) -> dict[uuid.UUID, dict[dt.date, int]]:
    """Return how often each of these grants was used on each day since then; days without a call are left out."""
    found: dict[uuid.UUID, dict[dt.date, int]] = {}
    for grant, day, calls in statements.rows(OF_SEVERAL, [list(grants), since]):
        found.setdefault(grant, {})[day] = calls
    return found


def usage(grant: uuid.UUID, *, since: dt.date) -> tuple[Usage, ...]:
    """Return how often a grant was used on each day, the newest first, beside how often it may be today."""
    return tuple(Usage(*row) for row in statements.rows(USAGE, [grant, since]))
