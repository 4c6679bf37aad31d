"""A clamd that speaks INSTREAM on a socket and knows one virus: EICAR's test file."""

from __future__ import annotations

import socket
import struct
import threading
from types import TracebackType

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class FakeClamd:
    """Listens while the ``with`` block lasts; ``answer`` instead of its own when given."""

    def __init__(self, answer: bytes | None = None, limit: int = 25_000_000) -> None:
        self._answer, self._limit = answer, limit
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self.scanned: list[int] = []

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._socket.getsockname()[1]}"

    def __enter__(self) -> FakeClamd:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as stream:
                connection.sendall(self._answer or self._scan(stream))

    def _scan(self, stream: object) -> bytes:
        read = stream.read  # type: ignore[attr-defined]
        if read(10) != b"zINSTREAM\0":
            return b"UNKNOWN COMMAND\0"
        data = b""
        while size := struct.unpack("!I", read(4))[0]:
            data += read(size)
            if len(data) > self._limit:
                return b"INSTREAM size limit exceeded. ERROR\0"
        self.scanned.append(len(data))
        return b"stream: Eicar-Signature FOUND\0" if EICAR in data else b"stream: OK\0"
