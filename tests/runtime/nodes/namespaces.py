"""The network between nodes as Linux makes it: a network namespace for each, a bridge between them.

Each node has two links: one to the others, by the bridge, and one to this process, for its database and its own members.
To cut a node off its link to the bridge is taken down: packets are dropped without a word.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

SPACES = Path("/run/netns")
PART = 65_536
NETWORKS = 8
"""Runs that may stand beside each other on a machine: each has addresses of its own, 10.213 and on."""
TALKS = """
import ctypes, os, socket, sys
ctypes.CDLL(None).setns(os.open(sys.argv[1], os.O_RDONLY), 0x40000000)
"""
HEARS = TALKS + "socket.create_connection((sys.argv[2], 9), 5)"
SPEAKS = (
    TALKS
    + "one = socket.create_server((sys.argv[2], 9)); print('ready', flush=True); one.settimeout(10); one.accept()"
)


class NoNamespaces(Exception):
    """They can not be had here; says why."""


class Namespaces:
    """A namespace for each node, made by ``begin``; ``end`` takes them away. Raises NoNamespaces."""

    def __init__(self, nodes: Iterable[str]) -> None:
        self._mark = f"tb{os.getpid() % 100_000}"
        self._bridge = f"{self._mark}b"
        self._places = {node: place for place, node in enumerate(nodes, 1)}
        self._net, self._lock = _own_network()
        self.hosts = {node: f"{self._net}.{place + 10}.2" for node, place in self._places.items()}
        self.listens = dict.fromkeys(self._places, "0.0.0.0")
        self.spaces = {node: f"/run/netns/{self._name(node)}" for node in self._places}
        self.addresses: dict[str, str] = {}
        self.keys: dict[str, str] = {}
        self._listeners: list[socket.socket] = []

    def begin(self) -> None:
        """Make them, and see that nodes reach each other; raise NoNamespaces where that can not be had."""
        try:
            self._make()
            self._try_out()
        except (subprocess.SubprocessError, OSError) as why:
            self.end()
            raise NoNamespaces(f"network namespaces can not be made here: {why}") from why

    def _make(self) -> None:
        _ip("link", "add", self._bridge, "type", "bridge")
        _ip("link", "set", self._bridge, "up")
        for node, place in self._places.items():
            name = self._name(node)
            _ip("netns", "add", name)
            self._link(name, f"{name}p", f"{self._net}.1.{place}/24", "peers")
            _ip("link", "set", f"{name}p", "master", self._bridge)
            self._link(name, f"{name}d", f"{self._net}.{place + 10}.2/30", "home")
            _ip("addr", "add", f"{self._net}.{place + 10}.1/30", "dev", f"{name}d")
            _ip("-n", name, "link", "set", "lo", "up")

    def _try_out(self) -> None:
        """Have one node listen and another connect: a firewall of the machine may stand between them."""
        one, other, *_ = self._places
        address = f"{self._net}.1.{self._places[one]}"
        line = [sys.executable, "-S", "-c", SPEAKS, self.spaces[one], address]
        with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as speaks:
            try:
                if not speaks.stdout or speaks.stdout.readline() != "ready\n":
                    raise OSError("no node can listen")
                line = [sys.executable, "-S", "-c", HEARS, self.spaces[other], address]
                subprocess.run(line, check=True, capture_output=True, timeout=20)
            finally:
                speaks.kill()

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
        self._lock.close()

    def lead_to(self, ports: Mapping[str, int]) -> None:
        """Say where the nodes ask each other."""
        self.addresses = {
            node: f"http://{self._net}.1.{self._places[node]}:{port}" for node, port in ports.items()
        }

    def database(self, node: str, url: str) -> str:
        """Return the address of a database as the node reaches it: by its own link, passed on from there."""
        where = urlsplit(url)
        listener = socket.create_server((f"{self._net}.{self._places[node] + 10}.1", 0))
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


def _own_network() -> tuple[str, IO[str]]:
    """Return the first two numbers of addresses that no other run has now, and the lock that keeps them."""
    if sys.platform != "linux" or os.geteuid() != 0:
        raise NoNamespaces("network namespaces are made by root on Linux")
    if not shutil.which("ip"):
        raise NoNamespaces("network namespaces are made with ip, of iproute2")
    for number in range(213, 213 + NETWORKS):
        lock = (Path(tempfile.gettempdir()) / f"tongban-network-{number}").open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            continue
        _clear(f"10.{number}.1.")
        return f"10.{number}", lock
    raise NoNamespaces("too many runs beside each other")


def _clear(begin: str) -> None:
    """Take away what a run that was killed has left of these addresses: its namespaces, and their links with them."""
    if not SPACES.is_dir():
        return
    for one in SPACES.glob("tb*n*"):
        said = subprocess.run(
            ["ip", "-n", one.name, "-o", "addr"], check=False, capture_output=True, text=True
        )
        if f" {begin}" in said.stdout:
            subprocess.run(["ip", "netns", "del", one.name], check=False, capture_output=True)
            subprocess.run(
                ["ip", "link", "del", f"{one.name.partition('n')[0]}b"], check=False, capture_output=True
            )


def _ip(*line: str) -> None:
    subprocess.run(["ip", *line], check=True, capture_output=True, timeout=20)


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
