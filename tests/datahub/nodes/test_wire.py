"""One node asking another: what is an answer, what is none, and when the same request is sent once more."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

import pytest

from tongban.datahub.nodes import wire

HEAD = b"GET / HTTP/1.1\r\nhost: x\r\n"
FINE = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nx-a: 1\r\nx-a: 2\r\n\r\n{}"
SECONDS = 20.0


class Server:
    """Answers each connection with what it is told, in turn, then closes it; an empty answer is silence."""

    def __init__(self, connections: Sequence[Sequence[bytes]]) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.asked: list[bytes] = []
        self.ends = threading.Event()
        self.thread = threading.Thread(target=self.run, args=(connections,))
        self.thread.start()

    def run(self, connections: Sequence[Sequence[bytes]]) -> None:
        for answers in connections:
            try:
                made, _ = self.listener.accept()
            except OSError:
                return
            with made:
                made.settimeout(SECONDS)
                for answer in answers:
                    self.asked.append(made.recv(65536))
                    if not answer:
                        self.ends.wait(SECONDS)
                    with suppress(OSError):  # who was told enough has hung up
                        made.sendall(answer)

    def end(self) -> None:
        self.ends.set()
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(SECONDS)


@pytest.fixture
def serve() -> Iterator[Callable[[Sequence[Sequence[bytes]]], Server]]:
    made: list[Server] = []

    def begin(connections: Sequence[Sequence[bytes]]) -> Server:
        made.append(Server(connections))
        return made[-1]

    yield begin
    wire.hang_up()
    for server in made:
        server.end()


def ask(server: Server, body: bytes = b"", *, seconds: float = SECONDS) -> wire.Received:
    return wire.ask(server.address, HEAD, body, seconds=seconds)


def test_answers_on_a_connection_that_is_kept(serve: Callable[..., Server]) -> None:
    server = serve([[FINE, FINE]])
    first, second = ask(server), ask(server, b"body")
    assert first == second == wire.Received(200, {"content-length": "2", "x-a": "1, 2"}, b"{}")
    assert server.asked == [HEAD + b"Content-Length: 0\r\n\r\n", HEAD + b"Content-Length: 4\r\n\r\nbody"]


def test_a_connection_that_has_gone_meanwhile(serve: Callable[..., Server]) -> None:
    server = serve([[FINE], [FINE]])
    ask(server)
    assert ask(server).status == 200


def test_not_a_third_time(serve: Callable[..., Server]) -> None:
    server = serve([[FINE], []])
    ask(server)
    with pytest.raises(wire.LineBroken):
        ask(server)


def test_not_again_once_something_has_come(serve: Callable[..., Server]) -> None:
    server = serve([[FINE, FINE[:30]], [FINE]])
    ask(server)
    with pytest.raises(wire.LineBroken):
        ask(server)
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    "answer",
    [
        FINE[:-1],
        FINE + b"more",
        b"HTTP/1.1 200 OK\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 999999999999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nnothing\r\n\r\n",
        b"SSH-2.0-x\r\n\r\n",
        b"HTTP/1.1 \r\n\r\n",
        b"x" * 200_000,
    ],
)
def test_what_is_no_answer(serve: Callable[..., Server], answer: bytes) -> None:
    server = serve([[answer]])
    with pytest.raises(wire.LineBroken) as broken:
        ask(server)
    assert not broken.value.is_late


def test_no_more_than_may_be_said_is_read(serve: Callable[..., Server]) -> None:
    server = serve([[FINE, FINE]])
    assert wire.ask(server.address, HEAD, b"", seconds=SECONDS, most=2).body == b"{}"
    with pytest.raises(wire.LineBroken) as broken:
        wire.ask(server.address, HEAD, b"", seconds=SECONDS, most=1)
    assert broken.value.is_too_much and not broken.value.is_stale


def test_silence_is_late(serve: Callable[..., Server]) -> None:
    server = serve([[b""]])
    with pytest.raises(wire.LineBroken) as broken:
        ask(server, seconds=0.05)
    assert broken.value.is_late


def test_a_byte_now_and_then_is_late(serve: Callable[..., Server]) -> None:
    """Of a thousand parts each comes in time, all of them do not; a connection that is silent after is late too."""

    def drip(server: Server) -> None:
        made, _ = server.listener.accept()
        with made, suppress(OSError):
            made.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            while not server.ends.wait(0.05):
                made.sendall(b"x")

    server = serve([])
    server.thread.join(SECONDS)
    server.thread = threading.Thread(target=drip, args=(server,))
    server.thread.start()
    began = time.monotonic()
    with pytest.raises(wire.LineBroken) as broken:
        ask(server, seconds=0.3)
    assert broken.value.is_late
    assert time.monotonic() - began < 2


def test_who_does_not_take_it_in_is_late(serve: Callable[..., Server]) -> None:
    server = serve([[b""]])
    began = time.monotonic()
    with pytest.raises(wire.LineBroken) as broken:
        wire.ask(server.address, HEAD, bytes(20_000_000), seconds=0.3)
    assert broken.value.is_late
    assert time.monotonic() - began < 2


def test_nobody_listens() -> None:
    with socket.socket() as bound:  # so that nobody else does
        bound.bind(("127.0.0.1", 0))
        with pytest.raises(wire.LineBroken):
            wire.ask(f"http://127.0.0.1:{bound.getsockname()[1]}", HEAD, b"", seconds=SECONDS)


def test_a_body_in_parts(serve: Callable[..., Server]) -> None:
    body = b"x" * 1_000_000
    server = serve([[b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\nConnection: close\r\n\r\n" + body]])
    assert ask(server).body == body
