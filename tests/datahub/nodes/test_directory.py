"""The directory in one database: what is said, what is kept, what the city accepts; and what the tables refuse."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tests.factories import exchange
from tests.fakes.tls_proxy import make_identity
from tongban.datahub.exchange import queries as exchange_queries
from tongban.datahub.exchange.errors import KeptLonger
from tongban.datahub.exchange.models import Key
from tongban.datahub.exchange.operations import (
    register_certificate,
    register_key,
    register_subsystem,
    revoke_key,
)
from tongban.datahub.exchange.queries import find_service, keys_of
from tongban.datahub.exchange.types import ServiceKind
from tongban.datahub.nodes import known, models, operations, queries
from tongban.datahub.nodes.errors import AnotherNode, BadAnchor
from tongban.datahub.nodes.operations import relays, syncing
from tongban.datahub.nodes.types import CITY, Change, Node
from tongban.datahub.resources import models as resources
from tongban.foundation.http_signatures import operations as signatures
from tongban.foundation.http_signatures.types import ECDSA_P256, ED25519
from tongban.foundation.ledger import queries as ledger
from tongban.kernel import clock
from tongban.kernel.ids import new_id
from tongban.kernel.types import SYSTEM, Actor, Subject

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
OPERATOR = Actor("operator", "z-90", "数")
ROOT = b"root"
PUDONG = "SH/GOV/pudong/people"


@pytest.fixture
def city() -> Node:
    known.forget()
    return operations.become_city(name="市", address="http://127.0.0.1:1", by=OPERATOR, at=clock.now())


def pudong(address: str = "http://127.0.0.1:2", public: bytes | None = None) -> Node:
    """Return a district's node that has a key of its own."""
    public = public or signatures.make_pair(ECDSA_P256)[1]
    return Node("pudong", "浦东", address, ("127.0.0.1:2",), public, ROOT, ("pudong", "pudong-*"))


def request_of(node: Node) -> bytes:
    from tongban.datahub.nodes.operations.belonging import _written

    return _written(node)


@pytest.fixture
def district(city: Node) -> Node:
    return operations.admit(request=request_of(pudong()), by=OPERATOR, at=clock.now())


def key_document(subsystem: str, **changes: Any) -> tuple[str, dict[str, Any]]:
    import base64

    from tongban.foundation.http_signatures import queries as reads

    _, public = signatures.make_pair(ED25519)
    said = {
        "subsystem": subsystem, "algorithm": ED25519, "public": base64.b64encode(public).decode(),
        "registered_at": clock.now().isoformat(), "registered_by": "operator:x", "revoked_at": "", "revoked_by": "",
    }  # fmt: skip
    return reads.key_id(public), said | changes


def subsystem_change(position: int, code: str = PUDONG) -> Change:
    said = {"name": "人口库", "registered_at": clock.now().isoformat()}
    return Change(position, "subsystem", code, "pudong", said)


def service_change(position: int, code: str = f"{PUDONG}/person") -> Change:
    said = {"version": 1, "resource": "resident", "parameters": ["number"], "subject": "number", "seconds": 5.0,
            "most_bytes": 1000, "is_enabled": True}  # fmt: skip
    return Change(position, "service", code, "pudong", said)


def accept(node: Node, *changes: Change) -> int:
    return operations.accept(node=node, changes=changes, by=SYSTEM, at=clock.now())


def log() -> list[tuple[str, str, str, str]]:
    rows = models.Change.objects.order_by("position")
    return [(row.kind, row.code, row.origin, row.audience) for row in rows]


def refused(node: str) -> list[str]:
    entries = ledger.entries(Subject("node", node))
    return [str(one.detail["code"]) for one in entries if one.act == "nodes.change_refused"]


