"""A subsystem's own log, searched: by the number of a message, by time, by service, by how it went."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from tongban.datahub.exchange.queries.history import COLUMNS, exchange_of, find_exchange
from tongban.datahub.exchange.types import Exchange
from tongban.foundation.statements import queries as statements

LONGEST = dt.timedelta(days=7)
"""Of one search: a subsystem may make a million calls a day."""
LATEST = 5_000
FOUND = (
    COLUMNS
    + """
WHERE r.consumer = %(consumer)s AND r.at >= %(since)s::timestamptz AND r.at < %(before)s::timestamptz
    AND (%(message)s = '' OR r.message_id = %(message)s)
    AND (%(service)s = '' OR r.provider || '/' || r.service = %(service)s)
    AND (%(outcome)s = '' OR (%(outcome)s = 'failed') =
        (r.outcome NOT IN ('', 'Relayed') OR coalesce(a.problem, '') <> '' OR coalesce(a.status, 0) >= 400))
ORDER BY r.at DESC LIMIT %(limit)s
"""
)
USED = """
SELECT k.id, max(latest.at) FROM (
    SELECT key, at FROM exchange_record WHERE consumer = %s ORDER BY at DESC LIMIT %s
) latest JOIN exchange_key k ON k.number = latest.key GROUP BY k.id
"""


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for: calls from ``since`` until before ``before``, seven days at most, the latest first.

    ``message`` is X-Road-Id, or the number of the exchange; ``service`` with its provider; ``outcome`` is ``failed``,
    ``well`` or empty for all.
    """

    consumer: str
    since: dt.datetime
    before: dt.datetime
    message: str = ""
    service: str = ""
    outcome: str = ""


def search_log(sought: Sought, *, limit: int = 50) -> tuple[Exchange, ...]:
    """Return the latest of a subsystem's own calls that are looked for, refused ones too."""
    found = _by_number(sought)
    if found:
        return (found,)
    asked = {
        "consumer": sought.consumer, "since": max(sought.since, sought.before - LONGEST), "before": sought.before,
        "message": sought.message, "service": sought.service, "outcome": sought.outcome, "limit": limit,
    }  # fmt: skip
    return tuple(map(exchange_of, statements.rows(FOUND, asked)))


def keys_used(consumer: str) -> dict[str, dt.datetime]:
    """Return which keys a subsystem has used last, by id, and when; looked for among its latest 5,000 calls."""
    return dict(statements.rows(USED, [consumer, LATEST]))


def _by_number(sought: Sought) -> Exchange | None:
    """Return the exchange of the number that is looked for, whenever it was, if it is one of this subsystem."""
    try:
        number = uuid.UUID(sought.message)
    except ValueError:
        return None
    found = find_exchange(number)
    return found if found and found.consumer == sought.consumer else None
