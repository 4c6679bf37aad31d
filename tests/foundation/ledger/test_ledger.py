"""The ledger: append-only by the database, chained, and honest about what broke."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from tongban.foundation.ledger import operations, queries
from tongban.foundation.ledger.models import Link, Record
from tongban.foundation.ledger.pace import Pace
from tongban.foundation.ledger.types import Act
from tongban.kernel.types import Actor, Subject

CLERK = Actor("staff", "z-17", "章")
ITEM = Subject("item", "food-business-licence")
NOON = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)


def record(act: str = "item.publish", **detail: object) -> None:
    operations.record(act=act, subject=ITEM, by=CLERK, at=NOON, detail=detail)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have links made after each commit, however many commits of other tests there were in this second."""
    monkeypatch.setattr(operations, "_pace", Pace(burst=50, a_second=5))


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("at_once")
class TestChain:
    def test_acts_are_linked_after_commit_and_the_chain_holds(self) -> None:
        record(version=1, words=["a", "的", None, 2.5])
        operations.record_many(acts=[Act("item.publish", ITEM), Act("item.cancel", ITEM)], by=CLERK, at=NOON)
        state = queries.check_chain()
        assert (state.linked, state.pending, state.broken_at) == (3, 0, None)
        newest = queries.entries(ITEM)[0]
        assert newest.by == CLERK and newest.number in (1, 2, 3)

    def test_an_act_that_is_rolled_back_leaves_no_record(self) -> None:
        with pytest.raises(RuntimeError), transaction.atomic():
            record()
            raise RuntimeError
        assert queries.check_chain().linked == 0
        assert queries.entries(ITEM) == ()

    def test_a_record_changed_behind_the_trigger_breaks_the_chain_there(self) -> None:
        for number in range(3):
            record(version=number)
        second = Link.objects.get(number=2).record_id
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE ledger_record DISABLE TRIGGER ledger_append_only")
            cursor.execute("UPDATE ledger_record SET detail = '{}' WHERE id = %s", [second])
            cursor.execute("ALTER TABLE ledger_record ENABLE TRIGGER ledger_append_only")
        state = queries.check_chain()
        assert (state.linked, state.broken_at) == (1, 2)


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["ledger_record", "ledger_link"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_ledger_append_only(table: str, statement: str) -> None:
    column = "act = 'x.y'" if table == "ledger_record" else "number = 9"
    with pytest.raises(IntegrityError, match="ledger_append_only"), connection.cursor() as cursor:
        cursor.execute(statement.format(table, column))


@pytest.mark.django_db
def test_ledger_act_named() -> None:
    with pytest.raises(IntegrityError, match="ledger_act_named"):
        record(act="Something")
    assert Record._meta.db_table == "ledger_record"
