"""The worker's loop: deliver what is due, sleep until a commit wakes it, survive a restart of PostgreSQL."""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from typing import Any

import psycopg
from django.db import DatabaseError, InterfaceError, close_old_connections, connections

from tongban.demo import queries as demo
from tongban.foundation.documents import operations as documents
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.outbox import operations
from tongban.kernel import clock
from tongban.kernel.types import SYSTEM

POLL_SECONDS = 0.5
RECONNECT_SECONDS = 1.0
BATCH = 500
FEW = 5
KEEP_HOUSE_SECONDS = 3600.0
log = logging.getLogger("tongban.worker")


class Worker:
    """Delivers until ``stop``. Several may run, on one machine or many."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._is_stopping = False
        self._ear: psycopg.Connection[Any] | None = None
        self._kept_house_at: float | None = None

    def stop(self) -> None:
        """End after the delivery that is under way."""
        self._is_stopping = True

    def run(self) -> None:
        """Deliver and sleep in turn."""
        while not self._is_stopping:
            try:
                self._listen()
                if not self._deliver():
                    ledger.link_pending()  # what a spike has left without its link
                    self._keep_house()
                    self._sleep()
            except (DatabaseError, InterfaceError, psycopg.Error) as error:
                # The database has gone: whatever was under way is undone and will be found again.
                log.warning("no database: %s", str(error).strip().splitlines()[:1])
                self._hang_up()
                time.sleep(RECONNECT_SECONDS)
        self._hang_up()

    def _deliver(self) -> int:
        """Deliver what is due. What happens now goes before what the demonstration's past has left."""
        at, lane = clock.now(), demo.lane()
        if lane is None:
            return operations.deliver(at=at, limit=BATCH)
        if done := operations.deliver(at=at, limit=BATCH, since=lane.since):
            return done
        return 0 if lane.is_building else operations.deliver(at=at, limit=FEW)

    def _keep_house(self) -> None:
        """Erase, once an hour, documents that need not be kept any longer; forget events that all were told of."""
        moment = time.monotonic()
        if self._kept_house_at is None or moment - self._kept_house_at > KEEP_HOUSE_SECONDS:
            self._kept_house_at = moment
            documents.erase_due(by=SYSTEM, at=clock.now())
            while operations.prune(by=SYSTEM, at=clock.now()) and not self._is_stopping:
                pass

    def _listen(self) -> None:
        close_old_connections()
        if self._ear is None:
            self._ear = psycopg.connect(self._url, autocommit=True)
            self._ear.execute(f"LISTEN {operations.CHANNEL}")

    def _sleep(self) -> None:
        assert self._ear is not None  # noqa: S101 - _listen has just made it
        for _ in self._ear.notifies(timeout=POLL_SECONDS, stop_after=1):
            pass

    def _hang_up(self) -> None:
        if self._ear is not None:
            with suppress(psycopg.Error):
                self._ear.close()
            self._ear = None
        with suppress(DatabaseError, InterfaceError):
            connections.close_all()
