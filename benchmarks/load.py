"""A load of HTTP requests over kept-open connections, light enough not to be the thing measured."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from benchmarks.harness import percentile


@dataclass(slots=True)
class Load:
    """What the clients saw; times in milliseconds."""

    seconds: float
    times: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    asked: int = 0
    """Requests sent, those of the warming up included."""

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.times) / self.seconds

    @property
    def errors(self) -> int:
        """Answers that were not 200."""
        return sum(count for status, count in self.statuses.items() if status != 200)

    def at(self, share: float) -> float:
        """The time within which that share was answered, in ms."""
        return percentile(self.times, share)


@dataclass(slots=True)
class _Client:
    connection: socket.socket
    number: int
    began: float = 0.0
    received: bytearray = field(default_factory=bytearray)
    wanted: int = 0


def load(
    address: str, paths: Sequence[str], *, clients: int = 16, seconds: float = 5, warm: float = 1
) -> Load:
    """Ask for the paths in turn with that many clients, each waiting for its answer before the next."""
    host = urlsplit(address).netloc
    requests = [f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: */*\r\n\r\n".encode() for path in paths]
    return send(address, requests, clients=clients, seconds=seconds, warm=warm)


def send(
    address: str, requests: Sequence[bytes], *, clients: int = 16, seconds: float = 5, warm: float = 1
) -> Load:
    """Send whole requests in turn, from the first again after the last."""
    where = urlsplit(address)
    selector = selectors.DefaultSelector()
    everybody = [_connect(where.hostname or "", where.port or 80, number) for number in range(clients)]
    for client in everybody:
        selector.register(client.connection, selectors.EVENT_READ, client)
    start = time.perf_counter()
    counted_from, end = start + warm, start + warm + seconds
    result = Load(seconds)
    asked = 0
    for client in everybody:
        asked = _ask(client, requests, asked)
    while (now := time.perf_counter()) < end:
        for key, _ in selector.select(timeout=0.5):
            client = key.data
            status = _receive(client)
            if status is None:
                continue
            if client.began >= counted_from:
                result.times.append((time.perf_counter() - client.began) * 1000)
                result.statuses[status] = result.statuses.get(status, 0) + 1
            asked = _ask(client, requests, asked)
    result.seconds, result.asked = now - counted_from, asked
    for client in everybody:
        client.connection.close()
    return result


def _connect(host: str, port: int, number: int) -> _Client:
    connection = socket.create_connection((host, port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return _Client(connection, number)


def _ask(client: _Client, requests: Sequence[bytes], asked: int) -> int:
    client.received.clear()
    client.wanted = 0
    client.began = time.perf_counter()
    client.connection.sendall(requests[asked % len(requests)])
    return asked + 1


def _receive(client: _Client) -> int | None:
    """Take in what has come; return the status when the answer is whole."""
    part = client.connection.recv(262144)
    if not part:
        raise ConnectionError("the server closed the connection")
    client.received += part
    if not client.wanted:
        head, separator, _ = client.received.partition(b"\r\n\r\n")
        if not separator:
            return None
        client.wanted = len(head) + 4 + _length(bytes(head))
    return int(client.received[9:12]) if len(client.received) >= client.wanted else None


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line[15:])
    raise ValueError("an answer without Content-Length")
