"""The ledger: append-only by the database, a tree that proves what it says, and honest about what broke."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tongban.foundation.ledger import checking, operations, queries, tree
from tongban.foundation.ledger.models import Link, Record
from tongban.foundation.ledger.pace import Pace
from tongban.foundation.ledger.types import Act, Head
from tongban.kernel.types import Actor, Subject

CLERK = Actor("staff", "z-17", "章")
ITEM = Subject("item", "food-business-licence")
NOON = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)


def record(act: str = "item.publish", **detail: object) -> None:
    operations.record(act=act, subject=ITEM, by=CLERK, at=NOON, detail=detail)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have places given after each commit, however many commits of other tests there were in this second."""
    monkeypatch.setattr(operations, "_pace", Pace(burst=50, a_second=5))


@contextmanager
def as_superuser() -> Iterator[Any]:
    """Give who can pass the triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield cursor
        cursor.execute("SET session_replication_role = DEFAULT")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("at_once")
class TestTree:
    def test_acts_get_their_place_after_commit(self) -> None:
        record(version=1, words=["a", "的", None, 2.5])
        operations.record_many(acts=[Act("item.publish", ITEM), Act("item.cancel", ITEM)], by=CLERK, at=NOON)
        state = queries.check_tree()
        assert (state.head, state.pending, state.broken) == (queries.head(), 0, None)
        assert state.head.size == 3
        newest = queries.entries(ITEM)[0]
        assert newest.by == CLERK and newest.number in (1, 2, 3)

    def test_an_act_that_is_rolled_back_leaves_no_record(self) -> None:
        with pytest.raises(RuntimeError), transaction.atomic():
            record()
            raise RuntimeError
        assert queries.check_tree().head == queries.head() == Head(0, tree.EMPTY)
        assert queries.entries(ITEM) == ()

    def test_a_record_changed_behind_the_trigger_is_found_where_it_stands(self) -> None:
        for number in range(3):
            record(version=number)
        before = queries.head(1)
        with as_superuser() as cursor:
            cursor.execute("UPDATE ledger_record SET detail = '{}' WHERE id = %s", [record_at(2)])
        state = queries.check_tree()
        assert (state.head, state.broken) == (before, (2, 2))


def record_at(number: int) -> uuid.UUID:
    return Link.objects.get(number=number).record_id


@pytest.fixture
def six_hundred(db: None) -> None:
    """Entries in batches of all sizes: some fill a subtree, some end in the midst of one."""
    for count in (1, 254, 1, 1, 343):
        operations.record_many(acts=[Act("item.publish", ITEM)] * count, by=CLERK, at=NOON)
        assert operations.link_pending() == count


@pytest.mark.usefixtures("six_hundred")
class TestProofs:
    @pytest.mark.parametrize("number", [1, 2, 255, 256, 257, 512, 513, 600])
    @pytest.mark.parametrize("size", [600, 513, 512])
    def test_an_entry_is_proved_in_the_tree_of_any_size_that_has_it(self, number: int, size: int) -> None:
        proof = queries.prove(record_at(number), size)
        if number > size:
            assert proof is None
            return
        assert proof is not None and proof.head == queries.head(size)
        assert tree.included_root(proof.leaf, number - 1, size, proof.path) == proof.head.root

    @pytest.mark.parametrize(("before", "size"), [(1, 600), (255, 256), (256, 600), (511, 513), (600, 600)])
    def test_the_tree_only_ever_grew(self, before: int, size: int) -> None:
        old, new = queries.head(before), queries.head(size)
        assert tree.is_consistent(before, size, old.root, new.root, queries.prove_growth(before, size))

    def test_all_of_it_holds(self) -> None:
        state = queries.check_tree()
        assert (state.head, state.broken) == (queries.head(600), None)

    def test_who_rewrites_record_and_leaf_is_found_by_the_subtree(self) -> None:
        id, digest = record_at(300), bytes(31) + b"!"
        with as_superuser() as cursor:
            cursor.execute("UPDATE ledger_link SET leaf = %s WHERE number = 300", [tree.leaf_hash(digest)])
        assert queries.check_tree().broken == (300, 300)
        changed = Record.objects.get(id=id)
        changed.detail = {"rewritten": True}
        digest = checking._digest(changed)
        with as_superuser() as cursor:
            cursor.execute("UPDATE ledger_record SET detail = %s, digest = %s WHERE id = %s",
                           [json.dumps(changed.detail), digest, id])  # fmt: skip
            cursor.execute("UPDATE ledger_link SET leaf = %s WHERE number = 300", [tree.leaf_hash(digest)])
        state = queries.check_tree()
        assert (state.head.size, state.broken) == (256, (257, 512))

    def test_there_is_no_head_of_what_has_not_come(self) -> None:
        with pytest.raises(KeyError):
            queries.head(601)


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["ledger_record", "ledger_link", "ledger_subtree"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_ledger_append_only(table: str, statement: str) -> None:
    column = {"ledger_record": "act = 'x.y'", "ledger_link": "number = 9", "ledger_subtree": "level = 8"}[
        table
    ]
    with pytest.raises(IntegrityError, match="ledger_append_only"), connection.cursor() as cursor:
        cursor.execute(statement.format(table, column))


@pytest.mark.django_db
def test_ledger_act_named() -> None:
    with pytest.raises(IntegrityError, match="ledger_act_named"):
        record(act="Something")
    assert Record._meta.db_table == "ledger_record"
