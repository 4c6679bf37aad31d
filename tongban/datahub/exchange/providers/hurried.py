"""A session of HTTP whose answers are read against one deadline, from the first byte of the status to the last of the body.

The limits of ``requests`` count from one byte to the next: who sends a header's letter now and then would hold a thread
for as long as he likes.
"""

from __future__ import annotations

import io
import socket
import threading
import time
from http.client import HTTPResponse
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

_own = threading.local()


def end_by(deadline: float) -> None:
    """Have all that this thread reads from now on end by a moment of ``time.monotonic``."""
    _own.deadline = deadline


class Hurried(io.RawIOBase):
    """What comes from a socket, as long as there is time; raises TimeoutError after that."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection, self._raw = connection, connection.makefile("rb", buffering=0)
        self._deadline: float = _own.deadline

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read what has come into the buffer."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self._connection.settimeout(left)
        return self._raw.readinto(buffer)  # type: ignore[attr-defined,no-any-return]

    def close(self) -> None:
        """Let go of the socket."""
        self._raw.close()
        super().close()


class HurriedResponse(HTTPResponse):
    """An answer that is read so."""

    def __init__(self, sock: socket.socket, *arguments: Any, **options: Any) -> None:
        super().__init__(sock, *arguments, **options)
        self.fp.close()
        self.fp = io.BufferedReader(Hurried(sock))


class _Connection(HTTPConnection):
    response_class = HurriedResponse


class _TlsConnection(HTTPSConnection):
    response_class = HurriedResponse


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}


def session() -> requests.Session:
    """Return a session that keeps no cookies and knows nothing of this machine's proxies and passwords."""
    made = requests.Session()
    made.trust_env = False
    # What a department tells one caller is not told for the next one.
    made.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    for scheme in ("http://", "https://"):
        made.mount(scheme, _Adapter())
    return made
