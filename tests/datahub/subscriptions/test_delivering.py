"""From a change to a receiver: in order, with the granted fields, signed, once by id."""

from __future__ import annotations

import pytest

from tests.factories import feeds
from tests.factories.exchange import CONSUMER, PROVIDER
from tests.factories.feeds import Receiver, change, work_until
from tongban.datahub.subscriptions import queries
from tongban.datahub.subscriptions.operations import Courier
from tongban.datahub.subscriptions.types import Kind, State

pytestmark = pytest.mark.django_db


@pytest.mark.law("feed-granted-fields")
@pytest.mark.law("feed-delivery-recorded")
def test_changes_are_told_in_order_with_the_granted_fields(courier: Courier, receiver: Receiver) -> None:
    feeds.make_feed()
    feeds.grant()
    feeds.publish(*(change(number, kind=Kind.CREATED) for number in range(1, 31)))
    id = feeds.subscribe(receiver.address, batch=10)
    work_until(courier, lambda: queries.get_subscription(id).position == 30)
    assert receiver.ids == list(range(1, 31))
    assert [len(one.events) for one in receiver.got] == [10, 10, 10]
    first = receiver.events[0]
    assert first["data"] == {"number": f"{1:018d}", "name": "甲1"}
    assert (first["specversion"], first["type"]) == ("1.0", "tongban.row.created")
    assert first["source"] == f"/feeds/{PROVIDER}/{feeds.FEED}"
    assert first["sequence"] == f"{1:020d}"
    assert receiver.got[0].headers["content-type"].startswith("application/cloudevents-batch+json")
    tried = queries.deliveries_of(id)
    assert [(one.first, one.last, one.count, one.status) for one in tried] == [
        (21, 30, 10, 204), (11, 20, 10, 204), (1, 10, 10, 204),
    ]  # fmt: skip
    assert queries.get_subscription(id).state is State.ACTIVE
    assert queries.subscriptions_of(CONSUMER)[0].behind == 0
