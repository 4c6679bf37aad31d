"""A district's node beside a city that runs, as ``tongban node up`` opens it, and the processes of it that may die."""

from __future__ import annotations

import os
import random
import re
import signal
from contextlib import suppress

from tests.faults.command import Command
from tests.faults.opened import City, children

CODE = "hedong"
KINDS = ("node", "node worker")
"""The first process of the node, which takes its workers along; one that answers."""
ADDRESS = re.compile(rf"Node {CODE}: (http://[\d.]+:\d+)")


class District:
    """A node that runs."""

    def __init__(self, city: City) -> None:
        self._city, self._folder = city, city.state / "nodes" / CODE
        self.address = ""
        said = city.state / "said-by-the-node"
        self._command = Command("node", "up", CODE, "--until-parent-ends", said=said, address=ADDRESS)

    @property
    def database(self) -> str:
        """Return where its database is, once the city is open."""
        return self._city.cluster.url(f"tongban_node_{CODE}")

    def start(self) -> None:
        """Open it and wait until it is said to be open; raise RuntimeError with what it said if it is not."""
        self.address = self._command.start(self._city.variables())

    def end(self) -> None:
        """Close it in good order."""
        self._command.end(signal.SIGTERM)

    def kill(self, kind: str, chance: random.Random) -> bool:
        """Kill a process of this kind by SIGKILL; return whether there was one."""
        with suppress(ProcessLookupError, FileNotFoundError, ValueError):
            first = int((self._folder / "pid").read_text("ascii"))
            found = [first] if kind == "node" else children(first)
            if found:
                os.kill(chance.choice(found), signal.SIGKILL)
                return True
        return False
