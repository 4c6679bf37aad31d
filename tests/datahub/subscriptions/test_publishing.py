"""Publishing: once by the provider's own id, in gapless positions, encrypted; forgotten when its time is over."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tests.factories import feeds
from tests.factories.exchange import CONSUMER, OFFICER, PROVIDER
from tests.factories.feeds import FEED, change
from tongban.datahub.exchange.errors import SubsystemUnknown
from tongban.datahub.resources.errors import ResourceUnknown
from tongban.datahub.subscriptions import models, operations, points, queries
from tongban.datahub.subscriptions.errors import (
    BadFeed,
    ChangeDiffers,
    FeedHasNoKey,
    FeedUnknown,
    NoSuchPoint,
    NotTheProvider,
)
from tongban.datahub.subscriptions.types import Cursor, FileState, Kind
from tongban.foundation.outbox.models import Happened
from tongban.kernel import clock
from tongban.kernel.errors import NotAllowed
from tongban.kernel.types import SYSTEM, Actor

pytestmark = pytest.mark.django_db
STRANGER = Actor("person", "p-1")
START = Cursor(0, points.BEGINNING)


def positions() -> list[int]:
    (feed,) = queries.feeds()
    return [one.position for one in points.changes_after(feed.id, START, 1000)]


def records(act: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT detail FROM ledger_record WHERE act = %s ORDER BY id", [act])
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.law("feed-newest-data")
def test_told_twice_is_told_once() -> None:
    feeds.make_feed()
    first = feeds.publish(change(1), change(2))
    again = feeds.publish(change(2), change(3))
    assert (first.taken, first.known, again.taken, again.known) == (2, 0, 1, 1)
    assert feeds.publish().taken == 0
    feeds.place()
    assert positions() == [1, 2, 3]
    assert queries.get_feed(PROVIDER, FEED).position == 3
    assert len(records("feed.published")) == 2
    assert Happened.objects.filter(name="feed.published").count() == 2


def test_the_same_id_with_another_content_publishes_nothing() -> None:
    feeds.make_feed()
    feeds.publish(change(1))
    with pytest.raises(ChangeDiffers), transaction.atomic():
        feeds.publish(change(2), change(1, name="乙"))
    assert feeds.place() == 1


def test_what_is_undone_was_never_told() -> None:
    feeds.make_feed()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        feeds.publish(change(1))
        raise ZeroDivisionError
    assert feeds.place() == 0
    assert feeds.publish(change(1)).taken == 1


@pytest.mark.law("feed-content-locked")
def test_contents_are_encrypted_where_they_lie() -> None:
    feeds.make_feed()
    feeds.publish(change(1, row=310101199001010014, name="张三丰"))
    feeds.place()
    row = models.PlacedChange.objects.get()
    stored = bytes(row.content) + bytes(row.row) + bytes(row.subject)
    for plain in ("张三丰", "310101199001010014"):
        assert plain.encode() not in stored
    assert points.changes_after(row.feed, START, 1)[0].fields["name"] == "张三丰"


def test_only_who_speaks_for_the_provider_publishes() -> None:
    feeds.make_feed()
    said: dict[str, Any] = {"provider": PROVIDER, "feed": FEED, "changes": [change(1)], "at": clock.now()}
    with pytest.raises(NotAllowed):
        operations.publish_changes(**said, by=STRANGER)
    with pytest.raises(NotTheProvider):
        operations.publish_changes(**said, by=operations.acting(CONSUMER))
    assert operations.publish_changes(**said, by=operations.acting(PROVIDER)).taken == 1
    with pytest.raises(FeedUnknown):
        operations.publish_changes(**(said | {"feed": "none"}), by=SYSTEM)


def test_a_feed_is_of_a_resource_with_a_key() -> None:
    feeds.make_feed()
    said: dict[str, Any] = {
        "provider": PROVIDER,
        "code": "x",
        "resource": feeds.RESOURCE,
        "by": OFFICER,
        "at": clock.now(),
    }
    for changes, failure in (
        ({"provider": "SH/GOV/none/none"}, SubsystemUnknown),
        ({"resource": "none"}, ResourceUnknown),
        ({"subject": "name"}, BadFeed),
        ({"by": STRANGER}, NotAllowed),
    ):
        with pytest.raises(failure):
            operations.declare_feed(**(said | changes))
    from tongban.datahub.resources import models as resources

    row = resources.Resource.objects.get(code=feeds.RESOURCE)
    row.document["fields"] = [field | {"key": False} for field in row.document["fields"]]
    row.save()
    with pytest.raises(FeedHasNoKey):
        operations.declare_feed(**said)


def placed_on(*days: int) -> None:
    """Publish and place a change on each of some days in the past."""
    for number, day in enumerate(days, 1):
        at = clock.now() - dt.timedelta(days=day)
        operations.publish_changes(provider=PROVIDER, feed=FEED, changes=[change(number)], by=SYSTEM, at=at)
        operations.place_pending(at=at)


def test_a_moment_is_a_point() -> None:
    feeds.make_feed()
    placed_on(9, 8, 7, 7, 3, 1)
    row = models.FeedRow.objects.get()
    for days, position in ((20, 0), (9, 0), (8.5, 1), (7.5, 2), (5, 4), (2, 5), (0, 6)):
        found = points.before_moment(row, clock.now() - dt.timedelta(days=days, seconds=60))
        assert found.position == position, days


def test_clocks_that_go_back_do_not_turn_a_feed_back() -> None:
    feeds.make_feed()
    placed_on(1, 5)
    first, second = points.changes_after(models.FeedRow.objects.get().pk, START, 10)
    assert first.placed_at == second.placed_at


@pytest.mark.law("feed-forgotten-when-due")
def test_what_is_old_is_forgotten() -> None:
    feeds.make_feed(kept_days=5)
    feeds.grant()
    placed_on(9, 8, 3, 1)
    id = feeds.subscribe("http://127.0.0.1:9/", after=1)
    file = operations.announce_file(
        provider=PROVIDER,
        feed=FEED,
        name="a",
        size=1,
        sha256=b"x" * 32,
        by=SYSTEM,
        at=clock.now() - dt.timedelta(days=6),
    )
    assert operations.forget_due(at=clock.now()) == 3
    assert operations.forget_due(at=clock.now()) == 0
    assert positions() == [3, 4]
    assert models.Known.objects.count() == 2
    assert queries.get_file(file.id).state is FileState.FORGOTTEN
    moved = queries.get_subscription(id)
    assert (moved.position, moved.behind) == (2, 2) and "超过保存期限" in moved.why
    with pytest.raises(NoSuchPoint, match="3"):
        operations.replay(subscription=id, after=1, by=SYSTEM, at=clock.now())
    assert operations.replay(subscription=id, after=2, by=SYSTEM, at=clock.now()).position == 2


@pytest.mark.parametrize("table", ["subscriptions_change", "subscriptions_delivery", "subscriptions_call"])
def test_nothing_is_changed_behind_the_back(table: str) -> None:
    feeds.make_feed()
    placed_on(1)
    acts = [f"DELETE FROM {table}", f"TRUNCATE {table}", f"DELETE FROM {table}_default"]
    acts += [
        f"UPDATE {table} SET {'kind' if table.endswith('change') else 'first'} = {'kind' if table.endswith('change') else 'first'}"
    ]
    for act in acts:
        with (
            pytest.raises(IntegrityError, match="subscriptions_append_only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(act)


def test_months_are_made_ahead() -> None:
    at = clock.now() + dt.timedelta(days=400)
    assert operations.make_months(by=SYSTEM, at=at) > 0
    assert operations.make_months(by=SYSTEM, at=at) == 0


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("subscriptions_feed_has_keys", {"keys": []}),
    ("subscriptions_feed_forgets_what_was", {"forgotten": 1}),
    ("subscriptions_feed_once", {}),
]


@pytest.mark.parametrize(("constraint", "changes"), WRONG)
def test_what_a_feed_can_not_be(constraint: str, changes: dict[str, Any]) -> None:
    feed = feeds.make_feed()
    row = models.FeedRow.objects.get(pk=feed.id)
    said = {
        "provider_id": PROVIDER,
        "code": "other",
        "name": "x",
        "resource": "x",
        "fields": ["a"],
        "keys": ["a"],
        "kept_days": 1,
    }
    if not changes:
        said["code"] = row.code
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        models.FeedRow.objects.create(**(said | changes))


def test_what_a_change_can_not_be() -> None:
    feed = feeds.make_feed()
    said = {
        "feed": feed.id,
        "position": 1,
        "placed_at": clock.now(),
        "happened_at": clock.now(),
        "row": b"",
        "content": b"",
    }
    for constraint, kind in (("subscriptions_change_kind", "other"), ("subscriptions_change", "created")):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            for _ in range(2):
                models.PlacedChange.objects.bulk_create([models.PlacedChange(**said, kind=kind)])


FILE: dict[str, Any] = {"name": "a", "media": "text/csv", "size": 5, "sha256": b"x", "begun_at": clock.now()}


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("subscriptions_file_state", {"state": "lost"}),
        ("subscriptions_file_received", {"received": 6}),
        ("subscriptions_file_ready_whole", {"state": "ready", "received": 4}),
        ("subscriptions_file_once", None),
    ],
)
def test_what_a_file_can_not_be(constraint: str, changes: dict[str, Any] | None) -> None:
    feed = feeds.make_feed()
    if changes is None:
        models.FileRow.objects.create(**FILE, feed_id=feed.id)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        models.FileRow.objects.create(**(FILE | (changes or {})), feed_id=feed.id)


def test_kinds_are_those_of_the_events() -> None:
    from tongban.datahub.subscriptions.rules.cloudevents import TYPES

    assert set(TYPES) == set(Kind)