class TestSaying:
    def test_nothing_without_a_federation(self) -> None:
        known.forget()
        exchange.make_caller()
        assert operations.say_everything(by=SYSTEM, at=clock.now()) == 0

    def test_once_as_long_as_nothing_changes(self, city: Node) -> None:
        exchange.make_caller()
        assert operations.say_everything(by=SYSTEM, at=clock.now()) == 3  # the node, the subsystem, its key
        assert operations.say_everything(by=SYSTEM, at=clock.now()) == 0

    def test_the_face_of_a_service_only(self, city: Node) -> None:
        exchange.make_service()
        operations.say_everything(by=SYSTEM, at=clock.now())
        said = models.Change.objects.get(kind="service").document
        assert not {"target", "database", "kind"} & said.keys()

    def test_a_grant_goes_to_where_its_provider_lives(self, district: Node) -> None:
        accept(district, subsystem_change(1))
        exchange.make_grant(provider=PUDONG)
        exchange.make_grant()
        operations.say_everything(by=SYSTEM, at=clock.now())
        assert [audience for kind, *_, audience in log() if kind == "grant"] == ["pudong"]

    def test_a_grant_that_came_before_its_provider(self, district: Node) -> None:
        exchange.make_grant(provider=PUDONG)
        operations.say_everything(by=SYSTEM, at=clock.now())
        assert "grant" not in {kind for kind, *_ in log()}
        accept(district, subsystem_change(1))
        assert ("grant", "pudong") in {(kind, audience) for kind, *_, audience in log()}


class TestAccepting:
    def test_what_a_district_says_of_its_own(self, district: Node) -> None:
        assert accept(district, subsystem_change(1), service_change(2)) == 2
        known_service = find_service(PUDONG, "person")
        assert known_service and (known_service.kind, known_service.target) == (ServiceKind.NODE, "pudong")
        assert known.home(PUDONG) == "pudong"
        assert [(kind, origin) for kind, _, origin, _ in log()] == [
            ("subsystem", "pudong"),
            ("service", "pudong"),
        ]

    def test_the_same_again_changes_nothing(self, district: Node) -> None:
        changes = subsystem_change(1), service_change(2)
        accept(district, *changes)
        before = log()
        assert accept(district, *changes) == 2
        assert log() == before

    @pytest.mark.parametrize("code", ["SH/GOV/xuhui/people", "SH/GOV/pudongx/people", "SH/GOV/people"])
    def test_nothing_of_others(self, district: Node, code: str) -> None:
        assert accept(district, subsystem_change(1, code), service_change(2, f"{code}/person")) == 2
        assert log() == []
        assert set(refused("pudong")) == {code, f"{code}/person"}

    def test_no_key_of_anothers_subsystem(self, district: Node) -> None:
        caller = exchange.make_caller()
        id, said = key_document(caller.subsystem)
        accept(district, Change(1, "key", id, "pudong", said))
        assert id in refused("pudong")
        # Nor a key of another's under a name of its own.
        accept(district, subsystem_change(2), Change(3, "key", caller.key, "pudong", key_document(PUDONG)[1]))
        assert caller.key in refused("pudong")
        assert [one.id for one in keys_of(caller.subsystem)] == [caller.key]

    @pytest.mark.parametrize("kind", ["grant", "resource", "node"])
    def test_nothing_that_the_city_says(self, district: Node, kind: str) -> None:
        accept(district, Change(1, kind, "x", "pudong", {}))
        assert refused("pudong") == ["x"]

    @pytest.mark.parametrize("document", [{}, {"name": 1}, {"name": "x", "registered_at": "gestern"}])
    def test_what_is_no_such_thing_is_left_out(self, district: Node, document: dict[str, Any]) -> None:
        assert accept(district, Change(1, "subsystem", PUDONG, "pudong", document), service_change(2)) == 2
        assert log() == []


