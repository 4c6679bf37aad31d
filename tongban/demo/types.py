"""The words of the demonstration: how far the history is."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Status:
    """How far the history has been played."""

    seed: int
    days: int
    cases: int
    until: dt.date
    cases_done: int
    acts: int
    acts_done: int
    left: int
    """Cases whose rest could not be played, because somebody else did something to them."""
    played_to: dt.datetime | None
    began_at: dt.datetime
    finished_at: dt.datetime | None

    @property
    def is_finished(self) -> bool:
        """Return whether everything has been played."""
        return self.finished_at is not None

    @property
    def percent(self) -> int:
        """Return how far it is, in hundredths."""
        return 100 if self.is_finished or not self.acts else self.acts_done * 100 // self.acts


@dataclass(frozen=True, slots=True)
class Owned:
    """The numbers of what somebody has, by which departments can be asked; only companies have a project."""

    owner: str
    vin: str
    project: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """What a worker may deliver beside the history: from ``since`` on, and the rest too once it is finished."""

    since: dt.datetime
    is_building: bool
