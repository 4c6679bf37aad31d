"""A department's database that is none: it takes every statement, and begins a row of a gigabyte."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

GIGABYTE = 1_000_000_000
PIECE = b"x" * 1_000_000
PARAMETERS = {"client_encoding": "UTF8", "server_version": "16.0", "standard_conforming_strings": "on"}
REFUSED = (80877103, 80877104)
"""Requests for TLS and GSSAPI."""


@contextmanager
def lying_database() -> Iterator[str]:
    """Run it for a while; give its address."""
    with socket.create_server(("127.0.0.1", 0)) as ear:
        threading.Thread(target=_answer, args=[ear], daemon=True).start()
        yield f"postgresql://reader@127.0.0.1:{ear.getsockname()[1]}/none"


def _answer(ear: socket.socket) -> None:
    with suppress(OSError):
        while True:
            line, _ = ear.accept()
            with line, suppress(EOFError, OSError):
                _greet(line)
                while _lie(line):
                    pass


def _greet(line: socket.socket) -> None:
    while True:
        size, code = struct.unpack("!II", _exactly(line, 8))
        _exactly(line, size - 8)
        if code not in REFUSED:
            break
        line.sendall(b"N")
    said = b"".join(_message(b"S", f"{name}\0{value}\0".encode()) for name, value in PARAMETERS.items())
    line.sendall(_message(b"R", bytes(4)) + said + _message(b"Z", b"I"))


def _lie(line: socket.socket) -> bool:
    kind = _exactly(line, 1)
    _exactly(line, int.from_bytes(_exactly(line, 4), "big") - 4)
    if kind == b"Q":
        line.sendall(_message(b"C", b"BEGIN\0") + _message(b"Z", b"T"))
    if kind == b"S":
        column = struct.pack("!H5sIHIhih", 1, b"name\0", 0, 0, 25, -1, -1, 0)
        line.sendall(_message(b"1", b"") + _message(b"2", b"") + _message(b"T", column))
        line.sendall(b"D" + struct.pack("!IHi", GIGABYTE + 10, 1, GIGABYTE))
        for _ in range(GIGABYTE // len(PIECE)):
            line.sendall(PIECE)
    return kind != b"X"


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!I", len(body) + 4) + body


def _exactly(line: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        piece = line.recv(size - len(found))
        if not piece:
            raise EOFError
        found += piece
    return found
