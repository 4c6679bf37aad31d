"""Calls between nodes, at one node: what another hands on, and what comes back from another."""

from __future__ import annotations

import datetime as dt
import json
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.db import connection

from tests.factories import exchange
from tests.factories.exchange import ADDRESS, HOST, Caller, environ_of
from tongban.channels.gateway.federation import asked, federation, handed_on
from tongban.datahub.exchange import known as exchange_known
from tongban.datahub.exchange import operations as exchange_operations
from tongban.datahub.exchange.errors import ProviderFailed
from tongban.datahub.exchange.models import Service
from tongban.datahub.exchange.types import Answer
from tongban.datahub.nodes import known, models, operations, wire
from tongban.datahub.nodes.operations import carrying
from tongban.datahub.nodes.operations.relays import RELAYS
from tongban.datahub.nodes.rules import relaying
from tongban.datahub.nodes.types import CITY, Relay
from tongban.datahub.resources.models import Grant
from tongban.foundation.http_signatures import operations as signing
from tongban.foundation.http_signatures import queries as signatures
from tongban.foundation.http_signatures.types import ECDSA_P256, Message, joined
from tongban.kernel import clock
from tongban.kernel.ids import new_id
from tongban.kernel.types import SYSTEM

pytestmark = pytest.mark.django_db
HERE = "127.0.0.1:9"
PERSON = f"{ADDRESS}?number=310101199001010014"


