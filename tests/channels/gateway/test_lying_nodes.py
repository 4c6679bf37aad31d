"""A node on the way to the provider that is gone, slow, or lies: what the caller hears, and what it costs this node."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from tests.channels.gateway.test_federation import (
    PERSON,
    Far,
    caller,
    elsewhere,
    far,
    problem,
    rows,
    written_here,
)
from tests.datahub.nodes.test_wire import Server
from tests.factories.exchange import Caller
from tongban.datahub.exchange.models import Service
from tongban.datahub.nodes import known, models, wire
from tongban.datahub.nodes.operations import carrying
from tongban.kernel.ids import new_id

__all__ = ["caller", "far", "written_here"]
pytestmark = pytest.mark.django_db
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
UNREACHABLE = ("node-unreachable", "Server.ServerProxy.NetworkError")
INVALID = ("provider-invalid-response", "Server.ServerProxy.ServiceFailed.InvalidResponse")
UNSIGNED = ("node-signature", "Server.ServerProxy.InvalidSignatureValue")
MOST = 100_000


@pytest.fixture
def there(far: Far) -> Iterator[Callable[[Sequence[bytes]], Server]]:
    """Have the provider's node be a server that answers one connection with these bytes."""
    elsewhere()
    Service.objects.update(seconds=0.05, most_bytes=MOST)
    carrying._gates.clear()
    made: list[Server] = []

    def begin(answers: Sequence[bytes]) -> Server:
        made.append(Server([answers]))
        models.Node.objects.filter(code=far.code).update(address=made[-1].address)
        known.forget()
        return made[-1]

    yield begin
    wire.hang_up()
    for server in made:
        server.end()


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{}", UNREACHABLE),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}more", UNREACHABLE),
        (b"HTTP/1.1 200 OK\r\ncontent-length: -2\r\n\r\n{}", UNREACHABLE),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", UNREACHABLE),
        (b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 20_000, UNREACHABLE),
        (b"220 mail.example.org ESMTP\r\n\r\n", UNREACHABLE),
        (HEAD % (MOST + 1), INVALID),
        (HEAD % 1_000_000_000 + b"x" * 200_000, INVALID),
        (HEAD % 2 + b"{}", UNSIGNED),
        (b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1/\r\ncontent-length: 0\r\n\r\n", UNSIGNED),
    ],
    ids=["short", "more", "minus", "chunks", "endless head", "no http", "too long", "gigabyte", "unsigned", "redirect"],
)  # fmt: skip
def test_what_is_no_answer(
    there: Callable[..., Server], caller: Caller, answer: bytes, expected: tuple[str, str]
) -> None:
    there([answer])
    said = caller.call(PERSON)
    assert (problem(said), dict(said.headers)["X-Road-Error"], said.status) == (*expected, 500)
    assert rows("SELECT outcome, problem FROM exchange_record JOIN exchange_answer ON record = id") == [
        ("Relayed", expected[1])
    ]


def test_nobody_is_there(there: Callable[..., Server], caller: Caller) -> None:
    server = there([])
    server.end()
    assert problem(caller.call(PERSON)) == "node-unreachable"


def test_one_that_says_nothing_is_given_up(
    there: Callable[..., Server], caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrying, "MORE_SECONDS", 0.01)
    there([b""])
    assert problem(caller.call(PERSON)) == "provider-timeout"


@pytest.mark.slow
def test_a_gigabyte_costs_nothing(there: Callable[..., Server], caller: Caller) -> None:
    there([HEAD % 1_000_000_000 + b"x" * 50_000_000])
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        assert dict(caller.call(PERSON).headers)["X-Road-Error"] == INVALID[1]
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most - before < 52_000_000  # what the server of this test sends is in it


class TestSigned:
    """What carries the node's signature, and yet is nothing that a call is answered with."""

    @pytest.fixture
    def answer(self, far: Far, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
        elsewhere()
        carrying._gates.clear()

        def give(status: int = 200, body: bytes = b'{"rows":[]}', **headers: str) -> None:
            def ask(address: str, head: bytes, content: bytes, **_: Any) -> wire.Received:
                number = carrying.relaying.SAID.search(head.decode())
                assert number
                return far.answer(number[2], body, status=status, **headers)

            monkeypatch.setattr(carrying.wire, "ask", ask)

        return give

    @pytest.mark.parametrize("status", [100, 204, 301, 304, 600, 999])
    def test_no_status_of_an_answer(self, caller: Caller, answer: Callable[..., None], status: int) -> None:
        answer(status)
        assert dict(caller.call(PERSON).headers)["X-Road-Error"] == INVALID[1]

    @pytest.mark.parametrize("kind", ["text/html", "application/json, text/html", ""])
    def test_no_json(self, caller: Caller, answer: Callable[..., None], kind: str) -> None:
        answer(**{"content-type": kind})
        assert dict(caller.call(PERSON).headers)["X-Road-Error"] == INVALID[1]

    @pytest.mark.parametrize("error", ["a b", "x" * 3 + "; y", "1", "Server..x"])
    def test_no_type_of_an_error(self, caller: Caller, answer: Callable[..., None], error: str) -> None:
        answer(**{"x-road-error": error})
        assert dict(caller.call(PERSON).headers)["X-Road-Error"] == INVALID[1]

    def test_an_error_that_somebody_on_the_way_has_added(
        self, caller: Caller, far: Far, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        elsewhere()
        carrying._gates.clear()

        def ask(address: str, head: bytes, content: bytes, **_: Any) -> wire.Received:
            number = carrying.relaying.SAID.search(head.decode())
            assert number
            found = far.answer(number[2])
            added = {"x-road-error": "Server.ServerProxy.AccessDenied"}
            return wire.Received(found.status, {**found.headers, **added}, found.body)

        monkeypatch.setattr(carrying.wire, "ask", ask)
        assert problem(caller.call(PERSON)) == UNSIGNED[0]

    def test_a_refusal_whose_words_are_none(self, caller: Caller, answer: Callable[..., None]) -> None:
        for body in (b"", b"[]", b"[" * 9000, json.dumps({"message": {"id": str(new_id())}}).encode()):
            answer(500, body, **{"x-road-error": "Server.ServerProxy.AccessDenied"})
            said = caller.call(PERSON)
            assert dict(said.headers)["X-Road-Error"] == "Server.ServerProxy.AccessDenied"
