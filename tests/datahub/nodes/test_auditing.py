"""Who passes the triggers and has another node believed, or one asked elsewhere, is found by ``ledger verify``."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from tests.datahub.nodes.test_directory import OPERATOR, pudong, request_of
from tests.factories.tampering import tamper
from tongban.datahub.nodes import known, models, operations, queries
from tongban.datahub.nodes.operations import belonging
from tongban.datahub.nodes.queries import auditing
from tongban.datahub.nodes.types import CITY
from tongban.foundation.ledger.operations import record
from tongban.foundation.ledger.types import Change
from tongban.kernel import clock
from tongban.kernel.types import SYSTEM, Subject

pytestmark = pytest.mark.django_db
OTHERWISE = {
    "name": "'another'",
    "address": "'http://other.example'",
    "authorities": "'{other.example}'",
    "public": "sha256(public)",
    "root": "sha256(root)",
    "members": "members || '{gaj}'",
    "is_active": "false",
}


@pytest.fixture(autouse=True)
def district() -> None:
    """The city's node, which has admitted Pudong's."""
    known.forget()
    operations.become_city(name="市", address="http://127.0.0.1:1/", by=OPERATOR, at=clock.now())
    operations.admit(request=request_of(pudong()), by=OPERATOR, at=clock.now())


def drifts(*, at_city: bool = True) -> list[tuple[str, Change, str]]:
    return [(one.kind, one.change, one.id) for one in queries.audit_nodes(are_admitted_here=at_city)]


def after(statement: str, *, at_city: bool = True) -> list[tuple[Change, str]]:
    with transaction.atomic():
        assert tamper(statement) == 1, statement
        found = drifts(at_city=at_city)
        transaction.set_rollback(True)
    return [(change, code) for _, change, code in found]


def test_what_nobody_touched_holds() -> None:
    assert drifts() == []
    moved = pudong("http://127.0.0.1:3", known.node_of(models.Node.objects.get(code="pudong")).public)
    operations.admit(request=request_of(moved), by=OPERATOR, at=clock.now())
    assert drifts() == []
    operations.retire(code="pudong", reason="撤并", by=OPERATOR, at=clock.now())
    assert drifts() == []
    assert after("UPDATE nodes_node SET is_active = true WHERE code = 'pudong'") == [
        (Change.ALTERED, "pudong")
    ]
    operations.admit(request=request_of(moved), by=OPERATOR, at=clock.now())
    assert drifts() == []


def test_every_column_of_a_node_is_held() -> None:
    assert {field.column for field in models.Node._meta.fields} == OTHERWISE.keys() | auditing.BESIDE.keys()
    for column, value in OTHERWISE.items():
        found = after(f"UPDATE nodes_node SET {column} = {value} WHERE code = 'pudong'")
        assert found == [(Change.ALTERED, "pudong")], column
    assert after("UPDATE nodes_node SET is_here = false WHERE is_here") == [(Change.ALTERED, CITY)]


def test_who_is_slipped_in_or_taken_away_is_named() -> None:
    slipped = (
        "INSERT INTO nodes_node SELECT 'xuhui', name, address, authorities, public, root, members, false, true "
        "FROM nodes_node WHERE code = 'pudong'"
    )
    assert after(slipped) == [(Change.INSERTED, "xuhui")]
    assert after(slipped, at_city=False) == [], "a district may have kept it before that was on its record"
    assert after("DELETE FROM nodes_node WHERE code = 'pudong'") == [(Change.MISSING, "pudong")]


def test_what_a_district_is_told_of_nodes_is_on_its_record_once() -> None:
    document: dict[str, Any] = belonging.node_document("pudong") or {}
    for _ in range(2):
        belonging.keep_node("minhang", document, SYSTEM, clock.now())
    assert drifts() == []
    address = "UPDATE nodes_node SET address = 'http://other.example' WHERE code = 'minhang'"
    assert after(address, at_city=False) == [(Change.ALTERED, "minhang")]
    belonging.keep_node("minhang", document | {"is_active": False}, SYSTEM, clock.now())
    assert drifts() == []


def test_acts_of_before_hold_what_they_say() -> None:
    for code, act, detail in (
        ("pudong", "nodes.admitted", {"address": "http://127.0.0.1:2", "members": ["pudong", "pudong-*"]}),
        (CITY, "nodes.stands_here", {"address": "http://127.0.0.1:1/"}),
    ):
        record(act=act, subject=Subject("node", code), by=SYSTEM, at=clock.now(), detail=detail)
    assert drifts() == []
    assert after("UPDATE nodes_node SET public = sha256(public) WHERE code = 'pudong'") == []
    assert after("UPDATE nodes_node SET members = '{gaj}' WHERE code = 'pudong'") == [
        (Change.ALTERED, "pudong")
    ]
