"""One node asking another over HTTP/1.1, on connections that are kept open.

Both ends are ours, so that little is needed: a request with its length, an answer with its length. What one answer may
take of time is one limit for all of it; who sends a byte now and then does not hold the caller up.
"""

from __future__ import annotations

import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

MOST_HEAD = 65_536
MOST_BODY = 110_000_000
"""Of an answer, where nothing less is said."""
PART = 262_144
CONNECT_SECONDS = 2.0
TIMEVAL = struct.Struct("@ll")
"""As the system has it: seconds, and microseconds; no time at all would mean for ever."""
_own = threading.local()
A = TypeVar("A")
B = TypeVar("B")


class LineBroken(Exception):
    """The connection failed; ``is_stale`` when it had been kept open and nothing of an answer had come.

    ``is_too_much``: more was announced than may be said; it was not read.
    """

    def __init__(self, *, is_stale: bool = False, is_late: bool = False, is_too_much: bool = False) -> None:
        super().__init__("late" if is_late else "too much" if is_too_much else "broken")
        self.is_stale, self.is_late, self.is_too_much = is_stale, is_late, is_too_much


@dataclass(frozen=True, slots=True)
class Received:
    """An answer; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def ask(address: str, head: bytes, body: bytes, *, seconds: float, most: int = MOST_BODY) -> Received:
    """Return the answer of so many bytes at most to a request, whose head is complete but for its end; raise LineBroken.

    On a connection that was kept open and has gone meanwhile, the request is sent once more on a new one. What is sent
    twice so is one signed request: whoever has seen its signature refuses the second.
    """
    deadline = time.monotonic() + seconds
    try:
        return _ask(address, head, body, deadline, most)
    except LineBroken as broken:
        if not broken.is_stale:
            raise
    return _ask(address, head, body, deadline, most)


def hang_up() -> None:
    """Close this thread's connections."""
    for line in _lines().values():
        line.close()
    _lines().clear()


def _lines() -> dict[str, Line]:
    lines: dict[str, Line] = _own.__dict__.setdefault("lines", {})
    return lines


def _ask(address: str, head: bytes, body: bytes, deadline: float, most: int) -> Received:
    line = _lines().pop(address, None)
    is_kept = line is not None
    line = line or Line(address, deadline)
    try:
        found = line.ask(head, body, deadline, most)
    except (OSError, ValueError) as why:
        line.close()
        is_late = isinstance(why, TimeoutError)
        raise LineBroken(is_stale=is_kept and not line.has_heard and not is_late, is_late=is_late) from None
    except BaseException:
        line.close()
        raise
    if found.headers.get("connection") == "close":
        line.close()
    else:
        _lines()[address] = line
    return found


class Line:
    """A connection."""

    def __init__(self, address: str, deadline: float) -> None:
        where = urlsplit(address)
        is_safe = where.scheme == "https"
        port = where.port or (443 if is_safe else 80)
        seconds = max(0.001, min(CONNECT_SECONDS, deadline - time.monotonic()))
        try:
            made: socket.socket = socket.create_connection((where.hostname or "", port), timeout=seconds)
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if is_safe:
                made = ssl.create_default_context().wrap_socket(made, server_hostname=where.hostname)
        except OSError as why:
            raise LineBroken(is_late=isinstance(why, TimeoutError)) from None
        if not is_safe:
            # The system keeps the time: Python would ask it before each part whether one is there, two calls for one.
            made.setblocking(True)
        self._socket, self._is_safe = made, is_safe
        self.has_heard = False

    def ask(self, head: bytes, body: bytes, deadline: float, most: int) -> Received:
        """Return the answer; raise OSError or ValueError when there is none as it has to be, LineBroken for too much."""
        self.has_heard = False
        left = memoryview(b"%bContent-Length: %d\r\n\r\n%b" % (head, len(body), body))
        while left:
            # Part by part: who takes in a little now and then would have the whole time for each again.
            left = left[self._waiting(deadline, self._socket.send, left) :]
        received = bytearray()
        while (end := received.find(b"\r\n\r\n")) < 0:
            if len(received) > MOST_HEAD:
                raise ValueError("a head without end")
            received += self._part(deadline)
        status, headers = _head(bytes(received[:end]))
        length = int(headers["content-length"])
        if length > most:
            raise LineBroken(is_too_much=True)
        del received[: end + 4]
        while len(received) < length:
            received += self._part(deadline)
        if len(received) > length:
            raise ValueError("more than was announced")
        return Received(status, headers, bytes(received))

    def close(self) -> None:
        """Close it."""
        self._socket.close()

    def _part(self, deadline: float) -> bytes:
        part = self._waiting(deadline, self._socket.recv, PART)
        if not part:
            raise ConnectionError("closed")
        self.has_heard = True
        return part

    def _waiting(self, deadline: float, act: Callable[[A], B], with_: A) -> B:
        """Return what the connection's call gives; raise TimeoutError when it has not come by then."""
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if self._is_safe:
            self._socket.settimeout(left)
            return act(with_)
        most = TIMEVAL.pack(int(left), int(left % 1 * 1_000_000) or 1)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, most)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, most)
        try:
            return act(with_)
        except BlockingIOError:
            raise TimeoutError from None


def _head(text: bytes) -> tuple[int, dict[str, str]]:
    first, *lines = text.decode("latin-1").split("\r\n")
    version, status, *_ = first.split(" ", 2)
    if not version.startswith("HTTP/1."):
        raise ValueError("no HTTP/1")
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            raise ValueError("no header")
        name, value = name.lower(), value.strip(" \t")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    if not headers.get("content-length", "").isdecimal():
        raise ValueError("an answer without its length")
    return int(status), headers
