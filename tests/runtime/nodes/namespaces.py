"""The network between nodes as Linux makes it: a network namespace for each, a bridge between them.

Each node has two links: one to the others, by the bridge, and one to this process, for its database and its own members.
To cut a node off its link to the bridge is taken down: packets are dropped without a word.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from urllib.parse import urlsplit

PART = 65_536


def why_not() -> str:
    """Return why there can be no namespaces here, empty when there can."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "network namespaces are made by root on Linux"
    return "" if shutil.which("ip") else "network namespaces are made with ip, of iproute2"


class Namespaces:
    """A namespace for each node, made by ``begin``; ``end`` takes them away."""

    def __init__(self, nodes: Iterable[str]) -> None:
        self._mark = f"tb{os.getpid() % 100_000}"
        self._bridge = f"{self._mark}b"
        self._places = {node: place for place, node in enumerate(nodes, 1)}
        self.hosts = {node: f"10.213.{place + 10}.2" for node, place in self._places.items()}
        self.listens = dict.fromkeys(self._places, "0.0.0.0")
        self.spaces = {node: f"/run/netns/{self._name(node)}" for node in self._places}
        self.addresses: dict[str, str] = {}
        self.keys: dict[str, str] = {}
        self._listeners: list[socket.socket] = []

    def begin(self) -> None:
        """Make them."""
        _ip("link", "add", self._bridge, "type", "bridge")
        _ip("link", "set", self._bridge, "up")
        for node, place in self._places.items():
            name = self._name(node)
            _ip("netns", "add", name)
            self._link(name, f"{name}p", f"10.213.1.{place}/24", "peers")
            _ip("link", "set", f"{name}p", "master", self._bridge)
            self._link(name, f"{name}d", f"10.213.{place + 10}.2/30", "home")
            _ip("addr", "add", f"10.213.{place + 10}.1/30", "dev", f"{name}d")
            _ip("-n", name, "link", "set", "lo", "up")

    def end(self) -> None:
        """Take them away."""
        for listener in self._listeners:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        for node in self._places:
            for line in (["link", "del", f"{self._name(node)}p"], ["link", "del", f"{self._name(node)}d"],
                         ["netns", "del", self._name(node)]):  # fmt: skip
                subprocess.run(["ip", *line], check=False, capture_output=True)
        subprocess.run(["ip", "link", "del", self._bridge], check=False, capture_output=True)

    def lead_to(self, ports: Mapping[str, int]) -> None:
        """Say where the nodes ask each other."""
        self.addresses = {
            node: f"http://10.213.1.{self._places[node]}:{port}" for node, port in ports.items()
        }

    def database(self, node: str, url: str) -> str:
        """Return the address of a database as the node reaches it: by its own link, passed on from there."""
        where = urlsplit(url)
        listener = socket.create_server((f"10.213.{self._places[node] + 10}.1", 0))
        self._listeners.append(listener)
        target = where.hostname or "", where.port or 5432
        threading.Thread(target=_pass_on, args=(listener, target), daemon=True).start()
        host, port = listener.getsockname()
        return url.replace(f"{where.hostname}:{where.port}", f"{host}:{port}")

    def cut(self, node: str, *, how: str = "refuse") -> None:
        """Take a node's link to the others down; whatever is wanted, nothing comes through and nothing is said."""
        _ip("link", "set", f"{self._name(node)}p", "down")

    def mend(self, node: str) -> None:
        """Take it up again."""
        _ip("link", "set", f"{self._name(node)}p", "up")

    def _name(self, node: str) -> str:
        return f"{self._mark}n{self._places[node]}"

    def _link(self, space: str, outside: str, address: str, inside: str) -> None:
        _ip("link", "add", outside, "type", "veth", "peer", "name", inside, "netns", space)
        _ip("-n", space, "addr", "add", address, "dev", inside)
        _ip("-n", space, "link", "set", inside, "up")
        _ip("link", "set", outside, "up")


def _ip(*line: str) -> None:
    subprocess.run(["ip", *line], check=True, capture_output=True)


def _pass_on(listener: socket.socket, target: tuple[str, int]) -> None:
    while True:
        try:
            asking, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_both_ways, args=(asking, target), daemon=True).start()


def _both_ways(asking: socket.socket, target: tuple[str, int]) -> None:
    with asking, suppress(OSError), socket.create_connection(target, timeout=5) as asked:
        asked.settimeout(None)
        back = threading.Thread(target=_copy, args=(asked, asking), daemon=True)
        back.start()
        _copy(asking, asked)
        back.join(10)


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while part := source.recv(PART):
            target.sendall(part)
    for one in (source, target):
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
