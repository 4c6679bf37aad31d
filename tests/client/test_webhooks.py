"""Webhooks as the node sends them, taken by the client; and everything else, refused."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_network
from typing import Any

import pytest

from tests.factories import exchange, feeds
from tests.factories.exchange import CONSUMER, PROVIDER
from tests.factories.feeds import Got
from tongban.client import NodeKey, NotGenuine, webhooks
from tongban.client.webhooks import Delivery
from tongban.datahub.exchange import operations
from tongban.datahub.subscriptions.sending import requests as sending
from tongban.kernel import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def keys() -> list[NodeKey]:
    key = operations.node_key()
    return [NodeKey.of(key.algorithm, key.public)]


@pytest.fixture
def told(settings: Any, keys: list[NodeKey]) -> tuple[str, Got, Got]:
    """A receiver's address, the question and the delivery that it got."""
    settings.WEBHOOK_NETWORKS = (ip_network("127.0.0.0/8"),)
    feeds.make_feed()
    feeds.grant()
    exchange.make_caller(CONSUMER)
    with feeds.receiving() as receiver, feeds.courier() as courier:
        feeds.subscribe(receiver.address)
        feeds.publish(*map(feeds.change, (1, 2)))
        feeds.place()
        feeds.work_until(courier, lambda: bool(receiver.got))
        return receiver.address, receiver.asked[0], receiver.got[0]


def taken(told: tuple[str, Got, Got], known: list[NodeKey], **changes: Any) -> Delivery:
    address, _, got = told
    asked = {"method": "POST", "url": address, "headers": got.headers, "body": got.body, "keys": known}
    return webhooks.verified(**(asked | changes))


@pytest.mark.slow
@pytest.mark.xdist_group("ports")
def test_a_delivery_is_taken(told: tuple[str, Got, Got], keys: list[NodeKey]) -> None:
    delivery = taken(told, keys)
    assert [one.data["name"] for one in delivery.events] == ["甲1", "甲2"]
    assert [one.key for one in delivery.events] == [(f"/feeds/{PROVIDER}/{feeds.FEED}", id) for id in "12"]
    assert delivery.subscription
    assert len(delivery.nonce) == 32
    assert taken(told, keys, headers=list(told[2].headers.items())) == delivery, "headers as pairs do as well"


@pytest.mark.slow
@pytest.mark.xdist_group("ports")
def test_the_question_whether_to_be_told(told: tuple[str, Got, Got], keys: list[NodeKey]) -> None:
    address, asked, _ = told
    assert webhooks.verified("OPTIONS", address, asked.headers, b"", keys=keys).events == ()
    assert webhooks.permission(asked.headers, origin=sending.origin()) == {
        "WebHook-Allowed-Origin": sending.origin(),
        "WebHook-Allowed-Rate": "*",
    }
    assert (
        webhooks.permission(asked.headers, origin=sending.origin(), rate=60)["WebHook-Allowed-Rate"] == "60"
    )
    assert webhooks.permission(asked.headers, origin="other.example") == {}


@pytest.mark.slow
@pytest.mark.xdist_group("ports")
def test_what_the_node_has_not_sent_so_is_refused(told: tuple[str, Got, Got], keys: list[NodeKey]) -> None:
    address, _, got = told
    later = clock.now().timestamp() + 400
    without: Callable[[str], dict[str, str]] = lambda name: {  # noqa: E731
        key: value for key, value in got.headers.items() if key != name
    }
    for changes, why in (
        ({"body": got.body.replace(b'"2"', b'"3"')}, "digest-wrong"),
        ({"url": address.replace("for=us", "for=me")}, "signature-wrong"),
        ({"url": address.replace("127.0.0.1", "127.0.0.2")}, "signature-wrong"),
        ({"method": "PUT"}, "signature-wrong"),
        ({"headers": {**got.headers, "x-tongban-subscription": "other"}}, "signature-wrong"),
        ({"headers": {**got.headers, "x-tongban-more": "1"}}, "signature-coverage"),
        ({"headers": without("signature")}, "signature-missing"),
        ({"headers": without("content-digest")}, "digest-missing|signature-coverage|signature-component"),
        ({"moment": later}, "signature-too-old"),
        ({"keys": []}, "signature-key"),
        ({"keys": [NodeKey.of("ed25519", bytes(32))]}, "signature-key"),
    ):
        with pytest.raises(NotGenuine, match=why):
            taken(told, keys, **changes)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (webhooks.BATCH, b"{"),
        (webhooks.BATCH, b"[1]"),
        (webhooks.BATCH, b'[{"id": "1"}]'),
        (webhooks.SINGLE, b"[]"),
        ("text/plain", b"[]"),
        ("", b"[]"),
    ],
)
def test_what_is_no_event(kind: str, body: bytes) -> None:
    with pytest.raises(NotGenuine, match="CloudEvents"):
        webhooks.events_of(kind, body)


def test_one_event_alone() -> None:
    body = b'{"source": "/a", "id": "7", "type": "t", "subject": "s", "time": "now", "data": {"a": 1}}'
    (event,) = webhooks.events_of(f"{webhooks.SINGLE}; charset=utf-8", body)
    assert (event.key, event.position, event.data) == (("/a", "7"), 7, {"a": 1})
