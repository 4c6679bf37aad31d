"""Two who deliver beside each other: one the past up to a moment, one what happens from it on."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction

from tests.foundation.outbox.test_outbox import HOUR, NOON, Heard, Opened, listener, publish
from tongban.foundation.outbox import operations
from tongban.foundation.outbox.models import Delivery
from tongban.foundation.outbox.types import Share

BEGAN = NOON + 24 * HOUR
MINUTE = dt.timedelta(minutes=1)


@pytest.mark.django_db
def test_what_was_due_before_is_left_to_the_other() -> None:
    heard: Heard = []
    operations.subscribe(Opened, listener(heard, "one"), name="one")
    publish(Opened("past"))
    publish(Opened("now"), at=BEGAN)
    assert operations.deliver(at=BEGAN + MINUTE, since=BEGAN) == 1
    assert [event.door for _, event, _ in heard] == ["now"]
    assert operations.deliver(at=NOON + MINUTE) == 1
    assert [event.door for _, event, _ in heard] == ["now", "past"]


@pytest.mark.django_db
def test_handlers_that_are_left_wait_and_are_told_later_with_the_events_own_moment() -> None:
    heard: Heard = []
    operations.subscribe(Opened, listener(heard, "quick"), name="quick")
    operations.subscribe(Opened, listener(heard, "slow"), name="slow")
    publish(Opened("a"))
    assert operations.deliver(at=NOON + HOUR, leaving=("slow",)) == 1
    assert operations.deliver(at=NOON + HOUR, leaving=("slow",)) == 0
    assert operations.deliver(at=BEGAN) == 1
    assert heard == [("quick", Opened("a"), NOON), ("slow", Opened("a"), NOON)]


@pytest.mark.django_db
def test_what_can_wait_is_done_when_nothing_else_is_due() -> None:
    heard: Heard = []

    def slow(event: Opened, *, at: dt.datetime) -> None:
        heard.append(("slow", event, at))
        if event.door == "a":
            publish(Opened("c"))  # comes while the long work is going on

    operations.subscribe(Opened, slow, name="slow", is_patient=True)
    operations.subscribe(Opened, listener(heard, "quick"), name="quick")
    publish(Opened("a"))
    publish(Opened("b"))
    assert operations.deliver(at=NOON + MINUTE) == 6
    order = [("quick", "a"), ("quick", "b"), ("slow", "a"), ("quick", "c"), ("slow", "b"), ("slow", "c")]
    assert [(name, event.door) for name, event, _ in heard] == order


@pytest.mark.django_db
def test_several_share_the_work_and_what_can_wait_waits_for_all_of_them() -> None:
    heard: Heard = []
    operations.subscribe(Opened, listener(heard, "slow"), name="slow", is_patient=True)
    operations.subscribe(Opened, listener(heard, "quick"), name="quick")
    publish(Opened("a"))
    at = NOON + MINUTE
    assert operations.deliver(at=at, share=Share.PATIENT) == 0, "something else is due"
    assert operations.deliver(at=at, share=Share.PROMPT) == 1
    assert operations.deliver(at=at, share=Share.PROMPT) == 0, "what can wait is not its share"
    assert operations.deliver(at=at, share=Share.PATIENT) == 1
    assert [name for name, _, _ in heard] == ["quick", "slow"]


@pytest.mark.django_db
def test_what_waits_behind_a_failure_holds_up_nobody_who_can_wait() -> None:
    heard: Heard = []
    operations.subscribe(Opened, listener(heard, "slow"), name="slow", is_patient=True)
    operations.subscribe(Opened, listener([], "broken", lambda event: True), name="broken")
    publish(Opened("a", 1), Opened("a", 2))
    assert operations.deliver(at=NOON, share=Share.PROMPT) == 0
    assert operations.deliver(at=NOON, share=Share.PATIENT) == 2


@pytest.mark.django_db
def test_what_can_wait_is_out_of_the_way_and_keeps_its_order() -> None:
    heard: Heard = []
    operations.subscribe(Opened, listener(heard, "slow"), name="slow", is_patient=True)
    operations.subscribe(Opened, listener(heard, "quick"), name="quick")
    with transaction.atomic():
        operations.publish_many([Opened("a", turn) for turn in range(3)], at=NOON)
    assert set(Delivery.objects.values_list("handler", "can_wait")) == {("slow", True), ("quick", False)}
    assert operations.deliver(at=NOON) == 6
    assert [(name, event.turn) for name, event, _ in heard] == [
        *(("quick", turn) for turn in range(3)),
        *(("slow", turn) for turn in range(3)),
    ]
