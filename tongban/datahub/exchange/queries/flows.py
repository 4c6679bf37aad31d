"""The exchange as it flows: who calls whom how often, how quickly, what fails; when; what one service does; the latest calls.

All but the latest calls is read from the figures that are counted within seconds of a call (``operations.counting``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from tongban.datahub.exchange import leaves
from tongban.datahub.exchange.queries import counting
from tongban.datahub.exchange.queries.counting import MICRO, Adding, FlowSum, during, owned, p95_of
from tongban.datahub.exchange.rules import counting as rules
from tongban.datahub.exchange.types import Counted, Counts, Failed, Flow, Happened, Outcome, Pulse, Side, Span
from tongban.foundation.statements import queries as statements
from tongban.kernel import clock
from tongban.kernel.clock import SHANGHAI

# A member of a subsystem's code is its department; the table of flows knows departments only.
OWN = """(%(departments)s::text[] IS NULL OR {consumer} = ANY(%(departments)s::text[])
    OR {provider} = ANY(%(departments)s::text[]))"""
OWN_FLOW = OWN.format(consumer="c.consumer", provider="c.provider")
FLOWS = f"""
SELECT c.consumer, c.provider, sum(c.calls)::bigint, sum(c.answered)::bigint, sum(c.refused)::bigint, sum(c.failed)::bigint,
    sum(c.times)::text
FROM ({{during}}) AS c WHERE {OWN_FLOW} GROUP BY 1, 2 ORDER BY 1, 2
"""  # noqa: S608 - of constants
PULSES = f"""
SELECT date_trunc(%(step)s, c.start, 'Asia/Shanghai'), sum(c.calls)::bigint, sum(c.refused)::bigint, sum(c.failed)::bigint
FROM ({{during}}) AS c WHERE {OWN_FLOW} GROUP BY 1 ORDER BY 1
"""  # noqa: S608 - of constants
SERVICES = f"""
SELECT {{consumer}} AS consumer, c.provider, c.service, {{start}} AS start, c.problem, sum(c.calls)::bigint,
    sum(c.answered)::bigint, sum(c.failed)::bigint, sum(c.bytes)::bigint, max(c.longest), sum(c.times)::text
FROM ({{during}}) AS c
WHERE {{which}} AND {OWN.format(consumer="split_part(c.consumer, '/', 3)", provider="split_part(c.provider, '/', 3)")}
GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
"""  # noqa: S608 - of constants
OF_SERVICE = "c.provider = %(provider)s AND c.service = %(service)s"
OF_DEPARTMENT = {side: f"split_part(c.{side.value}, '/', 3) = %(department)s" for side in Side}
LATEST = f"""
SELECT split_part(r.consumer, '/', 3), split_part(r.provider, '/', 3), r.provider, r.service, r.at, r.outcome,
    a.status, a.micros, coalesce(a.problem, ''), coalesce(p.party, ''), r."grant"
FROM (
    SELECT * FROM (SELECT * FROM exchange_record ORDER BY xact DESC, id DESC LIMIT %(newest)s) AS n
    WHERE {OWN.format(consumer="split_part(consumer, '/', 3)", provider="split_part(provider, '/', 3)")}
    ORDER BY at DESC, id LIMIT %(limit)s
) AS r LEFT JOIN exchange_answer a ON a.record = r.id AND a.at = r.at
LEFT JOIN exchange_represented p ON p.record = r.id
ORDER BY r.at DESC, r.id
"""  # noqa: S608 - of constants
FAILURES = f"""
SELECT at, consumer, provider, service, problem, micros FROM exchange_failure
WHERE provider = %(provider)s AND service = %(service)s
    AND {OWN.format(consumer="split_part(consumer, '/', 3)", provider="split_part(provider, '/', 3)")}
ORDER BY at DESC, record LIMIT %(limit)s
"""  # noqa: S608 - of constants
BUSY = f"""
SELECT (SELECT count(*) FROM (
    SELECT FROM exchange_flow c WHERE c.span = w.span AND c.start >= w.first AND {OWN_FLOW} LIMIT %(enough)s) AS found)
