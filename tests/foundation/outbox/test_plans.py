"""What is due is found by its index whatever PostgreSQL believes of a queue that is empty and full by turns."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection

from tests.foundation.outbox.test_outbox import NOON
from tongban.foundation.outbox import delivering
from tongban.foundation.outbox.delivering import Due
from tongban.foundation.outbox.marks import EVER

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
FULL = 5_000
FEW = 60
"""Blocks that are read to take one delivery; 157,000 when each delivery that waits has the whole index read."""

FILL = """
INSERT INTO outbox_delivery (timer, handler, about, due_at)
SELECT 'timer-' || n, 'one', 'about-' || n, %s FROM generate_series(1, %s) n
"""


def read(sql: str, **values: Any) -> int:
    """Return how many blocks of tables and indexes a statement reads."""
    with connection.cursor() as cursor:
        values = Due(NOON, EVER).values | {"first": EVER} | values
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", values)
        (said,) = cursor.fetchone() or ("[]",)
    whole = json.loads(said) if isinstance(said, str) else said
    plan: dict[str, Any] = whole[0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


@pytest.fixture
def believed_empty() -> None:
    """As after an ANALYZE of a night in which nothing was waiting, but for what was being written."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE outbox_delivery")  # with what other tests have left in its blocks
        cursor.execute(FILL, [NOON, FULL])
        cursor.execute(
            "UPDATE pg_class SET reltuples = 0, relpages = greatest(relpages, 100) WHERE relname LIKE 'outbox_%'"
        )


def test_the_first_is_looked_for_by_its_index(believed_empty: None) -> None:
    assert read(delivering.HEAD) < FEW


def test_it_is_taken_by_its_index(believed_empty: None) -> None:
    assert read(delivering.TAKE, alone=[], limit=50) < FEW


def test_timers_are_taken_by_their_index(believed_empty: None) -> None:
    assert read(delivering.TAKE_TIMERS, handler="one", limit=1) < FEW
