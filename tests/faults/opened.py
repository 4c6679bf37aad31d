"""The city as ``make run`` opens it, in a folder of its own, and the processes of it that may die."""

from __future__ import annotations

import os
import random
import re
import signal
from contextlib import suppress
from pathlib import Path

from tests.faults.command import Command
from tongban.runtime.postgres import server
from tongban.runtime.postgres.cluster import Cluster, find_postmaster

ADDRESS = re.compile(r"(http://[\d.]+:\d+)/")
KINDS = ("web", "page worker", "worker", "database", "connection")
"""The server; one of the processes that answer; the worker or one of its processes; PostgreSQL whole; one of its."""


class City:
    """A city that runs, durable as in earnest."""

    def __init__(self, state: Path, port: int, *, pack: str = "city/shanghai") -> None:
        self.state, self._pack = state, pack
        self.cluster = Cluster(state / "postgres")
        self.address = ""
        self._command = Command("run", "--port", str(port), said=state / "said", address=ADDRESS)

    def variables(self) -> dict[str, str]:
        """Return the environment of its processes."""
        variables = {
            **os.environ, "TONGBAN_STATE": str(self.state), "TONGBAN_DEMONSTRATION": "yes", "TONGBAN_LANGUAGE": "en",
            "TONGBAN_DEMO_CASES": "0", "TONGBAN_CITY": self._pack,
        }  # fmt: skip
        return {name: value for name, value in variables.items() if name != "DATABASE_URL"}

    def start(self) -> None:
        """Open it and wait until it answers; raise RuntimeError with what it said if it does not."""
        self.state.mkdir(parents=True, exist_ok=True)
        self.address = self._command.start(self.variables())

    def end(self) -> None:
        """Close it in good order, the database too."""
        self._command.end(signal.SIGINT)
        server.stop(self.cluster)

    def kill(self, kind: str, chance: random.Random) -> bool:
        """Kill a process of this kind by SIGKILL; return whether there was one."""
        found = self.pids(kind)
        if not found:
            return False
        with suppress(ProcessLookupError):
            os.kill(chance.choice(found), signal.SIGKILL)
            return True
        return False

    def pids(self, kind: str) -> list[int]:
        """Return the processes of this kind."""
        if kind in ("database", "connection"):
            postmaster = find_postmaster(self.cluster)
            if postmaster is None or not postmaster.is_ready:
                return []
            return [postmaster.pid] if kind == "database" else children(postmaster.pid)
        own = {pid: command_of(pid) for pid in children(self._command.pid)}
        servers = [pid for pid, line in own.items() if "tongban.runtime.serving" in line]
        if kind == "worker":
            first = [pid for pid, line in own.items() if line.endswith("tongban work --until-parent-ends")]
            return first + [pid for one in first for pid in children(one)]
        return servers if kind == "web" else [pid for one in servers for pid in children(one)]


def children(pid: int) -> list[int]:
    """Return the processes that a process has started, from whichever thread."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):
            found += [int(child) for child in task.read_text("ascii").split()]
    return found


def command_of(pid: int) -> str:
    """Return the command line of a process."""
    try:
        return (
            Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace").strip()
        )
    except (FileNotFoundError, ProcessLookupError):
        return ""
