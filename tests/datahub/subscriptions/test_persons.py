"""Who is in a change finds who was told: whose row it is, whoever else is named, for three years after it was forgotten."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, connection, transaction

from tests.factories import feeds
from tests.factories.exchange import CONSUMER
from tests.factories.feeds import Receiver, change, work_until
from tests.factories.tampering import tamper
from tongban.datahub.exchange.queries import digest_of
from tongban.datahub.exchange.types import Committed
from tongban.datahub.resources import models as resources
from tongban.datahub.resources.events import EntryChanged
from tongban.datahub.resources.operations.listing import document_of
from tongban.datahub.resources.types import ListKind
from tongban.datahub.subscriptions import models, operations, queries, subscriptions
from tongban.datahub.subscriptions.errors import BadChange, BadFeed, FeedNeedsSubject
from tongban.datahub.subscriptions.operations import Courier
from tongban.datahub.subscriptions.types import Kind, Told
from tongban.foundation.ledger.types import Change, Drift
from tongban.kernel import clock

pytestmark = pytest.mark.django_db
WHOSE, SPOUSE, CHILD = "11010519491231002X", "310101198506152345", "310101201001010012"
LATEST = (1 << 63) - 1
DAY = dt.timedelta(days=1)
YEAR = dt.timedelta(days=366)


def told_about(number: str, at: dt.datetime | None = None) -> tuple[Told, ...]:
    at = at or clock.now()
    return queries.told_about(digest_of(number), since=at - 9 * YEAR, until=at + DAY, at=at)


def told(courier: Courier, receiver: Receiver, **fields: object) -> uuid.UUID:
    """Have a receiver told of one change, under a grant of number and name."""
    feeds.make_feed(kept_days=5)
    feeds.grant()
    feeds.publish(change(1, number=WHOSE, **fields))
    feeds.place()
    id = feeds.subscribe(receiver.address)
    work_until(courier, lambda: queries.get_subscription(id).position == 1)
    return id


def drifts() -> list[tuple[str, Change]]:
    found: tuple[Drift, ...] = queries.audit_feeds()
    return [(one.kind, one.change) for one in found]


@pytest.mark.law("feed-persons-by-name")
def test_a_feed_of_persons_says_whose_each_change_is(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FeedNeedsSubject, match=feeds.RESOURCE):
        feeds.make_feed(subject="")
    with pytest.raises(BadFeed):
        feeds.make_feed(subject="address")
    keys = [one.model_copy(update={"personal": one.code != "number"}) for one in feeds.resource().fields]
    with monkeypatch.context() as patched, pytest.raises(FeedNeedsSubject):  # a key that is nobody's number
        said = feeds.resource().model_copy(update={"fields": tuple(keys)})
        patched.setattr(feeds, "resource", lambda about: said)
        feeds.make_feed(subject="number")
    assert feeds.make_feed(subject="", about="thing").subject == ""
    assert feeds.make_feed().personal == feeds.FIELDS


def test_an_owner_is_whose_a_row_is_though_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    said = feeds.resource()
    owner = said.fields[2].model_copy(update={"owner": True})
    monkeypatch.setattr(
        feeds, "resource", lambda about: said.model_copy(update={"fields": (*said.fields[:2], owner)})
    )
    assert feeds.make_feed(subject="address").subject == "address"
    with pytest.raises(BadChange, match="address"):
        feeds.publish(change(1, kind=Kind.REMOVED, address=""))
    feeds.publish(change(1, address=WHOSE))
    feeds.place()
    (row,) = models.PlacedChange.objects.all()
    assert bytes(row.subject) == digest_of(WHOSE)


@pytest.mark.slow
@pytest.mark.law("feed-named-recorded")
@pytest.mark.parametrize("name", [SPOUSE, [WHOSE, SPOUSE], f" {SPOUSE} ", f"{WHOSE}、{SPOUSE}"])
def test_whoever_is_named_finds_who_was_told(courier: Courier, receiver: Receiver, name: object) -> None:
    told(courier, receiver, name=name, address=CHILD)
    (own,), (others,) = told_about(WHOSE), told_about(SPOUSE)
    assert (own.id, own.is_named, others.is_named) == (others.id, False, True)
    assert told_about(CHILD) == (), "the address was not granted"
    at = clock.now()
    assert queries.find_told(digest_of(SPOUSE), own.id, at=at) == others
    assert drifts() == []


@pytest.mark.slow
@pytest.mark.law("feed-named-recorded")
@pytest.mark.parametrize(
    ("altered", "found"),
    [
        ("DELETE FROM subscriptions_about", [("feed-change", Change.ALTERED)]),
        ("UPDATE subscriptions_about SET subject = sha256(subject)", [("feed-change", Change.ALTERED)]),
        ("UPDATE subscriptions_about SET field = 'address'", [("feed-change", Change.ALTERED)]),
        (
            "UPDATE subscriptions_feed SET personal = '{}'; DELETE FROM subscriptions_about",
            [("feed", Change.ALTERED), ("feed-change", Change.ALTERED)],
        ),
    ],
)
def test_who_takes_a_name_away_is_found(
    courier: Courier, receiver: Receiver, altered: str, found: list[tuple[str, Change]]
) -> None:
    told(courier, receiver, name=SPOUSE)
    for statement in altered.split("; "):
        tamper(statement)
    assert drifts() == found


@pytest.mark.slow
@pytest.mark.law("feed-readers-kept")
def test_who_was_told_is_kept_for_three_years_after_the_change(courier: Courier, receiver: Receiver) -> None:
    told(courier, receiver, name=SPOUSE)
    before = [told_about(who) for who in (WHOSE, SPOUSE)]
    then = clock.now() + 6 * DAY
    assert operations.forget_due(at=then) == 1
    assert not models.PlacedChange.objects.exists()
    assert [told_about(who) for who in (WHOSE, SPOUSE)] == before and all(before)
    assert drifts() == []
    operations.forget_due(at=then + 3 * YEAR - DAY)
    assert [told_about(who) for who in (WHOSE, SPOUSE)] == before
    operations.forget_due(at=then + 3 * YEAR + DAY)
    assert not models.About.objects.exists() and drifts() == []
    assert operations.forget_due(at=then + 3 * YEAR + 2 * DAY) == 0


@pytest.mark.slow
@pytest.mark.law("feed-readers-kept")
def test_who_takes_away_whom_a_forgotten_change_was_about_is_found(
    courier: Courier, receiver: Receiver
) -> None:
    told(courier, receiver, name=SPOUSE)
    operations.forget_due(at=clock.now() + 6 * DAY)
    for altered in (
        "DELETE FROM subscriptions_about WHERE field = ''",
        "UPDATE subscriptions_about SET subject = sha256(subject)",
        "UPDATE subscriptions_about SET position = position + 5",
    ):
        with transaction.atomic():
            assert tamper(altered)
            assert drifts() == [("feed-about", Change.ALTERED)], altered
            transaction.set_rollback(True)


@pytest.mark.parametrize(
    "said", ["DELETE FROM subscriptions_about", "UPDATE subscriptions_about SET field = ''"]
)
def test_nobody_changes_whom_a_change_was_about(said: str) -> None:
    with (
        pytest.raises(IntegrityError, match="subscriptions_append_only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(said)


def say(about: str, *personal: str) -> None:
    """Have the catalogue say something else of the residents, and the feeds hear of it."""
    said = feeds.resource(about)
    fields = [one.model_copy(update={"personal": one.code in personal}) for one in said.fields]
    document = document_of(said.model_copy(update={"fields": tuple(fields)}))
    resources.Resource.objects.filter(code=feeds.RESOURCE).update(document=document)
    event = EntryChanged(feeds.RESOURCE, ListKind.RESOURCE.value, is_listed=True)
    subscriptions.resource_changed(event, at=clock.now())


@pytest.mark.law("feed-follows-catalogue")
def test_what_becomes_personal_is_noted_by_every_feed_of_it() -> None:
    feeds.make_feed(subject="", about="thing")
    say("thing", "address")
    feeds.publish(change(1, number=WHOSE, name=SPOUSE, address=CHILD))
    feeds.place()
    assert [one.field for one in models.About.objects.all()] == ["address"]
    assert drifts() == []
    assert operations.follow_resource(resource=feeds.RESOURCE, at=clock.now()) == 0, "it follows already"
    assert operations.follow_resource(resource="none", at=clock.now()) == 0


@pytest.mark.law("feed-follows-catalogue")
def test_a_feed_that_comes_to_be_about_persons_waits_until_it_says_whose_its_changes_are() -> None:
    feeds.make_feed(subject="", about="thing")
    say("person", "number")
    with pytest.raises(FeedNeedsSubject):
        feeds.publish(change(1))
    assert drifts() == []
    feeds.make_feed()
    assert feeds.publish(change(1)).taken == 1


@pytest.mark.slow
def test_what_is_told_is_news_once(courier: Courier, receiver: Receiver) -> None:
    since = clock.now()
    receiver.status = 500
    feeds.make_feed()
    feeds.grant()
    feeds.publish(change(1, number=WHOSE, name=SPOUSE))
    feeds.place()
    id = feeds.subscribe(receiver.address)
    work_until(courier, lambda: queries.get_subscription(id).failures > 1)
    feeds.publish(change(2, number=CHILD))
    receiver.status = 204
    work_until(courier, lambda: queries.get_subscription(id).position == 2)

    def news(*people: str) -> list[tuple[str, str]]:
        at = clock.now()
        found = queries.new_told([digest_of(one) for one in people], Committed(-1, LATEST, since), at=at)
        known = {digest_of(one): one for one in people}
        return sorted((known[subject], consumer) for subject, _, consumer in found)

    assert news(WHOSE, SPOUSE, CHILD) == sorted((one, CONSUMER) for one in (WHOSE, SPOUSE, CHILD))
    assert news("310101198506152346") == []