class TestKeeping:
    def test_a_revocation_stands_whoever_says_otherwise(self, district: Node) -> None:
        id, said = key_document(PUDONG)
        accept(district, subsystem_change(1), Change(2, "key", id, "pudong", said))
        revoke_key(key=id, reason="遗失", by=OPERATOR, at=clock.now())
        accept(district, Change(3, "key", id, "pudong", said))
        assert keys_of(PUDONG)[0].revoked_at is not None

    def test_the_city_says_that_a_districts_key_is_revoked(self, district: Node) -> None:
        id, said = key_document(PUDONG)
        accept(district, subsystem_change(1), Change(2, "key", id, "pudong", said))
        revoke_key(key=id, reason="遗失", by=OPERATOR, at=clock.now())
        assert operations.say(kind="key", code=id, by=SYSTEM, at=clock.now())
        assert models.Change.objects.get(kind="key", origin=CITY).document["revoked_at"]

    def test_a_grant_as_the_city_has_it(self, city: Node) -> None:
        from tongban.datahub.resources.queries.spreading import grant_document

        id = exchange.make_grant()
        said = grant_document(str(id))
        assert said
        changed = json.loads(json.dumps(said)) | {
            "per_day": 7,
            "state": "revoked",
            "ended_at": clock.now().isoformat(),
        }
        change = Change(9, "grant", str(id), "elsewhere", changed)
        for _ in range(2):
            operations.keep_changes(source="elsewhere", changes=[change], until=9, by=SYSTEM, at=clock.now())
        row = resources.Grant.objects.get(id=id)
        assert (row.per_day, row.state) == (7, "revoked")
        assert {one.received for one in queries.standings()} == {9}

    def test_what_it_has_said_itself_comes_back(self, city: Node) -> None:
        register_subsystem(code="SH/GOV/scjg/desk", name="新名", by=OPERATOR, at=clock.now())
        old = {"name": "旧名", "registered_at": clock.now().isoformat()}
        change = Change(4, "subsystem", "SH/GOV/scjg/desk", CITY, old)
        operations.keep_changes(source="x", changes=[change], until=4, by=SYSTEM, at=clock.now())
        assert operations.say(kind="subsystem", code="SH/GOV/scjg/desk", by=SYSTEM, at=clock.now())
        assert models.Change.objects.get(kind="subsystem").document["name"] == "新名"


class TestCertificates:
    """A member's certificate for mutual TLS is known at all nodes, and so is that it is revoked."""

    def test_it_spreads_with_its_dates(self, district: Node, tmp_path: Path) -> None:
        identity = make_identity(tmp_path, "desk")
        exchange.make_caller("SH/GOV/scjg/desk")
        id = register_certificate(
            subsystem="SH/GOV/scjg/desk", certificate=identity.der, by=OPERATOR, at=clock.now()
        )
        before = Key.objects.get(id=id)
        operations.say_everything(by=SYSTEM, at=clock.now())
        said = models.Change.objects.get(kind="key", code=id)
        assert said.audience == ""
        Key.objects.filter(id=id).delete()  # as another node is before it hears of it
        change = Change(9, "key", id, "xuhui", said.document)
        operations.keep_changes(source="xuhui", changes=[change], until=9, by=SYSTEM, at=clock.now())
        after = Key.objects.get(id=id)
        assert (after.valid_from, after.valid_until) == (before.valid_from, before.valid_until)
        revoked = said.document | {"revoked_at": clock.now().isoformat(), "revoked_by": "operator:x"}
        for position, document in ((10, revoked), (11, said.document)):
            change = Change(position, "key", id, "xuhui", document)
            operations.keep_changes(source="xuhui", changes=[change], until=11, by=SYSTEM, at=clock.now())
        assert Key.objects.get(id=id).revoked_at is not None

    def test_a_key_under_another_keys_id_is_left_out(self, district: Node) -> None:
        accept(district, subsystem_change(1))
        _, document = key_document(PUDONG)
        accept(district, Change(2, "key", "another", "pudong", document))
        assert refused("pudong") == ["another"]
        assert not Key.objects.filter(id="another").exists()


