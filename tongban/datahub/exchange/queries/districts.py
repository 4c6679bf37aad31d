"""The exchange by district: what each calls, of whom, how quickly, what fails; in a whole time, or minute by minute.

A district's calls are those of its own node's departments and those made for its bodies; all others are the city's own
departments', whose district is empty. Everything is read from figures (``operations.counting``), for a whole day by minute.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from tongban.datahub.exchange.queries import counting
from tongban.datahub.exchange.queries.counting import FlowSum, during, p95_of
from tongban.datahub.exchange.rules import counting as rules
from tongban.datahub.exchange.types import Beat, DistrictFlows, Flow, Span
from tongban.foundation.statements import queries as statements
from tongban.kernel import clock
from tongban.kernel.clock import SHANGHAI

SUMS = """sum(c.calls)::bigint, sum(c.answered)::bigint, sum(c.refused)::bigint, sum(c.failed)::bigint, sum(c.times)::text"""
FLOWS = f"SELECT c.district, c.provider, {SUMS} FROM ({{during}}) AS c GROUP BY 1, 2 ORDER BY 1, 2"  # noqa: S608
BEATS = f"""
SELECT date_trunc(%(step)s, c.start, 'Asia/Shanghai'), {SUMS} FROM ({{during}}) AS c
WHERE %(provider)s::text IS NULL OR c.provider = %(provider)s::text GROUP BY 1 ORDER BY 1
"""  # noqa: S608 - of constants
# A week by days: what is called most hardly changes, and not each service is called each day.
MAIN = """
SELECT DISTINCT ON (p.provider) p.provider, c.service, c.subsystem
FROM unnest(%(providers)s::text[]) AS p (provider), LATERAL (
    SELECT provider AS subsystem, service, sum(calls) AS calls FROM exchange_counted
    WHERE split_part(provider, '/', 3) = p.provider AND span = 'day'
        AND start > %(day)s - interval '7 days' AND start <= %(day)s GROUP BY 1, 2
) AS c ORDER BY 1, c.calls DESC, 2, 3
"""


def district_flows(*, since: dt.datetime, until: dt.datetime) -> DistrictFlows:
    """Return what was called in a time: by each district of each department, by each district, of each department, in all."""
    rows, asked = _during(since, until)
    districts: dict[str, FlowSum] = {}
    providers: dict[str, FlowSum] = {}
    total, pairs = FlowSum(), []
    for district, provider, calls, answered, refused, failed, times in counting.read(
        FLOWS.format(during=rows), asked
    ):
        digits = rules.digits_of(times)
        pairs.append(Flow(district, provider, calls, refused, failed, p95_of(digits, answered)))
        number = int(digits)
        for one in (
            districts.setdefault(district, FlowSum()),
            providers.setdefault(provider, FlowSum()),
            total,
        ):
            one.add(calls, answered, refused, failed, number)
    return DistrictFlows(
        tuple(pairs),
        {code: one.told(code, "") for code, one in districts.items()},
        {code: one.told("", code) for code, one in providers.items()},
        total.told("", ""),
    )


def beats(*, since: dt.datetime, until: dt.datetime, step: Span, provider: str = "") -> tuple[Beat, ...]:
    """Return how calls went in each minute, hour or day of a time, of all or of one department; those without are left out."""
    rows, asked = _during(since, until, step)
    found = counting.read(
        BEATS.format(during=rows), asked | {"step": step.value, "provider": provider or None}
    )
    return tuple(
        Beat(start.astimezone(SHANGHAI), calls, refused, failed, p95_of(rules.digits_of(times), answered))
        for start, calls, answered, refused, failed, times in found
    )


def main_services(providers: Iterable[str], day: dt.date) -> dict[str, tuple[str, str]]:
    """Return the service of each department that was called most in the week up to a day: its subsystem and its code."""
    start = dt.datetime.combine(day, dt.time(), SHANGHAI)
    found = statements.rows(MAIN, {"providers": list(providers), "day": start})
    return {provider: (subsystem, service) for provider, service, subsystem in found}


begin = rules.begin


def finest_step(moment: dt.datetime, now: dt.datetime) -> Span:
    """Return by what a moment's calls are still known: for a day by minute, for forty days by hour, then by day."""
    return rules.finest(moment, now, rules.DISTRICTS_KEPT)


def _during(since: dt.datetime, until: dt.datetime, step: Span | None = None) -> tuple[str, dict[str, Any]]:
    stretches = rules.stretches(since, until, clock.now(), rules.DISTRICTS_KEPT)
    return during("exchange_district", rules.no_coarser(stretches, step) if step else stretches)
