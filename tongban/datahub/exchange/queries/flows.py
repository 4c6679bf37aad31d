"""The exchange as it flows just now: who calls whom how often, how quickly, what fails; the latest calls."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from tongban.datahub.exchange.types import Flow, Happened, Outcome
from tongban.foundation.statements import queries as statements

# A member of a subsystem's code is its department. Answers carry the moment of their call: both are cut to the same months.
CALLED = """
SELECT split_part(r.consumer, '/', 3) AS consumer, split_part(r.provider, '/', 3) AS provider, r.service, r.at, r.outcome,
    a.status, a.micros, coalesce(a.problem, '') AS problem
FROM exchange_record r
LEFT JOIN exchange_answer a ON a.record = r.id AND a.at = r.at
    AND a.at >= %(since)s::timestamptz AND a.at < %(until)s::timestamptz
WHERE r.at >= %(since)s::timestamptz AND r.at < %(until)s::timestamptz
    AND r.signed_at >= %(since)s::timestamptz - interval '10 minutes'
    AND r.signed_at < %(until)s::timestamptz + interval '10 minutes'
    AND (%(departments)s::text[] IS NULL OR split_part(r.consumer, '/', 3) = ANY(%(departments)s::text[])
        OR split_part(r.provider, '/', 3) = ANY(%(departments)s::text[]))
"""
FLOWS = f"""
SELECT consumer, provider, count(*), count(*) FILTER (WHERE outcome NOT IN ('', 'Relayed')),
    count(*) FILTER (WHERE outcome IN ('', 'Relayed') AND (problem <> '' OR status >= 500)),
    percentile_disc(0.95) WITHIN GROUP (ORDER BY micros) / 1e6::float8
FROM ({CALLED}) AS called GROUP BY GROUPING SETS ((), (consumer), (provider), (consumer, provider))
"""  # noqa: S608 - of constants
LATEST = f"{CALLED} ORDER BY r.at DESC, r.id LIMIT %(limit)s"
TODAY = """
SELECT coalesce(sum(m.calls), 0)::bigint FROM exchange_meter m
WHERE m.day = %(day)s AND (%(departments)s::text[] IS NULL OR m."grant" IN (
    SELECT g.id FROM resources_grant g WHERE split_part(g.consumer, '/', 3) = ANY(%(departments)s::text[])
        OR split_part(g.provider, '/', 3) = ANY(%(departments)s::text[])))
"""


def flows(
    *, since: dt.datetime, until: dt.datetime, departments: Sequence[str] | None = None
) -> tuple[Flow, ...]:
    """Return what was called in a short time: in all, by consumer, by provider, and from each to each.

    In all has neither name, each sum over one side only the other's. Args: ``departments`` leaves only what they call or
    answer; None is everything, for the data authority. The calls of a minute cost milliseconds, those of an hour tenths
    of a second at 3,000 a minute.
    """
    asked = {
        "since": since,
        "until": until,
        "departments": None if departments is None else list(departments),
    }
    return tuple(
        Flow(consumer or "", provider or "", *rest)
        for consumer, provider, *rest in statements.rows(FLOWS, asked)
    )


def latest_calls(
    *, since: dt.datetime, until: dt.datetime, departments: Sequence[str] | None = None, limit: int = 10
) -> tuple[Happened, ...]:
    """Return the latest calls of a short time, the newest first."""
    asked = {
        "since": since,
        "until": until,
        "departments": None if departments is None else list(departments),
    }
    return tuple(
        Happened(at, consumer, provider, service, Outcome(outcome), status, micros / 1e6 if micros is not None else None, problem)
        for consumer, provider, service, at, outcome, status, micros, problem in statements.rows(LATEST, asked | {"limit": limit})
    )  # fmt: skip


def calls_on(day: dt.date, departments: Sequence[str] | None = None) -> int:
    """Return how many calls were authorised here on a day, as they were metered."""
    found = statements.one(
        TODAY, {"day": day, "departments": None if departments is None else list(departments)}
    )
    return int(found[0]) if found else 0
