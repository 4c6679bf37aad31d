"""One receiver's connection: to the address that was checked, without redirects, kept open, cut off when it takes too long.

A name is looked up here once, and what was found is what is checked and connected to; whatever the receiver says, no
other machine is spoken to. What the machine's environment says of proxies does not count.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

from tongban.datahub.subscriptions.errors import BadAddress
from tongban.datahub.subscriptions.rules.addresses import Network, Target, check_ip, is_public
from tongban.datahub.subscriptions.types import Reply

CONNECT_SECONDS = 3.0
SECONDS = 10.0
"""How long a receiver may take for one delivery, from the first byte sent to the last one read."""
MOST_READ = 65_536
AGAIN = (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError)
"""What a connection that was kept open says when the receiver has closed it meanwhile."""


class Line:
    """A receiver, spoken to by one thread at a time."""

    def __init__(self, target: Target, allowed: Sequence[Network]) -> None:
        self.target, self._allowed = target, allowed
        self._connection: http.client.HTTPConnection | None = None
        self.since: float | None = None
        self._is_cut = self._is_written = False
        self.is_public = False
        """Whether it leads into no network of somebody's own; not known before it was connected to."""

    def send(self, method: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Send one request and return what was said; never raises for what the receiver does.

        With a problem of ``NOT_SENT`` nothing of it was written; with any other it may have been read.
        """
        self.since = began = time.monotonic()
        self._is_cut = self._is_written = False
        try:
            status, told = self._sent(method, headers, body)
            if self._is_cut:  # what had come by then looks like an answer
                raise TimeoutError
        except BadAddress as why:
            return Reply(0, time.monotonic() - began, problem=why.code)
        except (OSError, http.client.HTTPException, ValueError, AttributeError) as why:
            # Cut off from another thread, it fails in any of these ways.
            self.close()
            return Reply(0, time.monotonic() - began, problem=self._problem(why))
        finally:
            self.since = None
        return _reply(status, told, time.monotonic() - began)

    def cut(self) -> None:
        """End what is under way, from another thread: who waits for the receiver is woken."""
        self._is_cut = True
        self.close()

    def close(self) -> None:
        """Close the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(OSError, AttributeError):
                connection.sock.shutdown(socket.SHUT_RDWR)
            with suppress(OSError):
                connection.close()

    def _problem(self, why: Exception) -> str:
        """Return what went wrong; the words say whether anything was written."""
        if not self._is_written:
            return "tls" if isinstance(why, ssl.SSLError) else "no-connection"
        return "timeout" if self._is_cut or isinstance(why, TimeoutError) else "no-answer"

    def _sent(
        self, method: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, http.client.HTTPMessage]:
        is_kept = self._connection is not None
        try:
            return self._asked(method, headers, body)
        except AGAIN:
            # The receiver may have taken it before it closed: what comes twice has the same ids.
            self.close()
            if not is_kept or self._is_cut:
                raise
            return self._asked(method, headers, body)

    def _asked(
        self, method: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, http.client.HTTPMessage]:
        connection = self._connection or self._connected()
        path = f"{self.target.path}?{self.target.query}" if self.target.query else self.target.path
        self._is_written = True
        connection.request(
            method, path, body=body or None, headers={"Host": self.target.authority, **headers}
        )
        answer = connection.getresponse()
        # Read to the end, else the connection can not be used again; who says more than that is cut off.
        if len(answer.read(MOST_READ)) == MOST_READ or answer.will_close:
            self.close()
        return answer.status, answer.headers

    def _connected(self) -> http.client.HTTPConnection:
        target = self.target
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
        ips = list(dict.fromkeys(str(address[0]) for *_, address in found))
        for ip in ips:
            check_ip(target, ip, self._allowed)
        self.is_public = all(is_public(ip) for ip in ips)
        connection = http.client.HTTPConnection(target.host, target.port, timeout=SECONDS)
        plain = _reached(ips, target.port)
        plain.settimeout(SECONDS)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sock = plain
        self._connection = connection
        if target.scheme == "https":
            connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=target.host)
        return connection


def _reached(ips: Sequence[str], port: int) -> socket.socket:
    """Return a connection to the first of some addresses that takes one; raise what the last of them said."""
    for ip in ips[:-1]:
        with suppress(OSError):
            return socket.create_connection((ip, port), CONNECT_SECONDS)
    return socket.create_connection((ips[-1], port), CONNECT_SECONDS)


def _reply(status: int, headers: http.client.HTTPMessage, seconds: float) -> Reply:
    return Reply(
        status,
        seconds,
        problem="redirect" if 300 <= status < 400 else "",
        retry_after=_number(headers.get("Retry-After")),
        allowed_origin=str(headers.get("WebHook-Allowed-Origin", "")).strip()[:300],
        allowed_rate=_number(headers.get("WebHook-Allowed-Rate")) or None,
    )


def _number(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None
