"""A delivery is on record before it leaves, and what was sent counts as read, whatever the receiver says to it."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from tests.factories import feeds
from tests.factories.exchange import CONSUMER, OFFICER
from tests.factories.feeds import Receiver, change, work_until
from tongban.datahub.exchange.queries import digest_of
from tongban.datahub.resources import models as resources
from tongban.datahub.subscriptions import models, operations, queries
from tongban.datahub.subscriptions.operations import Courier, recording
from tongban.datahub.subscriptions.types import Delivery, Kind
from tongban.kernel import clock

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def number(of: int) -> str:
    return f"{of:018d}"


def prepare(count: int) -> uuid.UUID:
    feeds.make_feed()
    grant = feeds.grant()
    feeds.publish(*(change(one, kind=Kind.CREATED) for one in range(1, count + 1)))
    feeds.place()
    return grant


def first(id: uuid.UUID) -> Delivery:
    return queries.deliveries_of(id)[-1]


def failures(id: uuid.UUID, count: int) -> Callable[[], bool]:
    return lambda: queries.get_subscription(id).failures >= count


def acts(of: uuid.UUID) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT act FROM ledger_record WHERE subject_id = %s ORDER BY id", [str(of)])
        return [act for (act,) in cursor.fetchall()]


@pytest.mark.law("feed-delivery-recorded")
@pytest.mark.law("feed-sent-is-read")
def test_it_is_on_record_before_the_receiver_has_said_anything(courier: Courier, receiver: Receiver) -> None:
    grant = prepare(2)
    id = feeds.subscribe(receiver.address)
    came, go = threading.Event(), threading.Event()
    receiver.before = lambda: (came.set(), go.wait(feeds.LIMIT))  # type: ignore[assignment, return-value]
    work_until(courier, came.is_set)
    one = first(id)
    assert (one.first, one.last, one.count, one.status, one.problem) == (1, 2, 2, None, "")
    assert acts(one.id) == ["feed.sent"]
    operations.end(subscription=id, by=OFFICER, at=clock.now())
    (told,) = feeds.told_about(number(2))
    assert (told.id, told.consumer, told.grant, told.is_taken) == (one.id, CONSUMER, grant, False)
    assert queries.audit_feeds() == (), "what was never answered is no drift"
    go.set()
    work_until(courier, lambda: first(id).status == 204)
    assert acts(one.id) == ["feed.sent", "feed.delivered"]
    (told,) = feeds.told_about(number(2))
    assert told.is_taken
    assert queries.audit_feeds() == ()


@pytest.mark.law("feed-sent-is-read")
def test_what_was_refused_after_it_came_was_read(courier: Courier, receiver: Receiver) -> None:
    prepare(8)
    receiver.status = 500
    id = feeds.subscribe(receiver.address)
    work_until(courier, failures(id, 3))
    (told,) = feeds.told_about(number(8))
    assert (told.id, told.is_taken) == (first(id).id, False)
    assert len(feeds.told_about(number(1))) == 1, "however often it was tried again"
    operations.replay(subscription=id, after=4, by=OFFICER, at=clock.now())
    work_until(courier, failures(id, 2))
    assert [len(feeds.told_about(number(one))) for one in (1, 5)] == [1, 2], "skipping on is reading on"
    receiver.status = 204
    work_until(courier, lambda: queries.get_subscription(id).position == 8)
    assert [one.is_taken for one in feeds.told_about(number(5))] == [True, False, False]
    (tally,) = queries.tally_told(digest_of(number(5)), since=first(id).at, until=clock.now(), at=clock.now())
    assert tally.count == 3
    assert queries.audit_feeds() == ()


@pytest.mark.law("feed-sent-is-read")
def test_what_was_cut_off_after_it_was_written_was_read(courier: Courier, receiver: Receiver) -> None:
    prepare(1)

    def break_off() -> None:
        raise ConnectionAbortedError

    receiver.before = break_off
    id = feeds.subscribe(receiver.address)
    work_until(courier, failures(id, 1))
    assert first(id).problem == "no-answer"
    assert [one.is_taken for one in feeds.told_about(number(1))] == [False]


def test_what_reached_nobody_was_not_read(courier: Courier) -> None:
    prepare(1)
    id = feeds.subscribe("http://127.0.0.1:9/")
    models.SubscriptionRow.objects.filter(id=id).update(state="active")
    has_failed = failures(id, 2)
    # What is on its way just now counts until it is known that it did not arrive.
    work_until(courier, lambda: has_failed() and feeds.told_about(number(1)) == ())
    assert first(id).problem == "no-connection"


def test_what_can_not_be_put_on_record_is_not_sent(
    courier: Courier, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(1)
    id = feeds.subscribe(receiver.address)
    with monkeypatch.context() as patched:
        patched.setattr(recording, "record_sending", refuse)
        with pytest.raises(OperationalError):
            work_until(courier, lambda: False)
    assert receiver.got == [] and not courier._receivers.busy, "its thread is free again"
    work_until(courier, lambda: queries.get_subscription(id).position == 1)
    assert receiver.ids == [1]


def refuse(**_: object) -> None:
    raise OperationalError("the database is away")


def test_a_narrowed_grant_does_not_change_what_was_read(courier: Courier, receiver: Receiver) -> None:
    grant = prepare(1)
    id = feeds.subscribe(receiver.address)
    work_until(courier, lambda: queries.get_subscription(id).position == 1)
    resources.Grant.objects.filter(id=grant).update(fields=["number"])
    (told,) = feeds.told_about(number(1))
    assert told.fields == ("number", "name")


def test_what_was_said_is_written_once(courier: Courier, receiver: Receiver) -> None:
    prepare(1)
    id = feeds.subscribe(receiver.address)
    work_until(courier, lambda: queries.get_subscription(id).position == 1)
    for said in ("status = 500", "status = NULL", "consumer = 'x'", "epoch = 7", "fields = '{}'"):
        with (
            pytest.raises(IntegrityError, match="subscriptions_append_only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE subscriptions_delivery SET {said}")


def used(grant: uuid.UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute('SELECT coalesce(sum(calls), 0) FROM exchange_meter WHERE "grant" = %s', [grant])
        return int(cursor.fetchone()[0])


def stands_at(id: uuid.UUID, position: int) -> Callable[[], bool]:
    return lambda: queries.get_subscription(id).position == position


@pytest.mark.law("feed-use-counted")
def test_what_is_told_again_counts_under_the_grant(courier: Courier, receiver: Receiver) -> None:
    grant = prepare(4)
    resources.Grant.objects.filter(id=grant).update(per_day=3)
    id = feeds.subscribe(receiver.address, batch=2)
    work_until(courier, stands_at(id, 4))
    assert used(grant) == 0, "told once, as it happens"
    operations.replay(subscription=id, after=0, by=OFFICER, at=clock.now())
    feeds.publish(change(5))
    work_until(courier, stands_at(id, 5))
    assert used(grant) == 2, "and what comes behind it does not count"
    operations.end(subscription=id, by=OFFICER, at=clock.now())
    second = feeds.subscribe(receiver.address, batch=2)
    work_until(courier, lambda: queries.get_subscription(second).why == "grant-used-up")
    held = queries.get_subscription(second)
    assert (used(grant), held.position, held.failures) == (3, 2, 0), "nor does a new subscription help"
    assert held.next_at is not None and held.next_at > clock.now()
    assert receiver.ids == [1, 2, 3, 4, 1, 2, 3, 4, 5, 1, 2]
    resources.Grant.objects.filter(id=grant).update(per_day=100)
    models.SubscriptionRow.objects.filter(id=second).update(next_at=None)
    work_until(courier, stands_at(second, 5))
    assert queries.get_subscription(second).why == ""


@pytest.mark.law("feed-use-counted")
def test_what_is_only_tried_again_does_not_count(courier: Courier, receiver: Receiver) -> None:
    grant = prepare(2)
    receiver.status = 500
    id = feeds.subscribe(receiver.address)
    work_until(courier, failures(id, 3))
    operations.replay(subscription=id, after=0, by=OFFICER, at=clock.now())
    work_until(courier, failures(id, 3))
    assert used(grant) == 1, "a replay of what was sent and not taken counts; once"
    receiver.status = 204
    work_until(courier, stands_at(id, 2))
