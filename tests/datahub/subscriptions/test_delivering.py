"""From a change to a receiver: in order, with the granted fields, signed, again with the same id where it went wrong."""

from __future__ import annotations

import datetime as dt
import socket
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from tests.factories import feeds
from tests.factories.exchange import CONSUMER, OFFICER, PROVIDER
from tests.factories.feeds import FEED, Got, Receiver, change, work_until
from tongban.datahub.exchange import models as exchange_models
from tongban.datahub.exchange import queries as exchange_queries
from tongban.datahub.resources import models as resources_models
from tongban.datahub.resources import operations as resources
from tongban.datahub.subscriptions import models, operations, queries
from tongban.datahub.subscriptions.errors import (
    BadAddress,
    BadBatch,
    KeyNotGranted,
    NoGrant,
    NoSuchPoint,
    NotInThisState,
    SubscribedAlready,
    SubscriptionUnknown,
)
from tongban.datahub.subscriptions.operations import Courier, delivering, noting
from tongban.datahub.subscriptions.rules import pausing
from tongban.datahub.subscriptions.sending import line, receivers
from tongban.datahub.subscriptions.types import Batch, Kind, State, Subscription
from tongban.foundation.outbox import operations as outbox
from tongban.foundation.outbox.models import Happened
from tongban.foundation.trust.errors import CannotDecrypt
from tongban.kernel import clock
from tongban.kernel.types import SYSTEM

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def prepare(count: int = 0, fields: tuple[str, ...] = ("number", "name")) -> uuid.UUID:
    feeds.make_feed()
    grant = feeds.grant(fields)
    if count:
        feeds.publish(*(change(number, kind=Kind.CREATED) for number in range(1, count + 1)))
        feeds.place()
    return grant


def now(id: uuid.UUID) -> Subscription:
    return queries.get_subscription(id)


def stands_at(id: uuid.UUID, position: int) -> Callable[[], bool]:
    return lambda: now(id).position == position


def acts(id: uuid.UUID) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT act FROM ledger_record WHERE subject_id = %s ORDER BY id", [str(id)])
        return [act for (act,) in cursor.fetchall()]


@pytest.mark.slow
@pytest.mark.law("feed-granted-fields")
def test_changes_are_told_in_order_with_the_granted_fields(courier: Courier, receiver: Receiver) -> None:
    prepare(30)
    id = feeds.subscribe(receiver.address, batch=10)
    work_until(courier, stands_at(id, 30))
    assert receiver.ids == list(range(1, 31))
    assert [len(one.events) for one in receiver.got] == [10, 10, 10]
    first = receiver.events[0]
    assert first["data"] == {"number": f"{1:018d}", "name": "甲1"}
    assert (first["specversion"], first["type"]) == ("1.0", "tongban.row.created")
    assert (first["source"], first["sequence"]) == (f"/feeds/{PROVIDER}/{FEED}", f"{1:020d}")
    assert receiver.got[0].headers["content-type"].startswith("application/cloudevents-batch+json")
    tried = [(one.first, one.last, one.count, one.status) for one in queries.deliveries_of(id)]
    assert tried == [(21, 30, 10, 204), (11, 20, 10, 204), (1, 10, 10, 204)]
    assert acts(id) == ["feed.subscription_made", "feed.subscription_prove"]
    assert [acts(one.id) for one in queries.deliveries_of(id)] == [["feed.sent", "feed.delivered"]] * 3
    (told,) = feeds.told_about(f"{7:018d}")
    assert (told.consumer, told.provider, told.fields) == (CONSUMER, PROVIDER, ("number", "name"))
    assert queries.subscriptions_of(CONSUMER)[0].behind == 0