@dataclass
class Far:
    """Another node, as far as this one sees of it: its key."""

    code: str = "xuhui"
    pair: tuple[Any, bytes] = (None, b"")

    @property
    def key(self) -> str:
        return signatures.key_id(self.pair[1])

    def hand_on(self, environ: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """Return a caller's request as this node hands it on."""
        headers = {
            name[5:].replace("_", "-").lower(): value
            for name, value in environ.items()
            if name.startswith("HTTP_")
        }
        headers.pop("host")
        digest = relaying.signed_digest(headers)
        said = {
            "node": self.code,
            "number": new_id(),
            "scheme": "http",
            "authority": HOST,
            "digest": digest,
        } | changes
        to_node = Message(
            {relaying.RELAY: relaying.write(Relay(**said))}, environ["REQUEST_METHOD"], "http", HERE,
            environ["PATH_INFO"], environ["QUERY_STRING"],
        )  # fmt: skip
        added = signing.signed_headers(
            to_node, components=relaying.COVERED, key=self.key, private=self.pair[0],
            created=int(clock.now().timestamp()),
        )  # fmt: skip
        message = replace(to_node, headers=headers | to_node.headers)
        made = {relaying.INPUT: added["signature-input"], relaying.SIGNATURE: added["signature"]}
        return environ_of(message, made, b"") | {"HTTP_HOST": HERE}

    def answer(self, nonce: str, body: bytes = b"{}", *, status: int = 200, **headers: str) -> wire.Received:
        """Return an answer that this node has signed."""
        said = {
            "content-type": "application/json", "content-digest": signatures.content_digest(body),
            "x-road-request-id": str(new_id()), **headers,
        }  # fmt: skip
        added = signing.signed_headers(
            Message(said, status=status), body, components=("@status", *said), key=self.key, private=self.pair[0],
            created=int(clock.now().timestamp()), nonce=nonce,
        )  # fmt: skip
        return wire.Received(status, said | added, body)


@pytest.fixture
def far(caller: Caller) -> Iterator[Far]:
    """A district where the caller lives, known to this node, which is the city's."""
    known.forget()
    made = Far(pair=signing.make_pair(ECDSA_P256))
    operations.become_city(name="市", address=f"http://{HERE}", by=SYSTEM, at=clock.now())
    models.Node.objects.create(
        code=made.code, name="徐汇", address="http://127.0.0.1:8", authorities=[HOST], public=made.pair[1], root=b"r",
        members=["scjg"],
    )  # fmt: skip
    models.Known.objects.create(kind="subsystem", code=caller.subsystem, origin=made.code, position=1)
    yield made
    known.forget()
    RELAYS._noted.clear()


@pytest.fixture(autouse=True)
def written_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the writer's thread out: it has a connection of its own, and would see nothing of a test's transaction."""
    monkeypatch.setattr(RELAYS, "_start", lambda: None)


@pytest.fixture
def caller(db: None) -> Caller:
    exchange.make_service()
    exchange.make_grant()
    return exchange.make_caller()


def received(environ: dict[str, Any], caller: Caller) -> tuple[Answer, dict[str, str]]:
    answer = handed_on(environ, caller)  # type: ignore[arg-type]  # a writer that writes at once
    return answer, joined(answer.headers)


def problem(answer: Answer) -> str:
    return str(json.loads(answer.body).get("code", ""))


class TestReceiving:
    def test_answered_with_the_granted_fields_and_signed(self, caller: Caller, far: Far) -> None:
        environ = far.hand_on(caller.environ(PERSON), number=(number := new_id()))
        answer, headers = received(environ, caller)
        assert answer.status == 200
        assert json.loads(answer.body) == {"rows": [{"number": "310101199001010014", "name": "张三"}]}
        own = known.here()
        found = wire.Received(answer.status, headers, answer.body)
        assert operations.check_answer(found, own, str(number), clock.now()).key == signatures.key_id(
            own.public
        )
        RELAYS.write()
        ((node, is_out, there),) = models.Relay.objects.values_list("node", "is_out", "number")
        assert (node, is_out, there) == ("xuhui", False, number)

    def test_the_same_signature_once(self, caller: Caller, far: Far) -> None:
        environ = caller.environ(PERSON)
        assert received(far.hand_on(dict(environ)), caller)[0].status == 200
        answer, headers = received(far.hand_on(dict(environ)), caller)
        assert (answer.status, problem(answer)) == (400, "replayed")
        assert "signature" in headers  # refusals are signed, too

    @pytest.mark.parametrize("changes", [{"authority": "elsewhere:1"}, {"authority": HERE}])
    def test_only_for_its_own_hosts(self, caller: Caller, far: Far, changes: dict[str, str]) -> None:
        answer, _ = received(far.hand_on(caller.environ(PERSON), **changes), caller)
        assert problem(answer) == "not-its-caller"

    def test_only_for_who_lives_there(self, caller: Caller, far: Far) -> None:
        models.Known.objects.all().delete()
        answer, _ = received(far.hand_on(caller.environ(PERSON)), caller)
        assert problem(answer) == "not-its-caller"

    def test_a_node_that_is_not_known(self, caller: Caller, far: Far) -> None:
        answer, headers = received(far.hand_on(caller.environ(PERSON), node="baoshan"), caller)
        assert (problem(answer), "signature" in headers) == ("node-unknown", False)

    @pytest.mark.parametrize(
        "change",
        [
            lambda environ: environ | {"HTTP_TONGBAN_RELAY": environ["HTTP_TONGBAN_RELAY"].replace("xuhui", "city")},
            lambda environ: environ | {"HTTP_TONGBAN_RELAY": "x"},
            lambda environ: environ | {"HTTP_SIGNATURE": environ["HTTP_SIGNATURE"].replace("sig=:", "sig=:AA")},
            lambda environ: environ | {"QUERY_STRING": "number=310101198506152346"},
            lambda environ: environ | {"HTTP_HOST": HOST},
            lambda environ: {name: value for name, value in environ.items() if name != "HTTP_TONGBAN_RELAY_SIGNATURE"},
        ],
    )  # fmt: skip
    def test_nothing_may_be_changed_on_the_way(
        self, caller: Caller, far: Far, change: Callable[[dict[str, Any]], dict[str, Any]]
    ) -> None:
        answer, _ = received(change(far.hand_on(caller.environ(PERSON))), caller)
        assert (answer.status, problem(answer)) == (401, "node-signature")

    def test_a_caller_may_not_cover_less_than_anywhere(self, caller: Caller, far: Far) -> None:
        environ = caller.environ(PERSON, components=("@method", "@authority", "@path", "x-road-client"))
        answer, _ = received(far.hand_on(environ), caller)
        assert (answer.status, problem(answer)) == (400, "signature-coverage")

    def test_not_from_node_to_node_to_node(self, caller: Caller, far: Far) -> None:
        elsewhere()
        answer, _ = received(far.hand_on(caller.environ(PERSON)), caller)
        assert problem(answer) == "not-here"

    def test_nothing_from_a_directory_that_is_too_old(self, caller: Caller, far: Far) -> None:
        become_district(clock.now() - dt.timedelta(minutes=11))
        answer, headers = received(far.hand_on(caller.environ(PERSON)), caller)
        assert headers["x-road-error"] == "Server.ServerProxy.OutdatedGlobalConf"
        assert answer.status == 500


def elsewhere(node: str = "xuhui") -> None:
    """Have the service live at another node."""
    Service.objects.update(kind="node", target=node)
    exchange_known.forget()


def become_district(agreed_at: dt.datetime | None) -> None:
    """Make this node a district's, which has last agreed with the city at a moment."""
    models.Node.objects.filter(code=CITY).update(is_here=False)
    models.Node.objects.create(
        code="pudong", name="浦东", address=f"http://{HERE}", public=b"x", root=b"r", is_here=True
    )
    models.Standing.objects.create(node=CITY, fresh_at=agreed_at)
    known.forget()


class TestCarrying:
    @pytest.fixture
    def answers(self, far: Far, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
        """What the other node answers, in turn: a function of the call's number there."""
        elsewhere()
        carrying._gates.clear()
        said: list[Any] = []

        def ask(address: str, head: bytes, body: bytes, **_: float) -> wire.Received:
            number = relaying.SAID.search(head.decode())
            assert number
            return said.pop(0)(number[2])

        monkeypatch.setattr(carrying.wire, "ask", ask)
        return said

    def test_handed_on_and_on_record(self, caller: Caller, far: Far, answers: list[Any]) -> None:
        answers.append(lambda nonce: far.answer(nonce, b'{"rows":[]}'))
        answer = caller.call(PERSON)
        headers = joined(answer.headers)
        assert (answer.status, answer.body) == (200, b'{"rows":[]}')
        assert headers["x-road-request-id"] != headers["x-tongban-provider-request-id"]
        assert rows('SELECT outcome, "grant" FROM exchange_record') == [("Relayed", None)]
        assert rows("SELECT status, size FROM exchange_answer") == [(200, 11)]
        assert rows("SELECT sum(calls) FROM exchange_meter") == [(None,)]  # its provider's node counts it

    def test_the_same_signature_is_handed_on_once(self, caller: Caller, far: Far, answers: list[Any]) -> None:
        answers.append(far.answer)
        environ = caller.environ(PERSON)
        assert caller.send(dict(environ)).status == 200
        assert problem(caller.send(dict(environ))) == "replayed"

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda found: replace(found, body=b'{"x":1}'),
            lambda found: replace(found, status=201),
            lambda found: replace(found, headers={**found.headers, "x-road-request-id": str(uuid.uuid4())}),
            lambda found: replace(
                found, headers={k: v for k, v in found.headers.items() if k != "signature"}
            ),
        ],
    )
    def test_an_answer_that_is_not_the_nodes(
        self, caller: Caller, far: Far, answers: list[Any], spoil: Callable[[wire.Received], wire.Received]
    ) -> None:
        answers.append(lambda nonce: spoil(far.answer(nonce)))
        assert problem(caller.call(PERSON)) == "node-signature"
        assert rows("SELECT problem FROM exchange_answer") == [("Server.ServerProxy.InvalidSignatureValue",)]

    def test_an_answer_to_another_call(self, caller: Caller, far: Far, answers: list[Any]) -> None:
        answers.append(lambda nonce: far.answer(str(new_id())))
        assert problem(caller.call(PERSON)) == "node-signature"

    def test_a_refusal_is_passed_on(self, caller: Caller, far: Far, answers: list[Any]) -> None:
        body = json.dumps({"message": "没有{授权}"}).encode()
        said = {"x-road-error": "Server.ServerProxy.AccessDenied"}
        answers.append(lambda nonce: far.answer(nonce, body, **said))
        answer = caller.call(PERSON)
        assert joined(answer.headers)["x-road-error"] == "Server.ServerProxy.AccessDenied"
        assert "没有{授权}" in json.loads(answer.body)["message"]

    def test_who_does_not_answer_is_not_asked_for_a_while(
        self, caller: Caller, far: Far, answers: list[Any]
    ) -> None:
        def breaks(nonce: str) -> wire.Received:
            raise wire.LineBroken

        answers.extend([breaks] * carrying.FAILURES)
        for _ in range(carrying.FAILURES + 1):
            assert problem(caller.call(PERSON)) == "node-unreachable"
        assert answers == []

    def test_who_hangs_holds_up_its_own_callers_only(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(carrying, "_places", [2])
        monkeypatch.setattr(carrying, "LIVELY_SECONDS", -1.0)
        gate = carrying.Gate()
        gate.enter("pudong")
        gate.enter("pudong")
        with pytest.raises(ProviderFailed) as busy:
            gate.enter("pudong")
        assert busy.value.how == "ServiceFailed.Busy"

    def test_who_answers_is_waited_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(carrying, "_places", [1])
        monkeypatch.setattr(carrying, "LIVELY_SECONDS", 60.0)
        monkeypatch.setattr(carrying, "WAIT_SECONDS", 60.0)
        gate = carrying.Gate()
        gate.enter("pudong")
        leaving = threading.Timer(0.01, lambda: gate.leave(has_failed=False))
        leaving.start()
        gate.enter("pudong")
        leaving.join()

    def test_too_slow(self, caller: Caller, far: Far, answers: list[Any]) -> None:
        def is_late(nonce: str) -> wire.Received:
            raise wire.LineBroken(is_late=True)

        answers.append(is_late)
        assert problem(caller.call(PERSON)) == "provider-timeout"

    def test_not_with_a_directory_that_is_too_old(self, caller: Caller, far: Far, answers: list[Any]) -> None:
        become_district(clock.now() - dt.timedelta(minutes=11))
        assert problem(caller.call(PERSON)) == "directory-too-old"

    def test_a_revoked_key(self, caller: Caller, far: Far, answers: list[Any]) -> None:
        exchange_operations.revoke_key(key=caller.key, reason="x", by=SYSTEM, at=clock.now())
        assert problem(caller.call(PERSON)) == "key-revoked"
        assert rows("SELECT outcome FROM exchange_record") == [("KeyRevoked",)]

    @pytest.mark.law("exchange-stopped-at-once")
    def test_the_city_hands_on_nothing_that_it_has_revoked(
        self, caller: Caller, far: Far, answers: list[Any]
    ) -> None:
        answers.extend([far.answer] * 2)
        named = {"x-tongban-grant": str(Grant.objects.get().id)}
        assert caller.call(PERSON).status == caller.call(PERSON, headers=named).status == 200
        another = {"x-tongban-grant": str(new_id())}
        assert problem(caller.call(PERSON, headers=another)) == "access-denied"
        Grant.objects.update(state="revoked", ended_at=clock.now())
        answer = caller.call(PERSON)
        assert (answer.status, problem(answer)) == (500, "access-denied")
        assert rows("SELECT outcome FROM exchange_record ORDER BY at OFFSET 2") == [("AccessDenied",)] * 2
        assert answers == [], "the district was not asked"

    def test_nor_what_has_run_out(self, caller: Caller, far: Far, answers: list[Any]) -> None:
        yesterday = clock.today() - dt.timedelta(days=1)
        Grant.objects.update(valid_from=yesterday, until=yesterday)
        assert problem(caller.call(PERSON)) == "access-denied"

    def test_a_district_leaves_it_to_the_providers_node(
        self, caller: Caller, far: Far, answers: list[Any]
    ) -> None:
        """It may have heard of the newest grant later than the other."""
        become_district(clock.now())
        Grant.objects.update(state="revoked", ended_at=clock.now())
        answers.append(far.answer)
        assert caller.call(PERSON).status == 200


class TestCutOff:
    @pytest.mark.parametrize(("hours", "status"), [(0.0, 404), (23.9, 404), (24.1, 500), (None, 500)])
    def test_a_day_without_the_city(self, far: Far, hours: float | None, status: int) -> None:
        become_district(None if hours is None else clock.now() - dt.timedelta(hours=hours))
        assert status_of("/r1/x") == status

    def test_others_than_calls_are_not_concerned(self, far: Far) -> None:
        become_district(None)
        assert status_of("/") == 404

    def test_the_city_is_never_too_old(self, far: Far) -> None:
        assert status_of("/r1/x") == 404


def status_of(path: str) -> int:
    """Return the status at a path; 404 when the layer lets it through."""
    said: list[str] = []

    def nothing(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        start("404 Not Found", [])
        return []

    list(federation(nothing)({"PATH_INFO": path}, lambda status, headers: said.append(status)))
    return int(said[0][:3])


class TestAsking:
    def sent(self, far: Far, path: str, body: bytes, **changes: Any) -> Answer:
        headers = {"content-type": "application/json", "content-digest": signatures.content_digest(body)}
        message = Message(headers, "POST", "http", HERE, path)
        added = signing.signed_headers(
            message, body, components=("@method", "@authority", "@path", "content-digest"), key=far.key,
            private=far.pair[0], nonce=str(new_id()), **({"created": int(clock.now().timestamp())} | changes),
        )  # fmt: skip
        return asked(environ_of(message, added, body) | {"HTTP_HOST": HERE})

    def test_agreeing(self, far: Far) -> None:
        models.Standing.objects.create(node=far.code)
        operations.say_everything(by=SYSTEM, at=clock.now())
        answer = self.sent(far, "/node/v1/sync", b'{"after":0,"says":[]}')
        said = json.loads(answer.body)
        assert (answer.status, said["accepted"], said["more"]) == (200, 0, False)
        assert {kind for _, kind, *_ in said["changes"]} >= {"node", "subsystem", "service"}

    def test_witnessing(self, far: Far) -> None:
        answer = self.sent(far, "/node/v1/witness", b'{"since":0}')
        assert (answer.status, json.loads(answer.body)) == (200, {"growth": None, "seen": {}})

    @pytest.mark.parametrize("path", ["/node/v1/", "/node/v1/other", "/node/v1/sync/x"])
    def test_nothing_else(self, far: Far, path: str) -> None:
        answer = self.sent(far, path, b"{}")
        assert (answer.status, problem(answer)) == (400, "node-malformed")

    @pytest.mark.parametrize("body", [b"", b"[]", b'{"after":"x"}', b'{"after":0,"says":[1]}', b"\xff"])
    def test_what_is_no_request(self, far: Far, body: bytes) -> None:
        answer = self.sent(far, "/node/v1/sync", body)
        assert (answer.status, problem(answer)) == (400, "node-malformed")

    def test_not_an_old_one(self, far: Far) -> None:
        old = int(clock.now().timestamp()) - 3600
        answer = self.sent(far, "/node/v1/sync", b'{"after":0,"says":[]}', created=old)
        assert (answer.status, problem(answer)) == (401, "node-signature")

    def test_nobody_that_was_retired(self, far: Far) -> None:
        models.Node.objects.filter(code=far.code).update(is_active=False)
        assert problem(self.sent(far, "/node/v1/sync", b'{"after":0,"says":[]}')) == "node-signature"


def rows(statement: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())
