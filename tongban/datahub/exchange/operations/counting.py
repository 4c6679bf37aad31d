"""Counting what was exchanged, soon after it was recorded, so that no page has to read the records themselves.

As when sealing, a row is taken when every transaction up to its own is over; one who counts at a time, from where the last
has come to. Figures and how far they reach are one transaction: nothing is counted twice, and nothing left out.
"""

from __future__ import annotations

import datetime as dt
import uuid
from functools import lru_cache
from typing import Any

from django.db import connection, transaction

from tongban.datahub.exchange import leaves
from tongban.datahub.exchange.operations import sealing
from tongban.datahub.exchange.rules import counting as rules
from tongban.datahub.exchange.types import Kind, Span
from tongban.foundation.government import queries as government
from tongban.foundation.statements import operations as statements
from tongban.foundation.statements import queries as reading

KINDS = (Kind.CALL, Kind.ANSWER)
COUNTER_LOCK = 0x7469_636F_756E  # any constant of our own
MOST_COUNTED = 20_000
"""Rows of a kind that are counted at once; more is left to the next time."""
MOST_RECOUNTED = 1_000_000
"""Many at once where all is counted anew: a figure that is added to again and again in one transaction leaves its past behind."""
MOST_FAILED = 20
"""Failures of one kind of one service that are kept of what is counted at once."""
FAILURES_KEPT = dt.timedelta(days=31)
PROXY = "Server.ServerProxy."
# A record is looked up by its number, however much was ever exchanged: without statistics of what has just come,
# PostgreSQL would rather read all of a month. Where all is counted anew, that is right.
BY_NUMBER = "SELECT set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)"
MARKS = "SELECT kind, xact, id FROM exchange_counted_to"
MARK = """
INSERT INTO exchange_counted_to (kind, xact, id, at) VALUES (%s, %s, %s, %s)
ON CONFLICT (kind) DO UPDATE SET xact = excluded.xact, id = excluded.id, at = excluded.at
"""
WAITING = """
    SELECT * FROM {table} WHERE (xact, {id}) > (%({kind}_xact)s::bigint, %({kind}_id)s::uuid)
        AND (xact, {id}) <= (%(upto)s::bigint, %(last)s::uuid)
    ORDER BY xact, {id} LIMIT %(most)s"""
WAITS = {
    kind: WAITING.format(table=leaves.TABLES[kind], id=leaves.IDS[kind], kind=kind.value) for kind in KINDS
}
TYPE = f"CASE outcome WHEN 'GrantAmbiguous' THEN 'Client.' ELSE '{PROXY}' END || outcome"
REFUSED = f"CASE WHEN outcome IN ('', 'Relayed') THEN '' ELSE {TYPE} END"
# What came of an answered call; one that was refused is counted as such when it was recorded.
PROBLEM = f"""CASE WHEN outcome NOT IN ('', 'Relayed') THEN {TYPE} WHEN problem <> '' THEN problem
    WHEN status >= 400 THEN status::text ELSE '' END"""
BUCKET = (
    f"greatest(0, least({rules.BUCKETS - 1}, ceil(ln(greatest(micros, 1) / {rules.FIRST_MICROS}.0::float8)"
    f" / ln({rules.GROWTH}::float8))))::int"
)
SUMS = """sum(calls)::bigint AS calls, sum(answered)::bigint AS answered, sum(failed)::bigint AS failed,
    sum(bytes)::bigint AS bytes, max(longest) AS longest, sum(times) AS times"""
KEYS = "consumer, provider, service, problem"
ADDED = ("calls", "answered", "failed", "bytes", "times")
FLOWING = ("calls", "answered", "refused", "failed", "times")
FLOW_SUMS = """sum(calls) AS calls, sum(answered) AS answered, coalesce(sum(calls) FILTER (WHERE problem <> ''), 0) AS refused,
    coalesce(sum(failed - calls) FILTER (WHERE problem LIKE 'Server.%%' OR problem LIKE '5__'), 0) AS failed,
    sum(times) AS times"""
SUMMED = ", ".join(f"sum({name})" for name in FLOWING)


# The body of government that a call is made for, or that makes it itself; its code begins with its district's slug.
BODY = """CASE WHEN party IS NOT NULL THEN split_part(party, '/', 2)
    WHEN split_part(consumer, '/', 2) = 'GOV' THEN split_part(consumer, '/', 3) ELSE '' END"""


