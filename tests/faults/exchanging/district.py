"""A district's node beside a city that runs, as ``tongban node up`` opens it, and the processes of it that may die."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress

from tests.faults.opened import OPENING, City, children
from tongban.runtime.environment import ROOT

CODE = "hedong"
KINDS = ("node", "node worker")
"""The first process of the node, which takes its workers along; one that answers."""
ADDRESS = re.compile(rf"Node {CODE}: (http://[\d.]+:\d+)")


class District:
    """A node that runs."""

    def __init__(self, city: City) -> None:
        self._city, self._folder = city, city.state / "nodes" / CODE
        self.address = ""
        self._process: subprocess.Popen[str] | None = None

    @property
    def database(self) -> str:
        """Return where its database is, once the city is open."""
        return self._city.cluster.url(f"tongban_node_{CODE}")

    def start(self) -> None:
        """Open it and wait until it is said to be open; raise RuntimeError with what it said if it is not."""
        said = self._city.state / "said-by-the-node"
        with said.open("w", encoding="utf-8") as file:
            line = [sys.executable, "-m", "tongban", "node", "up", CODE, "--until-parent-ends"]
            self._process = subprocess.Popen(
                line, cwd=ROOT, env=self._city.variables(), text=True, stdout=file, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + OPENING
        while self._process.poll() is None and time.monotonic() < deadline:
            if found := ADDRESS.search(said.read_text("utf-8")):
                self.address = found.group(1)
                return
            time.sleep(0.1)
        raise RuntimeError(said.read_text("utf-8"))

    def end(self) -> None:
        """Close it in good order."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(60)
            self._process.kill()
            self._process.wait(10)

    def kill(self, kind: str, chance: random.Random) -> bool:
        """Kill a process of this kind by SIGKILL; return whether there was one."""
        with suppress(ProcessLookupError, FileNotFoundError, ValueError):
            first = int((self._folder / "pid").read_text("ascii"))
            found = [first] if kind == "node" else children(first)
            if found:
                os.kill(chance.choice(found), signal.SIGKILL)
                return True
        return False
