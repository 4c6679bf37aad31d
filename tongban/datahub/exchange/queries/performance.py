"""How a subsystem's calls went: how many, how quickly, what failed; for whoever calls and for whoever answers."""

from __future__ import annotations

import datetime as dt
import json

from tongban.datahub.exchange.models import Trial
from tongban.datahub.exchange.types import Performance, Side, Tried
from tongban.foundation.statements import queries as statements
from tongban.kernel.clock import SHANGHAI

# Answers carry the moment of their call, so that both are cut to the same months before they are joined.
PERFORMANCE = """
WITH called AS (
    SELECT r.{other} AS other, r.service, date_trunc('hour', r.at AT TIME ZONE 'Asia/Shanghai') AS hour,
        a.status, a.size, a.micros,
        CASE WHEN r.outcome NOT IN ('', 'Relayed') THEN 'Server.ServerProxy.' || r.outcome
            WHEN a.problem <> '' THEN a.problem
            WHEN a.status >= 400 THEN a.status::text ELSE '' END AS problem
    FROM exchange_record r
    LEFT JOIN exchange_answer a ON a.record = r.id AND a.at = r.at
        AND a.at >= %(since)s::timestamptz AND a.at < %(until)s::timestamptz
    WHERE r.{own} = %(subsystem)s AND r.at >= %(since)s::timestamptz AND r.at < %(until)s::timestamptz
        AND r.signed_at >= %(since)s::timestamptz - interval '10 minutes'
        AND r.signed_at < %(until)s::timestamptz + interval '10 minutes'
        AND (%(service)s = '' OR r.service = %(service)s)
), counted AS (
    SELECT other, service, hour, problem, count(*) AS times FROM called WHERE problem <> ''
    GROUP BY GROUPING SETS ((other, service, problem), (other, service, hour, problem))
), problems AS (
    SELECT other, service, hour, jsonb_object_agg(problem, times) AS said FROM counted GROUP BY other, service, hour
), measured AS (
    SELECT other, service, hour, count(*) AS calls, count(micros) AS answered, count(*) FILTER (WHERE problem <> '') AS failed,
        percentile_disc(ARRAY[0.5, 0.95, 0.99, 1]) WITHIN GROUP (ORDER BY micros) AS micros,
        coalesce(sum(size), 0)::bigint AS bytes
    FROM called GROUP BY GROUPING SETS ((other, service), (other, service, hour))
)
SELECT m.other, m.service, m.hour, m.calls, m.answered, m.failed, m.micros, m.bytes, coalesce(p.said, '{{}}')::text
FROM measured m LEFT JOIN problems p
    ON p.other = m.other AND p.service = m.service AND p.hour IS NOT DISTINCT FROM m.hour
WHERE %(hourly)s OR m.hour IS NULL
ORDER BY m.other, m.service, m.hour NULLS FIRST
"""
SIDES = {
    Side.CONSUMER: PERFORMANCE.format(own="consumer", other="provider"),
    Side.PROVIDER: PERFORMANCE.format(own="provider", other="consumer"),
}
MICRO = 1e6


def performance_of(
    subsystem: str,
    *,
    side: Side,
    since: dt.datetime,
    until: dt.datetime,
    service: str = "",
    hourly: bool = False,
) -> tuple[Performance, ...]:
    """Return how a subsystem's calls went from a moment until before another, by the other side and by service.

    One is the whole time; with ``hourly`` those of each hour in which there were calls follow it. Calls that the law
    keeps secret are no secret between the two sides, so they are counted.
    """
    asked = {
        "subsystem": subsystem, "since": since, "until": until, "service": service, "hourly": hourly,
    }  # fmt: skip
    return tuple(_performance(*row) for row in statements.rows(SIDES[side], asked))


def trials_of(consumer: str, *, limit: int = 100) -> tuple[Tried, ...]:
    """Return a subsystem's latest calls in the sandbox."""
    rows = Trial.objects.filter(consumer=consumer).order_by("-at", "-id")[:limit]
    return tuple(
        Tried(row.id, row.at, f"{row.provider}/{row.service}", row.status, row.micros / MICRO, row.problem)
        for row in rows
    )


def _performance(
    other: str,
    service: str,
    hour: dt.datetime | None,
    calls: int,
    answered: int,
    failed: int,
    micros: list[int | None] | None,
    size: int,
    problems: str,
) -> Performance:
    median, p95, p99, longest = (None if one is None else one / MICRO for one in micros or [None] * 4)
    return Performance(
        other=other,
        service=service,
        hour=hour.replace(tzinfo=SHANGHAI) if hour else None,
        calls=calls,
        answered=answered,
        failed=failed,
        median=median,
        p95=p95,
        p99=p99,
        longest=longest,
        bytes=size,
        problems=json.loads(problems),
    )