@lru_cache(maxsize=8)
def district_sql(words: int) -> str:
    """Return the SQL that finds a call's district by ``party`` and ``consumer``, empty for none, among those in ``places``.

    ``words`` are how many the longest slug has (north-west: two); the longest that fits is it.
    """
    # One by one, as text: a regular expression over all slugs takes ten times as long.
    first = [f"array_to_string((string_to_array({BODY}, '-'))[:{many}], '-')" for many in range(words, 1, -1)]
    tried = [*first, f"split_part({BODY}, '-', 1)"]
    found = " ".join(f"WHEN {one} = ANY(%(places)s::text[]) THEN {one}" for one in tried)
    return f"CASE {found} ELSE '' END"


def _adding(table: str, columns: tuple[str, ...]) -> str:
    return ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in columns)


COUNT = f"""
WITH called AS MATERIALIZED ({WAITS[Kind.CALL]}
), replied AS MATERIALIZED ({WAITS[Kind.ANSWER]}
), answered AS MATERIALIZED (
    SELECT record, at, consumer, provider, service, {PROBLEM} AS problem, outcome IN ('', 'Relayed') AS is_let, status, size, micros
    FROM (
        SELECT a.*, r.consumer, r.provider, r.service, r.outcome
        FROM replied a JOIN exchange_record r ON r.id = a.record AND r.at = a.at
            AND r.signed_at > (SELECT min(at) FROM replied) - interval '1 hour'
            AND r.signed_at < (SELECT max(at) FROM replied) + interval '1 hour'
    ) AS joined
), cells AS MATERIALIZED (
    SELECT id AS record, at, consumer, provider, service, {REFUSED} AS problem, 1 AS calls, 0 AS answered,
        (outcome NOT IN ('', 'Relayed'))::int AS failed, 0 AS bytes, 0 AS longest, 0::numeric AS times
    FROM called
    UNION ALL SELECT record, at, {KEYS}, 0, 1, (is_let AND problem <> '')::int, size, micros,
        ('1e' || {rules.DIGITS} * {BUCKET})::numeric
    FROM answered
), minutes AS MATERIALIZED (
    SELECT date_trunc('minute', at) AS start, {KEYS}, {SUMS} FROM cells GROUP BY 1, {KEYS}
), spans AS MATERIALIZED (
    SELECT 'minute' AS span, * FROM minutes WHERE start >= %(minutes)s::timestamptz
    UNION ALL SELECT 'hour', date_trunc('hour', start, 'Asia/Shanghai'), {KEYS}, {SUMS} FROM minutes
    WHERE start >= %(hours)s::timestamptz GROUP BY 2, {KEYS}
    UNION ALL SELECT 'day', date_trunc('day', start, 'Asia/Shanghai'), {KEYS}, {SUMS} FROM minutes GROUP BY 2, {KEYS}
), places AS MATERIALIZED (
    SELECT date_trunc('minute', at) AS start, <district> AS district, split_part(provider, '/', 3) AS provider, {FLOW_SUMS}
    FROM cells LEFT JOIN exchange_represented USING (record) GROUP BY 1, 2, 3
), counted AS (
    INSERT INTO exchange_counted (span, start, {KEYS}, calls, answered, failed, bytes, longest, times)
    SELECT * FROM spans ORDER BY consumer, span, start, provider, service, problem
    ON CONFLICT (consumer, span, start, provider, service, problem) DO UPDATE SET
        {_adding("exchange_counted", ADDED)}, longest = greatest(exchange_counted.longest, excluded.longest)
), flowed AS (
    INSERT INTO exchange_flow (span, start, consumer, provider, calls, answered, refused, failed, times)
    SELECT span, start, split_part(consumer, '/', 3), split_part(provider, '/', 3), {FLOW_SUMS}
    FROM spans GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT (span, start, consumer, provider) DO UPDATE SET {_adding("exchange_flow", FLOWING)}
), placed AS (
    INSERT INTO exchange_district (span, start, district, provider, {", ".join(FLOWING)})
    SELECT 'minute', start, district, provider, {", ".join(FLOWING)} FROM places WHERE start >= %(day)s::timestamptz
    UNION ALL SELECT 'hour', date_trunc('hour', start, 'Asia/Shanghai'), district, provider, {SUMMED} FROM places
    WHERE start >= %(hours)s::timestamptz GROUP BY 2, 3, 4
    UNION ALL SELECT 'day', date_trunc('day', start, 'Asia/Shanghai'), district, provider, {SUMMED} FROM places GROUP BY 2, 3, 4
    ORDER BY 1, 2, 3, 4
    ON CONFLICT (span, start, district, provider) DO UPDATE SET {_adding("exchange_district", FLOWING)}
), failed AS (
    INSERT INTO exchange_failure (record, at, {KEYS}, status, micros)
    SELECT record, at, {KEYS}, status, micros FROM (
        SELECT *, row_number() OVER (PARTITION BY provider, service, problem ORDER BY at DESC, record) AS place FROM (
            SELECT id AS record, at, consumer, provider, service, {REFUSED} AS problem, NULL::smallint AS status,
                NULL::integer AS micros FROM called WHERE outcome NOT IN ('', 'Relayed')
            UNION ALL SELECT record, at, {KEYS}, status, micros FROM answered WHERE is_let AND problem <> ''
        ) AS bad WHERE at >= %(failures)s::timestamptz
    ) AS placed WHERE place <= %(failed)s
    ON CONFLICT DO NOTHING
)
SELECT (SELECT count(*) FROM called), (SELECT count(*) FROM replied),
    (SELECT ARRAY[xact::text, id::text] FROM called ORDER BY xact DESC, id DESC LIMIT 1),
    (SELECT ARRAY[xact::text, record::text] FROM replied ORDER BY xact DESC, record DESC LIMIT 1)
"""  # noqa: S608 - of constants
FORGET = (
    "DELETE FROM exchange_counted WHERE span = 'minute' AND start < %(minutes)s",
    "DELETE FROM exchange_counted WHERE span = 'hour' AND start < %(hours)s",
    "DELETE FROM exchange_flow WHERE span = 'minute' AND start < %(minutes)s",
    "DELETE FROM exchange_flow WHERE span = 'hour' AND start < %(hours)s",
    "DELETE FROM exchange_district WHERE span = 'minute' AND start < %(day)s",
    "DELETE FROM exchange_district WHERE span = 'hour' AND start < %(hours)s",
    "DELETE FROM exchange_failure WHERE at < %(failures)s",
)
EMPTY = ("exchange_counted", "exchange_flow", "exchange_district", "exchange_failure", "exchange_counted_to")