@pytest.mark.slow
def test_what_a_person_finds_is_one_entry_a_delivery(courier: Courier, receiver: Receiver) -> None:
    prepare()
    feeds.publish(*(change(number, row=7) for number in range(1, 6)), change(6, row=8))
    feeds.place()
    id = feeds.subscribe(receiver.address, batch=3)
    work_until(courier, stands_at(id, 6))
    operations.replay(subscription=id, after=5, by=OFFICER, at=clock.now())
    work_until(courier, stands_at(id, 6))
    first, second = feeds.told_about(f"{7:018d}")
    digest, at = exchange_queries.digest_of(f"{7:018d}"), clock.now()
    hour = dt.timedelta(hours=1)
    page = {"since": at - hour, "until": at + hour, "at": at}
    assert queries.told_about(digest, **page, limit=1) == (first,)  # type: ignore[arg-type]
    assert queries.told_about(digest, **page, before=(first.at, first.id)) == (second,)  # type: ignore[arg-type]
    assert queries.find_told(digest, second.id, at=at) == second
    assert queries.find_told(exchange_queries.digest_of(f"{8:018d}"), first.id, at=at) is not None
    assert queries.find_told(exchange_queries.digest_of(f"{9:018d}"), second.id, at=at) is None
    assert len(feeds.told_about(f"{8:018d}")) == 2  # told again is told
    (tally,) = queries.tally_told(digest, **page)  # type: ignore[arg-type]
    assert (tally.consumer, tally.resource, tally.count) == (CONSUMER, feeds.RESOURCE, 2)
    assert acts(uuid.UUID(first.about.id)) == ["feed.sent", "feed.delivered"]
    assert queries.told_about(digest, **page, resource="other") == ()  # type: ignore[arg-type]


def test_what_flows_just_now(courier: Courier, receiver: Receiver) -> None:
    prepare(3)
    id = feeds.subscribe(receiver.address, batch=2)
    receiver.status = 500
    work_until(courier, lambda: now(id).state is State.ACTIVE and now(id).failures >= 1)
    receiver.status = 200
    work_until(courier, stands_at(id, 3))
    hour, at = dt.timedelta(hours=1), clock.now()
    (flow,) = queries.flows(since=at - hour, until=at + hour)
    assert (flow.provider, flow.consumer, flow.feed, flow.resource) == ("gaj", "scjg", FEED, feeds.RESOURCE)
    assert flow.events == 3 and flow.failed >= 1 and flow.deliveries == len(queries.deliveries_of(id))
    assert queries.flows(since=at - hour, until=at + hour, departments=["gaj"]) == (flow,)
    assert queries.flows(since=at - hour, until=at + hour, departments=["other"]) == ()
    assert queries.flows(since=at + hour, until=at + 2 * hour) == ()


def test_what_the_law_keeps_secret_is_not_told_to_the_person(courier: Courier, receiver: Receiver) -> None:
    grant = prepare(1)
    id = feeds.subscribe(receiver.address)
    work_until(courier, stands_at(id, 1))
    (told,) = feeds.told_about(f"{1:018d}")
    assert (told.grant, told.purpose, told.basis) == (grant, "核验申请人身份", "上海市数据条例 38")
    today = clock.today()
    secrecy = exchange_models.Secrecy.objects.create(
        grant=grant, consumer=CONSUMER, provider=PROVIDER, service="person", law="个人信息保护法 35", reason="办案",
        since=clock.now() - dt.timedelta(hours=1), until=today, confirmed_until=today,
    )  # fmt: skip
    assert feeds.told_about(f"{1:018d}") == ()
    secrecy.ended_on = today
    secrecy.save()
    assert len(feeds.told_about(f"{1:018d}")) == 1


def test_every_request_is_signed_by_the_node(courier: Courier, receiver: Receiver) -> None:
    prepare(2)
    id = feeds.subscribe(receiver.address, batch=1)
    work_until(courier, stands_at(id, 2))
    (asked,), requests = receiver.asked, receiver.got
    assert asked.headers["webhook-request-origin"] == "localhost"
    keys = {feeds.verify(one, receiver.address) for one in (asked, *requests)}
    assert len(keys) == 1
    assert [one.headers["content-type"] for one in requests] == [
        "application/cloudevents+json; charset=utf-8"
    ] * 2
    altered = Got("POST", requests[0].path, requests[0].headers, requests[0].body + b" ")
    with pytest.raises(Exception, match="Content-Digest"):
        feeds.verify(altered, receiver.address)


def test_who_does_not_want_it_is_told_nothing(courier: Courier, receiver: Receiver) -> None:
    prepare(1)
    receiver.wants = "elsewhere.example"
    id = feeds.subscribe(receiver.address)
    work_until(courier, lambda: now(id).failures >= 2)
    assert (now(id).state, now(id).why, receiver.got) == (State.PROVING, "not-wanted", [])
    receiver.wants = "localhost"
    work_until(courier, stands_at(id, 1))


