"""What a node answers and signs, and yet is no answer: it is named as not understood, and nothing of it is kept."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest

from tests.datahub.nodes.test_directory import key_document
from tests.factories import malformed
from tests.factories.exchange import make_resource
from tongban.datahub.nodes import known, models, operations, queries
from tongban.datahub.nodes.errors import NodeSilent, NotUnderstood
from tongban.datahub.nodes.operations import accounts, syncing, witnessing
from tongban.datahub.nodes.rules import saying, shapes
from tongban.datahub.nodes.types import CITY
from tongban.datahub.resources.models import Resource
from tongban.datahub.resources.queries.spreading import resource_document
from tongban.foundation.http_signatures import operations as signatures
from tongban.foundation.http_signatures.types import ECDSA_P256
from tongban.kernel import clock
from tongban.kernel.ids import new_id
from tongban.kernel.types import SYSTEM
from tongban.runtime.nodes import work

pytestmark = pytest.mark.django_db
PERSON, AT, ID = "310101199001010014", "2026-11-22T10:00:00+08:00", "0198f3c1-0000-7000-8000-000000000001"
PEOPLE = "SH/GOV/xuhui/people"
NODE = {
    "name": "徐汇", "address": "http://127.0.0.1:3", "authorities": ["127.0.0.1:3"], "root": "AAAA", "members": ["xuhui"],
    "public": base64.b64encode(signatures.make_pair(ECDSA_P256)[1]).decode(), "is_active": True,
}  # fmt: skip
RESOURCE = {
    "document": {"items": [{"name": "x"}]}, "digest": "d" * 64, "position": 1, "is_current": True, "name": "人口",
    "department": "gaj", "system": "s", "theme": "t", "sharing": "conditional", "opening": "closed", "level": 3,
}  # fmt: skip
GRANT = {
    "consumer": "SH/GOV/scjg/desk", "provider": PEOPLE, "service": "person", "resource": "r", "purpose": "核验",
    "material": "m", "basis": "上海市数据条例 38", "per_day": 10, "state": "active", "why_ended": "", "fields": ["name"],
    "items": ["x"], "valid_from": "2026-01-01", "until": "2026-12-31", "ended_at": "",
    "request": {"id": ID, "department": "scjg", "stated_at": AT, "answered_at": AT},
}  # fmt: skip
SERVICE = {
    "version": 1, "resource": "r", "parameters": ["number"], "subject": "number", "seconds": 5.0, "most_bytes": 1000,
    "is_enabled": True,
}  # fmt: skip
CALL = {
    "id": ID, "at": AT, "signed_at": AT, "key": "k", "nonce": "12345678", "consumer": "SH/GOV/scjg/desk", "provider": PEOPLE,
    "service": "person", "outcome": "", "grant": ID, "user": "u", "issue": "i", "status": 200, "is_named": False,
}  # fmt: skip
HEAD = {
    "size": 1,
    "root": "00" * 32,
    "at": 1,
    "suite": "international",
    "signature": "AAAA",
    "certificate": "AAAA",
}
ANSWERS: dict[str, dict[str, Any]] = {
    "sync": {"changes": [], "until": 7, "more": False, "accepted": 0, "before": 0, "latest": 7},
    "witness": {"growth": {"head": HEAD, "since": 0, "path": []}, "seen": {"pudong": [1, "00" * 32]}},
    "account": {"rows": [CALL], "more": False},
    "proof": {"proof": {"leaf": "00"}},
    "evidence": {"container": "AAAA"},
    "news": {"news": {"0": [CALL]}},
}
DOCUMENTS: dict[str, dict[str, Any]] = {
    "node": NODE, "subsystem": {"name": "人口库", "registered_at": AT}, "key": key_document(PEOPLE)[1], "service": SERVICE,
    "resource": RESOURCE, "grant": GRANT,
}  # fmt: skip


@pytest.fixture
def city(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """Make this node a district's that is answered with what a function is given."""
    known.forget()
    operations.become_city(name="浦东", address="http://127.0.0.1:1", by=SYSTEM, at=clock.now())
    models.Node.objects.update(code="pudong")
    models.Node.objects.create(code=CITY, name="市", address="http://127.0.0.1:2", public=b"c", root=b"r")
    models.Standing.objects.create(node=CITY)
    known.forget()

    def answer(content: bytes) -> None:
        for module in (syncing, witnessing, accounts):
            monkeypatch.setattr(module, "asked", lambda *_, **__: content)

    return answer


def synced(told: dict[str, Any]) -> bytes:
    return json.dumps(ANSWERS["sync"] | told).encode()


class TestShapes:
    @pytest.mark.parametrize("what", ANSWERS)
    def test_what_is_said_fits(self, what: str) -> None:
        assert (
            shapes.read(saying.ANSWERS[what], json.dumps(ANSWERS[what]).encode()).keys()
            == ANSWERS[what].keys()
        )

    @pytest.mark.parametrize("kind", DOCUMENTS)
    def test_a_document_fits_and_what_is_more_is_left_out(self, kind: str) -> None:
        assert saying.DOCUMENTS[kind](DOCUMENTS[kind] | {"of_later": 1}) == DOCUMENTS[kind]

    @pytest.mark.parametrize("content", malformed.BODIES.values(), ids=malformed.BODIES)
    def test_no_json_fits(self, content: bytes) -> None:
        for shape in (*saying.ANSWERS.values(), *saying.REQUESTS.values()):
            with pytest.raises(shapes.Misfit):
                shapes.read(shape, content)

    def test_where_it_does_not_fit_is_said(self) -> None:
        said = ANSWERS["account"] | {"rows": [CALL, CALL | {"at": "yesterday"}]}
        with pytest.raises(shapes.Misfit, match=r"^rows\.1\.at$"):
            shapes.read(saying.ANSWERS["account"], json.dumps(said).encode())

    @pytest.mark.parametrize("kind", DOCUMENTS)
    def test_everywhere_something_else_is_a_misfit_or_can_be_kept(self, kind: str) -> None:
        for name, document in malformed.everywhere(DOCUMENTS[kind]):
            try:
                found = saying.DOCUMENTS[kind](document)
            except shapes.Misfit:
                continue
            json.dumps(found, ensure_ascii=False).encode()
            assert "\\u0000" not in json.dumps(found), name


