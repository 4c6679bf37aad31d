"""The network between nodes, in small: every node is asked through a wire here, which can be cut, and can hang.

Who asks is seen from the key that the request is signed with, so that a node is cut off in both directions.
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress

HANDED_ON_BY = re.compile(rb'\r\ntongban-relay-input: [^\r]*keyid="([^"]+)"')
ASKED_BY = re.compile(rb'\r\nsignature-input: [^\r]*keyid="([^"]+)"')
HEAD = 65_536


class Wires:
    """Ports that lead to the nodes' own. ``keys`` says whose a key is, once that is known."""

    def __init__(self, nodes: Iterable[str]) -> None:
        self._listeners = {node: socket.create_server(("127.0.0.1", 0)) for node in nodes}
        self.addresses = {
            node: f"http://127.0.0.1:{one.getsockname()[1]}" for node, one in self._listeners.items()
        }
        self.hosts = dict.fromkeys(self._listeners, "127.0.0.1")
        self.listens, self.spaces = self.hosts, dict.fromkeys(self._listeners, "")
        self.keys: dict[str, str] = {}
        self._cut: dict[str, str] = {}
        self._open: dict[tuple[socket.socket, socket.socket], set[str]] = {}
        self._lock = threading.Lock()

    def lead_to(self, ports: Mapping[str, int]) -> None:
        """Begin to pass on."""
        for node, listener in self._listeners.items():
            threading.Thread(target=self._listen, args=(node, listener, ports[node]), daemon=True).start()

    def database(self, node: str, url: str) -> str:
        """Return the address as it is: the database is not behind a wire."""
        return url

    def cut(self, node: str, *, how: str = "refuse") -> None:
        """Cut a node off: what is open breaks, what is new is refused, or hangs without a word."""
        with self._lock:
            self._cut[node] = how
            for pair, ends in self._open.items():
                if node in ends:
                    for end in pair:
                        with suppress(OSError):
                            end.shutdown(socket.SHUT_RDWR)

    def mend(self, node: str) -> None:
        """Connect it again."""
        with self._lock:
            self._cut.pop(node, None)

    def end(self) -> None:
        """Let go of the ports."""
        for listener in self._listeners.values():
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()

    def _listen(self, node: str, listener: socket.socket, port: int) -> None:
        while True:
            try:
                asking, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._pass, args=(node, asking, port), daemon=True).start()

    def _pass(self, node: str, asking: socket.socket, port: int) -> None:
        with asking, suppress(OSError):
            head = _head(asking)
            ends = {node, self._whose(head)}
            how = next((self._cut[one] for one in ends if one in self._cut), "")
            if how == "hang":
                asking.settimeout(60)
                while asking.recv(HEAD):
                    pass
            if how or not head:
                return
            with socket.create_connection(("127.0.0.1", port), timeout=5) as asked:
                asked.settimeout(None)
                pair = asking, asked
                with self._lock:
                    self._open[pair] = ends
                asked.sendall(head)
                back = threading.Thread(target=_copy, args=(asked, asking), daemon=True)
                back.start()
                _copy(asking, asked)
                back.join(10)
                with self._lock:
                    self._open.pop(pair, None)

    def _whose(self, head: bytes) -> str:
        found = HANDED_ON_BY.search(head) or ASKED_BY.search(head)
        return self.keys.get(found[1].decode(), "") if found else ""


def _head(asking: socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received and len(received) < HEAD:
        part = asking.recv(HEAD)
        if not part:
            break
        received += part
    return received


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while part := source.recv(HEAD):
            target.sendall(part)
    for one in (source, target):
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
