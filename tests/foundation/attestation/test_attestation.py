"""Evidence is checked without us, and whoever rewrites the ledger is found by what was signed."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection

from tongban.foundation.attestation import operations, queries, rules
from tongban.foundation.attestation.errors import NotAttested, WordsPurged
from tongban.foundation.attestation.models import HeadRow
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.ledger import queries as ledger_queries
from tongban.foundation.ledger import rules as ledger_rules
from tongban.foundation.ledger import tree
from tongban.foundation.ledger.types import Entry
from tongban.foundation.trust import queries as trust
from tongban.kernel.errors import Invalid
from tongban.kernel.types import Actor, Subject

CLERK, ITEM = Actor("staff", "z-17", "章"), Subject("item", "food-business-licence")
NOON = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)
pytestmark = pytest.mark.django_db


def act(count: int = 1, minutes: int = 0) -> None:
    at = NOON + dt.timedelta(minutes=minutes)
    for number in range(count):
        ledger.record(act="item.publish", subject=ITEM, by=CLERK, at=at, detail={"number": number})
    ledger.link_pending()


def newest() -> Entry:
    return ledger_queries.entries(ITEM)[0]


def test_a_head_is_signed_when_something_has_come_and_only_then() -> None:
    assert operations.sign_head(at=NOON) is None
    act(3)
    made = operations.sign_head(at=NOON)
    assert made is not None and made.head == ledger_queries.head() and made == queries.latest_head()
    assert operations.sign_head(at=NOON) is None
    act()
    again = operations.sign_head(at=NOON)
    assert again is not None and again.head.size > made.head.size
    growth = ledger_queries.prove_growth(made.head.size, again.head.size)
    assert tree.is_consistent(made.head.size, again.head.size, made.head.root, again.head.root, growth)


def test_what_is_not_under_a_signed_head_has_no_evidence() -> None:
    with pytest.raises(NotAttested):
        queries.evidence(uuid.uuid4())
    act()
    with pytest.raises(NotAttested):
        queries.evidence(newest().id)


@pytest.fixture
def file() -> dict[str, Any]:
    act(5)
    operations.sign_head(at=NOON + dt.timedelta(seconds=3, microseconds=123_456))
    root = trust.root()
    assert root is not None
    return json.loads(json.dumps(rules.to_file(queries.evidence(newest().id), root)))


def check(file: dict[str, Any]) -> Any:
    return queries.check(*rules.from_file(json.dumps(file)))


def test_evidence_holds_on_another_machine(file: dict[str, Any], django_db_blocker: Any) -> None:
    with django_db_blocker.block():
        found = check(file)
    assert found.problem == "" and found.record["act"] == "item.publish"
    assert found.size >= found.number


def test_a_record_whose_words_were_purged_has_no_evidence_and_the_ledger_holds() -> None:
    act(3, minutes=-5 * 366 * 24 * 60)
    operations.sign_head(at=NOON)
    ledger.purge(id=newest().id, law="个人信息保护法 47", by=CLERK, at=NOON)
    with pytest.raises(WordsPurged):
        queries.evidence(newest().id)
    assert queries.audit().broken is None


def flip(text: str) -> str:
    return ("0" if text[0] != "0" else "1") + text[1:]


CHANGES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "the detail": lambda file: file["record"].update(detail={"number": 99}),
    "the act": lambda file: file["record"].update(act="item.cancel"),
    "who did it": lambda file: file["record"]["by"].update(id="z-18"),
    "the moment": lambda file: file["record"].update(at="2026-03-02T12:00:01+00:00"),
    "its number": lambda file: file.update(number=file["number"] - 1),
    "a hash of the path": lambda file: file["path"].__setitem__(0, flip(file["path"][0])),
    "the length of the path": lambda file: file["path"].pop(),
    "the root": lambda file: file["head"].update(root=flip(file["head"]["root"])),
    "the size": lambda file: file["head"].update(size=file["head"]["size"] + 1),
    "when it was signed": lambda file: file["head"].update(at=file["head"]["at"] + 1),
    "the certificate": lambda file: file["head"].update(certificate=file["root_certificate"]),
    "the suite": lambda file: file["head"].update(suite="national"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_evidence_with_something_changed_does_not_hold(file: dict[str, Any], change: str) -> None:
    CHANGES[change](file)
    assert check(file).problem


PERSON, OTHER = Subject("person", str(uuid.uuid4())), Subject("person", str(uuid.uuid4()))


@pytest.fixture
def own_file() -> dict[str, Any]:
    """Return the evidence of an act about somebody as they themselves are given it."""
    ledger.record(act="identity.unmasked", subject=PERSON, by=CLERK, at=NOON)
    ledger.link_pending()
    operations.sign_head(at=NOON)
    (entry,) = ledger_queries.entries(PERSON)
    shown = [(one.kind, one.id) for one in (PERSON, OTHER)]
    assert not ledger_queries.openings(entry, shown[1:]), "nobody else's is handed out"
    return json.loads(json.dumps(rules.to_file(queries.evidence(entry.id, shows=shown), trust.root() or b"")))


def test_evidence_shows_its_owner_behind_the_pseudonym(
    own_file: dict[str, Any], django_db_blocker: Any
) -> None:
    assert own_file["record"]["subject"]["id"] != PERSON.id
    with django_db_blocker.block():
        evidence, _ = rules.from_file(json.dumps(own_file))
        assert [(one.kind, one.id) for one in evidence.openings] == [("person", PERSON.id)]
        assert check(own_file).problem == ""
        for name, value in (("id", OTHER.id), ("kind", "company"), ("value", "0" * 64)):
            false = {**own_file, "openings": [{**own_file["openings"][0], name: value}]}
            assert check(false).problem == queries.NOT_OPENED


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "tongban-ledger-evidence-1"}', "[" * 100_000])
def test_what_is_no_evidence_is_said(text: str) -> None:
    with pytest.raises(Invalid):
        rules.from_file(text)


def test_who_rewrites_everything_but_what_was_signed_is_found_between_two_heads() -> None:
    act(4)
    operations.sign_head(at=NOON)
    act(4)
    operations.sign_head(at=NOON)
    act(1)
    assert (queries.audit().broken, queries.audit().signed_until) == (None, 8)
    entry = ledger_queries.entries(ITEM, limit=3)[-1]
    assert entry.number == 7
    digest = ledger_rules.digest(entry.id, entry.at, entry.by, entry.act, entry.subject, {"rewritten": True})
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE ledger_record SET detail = %s, digest = %s WHERE id = %s",
            ['{"rewritten": true}', digest, entry.id],
        )
        cursor.execute("UPDATE ledger_link SET leaf = %s WHERE number = 7", [tree.leaf_hash(digest)])
        cursor.execute("SET session_replication_role = DEFAULT")
    found = queries.audit()
    assert (found.broken, found.signed_until, found.head.size) == ((5, 8), 4, 4)


def test_who_takes_the_end_away_is_found() -> None:
    act(4)
    operations.sign_head(at=NOON)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM ledger_link WHERE number > 2")
        cursor.execute("SET session_replication_role = DEFAULT")
    assert queries.audit().broken == (3, 4)


@pytest.mark.parametrize("statement", ["UPDATE {} SET size = 9", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_attestation_append_only(statement: str) -> None:
    with pytest.raises(IntegrityError, match="ledger_append_only"), connection.cursor() as cursor:
        cursor.execute(statement.format("attestation_head"))


def test_attestation_head_of_something() -> None:
    with pytest.raises(IntegrityError, match="attestation_head_of_something"):
        HeadRow.objects.create(size=0, root=tree.EMPTY, at=NOON, suite="", signer="", signature=b"")
