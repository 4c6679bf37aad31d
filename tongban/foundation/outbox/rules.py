"""How an event becomes JSON and back, and when a failed delivery is tried again. Pure."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pydantic import TypeAdapter

from tongban.foundation.outbox.types import Event

ATTEMPTS = 12
"""Failures after which a delivery is left to a person: a bit more than an hour of trying."""
FIRST_PAUSE = dt.timedelta(seconds=1)
LONGEST_PAUSE = dt.timedelta(minutes=20)


def to_json(event: Event) -> str:
    """Return the event's fields as JSON."""
    return _adapter(type(event)).dump_json(event).decode()


def from_json(kind: type[Event], fields: Any) -> Event:
    """Return the event that the fields describe; a field it no longer has is passed over."""
    found: Event = _adapter(kind).validate_python(fields)
    return found


def next_attempt(attempts: int, at: dt.datetime) -> dt.datetime | None:
    """Return when to try again after so many failures, pausing twice as long each time; None: never."""
    if attempts >= ATTEMPTS:
        return None
    return at + min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)


_ADAPTERS: dict[Any, TypeAdapter[Any]] = {}


def _adapter(kind: Any) -> TypeAdapter[Any]:
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]
