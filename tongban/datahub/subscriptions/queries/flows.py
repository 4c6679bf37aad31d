"""What feeds tell just now: from which department to which, how much, how much was not taken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from tongban.datahub.subscriptions.types import Flow
from tongban.foundation.statements import queries as reading

# A member of a subsystem's code is its department. Each subscription's deliveries lie together, by moment.
FLOWS = """
SELECT split_part(f.provider_id, '/', 3), split_part(s.consumer_id, '/', 3), f.code, f.resource, count(*),
    coalesce(sum(d.count) FILTER (WHERE d.status BETWEEN 200 AND 299), 0)::bigint,
    count(*) FILTER (WHERE d.status NOT BETWEEN 200 AND 299)
FROM subscriptions_subscription s JOIN subscriptions_feed f ON f.id = s.feed_id
CROSS JOIN LATERAL (
    SELECT count, status FROM subscriptions_delivery
    WHERE subscription = s.id AND at >= %(since)s::timestamptz AND at < %(until)s::timestamptz
) d
WHERE %(departments)s::text[] IS NULL OR split_part(f.provider_id, '/', 3) = ANY(%(departments)s::text[])
    OR split_part(s.consumer_id, '/', 3) = ANY(%(departments)s::text[])
GROUP BY 1, 2, 3, 4 ORDER BY 6 DESC, 1, 2, 3
"""


def flows(
    *, since: dt.datetime, until: dt.datetime, departments: Sequence[str] | None = None
) -> tuple[Flow, ...]:
    """Return what was delivered in a short time, the most first.

    Args: ``departments`` leaves only what they tell or are told; None is everything, for the data authority.
    """
    asked = {
        "since": since,
        "until": until,
        "departments": None if departments is None else list(departments),
    }
    return tuple(Flow(*row) for row in reading.rows(FLOWS, asked))
