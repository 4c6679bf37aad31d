"""The overview of the exchange: figures, flows, what does not go well, the latest calls; one's own, or all."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.channels.datadesk.conftest import AUTHORITY, OWNING, WANTING, AtDesk
from tests.factories.resources import MORNING
from tongban.channels.datadesk.presenters import flows as presenter
from tongban.datahub.exchange import queries
from tongban.datahub.exchange.types import Flow
from tongban.foundation.statements import operations as statements

pytestmark = pytest.mark.django_db
RECORD = """
INSERT INTO exchange_record (id, signed_at, at, key, nonce, consumer, provider, service, outcome, "grant", message_id,
    "user", issue, signed, signature)
VALUES (%(id)s, %(at)s, %(at)s, 1, %(id)s::text, 'SH/GOV/' || %(consumer)s || '/a', 'SH/GOV/' || %(provider)s || '/b',
    %(service)s, %(outcome)s, %(id)s, '', '', '', 'x', 'y')
"""
ANSWER = """
INSERT INTO exchange_answer (record, at, status, size, micros, digest, problem)
VALUES (%(id)s, %(at)s, %(status)s, 1, %(micros)s, sha256('x'), %(problem)s)
"""


def called(
    consumer: str, provider: str, *, seconds: int = 5, outcome: str = "", problem: str = "", **said: Any
) -> None:
    """Write a call some seconds before now, with its answer unless it was refused."""
    row: dict[str, Any] = {
        "id": uuid.uuid4(), "at": MORNING - dt.timedelta(seconds=seconds), "consumer": consumer, "provider": provider,
        "service": "person", "outcome": outcome, "problem": problem, "status": 500 if problem else 200, "micros": 40_000,
    } | said  # fmt: skip
    statements.run(RECORD, row)
    if not outcome:
        statements.run(ANSWER, row)


@pytest.fixture
def some(at_desk: AtDesk) -> AtDesk:
    for _ in range(4):
        called("market", "office")
    called("market", "office", outcome="AccessDenied")
    for _ in range(5):
        called("office", "cityscape", problem="Server.ServerProxy.NetworkError", micros=8_200_000)
    called("cityscape", "office", seconds=3000)
    return at_desk


def test_flows_are_counted_by_side_and_in_all(some: AtDesk) -> None:
    found = {
        (one.consumer, one.provider): one
        for one in queries.flows(since=MORNING - dt.timedelta(minutes=1), until=MORNING)
    }
    assert (found["", ""].calls, found["", ""].refused, found["", ""].failed) == (10, 1, 5)
    assert found["market", ""].calls == found["market", "office"].calls == found["", "office"].calls == 5
    assert found["market", ""].p95 == 0.04 and found["", "cityscape"].failed == 5
    since = MORNING - dt.timedelta(minutes=1)
    own = queries.flows(since=since, until=MORNING, departments=["market"])
    (in_all,) = [one for one in own if not one.consumer and not one.provider]
    assert in_all.calls == 5


def test_the_authority_sees_all_and_a_department_its_own(some: AtDesk) -> None:
    page = some(AUTHORITY).get("/data/flows?span=1").content.decode()
    for said in ("降级", "不太正常的提供方", "8.2 秒", "已拒", "44.4%"):
        assert said in page, said
    assert page.count('<path class="') == 4
    market = some(WANTING).get("/data/flows").content.decode()
    assert "都正常。" in market and "降级" not in market
    assert "cityscape" not in market
    assert some(OWNING).get("/en/data/flows?span=60").status_code == 200
    assert some(OWNING).get("/data/flows?span=x").status_code == 200


def test_it_asks_little_and_says_when_there_is_nothing(at_desk: AtDesk) -> None:
    desk = at_desk(AUTHORITY)
    desk.get("/data/flows")
    with CaptureQueriesContext(connection) as asked:
        assert "这段时间没有调用。" in desk.get("/data/flows").content.decode()
    assert len(asked) <= 20


@pytest.mark.parametrize(
    ("failed", "p95", "light"), [(0, 0.1, "green"), (2, 0.1, "amber"), (10, 0.1, "red"), (0, 1.5, "amber")]
)
def test_lights_follow_errors_and_time(failed: int, p95: float, light: str) -> None:
    assert presenter.light_of(Flow("a", "b", 100, 0, failed, p95)) == light


def test_who_comes_after_the_most_is_counted_together() -> None:
    found = [Flow(f"d{n}", "", 100 - n, 0, 0, 0.1) for n in range(presenter.MOST + 3)]
    callers = presenter.picture(found, 1).callers
    assert len(callers) == presenter.MOST + 1
    assert (callers[-1].department, callers[-1].calls) == (
        "",
        sum(one.calls for one in found[presenter.MOST :]),
    )
