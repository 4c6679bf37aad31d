"""The courier: gives changes their positions as they are committed, and has every receiver told of what concerns it.

One thread speaks to the database and never waits for a receiver; threads in lanes speak to receivers and never to the
database. Of several couriers, on one machine or many, one works: it holds a lock of the database for as long as its
connection lives, so that another takes over the moment it dies.
"""

from __future__ import annotations

import logging
import os
import queue
import secrets
import select
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import psycopg
from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connections

from tongban.datahub.subscriptions.errors import BadAddress
from tongban.datahub.subscriptions.operations import delivering, noting, placing, publishing
from tongban.datahub.subscriptions.operations.noting import Outcome
from tongban.datahub.subscriptions.rules.addresses import target_of
from tongban.datahub.subscriptions.sending import line, requests
from tongban.datahub.subscriptions.sending.lanes import Lane
from tongban.datahub.subscriptions.sending.line import Line
from tongban.datahub.subscriptions.sending.requests import Signer
from tongban.datahub.subscriptions.types import Batch, Reply, State, Subscription
from tongban.kernel import clock
from tongban.kernel.types import SYSTEM

LEADS = 0x636F_7572_6965  # any constant of our own
PROMPT, SLOW = 16, 8
SLOW_SECONDS = 1.0
MOST_LINES = 500
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


@dataclass
class Lines:
    """The receivers' connections by subscription; those that do nothing are closed when there are too many."""

    open: dict[uuid.UUID, Line] = field(default_factory=dict)

    def to(self, subscription: Subscription, busy: set[uuid.UUID]) -> Line:
        """Return a subscription's connection; raise BadAddress."""
        found = self.open.pop(subscription.id, None)
        if found is None:
            found = Line(target_of(subscription.address), settings.WEBHOOK_NETWORKS)
        self.open[subscription.id] = found  # the last used stands last
        for id in [one for one in self.open if one not in busy][: len(self.open) - MOST_LINES]:
            self.open.pop(id).close()
        return found

    def cut_late(self) -> None:
        """Cut off who has taken too long, however busily it does so."""
        now = time.monotonic()
        for one in self.open.values():
            since = one.since
            if since is not None and now - since > line.SECONDS:
                one.cut()

    def close(self) -> None:
        """Close all."""
        while self.open:
            self.open.popitem()[1].close()


class Courier:
    """Places and delivers until ``stop``."""

    def __init__(self, url: str, *, prompt: int = PROMPT, slow: int = SLOW) -> None:
        self._url = url
        self._is_stopping = False
        self._prompt, self._slow = Lane("courier", prompt), Lane("courier-slow", slow)
        self._lines = Lines()
        self._busy: set[uuid.UUID] = set()
        self._slow_ones: set[uuid.UUID] = set()
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
        self._lines.cut_late()
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
        self._busy -= {one.batch.subscription.id for one in outcomes}
        for place, one in enumerate(asked):
            try:
                self._note_proof(one)
            except (DatabaseError, InterfaceError):
                self._keep(asked[place:])
                raise
            self._busy.discard(one.subscription.id)
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
        for one in outcomes:
            is_slow = one.reply.seconds > SLOW_SECONDS
            (self._slow_ones.add if is_slow else self._slow_ones.discard)(one.batch.subscription.id)
        return outcomes, [one for one in found if isinstance(one, Asked)]

    def _begin(self) -> int:
        """Have as many receivers told as there are free threads; a full lane keeps its own waiting only."""
        begun = 0
        leaving = set(self._busy)
        while free := self._prompt.free + self._slow.free:
            found = delivering.due(at=clock.now(), leaving=leaving, limit=free)
            leaving |= {one.id for one in found}
            begun += sum(self._start(one) for one in found)
            if len(found) < free:
                break
        return begun

    def _start(self, subscription: Subscription) -> bool:
        is_slow = subscription.failures or subscription.id in self._slow_ones
        lane = self._slow if is_slow or subscription.state is State.PROVING else self._prompt
        if not lane.free:
            return False
        at = clock.now()
        if subscription.state is State.PROVING:
            self._hand(lane, subscription, partial(self._ask, subscription))
            return True
        batch = delivering.next_batch(subscription, at=at)
        if batch is None:
            return True
        if batch.count:
            self._hand(lane, subscription, partial(self._tell, batch))
        else:
            nothing_sent = Outcome(batch, Reply(0, 0.0), at, 0.0)
            noting.note_deliveries(outcomes=[nothing_sent], by=SYSTEM, at=at)
        return True

    def _hand(self, lane: Lane, subscription: Subscription, job: partial[None]) -> None:
        self._busy.add(subscription.id)
        try:
            receiver = self._lines.to(subscription, self._busy)
        except BadAddress as why:  # the rules were made stricter after it was subscribed
            receiver = None
            self._done.put(_refused(job, Reply(0, 0.0, problem=why.code)))
        if receiver is not None:
            lane.start(partial(job, receiver))

    def _tell(self, batch: Batch, receiver: Line) -> None:
        assert self._signer is not None  # noqa: S101 - _listen has made it
        at = clock.now()
        headers = requests.telling(receiver.target, batch, self._signer, at)
        reply = receiver.send("POST", headers, batch.body)
        self._done.put(Outcome(batch, reply, clock.now(), _chance()))
        self._wake()

    def _ask(self, subscription: Subscription, receiver: Line) -> None:
        assert self._signer is not None  # noqa: S101 - _listen has made it
        headers = requests.asking(receiver.target, self._signer, clock.now())
        self._done.put(Asked(subscription, receiver.send("OPTIONS", headers, b"")))
        self._wake()

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
            while self._busy and self._leads and time.monotonic() < deadline:
                self._note()
                time.sleep(BUSY_SECONDS)
        self._lines.close()
        for lane in (self._prompt, self._slow):
            lane.end()
        self._hang_up()

    def _hang_up(self) -> None:
        if self._ear is not None:
            with suppress(psycopg.Error):
                self._ear.close()
        self._ear, self._leads = None, False


def _chance() -> float:
    return secrets.randbelow(1_000_000) / 1_000_000


def _refused(job: partial[None], reply: Reply) -> Outcome | Asked:
    (what,) = job.args
    return Outcome(what, reply, clock.now(), _chance()) if isinstance(what, Batch) else Asked(what, reply)
