"""The web server: granian, whose processes end for certain when the command that started them has.

Granian ends when a worker dies twice within seconds. While it starts that is right: an application that can not be
imported never will be. Later it would end the workers that are well for the sake of one that was killed twice.
"""

from __future__ import annotations

import os
import time
from functools import partial
from typing import Any

import granian.cli
from granian.server.mp import MPServer

from tongban.runtime import layers
from tongban.runtime.processes import APPLICATION, never_outlive_parent

STARTING_SECONDS = 20.0


class Notes(dict[int, float]):
    """When each worker was begun anew, which granian looks up when one dies; forgotten once the server has started."""

    def __init__(self, starting: float = STARTING_SECONDS) -> None:
        super().__init__()
        self._until = time.monotonic() + starting

    def get(self, worker: int, default: Any = None) -> Any:
        """Return when the worker was begun anew, as far as that counts."""
        return super().get(worker, default) if time.monotonic() < self._until else default


class LastingServer(MPServer):
    """Granian's server, which begins again each worker that dies. What ours need is loaded before they are forked."""

    def __init__(self, target: str, *arguments: Any, **options: Any) -> None:
        super().__init__(target, *arguments, **options)
        if target == APPLICATION:
            layers.load()
        self.respawned_wrks = Notes()


def serve() -> None:
    """Serve as the command line says."""
    never_outlive_parent()
    # Its workers are forks of it, and deaf to SIGTERM until they have imported the application.
    os.register_at_fork(after_in_child=partial(never_outlive_parent, os.getpid()))
    granian.cli.Server = LastingServer  # type: ignore[attr-defined]
    granian.cli.entrypoint()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    serve()