FROM unnest(%(spans)s::text[], %(firsts)s::timestamptz[]) WITH ORDINALITY AS w (span, first, place) ORDER BY place
"""  # noqa: S608 - of constants
WAITING = """
SELECT coalesce(t.at, r.at) FROM (SELECT * FROM (VALUES ('call')) AS k (kind) LEFT JOIN exchange_counted_to USING (kind)) AS t,
    LATERAL (SELECT at FROM exchange_record WHERE (xact, id) > (coalesce(t.xact, %s), coalesce(t.id, %s::uuid))
        ORDER BY xact, id LIMIT 1) AS r
"""
NEWEST, AT_ONCE = 2000, 50
"""Among so many of the newest calls those of some departments are looked for; so many may be recorded out of order."""


def flows(
    *, since: dt.datetime, until: dt.datetime, departments: Sequence[str] | None = None
) -> tuple[Flow, ...]:
    """Return what was called in a time: from each department to each, by either alone, in all.

    In all has neither name, each sum over one side only the other's. Args: ``departments`` leaves only what they call or
    answer; None is everything, for the data authority.
    """
    rows, asked = during("exchange_flow", rules.stretches(since, until, clock.now()))
    sums: dict[tuple[str, str], FlowSum] = {("", ""): FlowSum()}
    pairs = []
    for consumer, provider, calls, answered, refused, failed, times in counting.read(
        FLOWS.format(during=rows), asked | owned(departments)
    ):
        digits = rules.digits_of(times)
        pairs.append(Flow(consumer, provider, calls, refused, failed, p95_of(digits, answered)))
        number = int(digits)
        for ends in ((consumer, ""), ("", provider), ("", "")):
            sums.setdefault(ends, FlowSum()).add(calls, answered, refused, failed, number)
    return (*pairs, *(one.told(*ends) for ends, one in sums.items()))


def pulses(
    *, since: dt.datetime, until: dt.datetime, step: Span, departments: Sequence[str] | None = None
) -> tuple[Pulse, ...]:
    """Return how much was called in each minute, hour or day of a time; those without a call are left out."""
    stretches = rules.no_coarser(rules.stretches(since, until, clock.now()), step)
    rows, asked = during("exchange_flow", stretches)
    found = counting.read(PULSES.format(during=rows), asked | owned(departments) | {"step": step.value})
    return tuple(Pulse(start.astimezone(SHANGHAI), *counts) for start, *counts in found)


def service_calls(
    provider: str,
    service: str,
    *,
    since: dt.datetime,
    until: dt.datetime,
    departments: Sequence[str] | None = None,
) -> tuple[Counted, ...]:
    """Return how the calls of a service went, by consumer."""
    rows, asked = during("exchange_counted", rules.stretches(since, until, clock.now()))
    statement = SERVICES.format(
        during=rows, which=OF_SERVICE, consumer="c.consumer", start="NULL::timestamptz"
    )
    return _counted(statement, asked | {"provider": provider, "service": service} | owned(departments))


def service_steps(
    provider: str,
    service: str,
    *,
    since: dt.datetime,
    until: dt.datetime,
    step: Span | None = None,
    departments: Sequence[str] | None = None,
) -> tuple[Counted, ...]:
    """Return how all calls of a service went together: minute by minute, hour by hour, day by day; or in the whole time."""
    stretches = rules.stretches(since, until, clock.now())
    rows, asked = during("exchange_counted", rules.no_coarser(stretches, step) if step else stretches)
    start = f"date_trunc('{step.value}', c.start, 'Asia/Shanghai')" if step else "NULL::timestamptz"
    statement = SERVICES.format(during=rows, which=OF_SERVICE, consumer="''", start=start)
    return _counted(statement, asked | {"provider": provider, "service": service} | owned(departments))


def service_course(
    provider: str, service: str, *, since: dt.datetime, until: dt.datetime, step: Span, usually: dt.timedelta
) -> tuple[tuple[Counted, ...], Counts]:
    """Return how all calls of a service went step by step, and together in the days before the first day of that.

    Args: ``usually`` is how far back those days reach.
    """
    now, day = clock.now(), rules.begin(since, Span.DAY)
    stretches = rules.no_coarser(rules.stretches(since, until, now), step)
    rows, asked = during("exchange_counted", (*stretches, *rules.stretches(day - usually, day, now)))
    start = f"date_trunc('{step.value}', c.start, 'Asia/Shanghai')"
    statement = SERVICES.format(during=rows, which=OF_SERVICE, consumer="''", start=start)
    found = _counted(statement, asked | {"provider": provider, "service": service} | owned(None))
    before = [one.counts for one in found if one.start and one.start < day]
    usual = Counts(
        calls=sum(one.calls for one in before), refused=sum(one.refused for one in before),
        broken=sum(one.broken for one in before),
    )  # fmt: skip
    return tuple(one for one in found if one.start and one.start >= day), usual


def department_calls(
    department: str,
    *,
    side: Side,
    since: dt.datetime,
    until: dt.datetime,
    departments: Sequence[str] | None = None,
) -> tuple[Counted, ...]:
    """Return how the calls of a department went by service, as the one who asks or as the one who answers."""
    rows, asked = during("exchange_counted", rules.stretches(since, until, clock.now()))
    statement = SERVICES.format(
        during=rows, which=OF_DEPARTMENT[side], consumer="''", start="NULL::timestamptz"
    )
    return _counted(statement, asked | {"department": department} | owned(departments))


def _counted(statement: str, asked: dict[str, Any]) -> tuple[Counted, ...]:
    sums: dict[tuple[str, str, str, dt.datetime | None], Adding] = {}
    for consumer, provider, service, start, *row in statements.rows(statement, asked):
        sums.setdefault((consumer, provider, service, start), Adding()).add(*row)
    return tuple(
        Counted(consumer, provider, service, start.astimezone(SHANGHAI) if start else None, one.told())
        for (consumer, provider, service, start), one in sums.items()
    )


def latest_calls(*, departments: Sequence[str] | None = None, limit: int = 10) -> tuple[Happened, ...]:
    """Return the latest calls that are on record, the newest first; of some departments, if they are among the newest."""
    newest = NEWEST if departments is not None else limit + AT_ONCE
    asked = {"newest": newest, "limit": limit} | owned(departments)
    return tuple(
        Happened(at, consumer, provider, service, Outcome(outcome), status, micros / MICRO if micros is not None else None,
                 problem, subsystem, party, grant)
        for consumer, provider, subsystem, service, at, outcome, status, micros, problem, party, grant in statements.rows(LATEST, asked)
    )  # fmt: skip


def latest_failures(
    provider: str, service: str, *, departments: Sequence[str] | None = None, limit: int = 10
) -> tuple[Failed, ...]:
    """Return the latest calls of a service that failed, the newest first."""
    asked = {"provider": provider, "service": service, "limit": limit} | owned(departments)
    return tuple(
        Failed(at, consumer, of, what, problem, None if micros is None else micros / MICRO)
        for at, consumer, of, what, problem, micros in statements.rows(FAILURES, asked)
    )


def how_busy(
    since: Iterable[tuple[Span, dt.datetime]], *, enough: int, departments: Sequence[str] | None = None
) -> tuple[int, ...]:
    """Return for each time how many flows of one of its minutes, hours or days there are; no more than ``enough``."""
    spans, firsts = zip(*((span.value, first) for span, first in since), strict=True)
    asked = {"spans": list(spans), "firsts": list(firsts), "enough": enough} | owned(departments)
    return tuple(count for (count,) in statements.rows(BUSY, asked))


def waiting_since() -> dt.datetime | None:
    """Return when figures were counted last if a call waits to be counted, None when there is none."""
    found = statements.one(WAITING, list(leaves.BEGIN))
    return found[0].astimezone(SHANGHAI) if found else None
