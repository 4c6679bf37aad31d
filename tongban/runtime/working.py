"""The worker's loop: deliver what is due, sleep until a commit wakes it, survive a restart of PostgreSQL."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import psycopg
from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connections

from tongban.datahub.exchange import operations as exchange
from tongban.datahub.nodes import queries as nodes
from tongban.datahub.subscriptions import operations as subscriptions
from tongban.demo import queries as demo
from tongban.foundation.attestation import operations as attestation
from tongban.foundation.attestation.errors import LedgerRewritten
from tongban.foundation.documents import operations as documents
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.outbox import operations
from tongban.foundation.outbox.types import Share
from tongban.kernel import clock
from tongban.kernel.types import SYSTEM
from tongban.runtime import processes
from tongban.runtime.crew import Runs
from tongban.runtime.nodes import work
from tongban.services.disclosures import operations as disclosures
from tongban.services.obtaining import operations as obtaining

POLL_SECONDS = 0.5
RECONNECT_SECONDS = 1.0
BATCH = 100
FEW = 5
PAUSE_SECONDS = 0.01
HELP_SECONDS = 0.03
LINK_SECONDS = 0.2
SEAL_SECONDS = 1.0
COUNT_SECONDS = 2.0
SEAL_FEEDS_SECONDS = 5.0
SIGN_SECONDS = 3.0
TELL_SECONDS = 15.0
PATIENT_SECONDS = 0.1
KEEP_HOUSE_SECONDS = 3600.0
log = logging.getLogger("tongban.worker")


def members(url: str, count: int) -> list[Callable[[], Runs]]:
    """Return how to make so many workers that share the work; one by itself does all of it.

    Several leave what can wait to one more, which lets everything else on the machine go first, and what is told to other
    systems to a courier.
    """
    if count == 1:
        return [lambda: Alone(url)]
    prompt = [
        partial(Worker, url, share=Share.PROMPT, pause=PAUSE_SECONDS + place * HELP_SECONDS)
        for place in range(count)
    ]
    return [*prompt, partial(patient, url), partial(subscriptions.Courier, url)]


def patient(url: str) -> Worker:
    """Return the worker for what can wait, and have its process wait for all others."""
    processes.yield_to_others()
    return Worker(url, share=Share.PATIENT, pause=PATIENT_SECONDS)


class Worker:
    """Delivers until ``stop``. Several may run, on one machine or many.

    ``pause`` is how long one that was woken waits for what else comes, or leaves it to the others.
    """

    def __init__(self, url: str, *, share: Share = Share.ALL, pause: float = PAUSE_SECONDS) -> None:
        self._url, self._share, self._pause = url, share, pause
        self._is_stopping = False
        self._ear: psycopg.Connection[Any] | None = None
        self._kept_house_at: float | None = None
        self._federation: work.NodeWork | None = None
        self._marks = operations.Marks()
        self._linked_at = self._sealed_at = self._counted_at = self._signed_at = self._told_at = 0.0
        self._sealed_feeds_at = 0.0

    def stop(self) -> None:
        """End after the delivery that is under way."""
        self._is_stopping = True

    def run(self) -> None:
        """Deliver and sleep in turn."""
        while not self._is_stopping:
            try:
                self._listen()
                self._attest()
                if not self._deliver():
                    self._tidy()
                    self._sleep()
            except (DatabaseError, InterfaceError, psycopg.Error) as error:
                # The database has gone: whatever was under way is undone and will be found again.
                log.warning("no database: %s", str(error).strip().splitlines()[:1])
                self._hang_up()
                time.sleep(RECONNECT_SECONDS)
        self._hang_up()
        if self._federation is not None:
            self._federation.stop()

    def _deliver(self) -> bool:
        """Deliver what is due and return whether there may be more.

        What happens now goes before what the demonstration's past has left.
        """
        at, lane = clock.now(), demo.lane()
        limit = 1 if self._share is Share.PATIENT else BATCH
        if lane is None:
            return operations.deliver(at=at, limit=limit, share=self._share, marks=self._marks) >= limit
        if operations.deliver(at=at, limit=limit, since=lane.since, share=self._share):
            return True
        return not lane.is_building and operations.deliver(at=at, limit=FEW, share=self._share) > 0

    def _tidy(self) -> None:
        """Do what nobody waits for: give a place in the ledger to what a spike has left without; keep house."""
        if self._share is not Share.PATIENT and time.monotonic() - self._linked_at > LINK_SECONDS:
            ledger.link_pending()
            self._linked_at = time.monotonic()
        if self._share is not Share.PROMPT:
            self._federate()
            self._tell_readings()
            self._keep_house()

    def _federate(self) -> None:
        """Begin what the city's node does over the network, once the city is one."""
        if self._federation is None and nodes.find_here() is not None:
            self._federation = work.of_city(
                settings.SITE_ADDRESS,
                work.Chore(TELL_SECONDS, lambda: disclosures.tell_districts(at=clock.now())),
                work.Chore(KEEP_HOUSE_SECONDS, lambda: disclosures.check_purposes_elsewhere(at=clock.now())),
            )
            self._federation.start()

    def _tell_readings(self) -> None:
        """Tell people of what departments read of them, where they wish it."""
        if time.monotonic() - self._told_at > TELL_SECONDS:
            disclosures.tell_readings(at=clock.now())
            self._told_at = time.monotonic()

    def _attest(self) -> None:
        """Seal and count what was exchanged, sign the ledger's head every few seconds, however much there is to deliver."""
        if self._share is Share.PROMPT:
            return
        if time.monotonic() - self._sealed_at > SEAL_SECONDS:
            has_more = exchange.seal(at=clock.now()) >= exchange.MOST_SEALED
            self._sealed_at = 0.0 if has_more else time.monotonic()
        if time.monotonic() - self._counted_at > COUNT_SECONDS:
            has_more = exchange.count_exchanges(at=clock.now()) >= exchange.MOST_COUNTED
            self._counted_at = 0.0 if has_more else time.monotonic()
        if time.monotonic() - self._sealed_feeds_at > SEAL_FEEDS_SECONDS:
            has_more = subscriptions.seal_changes(at=clock.now()) >= subscriptions.MOST_SEALED
            self._sealed_feeds_at = 0.0 if has_more else time.monotonic()
        if time.monotonic() - self._signed_at > SIGN_SECONDS:
            self._signed_at = time.monotonic()
            try:
                attestation.sign_head(at=clock.now(), kept_in=settings.LEDGER_HEADS)
            except LedgerRewritten as why:
                log.critical("the ledger is not signed: %s", why)

    def _keep_house(self) -> None:
        """Once an hour: erase documents that are due, make months ahead, have days that are over stamped, looked through, and forgotten."""
        moment = time.monotonic()
        if self._kept_house_at is None or moment - self._kept_house_at > KEEP_HOUSE_SECONDS:
            self._kept_house_at = moment
            documents.erase_due(by=SYSTEM, at=clock.now())
            exchange.forget_trials(at=clock.now())
            exchange.forget_metadata_calls(at=clock.now())
            exchange.forget_counts(at=clock.now())
            exchange.make_months(by=SYSTEM, at=clock.now())
            subscriptions.make_months(by=SYSTEM, at=clock.now())
            subscriptions.forget_due(by=SYSTEM, at=clock.now())
            obtaining.erase_due(by=SYSTEM, at=clock.now())
            attestation.stamp_days(at=clock.now())
            disclosures.check_purposes(at=clock.now())
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
        time.sleep(self._pause)
        for _ in self._ear.notifies(timeout=0):  # all that came meanwhile is one look
            pass

    def _hang_up(self) -> None:
        if self._ear is not None:
            with suppress(psycopg.Error):
                self._ear.close()
            self._ear = None
        with suppress(DatabaseError, InterfaceError):
            connections.close_all()


class Alone:
    """A worker with a courier beside it, in one process."""

    def __init__(self, url: str) -> None:
        self._worker, self._courier = Worker(url), subscriptions.Courier(url)

    def stop(self) -> None:
        """End after what is under way."""
        self._worker.stop()
        self._courier.stop()

    def run(self) -> None:
        """Go on until ``stop``."""
        beside = threading.Thread(target=self._courier.run, name="courier")
        beside.start()
        try:
            self._worker.run()
        finally:
            self._courier.stop()
            beside.join()
