"""From where a worker goes on looking for what is due.

What was struck off stays in table and index as long as some transaction may still see it: during a backup for an hour, millions
of rows. Who looks from the beginning walks over all of them, for each delivery again. So once that is slow, a worker goes on
from what it took last, and looks from the beginning now and then: what fell due before, or was held up, waits that long.
"""

from __future__ import annotations

import datetime as dt
import time
from collections import defaultdict
from dataclasses import dataclass

EVER = dt.datetime(1, 1, 2, tzinfo=dt.UTC)
SLOW = 0.05
"""Seconds from which looking from the beginning is rationed."""
SHARE = 20
"""It takes one part in so many of the time."""
SLACK = dt.timedelta(seconds=2)
"""What is committed later than what was due after it."""


@dataclass(slots=True)
class Mark:
    """What was taken last was due at ``due_at``; looking from the beginning took so many seconds, and may be at a moment."""

    due_at: dt.datetime = EVER
    took: float = 0.0
    again_at: float = 0.0

    def first(self, since: dt.datetime, at: dt.datetime) -> dt.datetime:
        """Return from when on to look for what is due between two moments."""
        is_cheap = self.took < SLOW or time.monotonic() >= self.again_at
        return since if is_cheap or not since < self.due_at <= at else max(since, self.due_at - SLACK)

    def note(self, *, is_whole: bool, took: float, due_at: dt.datetime) -> None:
        """Note how long a look has taken, and from when on the next may be."""
        self.due_at = due_at
        if is_whole:
            self.took, self.again_at = took, time.monotonic() + SHARE * took


class Marks:
    """A worker's marks: one for what goes in its order, one for each handler whose timers go together."""

    def __init__(self) -> None:
        self._by_name: dict[str, Mark] = defaultdict(Mark)

    def of(self, name: str = "") -> Mark:
        """Return the mark of a name."""
        return self._by_name[name]
