"""Who owns a subscription is told when it stops by itself, and not when they have stopped it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factories import feeds
from tests.factories.resources import data_city, load
from tongban.datahub.exchange import operations as exchange
from tongban.datahub.resources import operations as resources
from tongban.datahub.subscriptions import operations
from tongban.foundation.messages import queries as messages
from tongban.foundation.outbox import operations as outbox
from tongban.kernel import clock
from tongban.kernel.types import SYSTEM, Subject

pytestmark = pytest.mark.django_db
CONSUMER = "SH/GOV/market/desk"


def told() -> list[tuple[str, str]]:
    outbox.deliver(at=clock.now())
    return [(one.title, one.body) for one in messages.inbox(Subject("staff", "s-market"), language="en")]


@pytest.mark.slow
@pytest.mark.law("feed-stopped-with-grant")
def test_the_data_officers_of_the_consumer_are_told(tmp_path: Path) -> None:
    load(data_city(tmp_path))
    feeds.make_feed()
    exchange.register_subsystem(code=CONSUMER, name="x", by=SYSTEM, at=clock.now())
    grant = feeds.grant(consumer=CONSUMER)
    for port in (7, 9):
        id = feeds.subscribe(f"http://127.0.0.1:{port}/", consumer=CONSUMER, by=SYSTEM)
    operations.pause(subscription=id, by=operations.acting(CONSUMER), at=clock.now())
    assert told() == []
    resources.revoke_grant(grant_id=grant, why="不再需要", by=SYSTEM, at=clock.now())
    first, second = told()
    assert first[0] == second[0] == "A subscription has changed and needs you"
    assert str(id) in first[1] + second[1]
    assert "has ended with its grant" in first[1]
