"""Many calls at once, each on a connection of its own: the day's limit, and the same signature, are kept to the call."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, connections

from tests.factories import exchange
from tests.factories.exchange import ADDRESS, Caller
from tongban.datahub.exchange import known
from tongban.datahub.resources import models as resources

pytestmark = pytest.mark.django_db(transaction=True)
THREADS, EACH = 8, 12


@pytest.fixture(autouse=True)
def _emptied() -> Iterator[None]:
    yield
    known.forget()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("TRUNCATE exchange_record, exchange_answer, exchange_meter")
        cursor.execute("SET session_replication_role = DEFAULT")


def at_once(caller: Caller, requests: list[list[dict[str, Any]]]) -> Counter[int]:
    """Send each list in a thread of its own, all at the same time; return how many had which status."""
    statuses: list[int] = []
    gate = threading.Barrier(len(requests))

    def send(mine: list[dict[str, Any]]) -> None:
        try:
            gate.wait(30)
            statuses.extend([caller.send(one).status for one in mine])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=(mine,)) for mine in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return Counter(statuses)


def rows(statement: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()


@pytest.mark.slow
@pytest.mark.parametrize(("before", "left"), [(0, 10), (300, 30), (5000, 3)])
def test_the_days_limit(before: int, left: int) -> None:
    exchange.make_service()
    grant = exchange.make_grant(per_day=before + left)
    caller = exchange.make_caller()
    if before:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO exchange_meter VALUES (%s, %s, -1, %s)", [grant, exchange.clock.today(), before]
            )
    requests = [
        [caller.environ(f"{ADDRESS}?number=310101199001010014") for _ in range(EACH)] for _ in range(THREADS)
    ]
    assert at_once(caller, requests) == {200: left, 500: THREADS * EACH - left}
    assert rows("SELECT sum(calls) FROM exchange_meter") == (before + left,)
    assert rows("SELECT count(*) FILTER (WHERE outcome = ''), count(*) FROM exchange_record") == (
        left,
        THREADS * EACH,
    )


def test_one_signature_sent_by_many() -> None:
    exchange.make_service()
    exchange.make_grant()
    caller = exchange.make_caller()
    request = caller.environ(f"{ADDRESS}?number=310101199001010014")
    assert at_once(caller, [[dict(request)] for _ in range(THREADS)]) == {200: 1, 400: THREADS - 1}
    assert rows("SELECT count(*) FROM exchange_record") == (1,)
    assert rows("SELECT sum(calls) FROM exchange_meter") == (1,)
    assert resources.Grant.objects.count() == 1
