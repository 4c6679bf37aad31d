"""A mail server that speaks SMTP on a socket, keeps what it takes, and can be as difficult as real ones."""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType
from typing import BinaryIO


@dataclass
class FakeSmtp:
    """Listens while the ``with`` block lasts. ``refuse`` maps a command to the answer that it gets instead."""

    refuse: dict[str, bytes] = field(default_factory=dict)
    hang_up_at: str = ""
    taken: list[EmailMessage] = field(default_factory=list)

    def __enter__(self) -> FakeSmtp:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._socket.getsockname()[1]}"

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as lines:
                self._talk(connection, lines)

    def _talk(self, connection: socket.socket, lines: BinaryIO) -> None:
        connection.sendall(b"220 fake ESMTP\r\n")
        for line in lines:
            command = line[:4].strip().upper().decode()
            if command == self.hang_up_at:
                return
            connection.sendall(self.refuse.get(command) or self._answer(command, connection, lines))
            if command == "QUIT":
                return

    def _answer(self, command: str, connection: socket.socket, lines: BinaryIO) -> bytes:
        if command == "EHLO":
            return b"250-fake\r\n250-AUTH PLAIN\r\n250 SMTPUTF8\r\n"
        if command == "DATA":
            connection.sendall(b"354 go on\r\n")
            data = b""
            for line in lines:
                if line == b".\r\n":
                    break
                data += line.removeprefix(b".") if line.startswith(b"..") else line
            self.taken.append(message_from_bytes(data, policy=policy.default))  # type: ignore[arg-type]
            return b"250 kept\r\n"
        if command == "QUIT":
            return b"221 bye\r\n"
        return b"250 ok\r\n"
