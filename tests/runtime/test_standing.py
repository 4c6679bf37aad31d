"""What the gateway goes by and what feeds have on record, held against the ledger: whoever passes the triggers is named."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import IntegrityError, models, transaction

from tests.channels.gateway.test_feeds import ask
from tests.factories import exchange, feeds
from tests.factories.exchange import CONSUMER, PROVIDER, SERVICE, Caller
from tests.factories.tampering import tamper
from tongban.datahub.exchange import operations
from tongban.datahub.exchange import queries as exchange_queries
from tongban.datahub.exchange.models import Key, Service
from tongban.datahub.exchange.operations import spreading
from tongban.datahub.exchange.queries import registered
from tongban.datahub.exchange.queries import spreading as spreading_queries
from tongban.datahub.resources import operations as resources
from tongban.datahub.resources import queries as resource_queries
from tongban.datahub.resources.models import Grant
from tongban.datahub.resources.queries import auditing
from tongban.datahub.subscriptions import queries as subscription_queries
from tongban.datahub.subscriptions.models import ChangeSeal
from tongban.datahub.subscriptions.operations import forget_due, seal_changes
from tongban.datahub.subscriptions.operations.noting import Outcome, note_deliveries
from tongban.datahub.subscriptions.operations.recording import record_sending
from tongban.datahub.subscriptions.types import Batch, Cursor, Reply
from tongban.foundation.ledger.operations import record
from tongban.foundation.ledger.queries import latest_act
from tongban.foundation.ledger.types import Change, Drift
from tongban.foundation.statements import operations as statements
from tongban.kernel import clock
from tongban.kernel.types import SYSTEM, Subject

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
    (sending,) = record_sending(batches=[batch], by=SYSTEM, at=at)
    note_deliveries(outcomes=[Outcome(sending, Reply(200, 0.1), at, 0.0)], by=SYSTEM, at=at)


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
    feeds.make_feed(subject="", about="thing")
    feeds.publish(feeds.change(4))
    feeds.place()
    assert drifts() == []


ALTERED = {
    "how often a day": ("data-grant", "UPDATE resources_grant SET per_day = 999999"),
    "which fields": ("data-grant", "UPDATE resources_grant SET fields = fields || '{address}'"),
    "until when": ("data-grant", "UPDATE resources_grant SET until = until + 365"),
    "what a system is called": (
        "subsystem",
        f"UPDATE exchange_subsystem SET name = 'another' WHERE code = '{PROVIDER}'",
    ),
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
    "whose a subscription is": (
        "subscription",
        f"UPDATE subscriptions_subscription SET consumer_id = '{PROVIDER}'",
    ),
    "where it leads": (
        "subscription",
        "UPDATE subscriptions_subscription SET address = 'https://other.example/told'",
    ),
    "where it leads there": (
        "subscription",
        "UPDATE subscriptions_subscription SET address = address || '/elsewhere'",
    ),
    "whether it is told": ("subscription", "UPDATE subscriptions_subscription SET state = 'active'"),
    "how much was delivered": ("feed-delivery", "UPDATE subscriptions_delivery SET count = 0"),
    "what was delivered": ("feed-delivery", "UPDATE subscriptions_delivery SET digest = sha256(digest)"),
    "to whom": ("feed-delivery", f"UPDATE subscriptions_delivery SET consumer = '{PROVIDER}'"),
    "when": ("feed-delivery", "UPDATE subscriptions_delivery SET at = at - interval '1 hour'"),
    "which fields were delivered": ("feed-delivery", "UPDATE subscriptions_delivery SET fields = '{number}'"),
    "what was said to it": ("feed-delivery", "UPDATE subscriptions_delivery SET status = 0, problem = 'tls'"),
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


OTHERWISE = {
    models.CharField: "{} || 'x'",
    models.TextField: "{} || 'x'",
    models.BooleanField: "NOT {}",
    models.FloatField: "{} + 1",
    models.PositiveIntegerField: "coalesce({}, 0) + 1",
    models.DateField: "{} + 1",
    models.JSONField: """'{{"address": "name"}}'::jsonb""",
    models.UUIDField: "gen_random_uuid()",
    models.OneToOneField: "gen_random_uuid()",
    ArrayField: "{} || '{{address}}'",
}
CONSTRAINED = {
    ("exchange_service", "kind"): "'query'",
    ("resources_grant", "valid_from"): "valid_from - 1",
}
"""Columns in which not everything may stand."""


def otherwise(table: type[models.Model], beside: Iterable[str]) -> Iterator[str]:
    """Yield for each column, but those beside, what has something else stand there."""
    for field in table._meta.fields:
        if field.column not in beside:
            column = f'"{field.column}"'
            value = CONSTRAINED.get((table._meta.db_table, field.column)) or OTHERWISE[type(field)].format(
                column
            )
            yield f"{column} = {value}"


def held(table: type[models.Model], changes: Iterable[str], drift: tuple[str, Change, str]) -> None:
    """Hold that each of these changes is found, and that nothing was before."""
    assert drifts() == []
    for change in changes:
        with transaction.atomic():
            assert tamper(f"UPDATE {table._meta.db_table} SET {change}") == 1, change
            assert drifts() == [drift], change
            transaction.set_rollback(True)


def test_every_column_of_a_service_is_held(caller: Caller) -> None:
    """But those that say why not: by what it renames and what it asks with is decided what leaves."""
    assert registered.BESIDE.keys() < {field.column for field in Service._meta.fields}
    changes = (*otherwise(Service, registered.BESIDE), "personal = '{name}'")
    held(Service, changes, ("service", Change.ALTERED, f"{PROVIDER}/{SERVICE}"))


def test_every_column_of_a_key_is_held(caller: Caller) -> None:
    """By its number records say whose a call was."""
    columns = {field.column for field in Key._meta.fields}
    assert columns == {"number", "algorithm", *registered.KEPT_BESIDE}
    changes = (
        "number = number + 1000",
        "algorithm = 'ecdsa-p256-sha256'",
        "registered_at = registered_at - interval '1 hour'",
    )
    revoked = ("revoked_at = revoked_at + interval '1 hour'", "revoked_at = NULL")
    held(Key, changes, ("exchange-key", Change.ALTERED, caller.key))
    operations.revoke_key(key=caller.key, reason="lost", by=exchange.OFFICER, at=clock.now())
    held(Key, revoked, ("exchange-key", Change.ALTERED, caller.key))


def test_a_key_of_another_node_is_as_the_ledger_says_that_it_was_told(caller: Caller) -> None:
    """And one of here that the city has revoked."""
    document = spreading_queries.key_document(caller.key)
    assert document is not None
    tamper("DELETE FROM exchange_key")
    hour = dt.timedelta(hours=1)
    registered_at = (clock.now() - hour).isoformat()
    document |= {"registered_at": registered_at}
    for revoked in ({}, {"revoked_at": clock.now().isoformat(), "revoked_by": "operator:x"}):
        spreading.keep_key(code=caller.key, document=document | revoked, by=SYSTEM, at=clock.now() + hour)
        assert drifts() == []
    tamper("UPDATE exchange_key SET revoked_at = revoked_at + interval '1 day'")
    assert drifts() == [("exchange-key", Change.ALTERED, caller.key)]


def test_every_column_of_a_grant_is_held(caller: Caller) -> None:
    """Whose request it answers, of which resource it is and from when, too."""
    (grant,) = resource_queries.grants(consumer=CONSUMER)
    drift = ("data-grant", Change.ALTERED, str(grant.id))
    assert auditing.BESIDE.keys() < {field.column for field in Grant._meta.fields}
    columns = otherwise(Grant, {*auditing.BESIDE, "stopped_by"})
    held(Grant, (*columns, "state = 'expired', ended_at = now()"), drift)
    resources.revoke_grant(grant_id=grant.id, why="x", by=SYSTEM, at=clock.now())
    ended = ("ended_at = ended_at + interval '1 day'", "why_ended = 'y'", "stopped_by = 'law'")
    held(Grant, ended, drift)


def test_a_grants_act_of_before_holds_what_it_says(caller: Caller) -> None:
    (grant,) = resource_queries.grants(consumer=CONSUMER)
    about = Subject("data-grant", str(grant.id))
    act = latest_act("data.grant_given", "data-grant")
    assert act is not None
    later = ("request_id", "resource", "material", "valid_from", "limited_to", "stopped_by")
    said = {name: value for name, value in act.detail.items() if name not in later}
    record(act=act.act, subject=about, by=SYSTEM, at=clock.now(), detail=said)
    assert drifts() == []
    tamper("UPDATE resources_grant SET resource = 'another', valid_from = valid_from - 1")
    assert drifts() == []


def test_an_act_of_before_holds_what_it_says(caller: Caller) -> None:
    """Of columns that came later it says nothing; and until services followed the catalogue, what was personal then."""
    about = Subject("service", f"{PROVIDER}/{SERVICE}")
    act = latest_act("exchange.service_published", "service")
    assert act is not None
    said = {name: value for name, value in act.detail.items() if name not in ("paths", "renames", "seconds")}
    record(act=act.act, subject=about, by=SYSTEM, at=clock.now(), detail=said | {"personal": ["born"]})
    assert drifts() == []
    tamper("UPDATE exchange_service SET renames = '{}', paths = '{/}'")
    assert drifts() == []
    tamper("UPDATE exchange_service SET personal = '{name}'")
    assert drifts() == [("service", Change.ALTERED, f"{PROVIDER}/{SERVICE}")]


GONE = {
    "subsystem": f"DELETE FROM exchange_subsystem WHERE code = '{PROVIDER}'",
    "data-grant": "DELETE FROM resources_grant",
    "exchange-key": "DELETE FROM exchange_key",
    "service": "DELETE FROM exchange_service",
    "feed-call": "DELETE FROM subscriptions_call",
    "feed-delivery": "DELETE FROM subscriptions_delivery",
    "subscription": "DELETE FROM subscriptions_subscription",
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


class TestOrder:
    """Changes that were sealed at their positions: swapped, replaced, or with a seal that is not the first."""

    NAME = f"{PROVIDER}/{feeds.FEED}"
    SWAP = """
        UPDATE subscriptions_change c SET (happened_at, kind, row, subject, content) =
            (o.happened_at, o.kind, o.row, o.subject, o.content)
        FROM subscriptions_change o WHERE c.feed = o.feed AND (c.position, o.position) IN ((2, 3), (3, 2))
    """

    @pytest.fixture(autouse=True)
    def sealed(self, caller: Caller) -> None:
        assert seal_changes(at=clock.now()) == 3
        assert seal_changes(at=clock.now()) == 0
        assert drifts() == []

    def change(self, position: int) -> tuple[str, Change, str]:
        return "feed-change", Change.ALTERED, f"{self.NAME} {position}"

    @pytest.mark.law("feed-order-sealed")
    def test_two_that_changed_places(self) -> None:
        assert tamper(self.SWAP) == 2
        assert drifts() == [self.change(2), self.change(3)]

    def test_one_that_says_what_another_says(self) -> None:
        tamper("UPDATE subscriptions_change SET kind = 'removed' WHERE position = 1")
        tamper(
            "UPDATE subscriptions_change SET happened_at = happened_at - interval '1 day' WHERE position = 3"
        )
        assert drifts() == [self.change(1), self.change(3)]

    def test_a_seal_that_was_made_anew(self) -> None:
        tamper(self.SWAP)
        tamper("DELETE FROM subscriptions_change_seal")
        assert seal_changes(at=clock.now()) == 3, "the sealer does not know better"
        assert drifts() == [("feed-seal", Change.MISSING, f"{self.NAME} 1–3")]

    def test_a_seal_that_was_altered(self) -> None:
        for statement, change in (
            ("UPDATE subscriptions_change_seal SET leaves = leaves || leaves", Change.ALTERED),
            ("UPDATE subscriptions_change_seal SET last = 2", Change.ALTERED),
            ("UPDATE subscriptions_change_seal SET entry = gen_random_uuid()", Change.INSERTED),
        ):
            with transaction.atomic():
                assert tamper(statement) == 1
                assert ("feed-seal", change) in [one[:2] for one in drifts()], statement
                transaction.set_rollback(True)

    def test_what_is_placed_later_is_sealed_later(self) -> None:
        feeds.publish(*map(feeds.change, (4, 5)))
        feeds.place()
        assert drifts() == []
        assert seal_changes(at=clock.now()) == 2
        assert drifts() == []
        assert [one.last for one in ChangeSeal.objects.order_by("first")] == [3, 5]

    def test_what_is_forgotten_is_forgotten_with_its_seal(self) -> None:
        """subscriptions_append_only, subscriptions_seal_of_changes."""
        for statement in (
            "DELETE FROM subscriptions_change_seal",
            "UPDATE subscriptions_change_seal SET last = 9",
        ):
            with pytest.raises(IntegrityError, match="subscriptions_append_only"), transaction.atomic():
                statements.run(statement, [])
        with pytest.raises(IntegrityError, match="subscriptions_seal_of_changes"), transaction.atomic():
            tamper("UPDATE subscriptions_change_seal SET first = 4")
        feeds.publish(feeds.change(4))
        feeds.place()
        seal_changes(at=clock.now())
        forget_due(by=SYSTEM, at=clock.now() + dt.timedelta(days=400))
        assert drifts() == []
        assert not ChangeSeal.objects.exists()
        feeds.publish(feeds.change(5))
        feeds.place()
        assert seal_changes(at=clock.now()) == 1
        assert drifts() == []

    def test_who_says_that_more_was_forgotten_than_was(self) -> None:
        tamper("UPDATE subscriptions_feed SET forgotten = 2")
        tamper("DELETE FROM subscriptions_change WHERE position <= 2")
        assert drifts() == [
            ("feed", Change.ALTERED, self.NAME),
            ("feed-change", Change.MISSING, f"{self.NAME} 1"),
        ]
