"""Calls that are signed well and then altered on the wire, byte by byte, so that two readers might understand them differently."""

from __future__ import annotations

import socket
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.client import BadStatusLine, HTTPResponse
from urllib.parse import urlsplit

from tests.faults.exchanging.callers import Caller
from tests.faults.exchanging.setting import INSTITUTION, PROVIDER, Access

PATH = f"/r1/{PROVIDER}/{INSTITUTION}"
SECONDS = 30
GIGABYTE = 1 << 30


@dataclass(slots=True)
class Wire:
    """A request as it goes over the wire; ``second`` is another call, whole and signed as well."""

    line: bytes
    headers: list[bytes]
    body: bytes = b""
    second: bytes = b""

    def __bytes__(self) -> bytes:
        return b"\r\n".join([self.line, *self.headers, b"", self.body])


def _with(*headers: bytes, body: bytes = b"") -> Callable[[Wire], Wire]:
    """Return what adds these lines, and this body."""
    return lambda wire: Wire(wire.line, [*wire.headers, *headers], body)


def two_in_one(wire: Wire) -> Wire:
    """Return a call with a length and with chunks, where the length would hide a second call that the chunks do not."""
    lengths = [b"Content-Length: %d" % (5 + len(wire.second)), b"Transfer-Encoding: chunked"]
    return Wire(wire.line, [*wire.headers, *lengths], b"0\r\n\r\n" + wire.second)


def _line(change: Callable[[bytes], bytes]) -> Callable[[Wire], Wire]:
    return lambda wire: Wire(change(wire.line), wire.headers)


CASES: dict[str, Callable[[Wire], Wire]] = {
    "another client beside the one that signed": _with(b"X-Road-Client: SH/GOV/gaj/people"),
    "another client, with underscores": _with(b"X_Road_Client: SH/GOV/gaj/people"),
    "a user who did not sign": _with(b"X-Road-UserId: chief"),
    "a user who did not sign, with underscores": _with(b"X_Road_UserId: chief"),
    "a grant named on the way": _with(b"X_Tongban_Grant: " + str(uuid.uuid4()).encode()),
    "a second signature": _with(b"Signature: other=:AAAA:", b'Signature-Input: other=("@method");created=1'),
    "a folded line": _with(b"X-Other: one\r\n two"),
    "a space before the colon": _with(b"X-Road-UserId : chief"),
    "a line that ends early": _with(b"X-Other: one\nX-Road-UserId: chief"),
    "a line that returns": _with(b"X-Other: one\rX-Road-UserId: chief"),
    "a zero byte": _with(b"X-Other: a\0b"),
    "two hosts": _with(b"Host: elsewhere"),
    "too many headers": _with(*(b"X-%d: x" % number for number in range(300))),
    "a header without an end": _with(b"X-Other: " + b"x" * 700_000),
    "two lengths": _with(b"Content-Length: 3", b"Content-Length: 5", body=b"abcde"),
    "a length of two": _with(b"Content-Length: 3, 5", body=b"abcde"),
    "chunks that are none": _with(b"Transfer-Encoding: xchunked", body=b"0\r\n\r\n"),
    "a body that is not signed": _with(b"Content-Length: 3", body=b"abc"),
    "chunks that are not signed": _with(b"Transfer-Encoding: chunked", body=b"3\r\nabc\r\n0\r\n\r\n"),
    "a gigabyte announced": _with(b"Content-Length: %d" % GIGABYTE),
    "another method": _line(lambda line: line.replace(b"GET", b"DELETE")),
    "another query": _line(lambda line: line.replace(b"name=", b"name=x&name=")),
    "a path that climbs": _line(lambda line: line.replace(PATH.encode(), PATH.encode() + b"/../" + INSTITUTION.encode())),
    "a letter encoded": _line(lambda line: line.replace(b"/r1/SH", b"/r1/S%48", 1).replace(INSTITUTION.encode(), b"%2e")),
    "SQL in the query": _line(lambda line: line.replace(b"name=", b"name='%20OR%20true;%20DROP%20TABLE%20exchange_record--")),
}  # fmt: skip


class Sender:
    """Signs as a caller does, and sends what is made of it."""

    def __init__(self, access: Access) -> None:
        self._access, self._caller = access, Caller(access)
        where = urlsplit(access.address)
        self._where = where.hostname or "", where.port or 80

    def plain(self, name: str) -> int:
        """Return the status that a call is answered with as it was signed."""
        return self._status(bytes(self._wire(name)))

    def send(self, name: str, alter: Callable[[Wire], Wire]) -> int:
        """Return the status that a call is answered with that was altered; 0 when the server hung up."""
        wire = self._wire(name.replace(" ", "-"))
        wire.second = bytes(self._wire(name.replace(" ", "-") + "-second"))
        return self._status(bytes(alter(wire)))

    def _wire(self, name: str) -> Wire:
        address, headers = self._caller.signed(f"smuggled-{name}"[:200], PATH, "name=x")
        host = f"Host: {self._where[0]}:{self._where[1]}"
        lines = [host, *(f"{name}: {value}" for name, value in headers.items())]
        return Wire(f"GET {address} HTTP/1.1".encode(), [line.encode() for line in lines])

    def _status(self, sent: bytes) -> int:
        with socket.create_connection(self._where, timeout=SECONDS) as line:
            with suppress(OSError):  # it may have refused and closed before it has heard all
                line.sendall(sent)
            try:
                answer = HTTPResponse(line)
                answer.begin()
                return answer.status
            except (ConnectionError, BadStatusLine):
                return 0
