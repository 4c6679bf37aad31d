"""Several processes of one kind: started from one that is ready, watched, ended with it."""

from __future__ import annotations

import gc
import logging
import os
import signal
import time
from collections.abc import Callable, Sequence
from multiprocessing import connection, get_context
from multiprocessing.process import BaseProcess
from typing import Protocol

from tongban.runtime import boot, processes

RESTART_SECONDS = 1.0
WATCH_SECONDS = 1.0
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
log = logging.getLogger("tongban.worker")


class Runs(Protocol):
    """What goes on until it is told to stop."""

    def run(self) -> None:
        """Go on."""

    def stop(self) -> None:
        """End soon; called from a signal's handler."""


def run_until_told(one: Runs) -> None:
    """Run until a signal asks for the end."""
    for number in ENDINGS:
        signal.signal(number, lambda number, frame: one.stop())
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDINGS)
    one.run()


class Crew:
    """A process for each member, which is made there; one that dies is begun again.

    Servers have processes of their own below them, and one that ended in good order was asked to.
    """

    def __init__(self, members: Sequence[Callable[[], Runs]], *, are_servers: bool = False) -> None:
        self._members, self._are_servers = members, are_servers
        self._running: dict[int, BaseProcess] = {}
        self._is_stopping = False

    def stop(self) -> None:
        """Ask every process to end."""
        self._is_stopping = True
        for process in list(self._running.values()):
            process.terminate()

    def run(self) -> None:
        """Keep all of them running until ``stop``, then wait for their end."""
        # What is imported is shared by all for as long as nobody writes to it, which the collector would.
        gc.collect()
        gc.freeze()
        boot.disconnect()
        for place in range(len(self._members)):
            self._start(place)
        while self._running:
            self._watch()

    def _watch(self) -> None:
        connection.wait([one.sentinel for one in self._running.values()], WATCH_SECONDS)
        for place, process in list(self._running.items()):
            if process.is_alive():
                continue
            del self._running[place]
            if not self._is_stopping and not (self._are_servers and process.exitcode == 0):
                log.warning("process %s has ended (%s) and is begun again", place, process.exitcode)
                time.sleep(RESTART_SECONDS)
                self._start(place)

    def _start(self, place: int) -> None:
        # Held back until the new process is in our list and hears for itself.
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)
        if not self._is_stopping:
            process = get_context("fork").Process(
                target=_run,
                args=(self._members[place], os.getpid()),
                daemon=not self._are_servers,
            )
            process.start()
            self._running[place] = process
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDINGS)


def _run(make: Callable[[], Runs], parent: int) -> None:
    # Killed and not asked: the parent has gone without a word, and the database undoes what is half done.
    processes.end_with_parent(signal.SIGKILL)
    if os.getppid() == parent:
        run_until_told(make())
