"""Counted figures against the records themselves: nothing twice, nothing left out, whatever comes in between."""

from __future__ import annotations

import datetime as dt
import math
import random
import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.datahub.exchange import operations, queries
from tongban.datahub.exchange.operations import counting, representing, sealing
from tongban.datahub.exchange.rules import counting as rules
from tongban.datahub.exchange.types import Flow, Span
from tongban.foundation.government import queries as government
from tongban.foundation.government.types import District
from tongban.foundation.statements import operations as statements
from tongban.foundation.statements import queries as reading
from tongban.kernel import clock
from tongban.kernel.clock import SHANGHAI

NOW = dt.datetime(2026, 3, 20, 10, 30, 20, tzinfo=SHANGHAI)
PUDONG, XUHUI = (
    District(code=code, slug=slug, name=slug, english=slug)
    for code, slug in (("310115", "pudong"), ("310104", "xuhui"))
)
HOUR = NOW.replace(minute=0, second=0)
RECORD = """
INSERT INTO exchange_record (id, signed_at, at, key, nonce, consumer, provider, service, outcome, "grant", message_id,
    "user", issue, signed, signature, xact)
VALUES (%(id)s, %(at)s, %(at)s, 1, %(id)s::text, %(consumer)s, %(provider)s, %(service)s, %(outcome)s, %(id)s, '', '', '',
    'x', 'y', %(xact)s)
"""
ANSWER = """
INSERT INTO exchange_answer (record, at, status, size, micros, digest, problem, xact)
VALUES (%(id)s, %(at)s, %(status)s, %(size)s, %(micros)s, sha256('x'), %(problem)s, %(answered)s)
"""
TABLES = {
    "exchange_counted": "consumer, span, start, provider, service, problem",
    "exchange_flow": "span, start, consumer, provider",
    "exchange_district": "span, start, district, provider",
    "exchange_failure": "record",
}
BY_HAND = """
SELECT split_part(r.consumer, '/', 3), split_part(r.provider, '/', 3), count(*),
    count(*) FILTER (WHERE outcome NOT IN ('', 'Relayed')),
    count(*) FILTER (WHERE outcome IN ('', 'Relayed') AND (problem LIKE 'Server.%%' OR (problem = '' AND status >= 500)))
FROM exchange_record r LEFT JOIN exchange_answer a ON a.record = r.id WHERE r.at >= %s AND r.at < %s GROUP BY 1, 2
"""
BY_DISTRICT = BY_HAND.replace(
    "split_part(r.consumer, '/', 3)",
    "CASE WHEN p.party LIKE 'GOV/pudong%%' OR p.party IS NULL AND r.consumer LIKE 'SH/GOV/pudong-%%' THEN 'pudong' ELSE '' END",
).replace("WHERE r.at", "LEFT JOIN exchange_represented p ON p.record = r.id WHERE r.at")