class TestAgreeing:
    """A district that agrees with a city, whose answers are made here."""

    @pytest.fixture
    def answers(self, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
        known.forget()
        other = Node(CITY, "市", "http://127.0.0.1:1", (), pudong().public, ROOT, ())
        said = {
            "code": "pudong",
            "name": "浦东",
            "address": "http://127.0.0.1:2",
            "anchor": request_of(other),
        }
        operations.join(**said, by=OPERATOR, at=clock.now())
        made: list[dict[str, Any]] = []

        def asked(node: Node, path: str, body: bytes, **_: object) -> bytes:
            sent.append(json.loads(body))
            usual = {
                "changes": [],
                "until": sent[-1]["after"],
                "more": False,
                "before": 0,
                "accepted": 0,
                "latest": 99,
            }
            return json.dumps(usual | (made.pop(0) if made else {})).encode()

        sent: list[dict[str, Any]] = []
        self.sent = sent
        monkeypatch.setattr(syncing, "asked", asked)
        return made

    def sync(self) -> bool:
        return operations.sync(by=SYSTEM, at=clock.now())

    def said(self) -> list[tuple[int, str]]:
        return [(position, code) for position, _, code, *_ in self.sent[-1]["says"]]

    def register(self, name: str) -> None:
        code = f"SH/GOV/pudong/{name}"
        register_subsystem(code=code, name=name, by=OPERATOR, at=clock.now())
        operations.say(kind="subsystem", code=code, by=SYSTEM, at=clock.now())

    def test_what_is_accepted_is_not_said_again(self, answers: list[dict[str, Any]]) -> None:
        self.register("people")
        answers.append({"accepted": 1})
        self.sync()
        assert self.said() == [(1, "SH/GOV/pudong/people")]
        self.sync()
        assert self.said() == []

    def test_the_answer_was_lost(self, answers: list[dict[str, Any]]) -> None:
        """What the city has by then comes to the same."""
        self.register("people")
        answers.append({"before": 1, "accepted": 1})
        self.sync()
        self.sync()
        assert self.said() == [(2, "SH/GOV/pudong/people")]

    def test_put_back_to_a_copy(self, answers: list[dict[str, Any]]) -> None:
        """The city has three positions of ours, of which the copy knows nothing; what is new gets others."""
        self.register("people")
        answers.append({"before": 3, "accepted": 3})
        self.sync()
        self.register("houses")
        self.sync()
        assert self.said() == [(4, "SH/GOV/pudong/people"), (5, "SH/GOV/pudong/houses")]

    def test_the_city_was_put_back_to_a_copy(self, answers: list[dict[str, Any]]) -> None:
        change = [
            7,
            "subsystem",
            "SH/GOV/scjg/desk",
            CITY,
            {"name": "甲", "registered_at": clock.now().isoformat()},
        ]
        answers += [{"changes": [change], "until": 7}, {"latest": 5}]
        self.sync()
        assert self.sync()
        again = [3, *change[1:4], {"name": "乙", "registered_at": clock.now().isoformat()}]
        answers.append({"changes": [again], "until": 3, "latest": 5})
        self.sync()
        assert self.sent[-1]["after"] == 0
        assert [one.name for one in exchange_queries.subsystems()] == ["乙"]

    def test_fresh_only_when_all_was_heard(self, answers: list[dict[str, Any]]) -> None:
        answers.append({"more": True})
        assert self.sync()
        assert [one.fresh_at for one in queries.standings()] == [None]
        self.sync()
        assert [one.fresh_at is None for one in queries.standings()] == [False]


class TestBelonging:
    def test_a_code_belongs_to_one_key(self, district: Node) -> None:
        with pytest.raises(AnotherNode):
            operations.admit(request=request_of(pudong()), by=OPERATOR, at=clock.now())

    def test_a_node_may_move(self, district: Node) -> None:
        moved = pudong("http://127.0.0.1:3", district.public)
        operations.admit(request=request_of(moved), by=OPERATOR, at=clock.now())
        known.forget()
        assert (queries.find_node("pudong") or city).address == "http://127.0.0.1:3"

    def test_nobody_else_is_the_city(self, city: Node) -> None:
        other = Node(CITY, "x", "http://x", (), b"p", ROOT, ())
        with pytest.raises(AnotherNode):
            operations.admit(request=request_of(other), by=OPERATOR, at=clock.now())

    @pytest.mark.parametrize("text", [b"", b"[]", b'{"code": "x"}', b"\xff"])
    def test_no_anchor(self, text: bytes) -> None:
        with pytest.raises(BadAnchor):
            operations.join(code="pudong", name="x", address="x", anchor=text, by=OPERATOR, at=clock.now())

    def test_a_retired_node_is_not_known(self, district: Node) -> None:
        operations.retire(code="pudong", reason="撤并", by=OPERATOR, at=clock.now())
        assert queries.find_node("pudong") is None


class TestTables:
    @pytest.mark.parametrize(
        ("name", "values"),
        [
            ("nodes_one_is_here", {"code": "xuhui", "is_here": True}),
            ("nodes_city_is_active", {"code": CITY, "is_active": False}),
        ],
    )
    def test_nodes(self, city: Node, name: str, values: dict[str, Any]) -> None:
        said = {"name": "x", "address": "x", "public": b"x", "root": b"x"} | values
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            models.Node.objects.update_or_create(code=said.pop("code"), defaults=said)

    def test_nodes_known_once(self) -> None:
        said = {"kind": "key", "code": "x", "origin": CITY, "position": 1}
        models.Known.objects.create(**said)
        with pytest.raises(IntegrityError, match="nodes_known_once"), transaction.atomic():
            models.Known.objects.create(**said)

    def test_nodes_change_kind(self) -> None:
        with pytest.raises(IntegrityError, match="nodes_change_kind"), transaction.atomic():
            change("war")

    @pytest.mark.parametrize("statement", ["UPDATE nodes_change SET kind = 'key'", "DELETE FROM nodes_relay"])
    def test_nodes_append_only(self, statement: str) -> None:
        change("node")
        with (
            pytest.raises(DatabaseError, match="nodes_append_only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


class TestMonths:
    def test_room_for_the_months_to_come(self) -> None:
        at = clock.now()
        operations.make_months(
            by=SYSTEM, at=at
        )  # the migration has made them, in this month or the one before
        assert operations.make_months(ahead=15, by=SYSTEM, at=at) == 2
        assert operations.make_months(ahead=15, by=SYSTEM, at=at) == 0

    def test_what_was_signed_goes_by_law_after_three_years_and_nothing_else(self) -> None:
        """nodes_append_only: whoever says that he purges is looked at row by row."""
        now = clock.now()
        before, ids = now - dt.timedelta(days=4 * 365), [new_id() for _ in range(3)]
        for id, at in zip(ids, (before - DAY, before - DAY, now), strict=True):
            relays.write(
                [relays.Noted(id, at, "pudong", is_out=True, number=None, said=b"x", signature=b"y")]
            )
        said: dict[str, Any] = {"law": "个人信息保护法 47", "by": OPERATOR, "at": now}
        assert operations.purge_relays(before=before, kept=[ids[1]], **said) == 1
        assert operations.purge_relays(before=before, kept=[ids[1]], **said) == 0
        with connection.cursor() as cursor:
            cursor.execute("SELECT record FROM nodes_relay WHERE said = '' AND signature = ''")
            assert cursor.fetchall() == [(ids[0],)]
        with pytest.raises(KeptLonger):
            operations.purge_relays(before=now, **said)
        for wrong in ("said = ''", "said = '', signature = '', node = 'x'", "said = '', signature = ''"):
            with pytest.raises(IntegrityError, match="nodes_append_only"), transaction.atomic():
                connection.cursor().execute("SET LOCAL tongban.purge = 'on'")
                connection.cursor().execute(f"UPDATE nodes_relay SET {wrong}")

    def test_a_relay_lies_in_its_month(self) -> None:
        at = clock.now()
        operations.make_months(by=SYSTEM, at=at)
        noted = relays.Noted(new_id(), at, "pudong", is_out=True, number=None, said=b"x", signature=b"y")
        relays.copy([noted])
        with pytest.raises(IntegrityError, match="nodes_relay"), transaction.atomic():
            relays.copy([noted])
        relays.write([noted])
        with connection.cursor() as cursor:
            cursor.execute("SELECT tableoid::regclass::text, said, number FROM nodes_relay")
            ((table, said, number),) = cursor.fetchall()
        assert (table, bytes(said), number) == (at.strftime("nodes_relay_%Y_%m"), b"x", None)
        with (
            pytest.raises(DatabaseError, match="nodes_append_only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"DELETE FROM {table}")


def change(kind: str) -> None:
    models.Change.objects.create(
        position=1, kind=kind, code="x", origin=CITY, document={}, digest=b"x", at=clock.now()
    )


def test_a_key_registered_here_is_said(city: Node) -> None:
    caller = exchange.make_caller()
    _, public = signatures.make_pair(ED25519)
    id = register_key(
        subsystem=caller.subsystem, algorithm=ED25519, public=public, by=OPERATOR, at=clock.now()
    )
    assert operations.say(kind="key", code=id, by=SYSTEM, at=clock.now())
