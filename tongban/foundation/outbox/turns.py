"""Whose turn it is: what is due in its order, in between the timers that go together, last what can wait."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from dataclasses import replace

from tongban.foundation.outbox import delivering
from tongban.foundation.outbox.delivering import Due
from tongban.foundation.outbox.marks import EVER, Marks
from tongban.foundation.outbox.registry import REGISTRY, Subscription
from tongban.foundation.outbox.types import Share

EVERY = 8
"""After so many batches comes the turn of timers that go together: many have gathered, none has waited for long."""
log = logging.getLogger("tongban.outbox")


class Turns:
    """One round of delivering at a moment."""

    def __init__(
        self,
        *,
        at: dt.datetime,
        since: dt.datetime | None,
        leaving: Sequence[str],
        share: Share,
        marks: Marks | None = None,
    ) -> None:
        self._at, self._since, self._leaving, self._share = at, since or EVER, list(leaving), share
        self._marks = marks
        self._together = [one for one in REGISTRY.several() if one.name not in leaving]
        self._count = 0

    def next(self, limit: int) -> int | None:
        """Deliver the next batch and return how many deliveries worked; None when nothing is due any more."""
        done = None if self._share is Share.PATIENT else self._prompt(limit)
        if done is None and self._share is not Share.PROMPT:
            done = self._patient()
        return done

    def _prompt(self, limit: int) -> int | None:
        self._count += 1
        done = self._several(limit) if self._count % EVERY == 0 else None
        if done is None:
            left = [*self._leaving, *(one.name for one in self._together)]
            done = delivering.deliver_batch(self._due(left), limit)
        return self._several(limit) if done is None else done

    def _patient(self) -> int | None:
        prompt = self._due(self._leaving)
        if self._share is Share.PATIENT and delivering.is_anything_due(prompt):
            return None
        return delivering.deliver_batch(replace(prompt, can_wait=True, mark=None), 1)

    def _several(self, limit: int) -> int | None:
        for one in list(self._together):
            done = self._try(one, limit)
            if done is not None:
                return done
        return None

    def _try(self, one: Subscription, limit: int) -> int | None:
        try:
            return delivering.deliver_timers(one.name, self._due([], one.name), min(limit, one.many))
        except Exception:
            # From now on each alone, so that the one that fails is found and the others are delivered.
            log.warning("timers of %s failed together", one.name, exc_info=True)
            self._together.remove(one)
            return 0

    def _due(self, leaving: Sequence[str], name: str = "") -> Due:
        return Due(self._at, self._since, leaving, mark=self._marks.of(name) if self._marks else None)