@pytest.fixture(autouse=True)
def at_once(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take what the test's own transaction has written as certain, at a moment that stands still."""
    monkeypatch.setattr(sealing, "horizon", lambda: 1 << 62)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(government, "districts", lambda: (PUDONG, XUHUI))
    # Of other tests' figures nothing is left; their records are counted with those of this one.
    for table in counting.EMPTY:
        statements.run(f"DELETE FROM {table}", [])


def call(at: dt.datetime, *, xact: int, **said: Any) -> dict[str, Any]:
    """Put a call on record as written by a transaction."""
    row = {
        "id": uuid.uuid4(), "at": at, "consumer": "SH/GOV/a/desk", "provider": "SH/GOV/b/people", "service": "person",
        "outcome": "", "xact": xact, "status": 200, "size": 10, "micros": 40_000, "problem": "", "answered": xact,
    } | said  # fmt: skip
    statements.run(RECORD, row)
    if row.get("party"):
        representing.note_represented(row["id"], row["party"])
    return row


def answer(row: dict[str, Any]) -> None:
    statements.run(ANSWER, row)


def some(count: int) -> None:
    """Write calls of eighty days as any history has them: refused, broken, wrong, never answered, answered late."""
    chance = random.Random(5)
    for number in range(count):
        back = chance.choice((dt.timedelta(hours=2), dt.timedelta(days=2), dt.timedelta(days=80)))
        status, problem = chance.choice(((200, ""), (200, ""), (404, ""), (503, ""), (500, "Server.ServerProxy.NetworkError"),
                                         (400, "Client.InvalidRequest")))  # fmt: skip
        row = call(
            NOW - back * chance.random(), xact=number // 3,
            consumer=f"SH/GOV/{chance.choice(('a', 'b', 'c', 'pudong-b', 'pudongxi'))}/desk",
            party=chance.choice(("", "", "GOV/pudong-a", "GOV/pudong", "GOV/minhang-a")),
            provider=f"SH/GOV/{chance.choice('xyz')}/{chance.choice('12')}",
            outcome=chance.choice(("", "", "", "Relayed", "AccessDenied")),
            status=status, problem=problem, micros=chance.randrange(50, 9_000_000),
            answered=number // 3 + chance.randrange(20),
        )  # fmt: skip
        if row["outcome"] != "AccessDenied" and chance.random() < 0.9:
            answer(row)


def everything() -> dict[str, list[tuple[Any, ...]]]:
    return {name: reading.rows(f"SELECT * FROM {name} ORDER BY {keys}", []) for name, keys in TABLES.items()}


@pytest.mark.slow
def test_in_small_steps_or_anew_it_is_the_same_and_what_stands_on_record(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    some(400)
    monkeypatch.setattr(counting, "MOST_COUNTED", 37)
    steps = 0
    while operations.count_exchanges(at=NOW):
        steps += 1
    found = everything()
    assert steps > 10
    assert operations.count_exchanges(at=NOW) == 0
    operations.forget_counts(at=NOW)
    assert everything() == found, "what is not kept is not written first"
    for since, until in (
        (NOW.replace(month=1, day=1, hour=0, minute=0, second=0), NOW),
        (HOUR - dt.timedelta(days=3), HOUR),
    ):
        by_hand = {(one[0], one[1]): one[2:] for one in reading.rows(BY_HAND, [since, until])}
        flows = [one for one in queries.flows(since=since, until=until) if one.consumer and one.provider]
        assert {
            (one.consumer, one.provider): (one.calls, one.refused, one.failed) for one in flows
        } == by_hand
        by_district = {(one[0], one[1]): one[2:] for one in reading.rows(BY_DISTRICT, [since, until])}
        found_there = queries.district_flows(since=since, until=until)
        assert {
            (one.consumer, one.provider): (one.calls, one.refused, one.failed) for one in found_there.pairs
        } == by_district
        assert found_there.total == next(
            one for one in queries.flows(since=since, until=until) if not one.consumer and not one.provider
        )
    assert operations.recount(at=NOW) > 600
    assert everything()["exchange_flow"] == found["exchange_flow"]
    assert everything()["exchange_counted"] == found["exchange_counted"]
    assert everything()["exchange_district"] == found["exchange_district"]


def test_an_answer_that_comes_later_is_counted_with_its_call() -> None:
    row = call(NOW - dt.timedelta(seconds=30), xact=1, problem="Server.ServerProxy.NetworkError", status=500)
    operations.count_exchanges(at=NOW)
    assert in_all().calls == 1 and in_all().p95 is None
    answer(row | {"answered": 2})
    operations.count_exchanges(at=NOW)
    assert (in_all().calls, in_all().failed, in_all().refused) == (1, 1, 0)
    assert in_all().p95 == pytest.approx(0.04, rel=0.05)
    (failed,) = queries.latest_failures("SH/GOV/b/people", "person")
    assert (failed.problem, failed.seconds) == ("Server.ServerProxy.NetworkError", 0.04)


def in_all() -> Flow:
    found = queries.flows(since=NOW - dt.timedelta(hours=1), until=NOW)
    return next(one for one in found if not one.consumer and not one.provider)


def test_nobody_reads_of_others() -> None:
    call(NOW, xact=1, consumer="SH/GOV/c/desk")
    call(NOW, xact=1)
    operations.count_exchanges(at=NOW)
    asked: dict[str, Any] = {"provider": "SH/GOV/b/people", "service": "person", "since": HOUR, "until": NOW}
    (consumer,) = queries.service_calls(**asked, departments=["a"])
    assert (consumer.consumer, consumer.counts.calls) == ("SH/GOV/a/desk", 1)
    (hour,) = queries.service_steps(**asked, step=Span.HOUR)
    assert (hour.start, hour.counts.calls) == (HOUR, 2)


MOMENTS = st.datetimes(min_value=dt.datetime(2026, 1, 1), max_value=NOW.replace(tzinfo=None), timezones=st.just(SHANGHAI))  # fmt: skip


@pytest.mark.slow
@given(st.tuples(MOMENTS, MOMENTS).map(sorted), MOMENTS)
def test_a_time_is_put_together_of_whole_stretches_once(
    bounds: list[dt.datetime], moment: dt.datetime
) -> None:
    since, until = bounds
    found = rules.stretches(since, until, NOW)
    holding = [one for one in found if one.first <= moment < one.last]
    assert len(holding) <= 1
    assert all(one.first == rules.begin(one.first, one.span) and one.last == rules.begin(one.last, one.span) for one in found)  # fmt: skip
    assert all(
        one.span is Span.DAY or one.first >= NOW - rules.HOURS_KEPT - dt.timedelta(days=1) for one in found
    )
    if since <= moment < until:
        assert holding


@pytest.mark.slow
@given(st.lists(st.integers(min_value=100, max_value=50_000_000), min_size=1, max_size=60), st.sampled_from([0.5, 0.95, 0.99]))  # fmt: skip
def test_a_time_is_never_a_twentieth_off(micros: list[int], share: float) -> None:
    bucket = [
        max(0, math.ceil(math.log(one / rules.FIRST_MICROS) / math.log(rules.GROWTH))) for one in micros
    ]
    times = sum(10 ** (rules.DIGITS * one) for one in bucket)
    (told,) = rules.percentiles(str(times), len(micros), max(micros) / 1e6, (share,))
    exact = sorted(micros)[math.ceil(share * len(micros)) - 1] / 1e6
    assert told is not None and abs(told - exact) <= exact / 20


@pytest.mark.parametrize(
    ("party", "consumer", "slug"),
    [
        ("GOV/pudong-archives", "SH/GOV/archives/x", "pudong"), (None, "SH/GOV/pudong-archives/cases", "pudong"),
        ("GOV/pudong", "SH/GOV/a/x", "pudong"), ("GOV/pudongxi-archives", "SH/GOV/a/x", ""), (None, "SH/COM/pudong-trade/shop", ""),
        (None, "SH/GOV/archives/pudong-files", ""), ("GOV/new-pudong-archives", "SH/GOV/a/x", "new-pudong"),
        ("GOV/new-x", "SH/GOV/a/x", "new"), ("GOV/archives", "SH/GOV/pudong-archives/x", ""), (None, "SH/GOV/a/x", ""),
    ],
)  # fmt: skip
def test_a_call_is_of_one_district_or_none(party: str | None, consumer: str, slug: str) -> None:
    asked = {"places": ["pudong", "xuhui", "new", "new-pudong"], "party": party, "consumer": consumer}
    of = "FROM (SELECT %(party)s::text AS party, %(consumer)s::text AS consumer) AS call"
    assert reading.one(f"SELECT {counting.district_sql(2)} {of}", asked) == (slug,)
    assert reading.one(f"SELECT {counting.district_sql(1)} {of}", asked | {"places": []}) == ("",)


def test_districts_are_known_by_the_minute_for_a_day_and_one_call_beats_once() -> None:
    call(NOW - dt.timedelta(hours=20), xact=1, party="GOV/pudong-a")
    answer(call(NOW - dt.timedelta(hours=20, minutes=1), xact=1, party="GOV/xuhui-a"))
    operations.count_exchanges(at=NOW)
    moment = NOW - dt.timedelta(hours=20)
    minute = queries.district_flows(since=moment, until=moment + dt.timedelta(minutes=1))
    assert (set(minute.districts), minute.total.calls) == ({"pudong"}, 1)
    found = queries.beats(
        since=moment - dt.timedelta(minutes=2), until=moment + dt.timedelta(minutes=1), step=Span.MINUTE
    )
    assert [(one.calls, one.p95 is None) for one in found] == [(1, False), (1, True)]
    assert queries.main_services(["b", "none"], moment.date()) == {"b": ("SH/GOV/b/people", "person")}


def test_a_service_is_known_step_by_step_and_as_it_usually_is() -> None:
    for days in (1, 3, 9):
        answer(call(NOW - dt.timedelta(days=days), xact=1, status=503 if days == 3 else 200))
    answer(call(NOW, xact=1, status=500))
    operations.count_exchanges(at=NOW)
    since = NOW - dt.timedelta(minutes=5)
    steps, usual = queries.service_course(
        "SH/GOV/b/people", "person", since=since, until=NOW, step=Span.MINUTE, usually=dt.timedelta(days=7)
    )
    assert [(one.start, one.counts.broken) for one in steps] == [(NOW.replace(second=0), 1)]
    assert (usual.calls, usual.broken) == (2, 1)
