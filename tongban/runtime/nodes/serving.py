"""One node's processes: granian's first one, which looks after the one that answers calls and does the node's chores."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from granian.constants import Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

from tongban.channels.gateway.application import gateway
from tongban.channels.gateway.federation import PREFIX, federation
from tongban.datahub.exchange.operations import begin_era, have_threads
from tongban.datahub.nodes import operations as nodes
from tongban.kernel import clock
from tongban.runtime import boot, processes, telemetry
from tongban.runtime.nodes.alone import only_one
from tongban.runtime.nodes.apart import become
from tongban.runtime.nodes.work import WITNESS_SECONDS, of_district

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
THREADS, FEWEST, TOGETHER = 32, 4, 64
"""Threads of a node: calls that wait together for the database or another node are recorded together, and who waits for a
place to another node keeps its thread. What is not a call may want a connection of its thread's own, so that all nodes of a
machine together have so many."""


def threads_of(nodes: int) -> int:
    """Return how many threads each of so many nodes of a machine has."""
    return min(THREADS, max(FEWEST, TOGETHER // nodes))


@dataclass(frozen=True)
class NodeServer:
    """A node to be served: what its environment says, where its files lie, on which host and port it answers."""

    code: str
    variables: Mapping[str, str]
    folder: Path
    host: str
    port: int
    witness_seconds: float = WITNESS_SECONDS
    threads: int = THREADS
    pause_seconds: float = nodes.PAUSE_SECONDS

    def run(self) -> None:
        """Serve until it is asked to end."""
        become(self.variables)
        with only_one(self.folder, self.code):
            (self.folder / "pid").write_text(str(os.getpid()), "ascii")
            os.register_at_fork(after_in_child=partial(processes.end_with_parent, signal.SIGKILL))
            self._server().serve(target_loader=self.application, wrap_loader=False)

    def _server(self) -> Any:
        return Server(
            self.code,
            address=self.host,
            port=self.port,
            interface=Interfaces.WSGI,
            workers=1,
            blocking_threads=self.threads,
            blocking_threads_idle_timeout=600,
            loop=Loops.asyncio,
            websockets=False,
            backlog=1024,
            log_level=LogLevels.error,
            respawn_failed_workers=True,
            respawn_interval=0.5,
            workers_kill_timeout=5,
            http1_settings=HTTP1Settings(max_buffer_size=processes.MOST_HEAD),
        )

    def stop(self) -> None:
        """End soon; granian hears the signal itself once it serves."""
        raise SystemExit(0)

    def application(self) -> Application:
        """Return what answers, in the process that will, with the node's chores beside it."""
        if settings.ENVIRONMENT.otlp:
            telemetry.start(settings.ENVIRONMENT.otlp, node=self.code)
        begin_era(at=clock.now())
        # Some threads are left for calls that stay here, whatever another node does.
        nodes.carry_at_once(self.threads * 3 // 4, pause_seconds=self.pause_seconds)
        have_threads(self.threads)
        work = of_district(witness_seconds=self.witness_seconds)
        Finalize(None, work.stop, exitpriority=10)
        answering = letting_go(federation(gateway(nobody)))
        boot.disconnect()
        gc.collect()
        gc.freeze()
        gc.set_threshold(10_000, 10, 10)
        work.start()
        return answering


def letting_go(application: Application) -> Application:
    """Return the application as one whose threads keep no connection for what other nodes ask now and then.

    Calls share theirs. Each connection is a process of PostgreSQL's with some megabytes, and a machine may have many nodes.
    """

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        try:
            return application(environ, start)
        finally:
            if environ.get("PATH_INFO", "").startswith(PREFIX):
                connection.close()

    return answer


def nobody(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Answer what is no call: a node has no pages."""
    start("404 Not Found", [("Content-Length", "0")])
    return [b""]
