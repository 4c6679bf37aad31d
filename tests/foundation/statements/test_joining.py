"""What one act writes into several tables goes in one statement: all of it or nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tongban.foundation.ledger import operations as ledger
from tongban.foundation.ledger.models import Pending, Record
from tongban.foundation.ledger.types import Act
from tongban.foundation.outbox import operations as outbox
from tongban.foundation.outbox.models import Delivery
from tongban.foundation.outbox.types import Timer
from tongban.foundation.statements import operations
from tongban.kernel.types import SYSTEM, Actor, Subject

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)
CLERK = Actor("staff", "clerk")


def recording(*acts: str, by: Actor = CLERK) -> operations.Part:
    return ledger.recording(acts=[Act(act, Subject("case", "1")) for act in acts], by=by, at=NOON)


def test_parts_of_one_kind_and_of_others_are_one_statement(django_assert_num_queries: Any) -> None:
    timers = [Timer(key, "nothing", NOON, {}) for key in ("a", "b")]
    with django_assert_num_queries(1):
        operations.run_together(
            [recording("a.one", "a.two"), recording("a.three", by=SYSTEM), *outbox.scheduling(timers)]
        )
    found = Record.objects.order_by("id").values_list("act", "actor_kind")
    assert list(found) == [("a.one", "staff"), ("a.two", "staff"), ("a.three", "system")]
    assert Pending.objects.count() == 3
    operations.run_together([*outbox.cancelling(["a", "c"]), recording("a.four")])
    assert list(Delivery.objects.values_list("timer", flat=True)) == ["b"]
    assert Pending.objects.count() == 4


def test_an_act_may_say_whose_it_is() -> None:
    acts = [Act("a.one", Subject("case", "1")), Act("a.two", Subject("case", "1"), by=SYSTEM)]
    operations.run_together([ledger.recording(acts=acts, by=CLERK, at=NOON)])
    found = Record.objects.order_by("id").values_list("actor_kind", flat=True)
    assert list(found) == ["staff", "system"]


def test_one_wrong_part_keeps_all_out() -> None:
    with pytest.raises(IntegrityError, match="ledger_act_named"), transaction.atomic():
        operations.run_together([recording("a.one"), recording("nonsense")])
    assert not Record.objects.exists()


def test_nothing_is_no_statement(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        operations.run_together([])
        operations.run_together([*outbox.cancelling([]), *outbox.publishing([], at=NOON)])
    assert connection.in_atomic_block
