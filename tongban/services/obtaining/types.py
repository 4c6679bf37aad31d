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
    NOT_FOUND = "not_found"  # the provider has nothing of the applicant's, or nothing that holds today
    NO_ANSWER = "no_answer"  # asked as often as was worth it, or not let


class Footing(StrEnum):
    """Why an answer can only be about the applicant, or need not be."""

    SELF = "self"  # asked by their own number
    OWNER = "owner"  # the answer says whose it is
    CONFIRMED = "confirmed"  # asked by what another answer of the case has shown to be theirs
    OPEN = "open"  # open to everybody: about nobody


OWN = frozenset({Footing.SELF, Footing.OWNER})
"""What is answered on these can show what is the applicant's."""


@dataclass(frozen=True, slots=True)
class Who:
    """By which numbers somebody is known: a person by theirs, a company by its code; the other is empty."""

    number: str = ""
    credit_code: str = ""
    is_minor: bool = False
    sex: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a service is asked for somebody: the parameters that are known, and those of them that the form gives.

    ``said`` are the data elements of the form with their values, ``missing`` those that it does not say yet, ``owner``
    the field of the answer that has to be ``whose`` where it is the answer that says so.
    """

    footing: Footing
    parameters: Mapping[str, str]
    said: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    owner: str = ""
    whose: str = ""

    @property
    def elements(self) -> tuple[str, ...]:
        """Return the data elements of the form that it is asked by."""
        return tuple(sorted({*self.said, *self.missing}))


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom and what to ask for one want; ``parameters`` name the applicant, or the fields of the answer in ``whose`` have to.

    ``tries`` counts by how many different values of the form it has been asked.
    """

    id: uuid.UUID
    grant: uuid.UUID
    item: str
    consumer: str
    provider: str
    service: str
    parameters: Mapping[str, str]
    attempts: int
    tries: int = 1
    whose: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Want:
    """What is wanted for one paper of a case by one grant, without what came back.

    ``said`` is the digest of the values of the form that it is asked by, ``asked_by`` their data elements; both are empty
    where the applicant's own number is enough.
    """

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
    asked_by: tuple[str, ...] = ()
    said: str = ""
    tries: int = 1
    is_own: bool = True
    """It is asked by the applicant's own number, or the answer says whose it is: so it can show what is theirs."""
    shown: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Data element → the values that it has shown to be the applicant's."""


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
