"""Heads that are kept outside of the database: who rewrites all of that finds nobody who signs it, and is found."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.db import connection

from tongban.foundation.attestation import operations, queries
from tongban.foundation.attestation.errors import LedgerRewritten
from tongban.foundation.attestation.kept import Kept
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.ledger.types import Change, Head
from tongban.foundation.trust import queries as trust
from tongban.kernel.types import SYSTEM, Subject

NOON = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
pytestmark = pytest.mark.django_db


def act(count: int) -> None:
    for number in range(count):
        ledger.record(act="item.publish", subject=Subject("item", str(number)), by=SYSTEM, at=NOON, detail={})
    ledger.link_pending()


def as_superuser(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL session_replication_role = replica; {statement}")
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    """Keep the heads of two days."""
    kept = Kept(tmp_path / "ledger")
    for day in range(2):
        act(3)
        assert operations.sign_head(at=NOON + day * DAY, kept_in=kept.folder)
    return kept


def root() -> bytes:
    return trust.root() or b""


def test_the_newest_of_each_day_is_kept(kept: Kept) -> None:
    act(1)
    last = operations.sign_head(at=NOON + DAY + dt.timedelta(seconds=3), kept_in=kept.folder)
    assert last and kept.newest(root()) == last.head
    assert [head.size for head in kept.heads(root())] == [last.head.size - 4, last.head.size]
    assert kept.heads(b"another ledger") == () and kept.newest(b"another ledger") is None
    assert operations.sign_head(at=NOON + 2 * DAY, kept_in=kept.folder) is None


def test_another_machine_keeps_its_own(kept: Kept, tmp_path: Path) -> None:
    other = Kept(tmp_path / "other")
    act(1)
    assert operations.sign_head(at=NOON + DAY, kept_in=other.folder)
    act(1)
    last = operations.sign_head(at=NOON + DAY, kept_in=kept.folder)
    assert last and kept.newest(root()) == last.head
    assert queries.audit([*kept.heads(root()), *other.heads(root())]).broken is None


FORGED = "UPDATE ledger_link SET leaf = sha256(leaf) WHERE number = {at}; DELETE FROM attestation_head WHERE size >= {at}"
CUT = "DELETE FROM ledger_link WHERE number > {at}; DELETE FROM ledger_record r WHERE NOT EXISTS "
CUT += "(SELECT FROM ledger_link l WHERE l.record_id = r.id); DELETE FROM attestation_head WHERE size > {at}"


@pytest.mark.parametrize("statement", [FORGED, CUT, "DELETE FROM attestation_head; " + CUT])
def test_who_rewrites_all_of_the_database_finds_nobody_who_signs_it(kept: Kept, statement: str) -> None:
    newest = kept.newest(root())
    assert newest
    as_superuser(statement.format(at=newest.size - 1))
    with pytest.raises(LedgerRewritten):
        operations.sign_head(at=NOON + DAY, kept_in=kept.folder)
    act(5)
    with pytest.raises(LedgerRewritten):
        operations.sign_head(at=NOON + DAY, kept_in=kept.folder)
    found = queries.audit(queries.kept_heads(kept.folder, root())).state.differences
    assert found and found[0].change in (Change.ALTERED, Change.MISSING, Change.REWRITTEN)
    assert kept.newest(root()) == newest, "what was kept stays as it was"


def test_the_last_head_of_the_database_counts_where_none_was_kept() -> None:
    act(3)
    made = operations.sign_head(at=NOON)
    assert made
    as_superuser(f"UPDATE ledger_link SET leaf = sha256(leaf) WHERE number = {made.head.size}")
    act(1)
    with pytest.raises(LedgerRewritten):
        operations.sign_head(at=NOON)


def test_two_heads_of_one_size_are_both_held_against_the_ledger() -> None:
    act(3)
    made = operations.sign_head(at=NOON)
    assert made and queries.audit().broken is None
    assert queries.audit([Head(made.head.size, b"x" * 32)]).broken is not None
