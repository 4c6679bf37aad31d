"""The words of obtaining: what is wanted for a paper, and how far it is."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class State(StrEnum):
    """How far a want is."""

    WANTED = "wanted"  # to be asked, or asked again
    OBTAINED = "obtained"
    NOT_FOUND = "not_found"  # the provider has nothing, or nothing that holds today
    NO_ANSWER = "no_answer"  # asked as often as was worth it, or not let


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom and what to ask for one want; ``parameters`` name the applicant."""

    id: uuid.UUID
    grant: uuid.UUID
    item: str
    consumer: str
    provider: str
    service: str
    parameters: Mapping[str, str]
    attempts: int


@dataclass(frozen=True, slots=True)
class Want:
    """What is wanted for one paper of a case by one grant, without what came back."""

    item: str
    material: str
    grant: uuid.UUID
    department: str
    resource_name: str
    state: State
    fields: tuple[str, ...]
    exchange: uuid.UUID | None
    asked_at: dt.datetime | None
    valid_until: dt.date | None
    facts: Mapping[str, object] = field(default_factory=dict)
    """Data element → value, of an answer with one record; numbers of persons are never among them."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for a paper: rows of named values, from whom, when, by which exchange."""

    item: str
    material: str
    department: str
    resource_name: str
    exchange: uuid.UUID
    at: dt.datetime
    rows: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What a provider's answer comes to."""

    state: State
    rows: tuple[Mapping[str, object], ...] = ()
    valid_until: dt.date | None = None
    problem: str = ""
