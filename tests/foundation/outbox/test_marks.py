"""A worker goes on from what it took last, once looking from the beginning is slow: what was struck off is not walked again."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection

from tests.foundation.outbox.test_outbox import NOON, Opened, publish
from tongban.foundation.outbox import delivering, marks, operations
from tongban.foundation.outbox.delivering import Due
from tongban.foundation.outbox.marks import EVER, SHARE, SLACK, Mark, Marks

MINUTE = dt.timedelta(minutes=1)
DEAD = 20_000


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    standing = Clock()
    monkeypatch.setattr(marks, "time", standing)
    return standing


def test_as_long_as_it_costs_nothing_a_worker_looks_from_the_beginning(clock: Clock) -> None:
    mark = Mark()
    assert mark.first(EVER, NOON) == EVER
    mark.note(is_whole=True, took=0.01, due_at=NOON - MINUTE)
    assert mark.first(EVER, NOON) == EVER


def test_what_is_slow_is_rationed(clock: Clock) -> None:
    mark = Mark()
    mark.note(is_whole=True, took=1.0, due_at=NOON - MINUTE)
    assert mark.first(EVER, NOON) == NOON - MINUTE - SLACK
    assert mark.first(NOON - MINUTE / 60, NOON) == NOON - MINUTE / 60, "never before what was asked for"
    assert mark.first(EVER, NOON - 2 * MINUTE) == EVER, "of an earlier moment it says nothing"
    mark.note(is_whole=False, took=0.001, due_at=NOON)
    clock.now += SHARE - 0.1
    assert mark.first(EVER, NOON) == NOON - SLACK
    clock.now += 0.2
    assert mark.first(EVER, NOON) == EVER


@pytest.fixture
def backup(transactional_db: None) -> Iterator[None]:
    """Somebody who may still see all that there is now, as a backup may for an hour."""
    at = connection.get_connection_params()
    said = {name: at[name] for name in ("dbname", "user", "password", "host", "port") if at.get(name)}
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE outbox_delivery")  # with what other tests have left in its blocks
    with psycopg.connect(**said) as other:
        other.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        other.execute("SELECT count(*) FROM outbox_delivery")
        yield


def blocks(first: dt.datetime) -> int:
    """Return how many blocks PostgreSQL reads to find what is due next."""
    with connection.cursor() as cursor:
        values = Due(NOON, EVER).values | {"first": first}
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {delivering.HEAD}", values)
        (said,) = cursor.fetchone() or ("[]",)
    plan: dict[str, Any] = (json.loads(said) if isinstance(said, str) else said)[0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


@pytest.mark.slow
def test_what_a_backup_keeps_is_not_walked_again(backup: None, clock: Clock) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO outbox_delivery (timer, handler, about, due_at)"
            " SELECT 'old-' || n, 'gone', 'old', %s FROM generate_series(1, %s) n",
            [NOON - 10 * MINUTE, DEAD],
        )
        cursor.execute("DELETE FROM outbox_delivery")
    heard: list[Any] = []
    operations.subscribe(Opened, lambda event, *, at: heard.append(event), name="one")
    worker = Marks()
    publish(Opened("a", 1), at=NOON - MINUTE)
    assert operations.deliver(at=NOON, marks=worker) == 1
    mark = worker.of()
    mark.took, mark.again_at = 1.0, clock.now + SHARE
    publish(Opened("a", 2), at=NOON - SLACK / 2)
    assert blocks(EVER) > 5 * blocks(mark.first(EVER, NOON))
    assert operations.deliver(at=NOON, marks=worker) == 1
    publish(Opened("b", 3), at=NOON - 20 * MINUTE)
    assert operations.deliver(at=NOON, marks=worker) == 0, "due before what was taken last"
    clock.now += SHARE + 0.1
    assert operations.deliver(at=NOON, marks=worker) == 1
    assert [event.turn for event in heard] == [1, 2, 3]
