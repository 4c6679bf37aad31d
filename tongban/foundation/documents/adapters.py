"""The virus scanner: clamd where the installation has one, else nobody."""

from __future__ import annotations

import socket
import struct
from typing import Protocol

from django.conf import settings

from tongban.foundation.documents.errors import ScannerDown

CHUNK = 64 * 1024
SECONDS = 30


class Scanner(Protocol):
    """What looks for viruses."""

    def find_virus(self, data: bytes) -> str | None:
        """Return the name of the virus in the data, or None; raise ScannerDown when it can not say."""


class NoScanner:
    """For installations that scan elsewhere, or not."""

    def find_virus(self, data: bytes) -> str | None:
        """Return None."""
        return None


class Clamd:
    """clamd by its INSTREAM command, at ``host:port`` or at the path of a socket."""

    def __init__(self, address: str) -> None:
        self._address = address

    def find_virus(self, data: bytes) -> str | None:
        """Return what clamd finds; raise ScannerDown when it does not answer or answers with an error."""
        try:
            with self._connect() as connection:
                answer = _ask(connection, data)
        except (OSError, ValueError) as error:
            raise ScannerDown from error
        if answer == "stream: OK":
            return None
        if not answer.endswith(" FOUND"):
            raise ScannerDown
        return answer.removeprefix("stream: ").removesuffix(" FOUND")

    def _connect(self) -> socket.socket:
        if self._address.startswith("/"):
            connection = socket.socket(socket.AF_UNIX)
            connection.settimeout(SECONDS)
            try:
                connection.connect(self._address)
            except OSError:
                connection.close()
                raise
            return connection
        host, _, port = self._address.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS)


def scanner() -> Scanner:
    """Return the scanner of this installation (TONGBAN_CLAMD)."""
    return Clamd(settings.CLAMD) if settings.CLAMD else NoScanner()


def _ask(connection: socket.socket, data: bytes) -> str:
    connection.sendall(b"zINSTREAM\0")
    for start in range(0, len(data), CHUNK):
        part = data[start : start + CHUNK]
        connection.sendall(struct.pack("!I", len(part)) + part)
    connection.sendall(struct.pack("!I", 0))
    answer = b""
    while not answer.endswith(b"\0"):
        part = connection.recv(4096)
        if not part:
            break
        answer += part
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")
