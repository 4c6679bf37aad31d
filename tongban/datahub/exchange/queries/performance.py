"""How a subsystem's calls went: how many, how quickly, what failed; for whoever calls and for whoever answers."""

from __future__ import annotations

import datetime as dt

from tongban.datahub.exchange.models import Trial
from tongban.datahub.exchange.queries.counting import MICRO, Adding, during
from tongban.datahub.exchange.rules import counting as rules
from tongban.datahub.exchange.types import Performance, Side, Span, Stretch, Tried
from tongban.foundation.statements import queries as statements
from tongban.kernel import clock
from tongban.kernel.clock import SHANGHAI

PERFORMANCE = """
SELECT c.{other}, c.service, {hour}, c.problem, sum(c.calls)::bigint, sum(c.answered)::bigint, sum(c.failed)::bigint,
    sum(c.bytes)::bigint, max(c.longest), sum(c.times)::text
FROM ({during}) AS c
WHERE c.{own} = %(subsystem)s AND (%(service)s = '' OR c.service = %(service)s)
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""
HOUR = "date_trunc('hour', c.start, 'Asia/Shanghai')"
OTHERS = {Side.CONSUMER: ("consumer", "provider"), Side.PROVIDER: ("provider", "consumer")}


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

    The figures are those that are counted within seconds of a call, by whole minutes; of more than three hours ago by
    whole hours, of more than forty days by whole days. One is the whole time; with ``hourly`` those of each hour in which
    there were calls follow it. Calls that the law keeps secret are no secret between the two sides, so they are counted.
    """
    asked = {"subsystem": subsystem, "service": service}
    stretches = rules.stretches(since, until, clock.now())
    found = _read(side, asked, stretches, hour="NULL::timestamptz")
    if hourly:
        found += _read(side, asked, rules.no_coarser(stretches, Span.HOUR), hour=HOUR)
    # The whole time goes before its hours.
    found.sort(key=lambda one: (one.other, one.service, one.hour is not None, one.hour))
    return tuple(found)


def _read(
    side: Side, asked: dict[str, str], stretches: tuple[Stretch, ...], *, hour: str
) -> list[Performance]:
    own, other = OTHERS[side]
    sums: dict[tuple[str, str, dt.datetime | None], Adding] = {}
    rows, values = during("exchange_counted", stretches)
    statement = PERFORMANCE.format(own=own, other=other, hour=hour, during=rows)
    for whom, service, start, *row in statements.rows(statement, asked | values):
        sums.setdefault((whom, service, start), Adding()).add(*row)
    return [_performance(*key, one) for key, one in sums.items()]


def trials_of(consumer: str, *, limit: int = 100) -> tuple[Tried, ...]:
    """Return a subsystem's latest calls in the sandbox."""
    rows = Trial.objects.filter(consumer=consumer).order_by("-at", "-id")[:limit]
    return tuple(
        Tried(row.id, row.at, f"{row.provider}/{row.service}", row.status, row.micros / MICRO, row.problem)
        for row in rows
    )


def _performance(other: str, service: str, hour: dt.datetime | None, added: Adding) -> Performance:
    one = added.told()
    return Performance(
        other=other,
        service=service,
        hour=hour.astimezone(SHANGHAI) if hour else None,
        calls=one.calls,
        answered=one.answered,
        failed=one.failed,
        median=one.median,
        p95=one.p95,
        p99=one.p99,
        longest=one.longest,
        bytes=one.bytes,
        problems=one.problems,
    )
