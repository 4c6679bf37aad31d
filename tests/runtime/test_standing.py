"""What the gateway goes by and what feeds have on record, held against the ledger: whoever passes the triggers is named."""

from __future__ import annotations

import uuid

import pytest
from django.db import transaction

from tests.channels.gateway.test_feeds import ask
from tests.factories import exchange, feeds
from tests.factories.exchange import CONSUMER, PROVIDER, SERVICE, Caller
from tests.factories.tampering import tamper
from tongban.datahub.exchange import operations
from tongban.datahub.exchange import queries as exchange_queries
from tongban.datahub.resources import operations as resources
from tongban.datahub.resources import queries as resource_queries
from tongban.datahub.subscriptions import queries as subscription_queries
from tongban.datahub.subscriptions.operations.noting import Outcome, note_deliveries
from tongban.datahub.subscriptions.types import Batch, Cursor, Reply
from tongban.foundation.ledger.types import Change, Drift
from tongban.kernel import clock
from tongban.kernel.types import SYSTEM

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def caller() -> Caller:
    """Return a consumer that was granted a service and has pulled a feed of three changes, one of which was delivered."""
    feeds.make_feed()
    exchange.make_service()
    feeds.grant()
    caller = exchange.make_caller()
    feeds.publish(*map(feeds.change, (1, 2, 3)))
    feeds.place()
    assert ask(caller, f"/feeds/{PROVIDER}/{feeds.FEED}/changes?after=0").status == 200
    delivered()
    return caller


def delivered() -> None:
    at = clock.now()
    id = feeds.subscribe("https://desk.example/told")
    found = subscription_queries.get_subscription(id)
    batch = Batch(found, Cursor(0, at), Cursor(1, at), 1, "application/json", b"{}")
    note_deliveries(outcomes=[Outcome(batch, Reply(200, 0.1), at, 0.0)], by=SYSTEM, at=at)


def drifts() -> list[tuple[str, Change, str]]:
    found: tuple[Drift, ...] = (
        *exchange_queries.audit_registered(),
        *resource_queries.audit_grants(are_given_here=True),
        *subscription_queries.audit_feeds(),
    )
    return [(one.kind, one.change, one.id) for one in found]


def test_what_nobody_touched_holds(caller: Caller) -> None:
    assert drifts() == []
    operations.enable_service(
        provider=PROVIDER, code=SERVICE, is_enabled=False, reason="x", by=exchange.OFFICER, at=clock.now()
    )
    operations.revoke_key(key=caller.key, reason="lost", by=exchange.OFFICER, at=clock.now())
    (grant,) = resource_queries.grants(consumer=CONSUMER)
    resources.revoke_grant(grant_id=grant.id, why="x", by=SYSTEM, at=clock.now())
    feeds.make_feed(subject="")
    feeds.publish(feeds.change(4))
    feeds.place()
    assert drifts() == []


ALTERED = {
    "how often a day": ("data-grant", "UPDATE resources_grant SET per_day = 999999"),
    "which fields": ("data-grant", "UPDATE resources_grant SET fields = fields || '{address}'"),
    "until when": ("data-grant", "UPDATE resources_grant SET until = until + 365"),
    "whose key": ("exchange-key", f"UPDATE exchange_key SET subsystem_id = '{PROVIDER}'"),
    "another key": ("exchange-key", "UPDATE exchange_key SET public = sha256(public)"),
    "until when a key counts": (
        "exchange-key",
        "UPDATE exchange_key SET valid_until = valid_until - interval '1 day'",
    ),
    "where a service leads": ("service", "UPDATE exchange_service SET target = 'elsewhere'"),
    "a pause": ("service", "UPDATE exchange_service SET is_enabled = false"),
    "who pulled": ("feed-call", f"UPDATE subscriptions_call SET client = '{PROVIDER}'"),
    "how much was pulled": ("feed-call", "UPDATE subscriptions_call SET count = 0"),
    "how much was delivered": ("feed-delivery", "UPDATE subscriptions_delivery SET count = 0"),
    "what was delivered": ("feed-delivery", "UPDATE subscriptions_delivery SET digest = sha256(digest)"),
    "whose data a change is": (
        "feed-change",
        "UPDATE subscriptions_change SET subject = NULL WHERE position = 2",
    ),
    "what a change says": (
        "feed-change",
        "UPDATE subscriptions_change SET content = content || '\\x00' WHERE position = 2",
    ),
}


def test_what_was_altered_is_named(caller: Caller) -> None:
    for what, (kind, statement) in ALTERED.items():
        with transaction.atomic():
            assert tamper(statement) == 1, what
            assert [one[:2] for one in drifts()] == [(kind, Change.ALTERED)], what
            transaction.set_rollback(True)


GONE = {
    "data-grant": "DELETE FROM resources_grant",
    "exchange-key": "DELETE FROM exchange_key",
    "service": "DELETE FROM exchange_service",
    "feed-call": "DELETE FROM subscriptions_call",
    "feed-delivery": "DELETE FROM subscriptions_delivery",
    "feed-change": "DELETE FROM subscriptions_change WHERE position = 3",
}


def test_what_was_taken_away_is_named(caller: Caller) -> None:
    for kind, statement in GONE.items():
        with transaction.atomic():
            assert tamper(statement) == 1, kind
            assert [one[:2] for one in drifts()] == [(kind, Change.MISSING)]
            transaction.set_rollback(True)


def test_a_grant_that_nobody_gave_is_named(caller: Caller) -> None:
    id = uuid.uuid4()
    columns = "consumer, provider, service, resource, fields, purpose, items, material, basis, valid_from, until, per_day, state, why_ended"
    (grant,) = resource_queries.grants(consumer=CONSUMER)
    request = uuid.uuid4()
    tamper(
        f"INSERT INTO resources_grant (id, request_id, {columns}) SELECT %s, %s, {columns} FROM resources_grant WHERE id = %s",
        id, request, grant.id,
    )  # fmt: skip
    assert drifts() == [("data-grant", Change.INSERTED, str(id))]
    assert not resource_queries.audit_grants(are_given_here=False), "a district is told of what the city gave"
    tamper("DELETE FROM resources_grant WHERE id = %s", id)
