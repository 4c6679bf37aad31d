"""What happens to entries of supervision, for those who react: messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tongban.foundation.outbox.types import Event


@dataclass(frozen=True)
class EntryOpened(Event):
    """Something missed its limit or broke a duty; the department explains itself until ``due_on``."""

    name: ClassVar[str] = "effectiveness.entry_opened"
    case_id: str
    entry_id: str
    kind: str
    department: str
    owner: str
    due_on: str


@dataclass(frozen=True)
class EntryClosed(Event):
    """Supervision has accepted the explanation."""

    name: ClassVar[str] = "effectiveness.entry_closed"
    case_id: str
    entry_id: str