class TestAsking:
    @pytest.mark.parametrize("content", malformed.BODIES.values(), ids=malformed.BODIES)
    def test_the_city_is_not_understood(self, city: Callable[[bytes], None], content: bytes) -> None:
        city(content)
        with pytest.raises(NotUnderstood, match="市的节点"):
            operations.sync(by=SYSTEM, at=clock.now())
        assert not models.Known.objects.exists()

    @pytest.mark.parametrize("kind", DOCUMENTS)
    def test_of_what_does_not_fit_nothing_is_kept(self, city: Callable[[bytes], None], kind: str) -> None:
        fine = [1, "resource", "r", CITY, resource_document(make_resource("r").code)]
        Resource.objects.all().delete()
        for document in ({}, DOCUMENTS[kind] | {next(iter(DOCUMENTS[kind])): None}):
            city(synced({"changes": [fine, [2, kind, str(new_id()), CITY, document]]}))
            with pytest.raises(NotUnderstood):
                operations.sync(by=SYSTEM, at=clock.now())
            assert not Resource.objects.exists()
            assert models.Standing.objects.get(node=CITY).received == 0

    @pytest.mark.parametrize(
        ("kind", "code", "document"),
        [
            ("grant", "no-id", GRANT),
            ("grant", ID, GRANT | {"until": "2025-01-01"}),
            ("resource", "x" * 81, RESOURCE),
            ("subsystem", "no code", DOCUMENTS["subsystem"]),
        ],
    )
    def test_what_the_tables_do_not_take(
        self, city: Callable[[bytes], None], kind: str, code: str, document: dict[str, Any]
    ) -> None:
        city(synced({"changes": [[1, kind, code, CITY, document]]}))
        with pytest.raises(NotUnderstood):
            operations.sync(by=SYSTEM, at=clock.now())
        assert not models.Known.objects.exists()

    @pytest.mark.parametrize(("more", "left"), [(True, 7), (False, None)])
    def test_what_was_brought_otherwise_is_kept_alike(
        self, city: Callable[[bytes], None], more: bool, left: int | None
    ) -> None:
        made = make_resource()
        document = resource_document(made.code)
        Resource.objects.all().delete()
        answer = synced({"changes": [[1, "resource", made.code, CITY, document]], "more": more})
        assert operations.bring(answer=answer, by=SYSTEM, at=clock.now()) == left
        assert Resource.objects.get().name == made.name
        with pytest.raises(NotUnderstood):
            operations.bring(answer=b"{}", by=SYSTEM, at=clock.now())

    def test_the_worker_goes_on_and_names_it(
        self, city: Callable[[bytes], None], caplog: pytest.LogCaptureFixture
    ) -> None:
        city(b"[]")
        chore = work.Chore(0.0, work.agree)
        with caplog.at_level(logging.WARNING):
            work.NodeWork([chore])._do(chore)
        (told,) = caplog.records
        assert "市的节点答复不合约定" in told.getMessage() and told.exc_info is None

    @pytest.mark.parametrize("content", malformed.BODIES.values(), ids=malformed.BODIES)
    def test_a_ledger_that_is_shown_as_nonsense(
        self, city: Callable[[bytes], None], content: bytes, caplog: pytest.LogCaptureFixture
    ) -> None:
        city(content)
        assert operations.witness_others(by=SYSTEM, at=clock.now()) == 0
        (told,) = caplog.records
        assert told.getMessage().startswith("nodes: the ledger of city is not witnessed")
        assert queries.rewritten_ledgers() == ()

    @pytest.mark.parametrize("content", malformed.BODIES.values(), ids=malformed.BODIES)
    def test_an_account_names_who_is_not_understood(
        self, city: Callable[[bytes], None], content: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        city(content)
        monkeypatch.setattr(accounts.connection, "close", lambda: None)
        node = known.find_node(CITY)
        assert node is not None
        assert accounts._account_of(node, PERSON, clock.now()) is None
        assert not accounts._kept(node, PERSON, None, clock.now()).is_reached
        for ask in (operations.ask_proof, operations.ask_evidence):
            with pytest.raises(NodeSilent):
                ask(node=CITY, id=new_id(), identifier=PERSON)

    @pytest.mark.slow
    def test_a_proof_that_is_none(self, city: Callable[[bytes], None]) -> None:
        proof = {"leaf": "00" * 32, "batch": 1, "index": 0, "size": 1, "path": [], "root": "00" * 32, "is_intact": True,
                 "evidence": {}, "cosignatures": {}, "stamp": None}  # fmt: skip
        for name, one in malformed.everywhere(proof):
            city(json.dumps({"proof": one}).encode())
            if one is not None:
                with pytest.raises(NodeSilent):
                    operations.ask_proof(node=CITY, id=new_id(), identifier=PERSON)
            assert name
