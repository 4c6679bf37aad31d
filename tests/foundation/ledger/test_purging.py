"""The words of an old record go by law; that it stood there, and what is left of it, stays proved."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, connection, transaction

from tests.factories.tampering import tamper
from tongban.foundation.ledger import operations, queries
from tongban.foundation.ledger.errors import KeptLonger, LawMissing, NothingToPurge
from tongban.kernel.types import Actor, Subject

CLERK, CASE = Actor("staff", "z-17", "章"), Subject("case", "c-1")
NOW = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)
OLD = dt.datetime(2021, 3, 2, 12, 0, tzinfo=dt.UTC)
LAW = "个人信息保护法第四十七条：保存期限已届满"
pytestmark = pytest.mark.django_db


@pytest.fixture
def old() -> uuid.UUID:
    """A record of five years ago with words, among others."""
    operations.record(act="case.open", subject=CASE, by=CLERK, at=OLD)
    id = operations.record(act="case.note", subject=CASE, by=CLERK, at=OLD, detail={"text": "申请人住院"})
    operations.record(act="case.close", subject=CASE, by=CLERK, at=NOW)
    operations.link_pending()
    return id


def purge(id: uuid.UUID, law: str = LAW) -> None:
    operations.purge(id=id, law=law, by=CLERK, at=NOW)
    operations.link_pending()


@pytest.mark.law("ledger-kept-three-years")
def test_the_words_go_and_the_tree_still_holds(old: uuid.UUID) -> None:
    before = queries.head()
    purge(old)
    entry = queries.find_entry(old)
    assert entry is not None and entry.detail == {"purged": True} and entry.by == Actor("staff", "z-17")
    assert (entry.act, entry.subject, entry.at, entry.number) == ("case.note", CASE, OLD, 2)
    state = queries.check_tree([before])
    assert (state.broken, state.head) == (None, queries.head())
    (act,) = queries.entries(Subject("ledger-record", str(old)))
    assert (act.act, act.detail["law"]) == ("ledger.purged", LAW)


def test_what_is_left_is_still_protected(old: uuid.UUID) -> None:
    purge(old)
    tamper("UPDATE ledger_record SET actor_id = 'z-18' WHERE id = %s", old)
    assert queries.check_tree().broken == (2, 2)


def test_who_takes_words_out_without_saying_so_is_found(old: uuid.UUID) -> None:
    tamper("UPDATE ledger_record SET detail = '{\"purged\": true}', actor_name = '' WHERE id = %s", old)
    assert queries.check_tree().broken == (2, 2)


def test_nothing_young_nothing_twice_nothing_without_a_law(old: uuid.UUID) -> None:
    newest = queries.entries(CASE)[0].id
    with pytest.raises(KeptLonger):
        purge(newest)
    with pytest.raises(LawMissing):
        purge(old, " ")
    purge(old)
    for id in (old, uuid.uuid4()):
        with pytest.raises(NothingToPurge):
            purge(id)


@pytest.mark.parametrize(
    "change",
    [
        "detail = '{\"purged\": true}'",
        "actor_name = '', detail = '{\"purged\": true}', act = 'case.open'",
        "digest = ''",
    ],
)
def test_the_database_lets_nothing_else_be_changed(old: uuid.UUID, change: str) -> None:
    """ledger_append_only: whoever says that he purges is looked at row by row."""
    with pytest.raises(IntegrityError, match="ledger_append_only"), transaction.atomic():
        connection.cursor().execute("SET LOCAL tongban.purge = 'on'")
        connection.cursor().execute(f"UPDATE ledger_record SET {change} WHERE id = %s", [old])
    with pytest.raises(IntegrityError, match="ledger_append_only"), transaction.atomic():
        connection.cursor().execute("UPDATE ledger_record SET actor_name = '' WHERE id = %s", [old])
