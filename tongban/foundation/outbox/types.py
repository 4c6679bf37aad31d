"""The words of the outbox: an event, a handler, and a delivery that has not worked yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, ClassVar


@dataclass(frozen=True)
class Event:
    """A fact that others may react to. ``name`` is ``package.what_happened`` and never changes.

    Subclasses are frozen dataclasses of plain values (text, numbers, dates, moments, UUIDs, tuples of them).
    The first field says what the event is about: events about one thing are delivered in their order.
    """

    name: ClassVar[str]

    @property
    def about(self) -> str:
        """Return what the event is about; events with the same answer keep their order."""
        first = next(iter(fields(self)), None)
        return str(getattr(self, first.name)) if first else ""


Handler = Callable[..., None]
"""``handler(event, *, at)``: ``at`` is when the fact happened, however late the delivery."""

TimerHandler = Callable[..., None]
"""``handler(payload, *, at)``: ``at`` is the moment of delivery, never before the timer was due."""


class Share(StrEnum):
    """What a worker takes upon itself, where several share the work."""

    ALL = "all"
    PROMPT = "prompt"
    """Everything but what can wait."""
    PATIENT = "patient"
    """What can wait, when nothing else is due."""


@dataclass(frozen=True, slots=True)
class Timer:
    """An act that waits for its moment."""

    key: str
    name: str
    due_at: dt.datetime
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Trouble:
    """A delivery that failed at least once; ``next_at`` None means that nobody tries it again by itself."""

    number: int
    what: str
    handler: str
    about: str
    attempts: int
    error: str
    next_at: dt.datetime | None
    waiting_behind: int


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much waits: due now, for a later moment, in trouble; and how long the oldest due one has waited."""

    due: int
    later: int
    failed: int
    oldest_due_at: dt.datetime | None
