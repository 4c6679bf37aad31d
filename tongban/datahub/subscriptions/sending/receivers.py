"""Receivers kept apart: each has a connection of its own, one delivery at a time, and a lane that fits what it was like.

Who failed, was slow, or has not proven itself waits in the slow lane; and of one host only a few are spoken to at once in the
prompt one, so that a hundred subscriptions of a machine that hangs do not take all threads when it begins to.
"""

from __future__ import annotations

import time
import uuid
from collections import Counter
from collections.abc import Callable
from functools import partial

from django.conf import settings

from tongban.datahub.subscriptions.rules.addresses import target_of
from tongban.datahub.subscriptions.sending import line
from tongban.datahub.subscriptions.sending.lanes import Lane
from tongban.datahub.subscriptions.sending.line import Line
from tongban.datahub.subscriptions.types import State, Subscription

PROMPT, SLOW = 16, 8
PROMPT_TO_A_HOST = 4
SLOW_SECONDS = 1.0
MOST_LINES = 500
Job = Callable[[Line], None]


class Receivers:
    """All receivers of this courier; used by its one thread."""

    def __init__(self) -> None:
        self._prompt, self._slow = Lane("courier", PROMPT), Lane("courier-slow", SLOW)
        self._lines: dict[uuid.UUID, Line] = {}
        self._busy: dict[uuid.UUID, tuple[str, Lane]] = {}
        self._taken: set[uuid.UUID] = set()
        self._slow_hosts: set[str] = set()

    @property
    def busy(self) -> frozenset[uuid.UUID]:
        """Return the subscriptions of which something is under way, or not yet noted."""
        return frozenset(self._busy)

    @property
    def free(self) -> int:
        """Return how many jobs can begin at once."""
        return self._prompt.free + self._slow.free

    def take(self, subscription: Subscription) -> bool:
        """Keep a thread for a receiver; return False when there is none for it now.

        Until ``finish`` or ``give_back``, nothing else is begun with it. Raises BadAddress.
        """
        host = self._line(subscription).target.authority
        lane = self._lane(subscription, host)
        if lane is None:
            return False
        lane.take()
        self._busy[subscription.id] = host, lane
        self._taken.add(subscription.id)
        return True

    def start(self, subscription: uuid.UUID, job: Job) -> None:
        """Have a job done with the connection of a receiver for which a thread was taken."""
        _, lane = self._busy[subscription]
        self._taken.remove(subscription)
        lane.start(partial(job, self._lines[subscription]))

    def give_back(self) -> None:
        """Let go of all threads that were taken and not started."""
        while self._taken:
            _, lane = self._busy.pop(self._taken.pop())
            lane.give_back()

    def finish(self, subscription: uuid.UUID, seconds: float) -> None:
        """Let the next job of a receiver begin; remember whether its host is slow."""
        host, _ = self._busy.pop(subscription, ("", None))
        (self._slow_hosts.add if seconds > SLOW_SECONDS else self._slow_hosts.discard)(host)

    def cut_late(self) -> None:
        """Cut off who has taken too long, however busily it does so."""
        now = time.monotonic()
        for one in self._lines.values():
            since = one.since
            if since is not None and now - since > line.SECONDS:
                one.cut()

    def close(self) -> None:
        """Close all connections and end the threads that have nothing to do."""
        while self._lines:
            self._lines.popitem()[1].close()
        for lane in (self._prompt, self._slow):
            lane.end()

    def _lane(self, subscription: Subscription, host: str) -> Lane | None:
        """Return the lane for a receiver where it has a free thread now."""
        is_slow = subscription.failures or subscription.state is State.PROVING or host in self._slow_hosts
        if is_slow:
            return self._slow if self._slow.free else None
        of_host = Counter(busy for busy, lane in self._busy.values() if lane is self._prompt)[host]
        return self._prompt if self._prompt.free and of_host < PROMPT_TO_A_HOST else None

    def _line(self, subscription: Subscription) -> Line:
        found = self._lines.pop(subscription.id, None)
        if found is None:
            found = Line(target_of(subscription.address), settings.WEBHOOK_NETWORKS)
        self._lines[subscription.id] = found  # the last used stands last
        idle = [id for id in self._lines if id not in self._busy and id != subscription.id]
        for id in idle[: max(len(self._lines) - MOST_LINES, 0)]:
            self._lines.pop(id).close()
        return found
