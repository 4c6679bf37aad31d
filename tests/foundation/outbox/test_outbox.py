"""Events and timers on a real PostgreSQL: in the act's transaction, in order, each handler once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from tongban.foundation.ledger import operations as ledger
from tongban.foundation.ledger import queries as ledger_queries
from tongban.foundation.ledger.models import Record
from tongban.foundation.outbox import operations, queries, rules, turns
from tongban.foundation.outbox.models import Delivery, Happened
from tongban.foundation.outbox.types import Event, Timer
from tongban.kernel.types import SYSTEM, Actor, Subject

pytestmark = pytest.mark.slow

NOON = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Opened(Event):
    name: ClassVar[str] = "door.opened"
    door: str
    turn: int = 0


@dataclass(frozen=True)
class Entered(Event):
    name: ClassVar[str] = "door.entered"
    door: str


Heard = list[tuple[str, Any, dt.datetime]]


def listener(heard: Heard, name: str, fails: Callable[[Any], bool] = lambda event: False) -> Any:
    def handler(event: Any, *, at: dt.datetime) -> None:
        heard.append((name, event, at))
        if fails(event):
            raise ValueError(f"{name} does not like it")

    return handler


def note(event: Opened, *, at: dt.datetime) -> None:
    """A handler whose work can be seen: it stands once, however often it was begun and undone."""
    door = Subject("door", event.door)
    ledger.record(act="door.noted", subject=door, by=SYSTEM, at=at, detail={"turn": event.turn})


def noted(door: str) -> list[int]:
    rows = Record.objects.filter(act="door.noted", subject_id=door).order_by("id")
    return [row.detail["turn"] for row in rows]


def publish(*events: Event, at: dt.datetime = NOON) -> None:
    with transaction.atomic():
        for event in events:
            operations.publish(event, at=at)


@pytest.fixture
def heard() -> Heard:
    return []


@pytest.mark.django_db
class TestEvents:
    def test_each_subscriber_hears_an_event_once_with_its_own_moment(self, heard: Heard) -> None:
        operations.subscribe(Opened, listener(heard, "first"), name="first")
        operations.subscribe(Opened, listener(heard, "second"), name="second")
        publish(Opened("a", 1), Entered("a"))
        assert heard == []
        assert operations.deliver(at=NOON + HOUR) == 2
        assert operations.deliver(at=NOON + HOUR) == 0
        assert heard == [("first", Opened("a", 1), NOON), ("second", Opened("a", 1), NOON)]
        assert Happened.objects.count() == 2

    def test_an_act_that_is_rolled_back_tells_nobody(self, heard: Heard) -> None:
        operations.subscribe(Opened, listener(heard, "first"), name="first")
        with transaction.atomic():
            operations.publish(Opened("a"), at=NOON)
            transaction.set_rollback(True)
        assert operations.deliver(at=NOON) == 0
        assert not Happened.objects.exists()

    def test_handlers_bring_about_further_events(self, heard: Heard) -> None:
        def enter(event: Opened, *, at: dt.datetime) -> None:
            operations.publish(Entered(event.door), at=at)

        operations.subscribe(Opened, enter)
        operations.subscribe(Entered, listener(heard, "last"), name="last")
        publish(Opened("a"))
        assert operations.deliver(at=NOON) == 2
        assert heard == [("last", Entered("a"), NOON)]

    def test_what_a_failing_handler_did_is_undone_and_the_others_work_on(self, heard: Heard) -> None:
        def half(event: Opened, *, at: dt.datetime) -> None:
            ledger.record(act="door.half", subject=Subject("door", event.door), by=SYSTEM, at=at)
            raise ValueError("half way")

        operations.subscribe(Opened, half, name="half")
        operations.subscribe(Opened, listener(heard, "good"), name="good")
        publish(Opened("a"))
        assert operations.deliver(at=NOON) == 1
        assert len(heard) == 1
        assert not Record.objects.filter(act="door.half").exists()
        (trouble,) = queries.troubles()
        assert (trouble.what, trouble.handler, trouble.attempts) == ("door.opened", "half", 1)
        assert trouble.error.endswith("ValueError: half way")
        assert trouble.next_at == NOON + rules.FIRST_PAUSE

    def test_what_was_done_before_a_failure_stands_once(self) -> None:
        operations.subscribe(Opened, note, name="first")
        operations.subscribe(Opened, listener([], "broken", lambda event: True), name="broken")
        operations.subscribe(Opened, note, name="last")
        publish(Opened("a", 1))
        assert operations.deliver(at=NOON) == 2
        assert noted("a") == [1, 1]
        assert [trouble.handler for trouble in queries.troubles()] == ["broken"]
        assert operations.deliver(at=NOON) == 0

    def test_later_events_about_the_same_thing_wait_for_the_failed_one(self, heard: Heard) -> None:
        broken = {1}
        fails = lambda event: event.turn in broken  # noqa: E731
        operations.subscribe(Opened, listener(heard, "one", fails), name="one")
        publish(Opened("a", 1), Opened("a", 2), Opened("b", 1 + 2))
        assert operations.deliver(at=NOON) == 1
        assert [event for _, event, _ in heard] == [Opened("a", 1), Opened("b", 3)]
        assert queries.troubles()[0].waiting_behind == 1
        broken.clear()
        assert operations.deliver(at=NOON + HOUR) == 2
        assert [event for _, event, _ in heard[2:]] == [Opened("a", 1), Opened("a", 2)]

    def test_order_holds_when_more_waits_than_fits_in_a_batch(self) -> None:
        operations.subscribe(Opened, note, name="one")
        operations.subscribe(Opened, listener([], "poisoned", lambda event: True), name="poisoned")
        publish(*(Opened("a", turn) for turn in range(120)))
        with CaptureQueriesContext(connection) as asked:
            assert operations.deliver(at=NOON) == 120
        taken = [one for one in asked if "WITH head" in one["sql"]]
        assert len(taken) < 10, "what waits for the poisoned one does not fill the batches"
        assert noted("a") == list(range(120))
        assert queries.backlog(NOON + HOUR).failed == 1

    def test_a_poisonous_event_is_left_to_a_person_who_tries_it_again(self, heard: Heard) -> None:
        broken = True
        operations.subscribe(Opened, listener(heard, "one", lambda event: broken), name="one")
        publish(Opened("a"))
        at = NOON
        for _ in range(rules.ATTEMPTS):
            at += HOUR
            operations.deliver(at=at)
        assert len(heard) == rules.ATTEMPTS
        (trouble,) = queries.troubles()
        assert trouble.next_at is None
        broken = False
        clerk = Actor("staff", "z-1")
        assert operations.retry(number=trouble.number + 1, by=clerk, at=at) == 0
        assert operations.retry(by=clerk, at=at) == 1
        assert operations.deliver(at=at) == 1
        assert queries.troubles() == ()
        assert ledger_queries.entries(Subject("delivery", "all"))[0].by == clerk

    def test_a_handler_that_is_gone_shows_as_trouble(self, own_registry: Any) -> None:
        operations.subscribe(Opened, listener([], "one"), name="one")
        publish(Opened("a"))
        own_registry.by_name.clear()
        assert operations.deliver(at=NOON) == 0
        assert "one" in queries.troubles()[0].error

    def test_two_handlers_of_one_name_are_refused(self) -> None:
        handler = listener([], "one")
        operations.subscribe(Opened, handler, name="one")
        operations.subscribe(Opened, handler, name="one")
        with pytest.raises(ValueError, match="two handlers"):
            operations.subscribe(Opened, listener([], "two"), name="one")

    def test_a_handler_that_reaches_outside_has_a_transaction_of_its_own(self, heard: Heard) -> None:
        operations.subscribe(Opened, listener(heard, "inside"), name="inside")
        operations.subscribe(Opened, listener(heard, "outside"), name="outside", is_alone=True)
        publish(Opened("a", 1), Opened("a", 2))
        done = [operations.deliver(at=NOON, limit=1) for _ in range(4)]
        assert done == [1, 1, 1, 1]
        assert sorted((name, event.turn) for name, event, _ in heard) == [
            ("inside", 1),
            ("inside", 2),
            ("outside", 1),
            ("outside", 2),
        ]


@pytest.mark.django_db
class TestTimers:
    def test_a_timer_fires_once_when_it_is_due(self, heard: Heard) -> None:
        operations.on_timer("deemed", listener(heard, "deemed"))
        operations.schedule("deemed", NOON + HOUR, {"case": "7"}, key="deemed:7")
        assert operations.deliver(at=NOON) == 0
        timer = queries.find_timer("deemed:7")
        assert timer is not None and (timer.name, timer.due_at) == ("deemed", NOON + HOUR)
        assert queries.backlog(NOON).later == 1
        assert operations.deliver(at=NOON + 2 * HOUR) == 1
        assert heard == [("deemed", {"case": "7"}, NOON + 2 * HOUR)]
        assert queries.find_timer("deemed:7") is None

    def test_the_same_key_again_replaces_and_cancel_calls_off(self, heard: Heard) -> None:
        operations.on_timer("deemed", listener(heard, "deemed"))
        operations.schedule("deemed", NOON, {"n": 1}, key="k")
        operations.schedule("deemed", NOON + HOUR, {"n": 2}, key="k")
        assert operations.deliver(at=NOON) == 0
        assert operations.cancel("k")
        assert not operations.cancel("k")
        assert operations.deliver(at=NOON + HOUR) == 0

    def test_a_timer_may_set_itself_again_and_comes_back_when_it_fails(self, heard: Heard) -> None:
        def again(payload: dict[str, int], *, at: dt.datetime) -> None:
            heard.append(("again", payload["n"], at))
            if payload["n"] < 3:
                operations.schedule("again", at + HOUR, {"n": payload["n"] + 1}, key="k")
            if len(heard) == 2:
                raise ValueError("once")

        operations.on_timer("again", again)
        operations.schedule("again", NOON, {"n": 1}, key="k")
        done = [operations.deliver(at=NOON + hours * HOUR) for hours in range(5)]
        assert done == [1, 0, 1, 1, 0]
        assert [number for _, number, _ in heard] == [1, 2, 2, 3]
        assert queries.find_timer("k") is None

    def test_several_timers_go_together_and_each_alone_when_one_fails(self) -> None:
        calls: list[list[str]] = []

        def ring(payloads: list[dict[str, str]], *, at: dt.datetime) -> None:
            calls.append([payload["door"] for payload in payloads])
            for payload in payloads:
                note(Opened(payload["door"]), at=at)
            if "broken" in calls[-1]:
                raise ValueError("does not ring")

        operations.on_timers("ring", ring, at_once=lambda: 3)
        with transaction.atomic():
            for door in ("a", "b", "c", "d"):
                operations.schedule("ring", NOON, {"door": door}, key=door)
        assert operations.deliver(at=NOON, limit=2) == 2
        assert operations.deliver(at=NOON) == 2
        assert calls == [["a", "b"], ["c", "d"]]
        with transaction.atomic():
            for door in ("e", "broken", "f"):
                operations.schedule("ring", NOON, {"door": door}, key=door)
        assert operations.deliver(at=NOON) == 2
        assert calls[2:] == [["e", "broken", "f"], ["e"], ["broken"], ["f"]]
        assert [noted(door) for door in ("a", "e", "f", "broken")] == [[0], [0], [0], []]
        (trouble,) = queries.troubles()
        assert (trouble.about, trouble.attempts) == ("broken", 1)

    def test_timers_that_reach_outside_are_alone(self, heard: Heard) -> None:
        calls: list[int] = []
        operations.on_timers("ring", lambda payloads, *, at: calls.append(len(payloads)), at_once=lambda: 1)
        with transaction.atomic():
            for door in "abc":
                operations.schedule("ring", NOON, {}, key=door)
        assert operations.deliver(at=NOON) == 3
        assert calls == [1, 1, 1]

    def test_timers_that_go_together_do_not_wait_for_long_when_much_is_due(self) -> None:
        order: list[str] = []
        operations.subscribe(Opened, lambda event, *, at: order.append(event.door), name="one")
        operations.on_timers("ring", lambda payloads, *, at: order.append("ring"), at_once=lambda: 50)
        publish(*(Opened(f"door {number}") for number in range(20)))
        with transaction.atomic():
            operations.schedule("ring", NOON, {}, key="late")
        assert operations.deliver(at=NOON) == 21
        assert order.index("ring") == turns.EVERY - 1

    def test_timers_to_come_do_not_hold_up_events_about_the_same_thing(self, heard: Heard) -> None:
        operations.on_timer("late", listener(heard, "late"))
        operations.subscribe(Opened, listener(heard, "one"), name="one")
        operations.schedule("late", NOON + HOUR, {}, key="a")
        publish(Opened("a"))
        assert operations.deliver(at=NOON) == 1


@pytest.mark.django_db(transaction=True)
class TestSeveralWorkers:
    @pytest.mark.slow
    def test_four_workers_at_once_deliver_each_event_once_and_in_order(self) -> None:
        operations.subscribe(Opened, note, name="note")
        for turn in range(10):
            publish(*(Opened(door, turn) for door in "abcdefgh"))

        def work(_: int) -> int:
            try:
                return sum(operations.deliver(at=NOON) for _ in range(30))
            finally:
                connections.close_all()

        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(work, range(4))) == 80
        for door in "abcdefgh":
            assert noted(door) == list(range(10))

    def test_publishing_outside_of_a_transaction_is_refused(self) -> None:
        with pytest.raises(RuntimeError, match="transaction of the act"):
            operations.publish(Opened("a"), at=NOON)

    def test_a_listening_connection_is_woken_by_a_commit(self) -> None:
        operations.subscribe(Opened, listener([], "one"), name="one")
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {operations.CHANNEL}")
        operations._woken_at = 0.0
        publish(Opened("a"))
        assert connection.connection is not None
        assert len(list(connection.connection.notifies(timeout=2, stop_after=1))) == 1

    @pytest.mark.slow
    def test_who_delivers_wakes_nobody_for_what_it_finds_itself(self, heard: Heard) -> None:
        operations.subscribe(
            Opened, lambda event, *, at: operations.publish(Entered(event.door), at=at), name="enter"
        )
        operations.subscribe(Entered, listener(heard, "last"), name="last")
        publish(Opened("a"))
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {operations.CHANNEL}")
        operations._woken_at = 0.0
        assert operations.deliver(at=NOON) == 2
        assert connection.connection is not None
        assert list(connection.connection.notifies(timeout=0.2, stop_after=1)) == []
        publish(Opened("b"))
        assert len(list(connection.connection.notifies(timeout=2, stop_after=1))) == 1


@pytest.mark.django_db
class TestConstraints:
    def test_outbox_event_named(self) -> None:
        with pytest.raises(IntegrityError, match="outbox_event_named"):
            Happened.objects.create(name="Something", about="a", fields={}, at=NOON)

    def test_outbox_handler_once_an_event(self) -> None:
        event = Happened.objects.create(name="a.b", about="a", fields={}, at=NOON)
        Delivery.objects.create(event=event, handler="h", about="a", due_at=NOON)
        with pytest.raises(IntegrityError, match="outbox_handler_once_an_event"):
            Delivery.objects.create(event=event, handler="h", about="a", due_at=NOON)

    def test_outbox_timer_once(self) -> None:
        Delivery.objects.create(timer="k", handler="h", about="k", due_at=NOON)
        with pytest.raises(IntegrityError, match="outbox_timer_once"):
            Delivery.objects.create(timer="k", handler="h", about="k", due_at=NOON)

    def test_outbox_event_or_timer(self) -> None:
        with pytest.raises(IntegrityError, match="outbox_event_or_timer"):
            Delivery.objects.create(handler="h", about="k", due_at=NOON)


@pytest.mark.django_db
def test_events_that_all_were_told_of_are_forgotten_in_time(heard: Heard) -> None:
    operations.subscribe(Opened, listener(heard, "glad"), name="glad")
    operations.subscribe(Entered, listener(heard, "cross", fails=lambda event: True), name="cross")
    publish(Opened("old"), Entered("in trouble"))
    publish(Opened("young"), at=NOON + 60 * 24 * HOUR)
    operations.deliver(at=NOON + 60 * 24 * HOUR)
    end = NOON + operations.KEPT_DAYS * 24 * HOUR
    assert operations.prune(by=SYSTEM, at=end) == 0, "kept to the last day"
    assert operations.prune(by=SYSTEM, at=end + HOUR) == 1
    assert set(Happened.objects.values_list("about", flat=True)) == {"in trouble", "young"}
    assert operations.prune(by=SYSTEM, at=end + HOUR) == 0
    (said,) = ledger_queries.entries(Subject("outbox", "events"))
    assert (said.act, said.detail) == ("outbox.prune", {"count": 1, "kept_days": operations.KEPT_DAYS})


@pytest.mark.django_db
def test_events_are_forgotten_in_parts_the_oldest_first(heard: Heard) -> None:
    publish(*(Opened(f"door {number}") for number in range(5)))
    late = NOON + 365 * 24 * HOUR
    assert operations.prune(by=SYSTEM, at=late, limit=3) == 3
    assert set(Happened.objects.values_list("about", flat=True)) == {"door 3", "door 4"}
    assert operations.prune(by=SYSTEM, at=late, limit=3) == 2


@pytest.mark.django_db
def test_several_timers_are_set_at_once_each_replacing_its_own(heard: Heard) -> None:
    operations.on_timer("ring", lambda payload, *, at: heard.append(("ring", payload["door"], at)))
    timers = [Timer(f"door:{door}", "ring", NOON + HOUR, {"door": door}) for door in ("front", "back")]
    with transaction.atomic():
        operations.schedule("ring", NOON, {"door": "front, too early"}, key="door:front")
        operations.schedule_many(timers)
        operations.schedule_many([])
    assert operations.deliver(at=NOON) == 0
    assert operations.deliver(at=NOON + HOUR) == 2
    assert {door for _, door, _ in heard} == {"front", "back"}
