"""The courier: gives changes their positions as they are committed, and has every receiver told of what concerns it.

One thread speaks to the database and never waits for a receiver; threads in lanes speak to receivers and never to the
database. Of several couriers, on one machine or many, one works: it holds a lock of the database for as long as its
connection lives, so that another takes over the moment it dies.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import queue
import secrets
import select
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import psycopg
from django.db import DatabaseError, InterfaceError, close_old_connections, connections

from tongban.datahub.subscriptions.errors import BadAddress
from tongban.datahub.subscriptions.operations import delivering, noting, placing, publishing, recording
from tongban.datahub.subscriptions.operations.noting import Outcome
from tongban.datahub.subscriptions.operations.recording import Sending
from tongban.datahub.subscriptions.sending import requests
from tongban.datahub.subscriptions.sending.line import Line
from tongban.datahub.subscriptions.sending.receivers import Receivers
from tongban.datahub.subscriptions.sending.requests import Signer
from tongban.datahub.subscriptions.types import Batch, Reply, State, Subscription
from tongban.kernel import clock
from tongban.kernel.types import SYSTEM

LEADS = 0x636F_7572_6965  # any constant of our own
POLL_SECONDS = 0.5
BUSY_SECONDS = 0.02
"""How often to look while there was something lately: who publishes wakes no oftener."""
LATELY_SECONDS = 0.2
STAND_BY_SECONDS = 1.0
END_SECONDS = 2.0
log = logging.getLogger("tongban.courier")


@dataclass(frozen=True, slots=True)
class Asked:
    """An address that was asked whether it wants to be told."""

    subscription: Subscription
    reply: Reply


class Courier:
    """Places and delivers until ``stop``."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._is_stopping = False
        self._receivers = Receivers()
        self._done: queue.SimpleQueue[Outcome | Asked] = queue.SimpleQueue()
        self._bell, self._ring = os.pipe()
        for end in (self._bell, self._ring):
            os.set_blocking(end, False)
        self._ear: psycopg.Connection[Any] | None = None
        self._signer: Signer | None = None
        self._leads = False
        self._active_at = 0.0

    def stop(self) -> None:
        """End after what is under way; what a receiver does not answer in time is told again by the next courier."""
        self._is_stopping = True
        self._wake()

    def run(self) -> None:
        """Place and deliver, and sleep in between."""
        while not self._is_stopping:
            try:
                close_old_connections()
                if self.work():
                    self._active_at = time.monotonic()
                self._sleep()
            except (DatabaseError, InterfaceError, psycopg.Error) as error:
                log.warning("no database: %s", str(error).strip().splitlines()[:1])
                self._hang_up()
                connections.close_all()
                time.sleep(STAND_BY_SECONDS)
        self.end()
        connections.close_all()

    def work(self) -> bool:
        """Do what there is to do now and return whether there was anything; nothing while another courier leads."""
        self._listen()
        if not self._leads:
            return False
        noted = self._note()
        placed = placing.place_pending(at=clock.now())
        begun = self._begin()
        self._receivers.cut_late()
        return bool(noted or placed or begun)

    def _note(self) -> int:
        """Note what receivers have said meanwhile; what the database does not take now is noted later."""
        outcomes, asked = self._drained()
        try:
            if outcomes:
                noting.note_deliveries(outcomes=outcomes, by=SYSTEM, at=clock.now())
        except (DatabaseError, InterfaceError):
            self._keep([*outcomes, *asked])
            raise
        # Only now: until it is noted, nothing of it may begin anew.
        for outcome in outcomes:
            self._receivers.finish(outcome.batch.subscription.id, outcome.reply.seconds)
        for place, one in enumerate(asked):
            try:
                self._note_proof(one)
            except (DatabaseError, InterfaceError):
                self._keep(asked[place:])
                raise
            self._receivers.finish(one.subscription.id, one.reply.seconds)
        return len(outcomes) + len(asked)

    def _note_proof(self, one: Asked) -> None:
        noting.note_proof(
            subscription=one.subscription, reply=one.reply, origin=requests.origin(), chance=_chance(), by=SYSTEM,
            at=clock.now(),
        )  # fmt: skip

    def _keep(self, said: Sequence[Outcome | Asked]) -> None:
        for one in said:
            self._done.put(one)

    def _drained(self) -> tuple[list[Outcome], list[Asked]]:
        found: list[Outcome | Asked] = []
        with suppress(queue.Empty):
            while True:
                found.append(self._done.get_nowait())
        outcomes = [one for one in found if isinstance(one, Outcome)]
        return outcomes, [one for one in found if isinstance(one, Asked)]

    def _begin(self) -> int:
        """Have as many receivers told as there are free threads; a full lane keeps its own waiting only."""
        begun, leaving = 0, set(self._receivers.busy)
        while free := self._receivers.free:
            found = delivering.due(at=clock.now(), leaving=leaving, limit=free)
            leaving |= {one.id for one in found}
            try:
                begun += self._start(found)
            finally:
                self._receivers.give_back()
            if len(found) < free:
                break
        return begun

    def _start(self, found: Sequence[Subscription]) -> int:
        """Begin what is to be said to some receivers, and return to how many of them something is."""
        batches, begun = [], 0
        for one in found:
            try:
                if not self._receivers.take(one):
                    continue
            except BadAddress as why:  # the rules were made stricter after it was subscribed
                self._done.put(Asked(one, Reply(0, 0.0, problem=why.code)))
            else:
                if one.state is State.PROVING:
                    self._receivers.start(one.id, partial(self._ask, one))
                elif batch := self._next(one):
                    batches.append(batch)
            begun += 1
        if batches:
            self._send(batches)
        return begun

    def _send(self, batches: Sequence[Batch]) -> None:
        """Have batches sent, once that is on record; those without events are passed."""
        at = clock.now()
        told = [one for one in batches if one.count]
        for sending in recording.record_sending(batches=told, by=SYSTEM, at=at):
            self._receivers.start(sending.batch.subscription.id, partial(self._tell, sending))
        passed = [Outcome(Sending(one, at), Reply(0, 0.0), at, 0.0) for one in batches if not one.count]
        if passed:
            noting.note_deliveries(outcomes=passed, by=SYSTEM, at=at)

    def _next(self, subscription: Subscription) -> Batch | None:
        try:
            return delivering.next_batch(subscription, at=clock.now())
        except (DatabaseError, InterfaceError, psycopg.Error):
            raise
        except Exception:
            # What can not be read any more is this feed's trouble, and is tried again; the others go on.
            log.exception("what is to be told can not be read")
            self._done.put(Asked(subscription, Reply(0, 0.0, problem="internal")))
            return None

    def _tell(self, sending: Sending, receiver: Line) -> None:
        batch = sending.batch
        reply = self._sent(receiver, "POST", partial(requests.telling, receiver.target, batch), batch.body)
        self._done.put(Outcome(sending, reply, clock.now(), _chance()))
        self._wake()

    def _ask(self, subscription: Subscription, receiver: Line) -> None:
        reply = self._sent(receiver, "OPTIONS", partial(requests.asking, receiver.target), b"")
        self._done.put(Asked(subscription, reply))
        self._wake()

    def _sent(
        self,
        receiver: Line,
        method: str,
        headers: Callable[[Signer, dt.datetime], dict[str, str]],
        body: bytes,
    ) -> Reply:
        try:
            assert self._signer is not None  # noqa: S101 - _listen has made it
            return receiver.send(method, headers(self._signer, clock.now()), body)
        except Exception:
            # Whatever it is, it is this receiver's delivery that has failed, and is tried again.
            log.exception("a delivery failed in a way that nobody has thought of")
            return Reply(0, 0.0, problem="internal")

    def _wake(self) -> None:
        with suppress(BlockingIOError):  # it rings already
            os.write(self._ring, b"!")

    def _listen(self) -> None:
        if self._ear is None:
            self._ear = psycopg.connect(self._url, autocommit=True)
            self._ear.execute(f"LISTEN {publishing.CHANNEL}")
            self._signer = requests.signer()
        if not self._leads:
            row = self._ear.execute("SELECT pg_try_advisory_lock(%s)", [LEADS]).fetchone()
            self._leads = row == (True,)

    def _sleep(self) -> None:
        assert self._ear is not None  # noqa: S101 - _listen has just made it
        is_lively = time.monotonic() - self._active_at < LATELY_SECONDS
        seconds = (BUSY_SECONDS if is_lively else POLL_SECONDS) if self._leads else STAND_BY_SECONDS
        if self._is_stopping or not self._done.empty():
            return
        ready, _, _ = select.select([self._ear.fileno(), self._bell], [], [], seconds)
        if self._bell in ready:
            os.read(self._bell, 65_536)
        if self._ear.fileno() in ready:
            for _ in self._ear.notifies(timeout=0):
                pass

    def end(self) -> None:
        """Note what receivers say within a moment, and let go of everything."""
        deadline = time.monotonic() + END_SECONDS
        with suppress(DatabaseError, InterfaceError, psycopg.Error):
            while self._receivers.busy and self._leads and time.monotonic() < deadline:
                self._note()
                time.sleep(BUSY_SECONDS)
        self._receivers.close()
        self._hang_up()

    def _hang_up(self) -> None:
        if self._ear is not None:
            with suppress(psycopg.Error):
                self._ear.close()
        self._ear, self._leads = None, False


def _chance() -> float:
    return secrets.randbelow(1_000_000) / 1_000_000