def count_exchanges(*, at: dt.datetime) -> int:
    """Count what was exchanged, so many rows at most, and return how many; when ``MOST_COUNTED`` or more there may be more.

    Another who counts is left to it: what it does not see, the next one will.
    """
    with transaction.atomic():
        if not _is_mine("SELECT pg_try_advisory_xact_lock(%s)"):
            return 0
        reading.one(leaves.BY_INDEX, [])
        reading.one(BY_NUMBER, [])
        return _count(at, MOST_COUNTED)


def recount(*, at: dt.datetime) -> int:
    """Count everything anew from the records, and return how many rows there were; until then the old figures are read."""
    with transaction.atomic():
        _is_mine("SELECT pg_advisory_xact_lock(%s) IS NOT NULL")
        for table in EMPTY:
            statements.run(f"DELETE FROM {table}", [])  # noqa: S608 - of constants
        counted = 0
        while many := _count(at, MOST_RECOUNTED):
            counted += many
        return counted


def forget_counts(*, at: dt.datetime) -> int:
    """Forget minutes, hours and failures that are not kept any longer, and return how many rows there were."""
    return sum(statements.run(one, _kept(at)) for one in FORGET)


def _is_mine(lock: str) -> bool:
    return reading.one(lock, [COUNTER_LOCK]) == (True,)


def _count(at: dt.datetime, most: int) -> int:
    upto = sealing.horizon()
    marks = {kind: (xact, id) for kind, xact, id in reading.rows(MARKS, [])}
    asked: dict[str, Any] = {
        "upto": upto, "last": sealing.LAST, "most": most, "failed": MOST_FAILED,
        "places": [one.slug for one in government.districts()], **_kept(at),
    }  # fmt: skip
    for kind in KINDS:
        asked[f"{kind.value}_xact"], asked[f"{kind.value}_id"] = marks.get(kind.value, leaves.BEGIN)
    calls, answers, *last = _counted(asked)
    for kind, mark in zip(KINDS, last, strict=True):
        if mark is not None:
            statements.run(MARK, [kind.value, int(mark[0]), uuid.UUID(mark[1]), at])
    return int(calls + answers)


def _counted(asked: dict[str, Any]) -> tuple[Any, ...]:
    words = max((one.count("-") + 1 for one in asked["places"]), default=1)
    with connection.cursor() as cursor:
        # Not prepared: a plan that was made for an empty table reads all of a full one.
        cursor.execute(COUNT.replace("<district>", district_sql(words)), asked)
        found: tuple[Any, ...] = cursor.fetchone()
    return found


def _kept(at: dt.datetime) -> dict[str, dt.datetime]:
    return {
        "minutes": rules.begin(at - rules.MINUTES_KEPT, Span.MINUTE),
        "day": rules.begin(at - rules.DISTRICTS_KEPT, Span.MINUTE),
        "hours": rules.begin(at - rules.HOURS_KEPT, Span.HOUR),
        "failures": at - FAILURES_KEPT,
    }