def test_a_change_of_other_fields_is_not_told(courier: Courier, receiver: Receiver) -> None:
    prepare()
    feeds.publish(
        change(1, kind=Kind.CREATED),
        feeds.Change("2", Kind.CHANGED, {"number": "1", "address": "新址"}),
        feeds.Change("3", Kind.CHANGED, {"number": "1", "name": "新名"}),
        feeds.Change("4", Kind.CHANGED, {"number": "1", "address": "又新址"}),
    )
    feeds.place()
    id = feeds.subscribe(receiver.address)
    work_until(courier, stands_at(id, 4))
    assert [(event["id"], event["data"].get("name")) for event in receiver.events] == [
        ("1", "甲1"),
        ("3", "新名"),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("status", [500, 404, 429, 301])
def test_what_was_not_taken_comes_again_with_the_same_ids(
    courier: Courier, receiver: Receiver, status: int
) -> None:
    prepare(9)
    tried: list[int] = []

    def answer() -> None:
        tried.append(1)
        receiver.status = status if len(tried) <= 3 else 200

    receiver.before = answer
    receiver.headers = {"Location": "http://127.0.0.1:9/", "Retry-After": "0"}
    id = feeds.subscribe(receiver.address, batch=8)
    work_until(courier, lambda: now(id).failures >= 1)
    assert now(id).why in (f"HTTP {status}", "redirect")
    work_until(courier, stands_at(id, 9))
    assert receiver.ids == list(range(1, 10))
    assert (now(id).failures, now(id).failing_since, now(id).why) == (0, None, "")
    assert {one.status for one in queries.deliveries_of(id)} == {200, status}


@pytest.mark.slow
def test_after_failures_smaller_batches_find_the_way(courier: Courier, receiver: Receiver) -> None:
    prepare(8)
    sizes: list[int] = []
    id = feeds.subscribe(receiver.address, batch=8)
    receiver.status = 500
    work_until(courier, lambda: now(id).failures >= 3)
    receiver.status = 200
    work_until(courier, stands_at(id, 8))
    sizes = [len(one.events) for one in receiver.got]
    assert sizes[0] == 1 and sum(sizes) == 8 and sizes[1] == 7


def test_who_is_gone_is_left_alone(courier: Courier, receiver: Receiver) -> None:
    prepare(1)
    receiver.status = 410
    id = feeds.subscribe(receiver.address)
    work_until(courier, lambda: now(id).state is State.PAUSED)
    assert "410" in now(id).why
    events = Happened.objects.filter(name="feed.subscription_changed").order_by("number")
    assert events.last().fields["state"] == "paused"
    receiver.status = 200
    operations.resume(subscription=id, by=OFFICER, at=clock.now())
    work_until(courier, stands_at(id, 1))
    assert len(receiver.asked) == 2  # asked again: the address may have another owner now


def test_who_takes_nothing_for_days_is_left_alone_and_nothing_is_lost(
    courier: Courier, receiver: Receiver
) -> None:
    prepare(1)
    receiver.status = 503
    id = feeds.subscribe(receiver.address)
    work_until(courier, lambda: now(id).state is State.ACTIVE and now(id).failures >= 1)
    long_ago = clock.now() - pausing.PATIENCE
    models.SubscriptionRow.objects.filter(id=id).update(failing_since=long_ago)
    work_until(courier, lambda: now(id).state is State.PAUSED)
    assert "feed.subscription_pause" in acts(id)
    assert (now(id).position, now(id).failures) == (0, 0)


def test_nobody_listens(courier: Courier) -> None:
    prepare(1)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/"
        id = feeds.subscribe(address)
        work_until(courier, lambda: now(id).failures >= 2)
    assert now(id).why == "no-connection"


def test_an_address_that_leads_inside_is_never_spoken_to(
    courier: Courier, receiver: Receiver, settings: Any
) -> None:
    prepare(1)
    id = feeds.subscribe(receiver.address.replace("127.0.0.1", "localhost"))
    settings.WEBHOOK_NETWORKS = ()
    work_until(courier, lambda: now(id).failures >= 1)
    assert now(id).why == "bad-webhook"
    assert receiver.asked == []


def test_an_address_that_the_rules_refuse_now_stops_nobody(courier: Courier, receiver: Receiver) -> None:
    prepare(1)
    wrong, id = feeds.subscribe("http://127.0.0.1:9/"), feeds.subscribe(receiver.address)
    models.SubscriptionRow.objects.filter(id=wrong).update(address="gopher://127.0.0.1/", state="active")
    work_until(courier, stands_at(id, 1))
    work_until(courier, lambda: now(wrong).failures >= 2)
    assert now(wrong).why == "bad-webhook"


def test_what_can_not_be_read_any_more_stops_nobody(
    courier: Courier, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(1)
    wrong, id = feeds.subscribe(f"{receiver.address}?other"), feeds.subscribe(receiver.address)
    next_batch = delivering.next_batch

    def read(subscription: Subscription, *, at: dt.datetime) -> Batch | None:
        if subscription.id == wrong:
            raise CannotDecrypt("subscriptions.content")
        return next_batch(subscription, at=at)

    monkeypatch.setattr(delivering, "next_batch", read)
    work_until(courier, lambda: now(wrong).failures >= 2)
    work_until(courier, stands_at(id, 1))
    assert (now(wrong).why, now(wrong).position) == ("internal", 0)


@pytest.mark.slow
def test_many_of_a_host_that_hangs_leave_threads_for_others(courier: Courier, receiver: Receiver) -> None:
    prepare(1)
    stop = threading.Event()
    with feeds.receiving(Receiver(before=lambda: stop.wait(feeds.LIMIT))) as slow:  # type: ignore[arg-type, func-returns-value]
        stuck = [feeds.subscribe(f"{slow.address}&n={number}") for number in range(20)]
        models.SubscriptionRow.objects.filter(id__in=stuck).update(state="active")
        work_until(courier, lambda: len(courier._receivers.busy) == receivers.PROMPT_TO_A_HOST)
        id = feeds.subscribe(receiver.address)
        work_until(courier, stands_at(id, 1))
        assert len(courier._receivers.busy) < receivers.PROMPT
        stop.set()
        work_until(courier, lambda: all(now(one).position == 1 for one in stuck))


def test_a_name_with_an_address_that_nobody_answers_is_reached_by_the_other(
    courier: Courier, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(1)
    port = int(receiver.address.split(":")[2].partition("/")[0])
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in ("127.0.0.77", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    id = feeds.subscribe(f"http://cases.example:{port}/hook")
    work_until(courier, stands_at(id, 1))
    assert receiver.asked[0].headers["host"] == f"cases.example:{port}"


def test_a_slow_receiver_delays_nobody_else(courier: Courier, receiver: Receiver) -> None:
    prepare(3)
    stop = threading.Event()
    with feeds.receiving(Receiver(before=lambda: stop.wait(feeds.LIMIT))) as slow:  # type: ignore[arg-type, func-returns-value]
        stuck = feeds.subscribe(slow.address)
        id = feeds.subscribe(receiver.address)
        work_until(courier, stands_at(id, 3))
        feeds.publish(change(4))
        work_until(courier, stands_at(id, 4))
        assert now(stuck).position == 0
        stop.set()
        work_until(courier, stands_at(stuck, 4))
    assert receiver.ids == [1, 2, 3, 4]
    assert set(slow.ids) == {1, 2, 3, 4}


@pytest.mark.slow
def test_who_takes_too_long_is_cut_off(
    courier: Courier, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(1)
    monkeypatch.setattr(line, "SECONDS", 0.2)
    stop = threading.Event()
    receiver.before = lambda: stop.wait(feeds.LIMIT)  # type: ignore[assignment, return-value]
    id = feeds.subscribe(receiver.address)
    work_until(courier, lambda: now(id).failures >= 1)
    assert now(id).why == "timeout"
    monkeypatch.setattr(line, "SECONDS", 10.0)
    stop.set()
    work_until(courier, stands_at(id, 1))
    assert set(receiver.ids) == {1}  # once or twice, with the same id


@pytest.mark.slow
def test_a_receiver_that_drips_is_cut_off(courier: Courier, monkeypatch: pytest.MonkeyPatch) -> None:
    prepare(1)
    monkeypatch.setattr(line, "SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            while True:
                try:
                    with server.accept()[0] as one:
                        one.sendall(b"HTTP/1.1 200 OK\r\nWebHook-Allowed-Origin: *\r\n")
                        while True:
                            one.sendall(b"X-Drip: 1\r\n")
                            time.sleep(0.05)
                except OSError:
                    if server.fileno() < 0:
                        return

        threading.Thread(target=drip, daemon=True).start()
        id = feeds.subscribe(f"http://127.0.0.1:{server.getsockname()[1]}/")
        work_until(courier, lambda: now(id).failures >= 1)
    # What had come by then looks like a yes; cut off in the middle, it is none.
    assert now(id).state is State.PROVING and now(id).why in ("timeout", "no-connection")


def test_few_a_minute_come_apart(courier: Courier, receiver: Receiver) -> None:
    prepare(2)
    receiver.headers = {"WebHook-Allowed-Rate": "1"}
    id = feeds.subscribe(receiver.address, batch=1)
    work_until(courier, stands_at(id, 1))
    assert now(id).per_minute == 1
    one = now(id)
    assert one.next_at and one.taken_at and one.next_at - one.taken_at == dt.timedelta(minutes=1)


@pytest.mark.law("feed-stopped-with-grant")
@pytest.mark.law("feed-needs-grant")
def test_with_the_grant_the_subscription_ends(courier: Courier, receiver: Receiver) -> None:
    grant = prepare(1)
    id = feeds.subscribe(receiver.address)
    work_until(courier, stands_at(id, 1))
    resources.revoke_grant(grant_id=grant, why="不再需要", by=SYSTEM, at=clock.now())
    outbox.deliver(at=clock.now())
    assert (now(id).state, now(id).why) == (State.ENDED, "数据共享授权已经结束。")
    feeds.publish(change(2))
    feeds.place()
    assert not courier.work()
    assert receiver.ids == [1]


@pytest.mark.law("feed-needs-grant")
def test_a_grant_that_ends_between_two_deliveries_ends_the_second(
    courier: Courier, receiver: Receiver
) -> None:
    grant = prepare(1)
    id = feeds.subscribe(receiver.address)
    work_until(courier, stands_at(id, 1))
    yesterday = clock.today() - dt.timedelta(days=1)
    resources_models.Grant.objects.filter(id=grant).update(valid_from=yesterday, until=yesterday)
    feeds.publish(change(2))
    work_until(courier, lambda: now(id).state is State.ENDED)
    assert receiver.ids == [1]


def test_a_narrowed_grant_tells_less_at_once(courier: Courier, receiver: Receiver) -> None:
    grant = prepare(1, feeds.FIELDS)
    id = feeds.subscribe(receiver.address)
    work_until(courier, stands_at(id, 1))
    resources_models.Grant.objects.filter(id=grant).update(fields=["number", "address"])
    feeds.publish(change(2))
    work_until(courier, stands_at(id, 2))
    assert [sorted(event["data"]) for event in receiver.events] == [
        ["address", "name", "number"],
        ["address", "number"],
    ]
    resources_models.Grant.objects.filter(id=grant).update(fields=["address"])
    feeds.publish(change(3))
    work_until(courier, lambda: now(id).state is State.ENDED)


def test_replay_from_a_position_and_from_a_moment(courier: Courier, receiver: Receiver) -> None:
    prepare(5)
    id = feeds.subscribe(receiver.address)
    work_until(courier, stands_at(id, 5))
    operations.replay(subscription=id, after=2, by=OFFICER, at=clock.now())
    work_until(courier, stands_at(id, 5))
    assert receiver.ids == [1, 2, 3, 4, 5, 3, 4, 5]
    first, again = receiver.events[2], receiver.events[5]
    assert first == again
    hour_ago = clock.now() - dt.timedelta(hours=1)
    assert operations.replay(subscription=id, since=hour_ago, by=OFFICER, at=clock.now()).position == 0
    for wrong in (-1, 6):
        with pytest.raises(NoSuchPoint):
            operations.replay(subscription=id, after=wrong, by=OFFICER, at=clock.now())


def test_a_delivery_under_way_does_not_undo_a_replay(courier: Courier, receiver: Receiver) -> None:
    prepare(3)
    id = feeds.subscribe(receiver.address, after=2)
    courier.work()
    go, came = threading.Event(), threading.Event()
    receiver.before = lambda: (came.set(), go.wait(feeds.LIMIT))  # type: ignore[assignment, return-value]
    work_until(courier, came.is_set)
    operations.replay(subscription=id, after=0, by=OFFICER, at=clock.now())
    go.set()
    work_until(courier, stands_at(id, 3))
    assert receiver.ids == [3, 1, 2, 3]


def test_what_is_paused_waits(courier: Courier, receiver: Receiver) -> None:
    prepare(1)
    id = feeds.subscribe(receiver.address)
    operations.pause(subscription=id, why="维护", by=OFFICER, at=clock.now())
    assert not courier.work() and not receiver.asked
    with pytest.raises(NotInThisState):
        operations.pause(subscription=id, by=OFFICER, at=clock.now())
    operations.resume(subscription=id, by=OFFICER, at=clock.now())
    work_until(courier, stands_at(id, 1))
    operations.end(subscription=id, by=OFFICER, at=clock.now())
    for act in (operations.resume, operations.end, operations.replay):
        with pytest.raises(NotInThisState):
            act(subscription=id, by=OFFICER, at=clock.now())
    with pytest.raises(SubscriptionUnknown):
        operations.end(subscription=uuid.uuid4(), by=OFFICER, at=clock.now())


def test_from_now_on_is_where_it_begins_otherwise(courier: Courier, receiver: Receiver) -> None:
    prepare(2)
    id = feeds.subscribe(receiver.address, after=None)
    feeds.publish(change(3))
    work_until(courier, stands_at(id, 3))
    assert receiver.ids == [3]


def test_what_can_not_be_subscribed(receiver: Receiver) -> None:
    prepare()
    feeds.subscribe(receiver.address)
    for failure, changes in (
        (SubscribedAlready, {}),
        (BadAddress, {"address": "http://10.0.0.1/"}),
        (BadBatch, {"batch": 1001}),
        (NoGrant, {"grant": uuid.uuid4()}),
        (NoGrant, {"consumer": PROVIDER}),
        (NoSuchPoint, {"after": 7}),
    ):
        with pytest.raises(failure):
            feeds.subscribe(**({"address": receiver.address} | changes))  # type: ignore[arg-type]
    without_key = feeds.grant(("name",))
    with pytest.raises(KeyNotGranted):
        feeds.subscribe(receiver.address, grant=without_key)


@pytest.mark.slow
def test_what_the_database_does_not_take_now_is_noted_later(
    courier: Courier, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(2)
    asked, told = noting.note_proof, noting.note_deliveries
    left = {"asked": 2, "told": 2}

    def away(which: str, act: Callable[..., None]) -> Callable[..., None]:
        def note(**said: Any) -> None:
            left[which] -= 1
            if left[which] >= 0:
                raise OperationalError("the database is away")
            act(**said)

        return note

    monkeypatch.setattr(noting, "note_proof", away("asked", asked))
    monkeypatch.setattr(noting, "note_deliveries", away("told", told))
    id = feeds.subscribe(receiver.address, batch=1)

    def is_done() -> bool:
        return now(id).position == 2

    deadline = time.monotonic() + feeds.LIMIT
    while not is_done() and time.monotonic() < deadline:
        with suppress(OperationalError):
            courier.work()
        time.sleep(0.005)
    assert is_done()
    assert receiver.ids == [1, 2]  # told once, though noted late
    assert len(receiver.asked) == 1


@pytest.mark.slow
def test_one_courier_leads_and_another_takes_over(courier: Courier, receiver: Receiver) -> None:
    prepare(1)
    id = feeds.subscribe(receiver.address)
    with feeds.courier() as other:
        courier.work()
        assert not other.work()
        courier.end()
        work_until(other, stands_at(id, 1))
    assert receiver.ids == [1]


@pytest.mark.slow
def test_order_is_kept_for_every_row_whatever_fails(courier: Courier, receiver: Receiver) -> None:
    prepare()
    tried: list[int] = []

    def now_and_then() -> None:
        tried.append(1)
        receiver.status = 500 if len(tried) % 3 == 0 else 200

    receiver.before = now_and_then
    id = feeds.subscribe(receiver.address, batch=4)
    for number in range(1, 61, 6):
        feeds.publish(*(change(n, row=n % 5) for n in range(number, number + 6)))
        courier.work()
    work_until(courier, stands_at(id, 60))
    rows: dict[str, list[int]] = defaultdict(list)
    for event in receiver.events:
        rows[event["subject"]].append(int(event["id"]))
    assert len(rows) == 5
    assert all(ids == sorted(ids) for ids in rows.values())
    assert sorted(receiver.ids) == list(range(1, 61))


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("subscriptions_state_known", {"state": "lost"}),
        ("subscriptions_batch_bounds", {"batch": 0}),
        ("subscriptions_failing_since", {"failures": 1}),
        ("subscriptions_address_once", {}),
    ],
)
def test_what_a_subscription_can_not_be(receiver: Receiver, constraint: str, changes: dict[str, Any]) -> None:
    prepare()
    row = models.SubscriptionRow.objects.get(id=feeds.subscribe(receiver.address))
    row.pk = uuid.uuid4()
    for name, value in changes.items():
        setattr(row, name, value)
    if changes:
        row.address = "http://127.0.0.1/other"
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        row.save(force_insert=True)
