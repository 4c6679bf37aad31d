"""How calls went, as the consumer and as the provider see it: counted, by hour, with what failed."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from tests.factories import exchange
from tests.factories.exchange import ADDRESS, CONSUMER, NUMBER, PROVIDER, SERVICE, Caller
from tongban.datahub.exchange import operations, queries
from tongban.datahub.exchange.operations.storing import Told
from tongban.datahub.exchange.types import Performance, Side
from tongban.foundation.statements import operations as statements
from tongban.kernel import clock
from tongban.kernel.clock import SHANGHAI

HOUR = dt.datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
RECORD = """
INSERT INTO exchange_record (id, signed_at, at, key, nonce, consumer, provider, service, outcome, "grant", message_id,
    "user", issue, signed, signature)
VALUES (%s, %s, %s, 1, %s, %s, %s, %s, %s, %s, '', '', '', ''::bytea, ''::bytea)
"""


def put(
    at: dt.datetime,
    millis: int | None = None,
    *,
    outcome: str = "",
    problem: str = "",
    status: int = 200,
    service: str = SERVICE,
    consumer: str = CONSUMER,
) -> None:
    """Put a call on record as it would stand there."""
    id, grant = uuid.uuid4(), None if outcome else uuid.uuid4()
    values = [id, at - dt.timedelta(seconds=3), at, id.hex, consumer, PROVIDER, service, outcome, grant]
    statements.run(RECORD, values)
    if millis is not None:
        operations.write_answers([Told(id, at, status, 100, millis * 1000, bytes(32), problem)])


def performance(side: Side = Side.CONSUMER, subsystem: str = CONSUMER, **more: object) -> list[Performance]:
    asked = {"since": HOUR, "until": HOUR + dt.timedelta(hours=3)} | more
    return list(queries.performance_of(subsystem, side=side, **asked))  # type: ignore[arg-type]


@pytest.fixture
def counting(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Count from here, what the test's own transaction has written too."""
    exchange.count_from_here(monkeypatch)


@pytest.fixture
def history(counting: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: HOUR + dt.timedelta(days=3))
    for number in range(1, 101):
        put(HOUR + dt.timedelta(seconds=number), number)
    later = HOUR + dt.timedelta(hours=2)
    put(later, 900, status=500, problem="Server.ServerProxy.ServiceFailed.Timeout")
    put(later, 20, status=404)
    put(later, outcome="QuotaExceeded")
    put(later)
    put(later, 5, service="other", consumer="SH/GOV/other/desk")
    put(HOUR - dt.timedelta(seconds=1), 7000)
    put(HOUR + dt.timedelta(hours=3), 7000)
    operations.count_exchanges(at=clock.now())


@pytest.mark.usefixtures("history")
def test_the_whole_time_of_a_consumer() -> None:
    (found,) = performance()
    assert (found.other, found.service, found.hour) == (PROVIDER, SERVICE, None)
    assert (found.calls, found.answered, found.failed, found.bytes) == (104, 102, 3, 10_200)
    assert (found.median, found.p95, found.p99, found.longest) == pytest.approx(
        (0.05, 0.096, 0.1, 0.9), rel=0.05
    )
    assert found.longest == 0.9
    assert found.problems == {
        "Server.ServerProxy.ServiceFailed.Timeout": 1,
        "404": 1,
        "Server.ServerProxy.QuotaExceeded": 1,
    }


@pytest.mark.usefixtures("history")
def test_hour_by_hour() -> None:
    whole, first, last = performance(hourly=True)
    assert whole.hour is None
    assert (first.hour, first.calls, first.failed, first.problems) == (HOUR, 100, 0, {})
    assert (last.hour, last.calls, last.answered, last.failed) == (HOUR + dt.timedelta(hours=2), 4, 2, 3)
    assert sum(last.problems.values()) == 3


@pytest.mark.usefixtures("history")
def test_the_provider_sees_who_calls() -> None:
    found = performance(Side.PROVIDER, PROVIDER)
    assert [(one.other, one.service, one.calls) for one in found] == [
        ("SH/GOV/other/desk", "other", 1),
        (CONSUMER, SERVICE, 104),
    ]
    assert [one.service for one in performance(Side.PROVIDER, PROVIDER, service="other")] == ["other"]


@pytest.mark.usefixtures("history")
def test_without_calls_there_is_nothing() -> None:
    assert performance(subsystem="SH/GOV/nobody/desk") == []
    (only,) = performance(since=HOUR + dt.timedelta(hours=2), service="other", subsystem="SH/GOV/other/desk")
    assert only.median == pytest.approx(0.005, rel=0.05) and only.longest == 0.005


def test_refused_calls_alone_have_no_times(counting: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: HOUR + dt.timedelta(days=3))
    put(HOUR, outcome="AccessDenied")
    operations.count_exchanges(at=clock.now())
    (found,) = performance()
    assert (found.calls, found.answered, found.failed, found.median) == (1, 0, 1, None)


def test_a_call_as_it_was_made(counting: None) -> None:
    """What the gateway records is what is looked at."""
    exchange.make_service()
    exchange.make_grant()
    caller: Caller = exchange.make_caller()
    caller.call(f"{ADDRESS}?number={NUMBER}")
    caller.call(ADDRESS)
    now = clock.now()
    operations.count_exchanges(at=now)
    (found,) = performance(since=now - dt.timedelta(hours=1), until=now + dt.timedelta(hours=1))
    assert (found.calls, found.answered, found.failed) == (2, 2, 1)
    assert found.problems == {"Client.InvalidRequest": 1}
    assert found.median is not None and 0 < found.median < 60
