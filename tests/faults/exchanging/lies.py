"""A department's service that lies: what it writes instead of an answer, by the last part of the address."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import repeat
from typing import Any

OK = b"HTTP/1.1 200 OK\r\n"
GIGABYTE = 1 << 30
PART = b" " * 65_536
ROW = b'{"name": "x"}'
HELD = threading.Event()
"""Set: whoever asks to be held is answered."""
MOST_SECONDS = 60.0
BUSY, TIMEOUT, NETWORK, INVALID = "Busy", "Timeout", "NetworkError", "InvalidResponse"


def _all(parts: Iterable[bytes]) -> Callable[[Any], None]:
    """Return what writes all parts, as long as somebody reads them."""

    def write(connection: Any) -> None:
        with suppress(OSError):
            for part in parts:
                connection.write(part)

    return write


def _held(connection: Any) -> None:
    HELD.wait(MOST_SECONDS)
    _all([OK, b"Content-Length: 13\r\n\r\n", ROW])(connection)


LIES: dict[str, bytes | Callable[[Any], None]] = {
    "held": _held,
    "dead": b"",
    "shorter": OK + b"Content-Length: 1000\r\n\r\n" + ROW,
    "longer": OK + b"Content-Length: 13\r\n\r\n" + ROW + b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
    "page": OK + b"Content-Type: application/json\r\nContent-Length: 6\r\n\r\n<html>",
    "image": OK + b"Content-Type: image/png\r\nContent-Length: 13\r\n\r\n" + ROW,
    "half-sign": OK + b'Content-Length: 18\r\n\r\n{"name": "\\ud800"}',
    "no-number": OK + b'Content-Length: 13\r\n\r\n{"name": NaN}',
    "endless-number": OK + b'Content-Length: 15\r\n\r\n{"name": 1e999}',
    "deep": OK + b"Content-Length: 90000\r\n\r\n" + b"[" * 90_000,
    "bomb": OK + b"Content-Encoding: gzip\r\nContent-Length: 13\r\n\r\n" + ROW,
    "gigabyte": _all((OK + b"Content-Length: %d\r\n\r\n" % GIGABYTE, *repeat(PART, 2000))),
    "endless": _all(
        (OK + b"Transfer-Encoding: chunked\r\n\r\n", *repeat(b"10000\r\n" + PART + b"\r\n", 2000))
    ),
    "redirect": OK.replace(b"200 OK", b"302 Found") + b"Location: /x\r\nContent-Length: 0\r\n\r\n",
}
OUTCOMES = {
    "dead": NETWORK, "shorter": NETWORK, "longer": "", "page": INVALID, "image": "", "deep": INVALID, "bomb": INVALID,
    "half-sign": INVALID, "no-number": INVALID, "endless-number": INVALID, "gigabyte": INVALID, "endless": INVALID, "redirect": INVALID,
}  # fmt: skip
"""What the caller is told, nothing where the answer is good: a length counts as announced, a name for the type not at all."""
