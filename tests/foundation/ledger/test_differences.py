"""What a superuser of the database does to the ledger is found, and said of which record, at which number."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.db import connection

from tests.factories.tampering import tamper
from tongban.foundation.ledger import checking, operations, queries, tree
from tongban.foundation.ledger.models import Link, Record
from tongban.foundation.ledger.types import Act, Change
from tongban.kernel.types import Actor, Subject

pytestmark = pytest.mark.django_db

CLERK, ITEM = Actor("staff", "z-17", "章"), Subject("item", "food-business-licence")
NOON = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)
Found = list[tuple[Change, int, int, uuid.UUID | None]]
Checked = Callable[[], Found]
COPY = """
INSERT INTO ledger_record SELECT %s, at, actor_kind, actor_id, actor_name, act, subject_kind, subject_id, detail, digest
FROM ledger_record WHERE id = %s
"""


@pytest.fixture
def ids() -> list[uuid.UUID]:
    """Six hundred entries; return their records, the first one at place 1."""
    operations.record_many(acts=[Act("item.publish", ITEM)] * 600, by=CLERK, at=NOON)
    assert operations.link_pending() == 600
    # What a commit would ask is asked before anybody tampers.
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    return [uuid.UUID(int=0), *Link.objects.order_by("number").values_list("record_id", flat=True)]


@pytest.fixture
def checked(ids: list[uuid.UUID]) -> Checked:
    """Return what looks for differences, with heads over 400 and 600 that somebody has kept."""
    kept = [queries.head(400), queries.head(600)]

    def look() -> Found:
        state = queries.check_tree(kept)
        said = [(one.change, one.first, one.last, one.record) for one in state.differences]
        before = max(state.broken[0] - 1, 0) if state.broken else 600
        assert state.head == queries.head(before)
        return said

    return look


def test_untouched_nothing_differs(checked: Checked) -> None:
    assert checked() == []


def test_each_altered_record_is_named_and_what_lies_between_holds(
    ids: list[uuid.UUID], checked: Checked
) -> None:
    for number in (3, 300, 599):
        tamper("UPDATE ledger_record SET actor_id = 'nobody' WHERE id = %s", ids[number])
    assert checked() == [(Change.ALTERED, number, number, ids[number]) for number in (3, 300, 599)]


def test_an_altered_link_is_named_once(ids: list[uuid.UUID], checked: Checked) -> None:
    tamper("UPDATE ledger_link SET leaf = sha256(leaf) WHERE number = 300")
    tamper("UPDATE ledger_record SET detail = '{}', digest = sha256(digest) WHERE id = %s", ids[550])
    assert checked() == [(Change.ALTERED, n, n, ids[n]) for n in (300, 550)]


def test_two_links_that_changed_their_records_are_named(ids: list[uuid.UUID], checked: Checked) -> None:
    swap = "UPDATE ledger_link SET record_id = %s WHERE number = %s"
    for number, id in ((10, uuid.uuid4()), (20, ids[10]), (10, ids[20])):
        tamper(swap, id, number)
    assert checked() == [(Change.ALTERED, 10, 10, ids[20]), (Change.ALTERED, 20, 20, ids[10])]


def test_a_record_that_was_taken_away_is_named(ids: list[uuid.UUID], checked: Checked) -> None:
    tamper("DELETE FROM ledger_record WHERE id = ANY(%s)", [ids[1], ids[256], ids[600]])
    assert checked() == [(Change.MISSING, n, n, ids[n]) for n in (1, 256, 600)]


def test_places_that_were_taken_away_are_named_and_what_follows_is_looked_at_one_by_one(
    ids: list[uuid.UUID], checked: Checked
) -> None:
    tamper("DELETE FROM ledger_link WHERE number BETWEEN 20 AND 22")
    tamper("DELETE FROM ledger_record WHERE id = ANY(%s)", ids[20:22])
    tamper("UPDATE ledger_record SET actor_id = 'nobody' WHERE id = %s", ids[500])
    assert checked() == [
        (Change.MISSING, 20, 22, None), (Change.ALTERED, 500, 500, ids[500]), (Change.UNPLACED, 0, 0, ids[22]),
    ]  # fmt: skip


def test_the_end_that_was_taken_away_is_named(ids: list[uuid.UUID], checked: Checked) -> None:
    tamper("DELETE FROM ledger_link WHERE number > 300")
    tamper("DELETE FROM ledger_record WHERE id = ANY(%s)", ids[301:])
    assert checked() == [(Change.MISSING, 301, 600, None)]


@pytest.mark.parametrize("waits", [True, False])
def test_a_record_that_was_slipped_in_is_named(ids: list[uuid.UUID], checked: Checked, waits: bool) -> None:
    new = uuid.UUID(int=ids[5].int + 1)
    tamper(COPY, new, ids[5])
    assert checked() == [(Change.UNPLACED, 0, 0, new)]
    if waits:
        tamper("INSERT INTO ledger_link (number, record_id, leaf) VALUES (0, %s, sha256(''))", new)
        assert checked() == [(Change.INSERTED, 0, 0, new)]


def test_a_record_that_waits_for_its_place_is_no_difference(checked: Checked) -> None:
    operations.record(act="item.publish", subject=ITEM, by=CLERK, at=NOON)
    assert checked() == [] and queries.check_tree().pending == 1


def test_who_moves_all_others_up_is_found_at_the_place(ids: list[uuid.UUID], checked: Checked) -> None:
    """Slip a record in with a right leaf, and give all that follow the next number."""
    operations.record(act="item.publish", subject=ITEM, by=CLERK, at=NOON)
    new = Record.objects.exclude(link__isnull=False).get()
    tamper("DELETE FROM ledger_pending")
    tamper("UPDATE ledger_link SET number = number + 1001 WHERE number >= 300")
    tamper("UPDATE ledger_link SET number = number - 1000 WHERE number >= 1000")
    leaf = tree.leaf_hash(bytes(new.digest))
    tamper("INSERT INTO ledger_link (number, leaf, record_id) VALUES (300, %s, %s)", leaf, new.id)
    assert checked() == [(Change.REWRITTEN, 1, 400, None), (Change.REWRITTEN, 257, 512, None)]


def test_a_record_rewritten_with_its_leaf_is_found_in_its_subtree_and_behind_the_last_between_heads(
    ids: list[uuid.UUID], checked: Checked
) -> None:
    for number in (100, 590):
        row = Record.objects.get(id=ids[number])
        row.actor_name = "another"
        digest = checking._digest(row)
        tamper("UPDATE ledger_record SET actor_name = 'another', digest = %s WHERE id = %s", digest, row.id)
        tamper("UPDATE ledger_link SET leaf = %s WHERE number = %s", tree.leaf_hash(digest), number)
    assert checked() == [(Change.REWRITTEN, 1, 256, None), (Change.REWRITTEN, 401, 600, None)]


@pytest.mark.parametrize(
    "change", ["UPDATE ledger_subtree SET hash = sha256(hash)", "DELETE FROM ledger_subtree"]
)
def test_a_stored_hash_that_changed_is_found(change: str, checked: Checked) -> None:
    tamper(change + " WHERE level = 8 AND index = 1")
    assert checked()[0] == (Change.REWRITTEN, 257, 512, None)
