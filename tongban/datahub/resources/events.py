"""What happens to lists, requests and grants, for those who react: the exchange, the desk of data, supervision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tongban.foundation.outbox.types import Event


@dataclass(frozen=True)
class EntryChanged(Event):
    """An entry of a list was written, changed or taken off; ``kind`` says of which."""

    name: ClassVar[str] = "data.entry_changed"
    code: str
    kind: str
    is_listed: bool


@dataclass(frozen=True)
class RequestEvent(Event):
    """Something happened to a request."""

    name: ClassVar[str] = "data.request_happened"
    request_id: str
    department: str
    owner: str
    resource: str


@dataclass(frozen=True)
class DemandStated(RequestEvent):
    """A department has said what it needs; the owner has until ``due_on``, empty where it was answered at once."""

    name: ClassVar[str] = "data.demand_stated"
    due_on: str


@dataclass(frozen=True)
class RequestGranted(RequestEvent):
    """The fields may be asked for; ``by_lists`` where nobody had to answer."""

    name: ClassVar[str] = "data.request_granted"
    grant_id: str
    by_lists: bool


@dataclass(frozen=True)
class RequestRefused(RequestEvent):
    """Nothing is shared, by the law named."""

    name: ClassVar[str] = "data.request_refused"
    law: str
    by_lists: bool


@dataclass(frozen=True)
class AnswerExtended(RequestEvent):
    """The answer takes longer, with the consent of the data authority."""

    name: ClassVar[str] = "data.answer_extended"
    due_on: str
    reason: str


@dataclass(frozen=True)
class RequestPassedOn(RequestEvent):
    """Another department is asked to confirm the data; ``before`` is who was named first."""

    name: ClassVar[str] = "data.request_passed_on"
    before: str


@dataclass(frozen=True)
class AnswerOverdue(RequestEvent):
    """The days of an answer are over: the data authority is called."""

    name: ClassVar[str] = "data.answer_overdue"
    due_on: str


@dataclass(frozen=True)
class RequestWithdrawn(RequestEvent):
    """The department does not need it any more."""

    name: ClassVar[str] = "data.request_withdrawn"


@dataclass(frozen=True)
class RefusalDisputed(RequestEvent):
    """Who was refused does not accept it; the owner answers again until ``due_on``."""

    name: ClassVar[str] = "data.refusal_disputed"
    due_on: str


@dataclass(frozen=True)
class RefusalReferred(RequestEvent):
    """The owner stands by its refusal, or has not answered: the data authority decides until ``due_on``."""

    name: ClassVar[str] = "data.refusal_referred"
    due_on: str


@dataclass(frozen=True)
class DisputeOverdue(RequestEvent):
    """The days of a dispute are over; the department ``late`` should have answered."""

    name: ClassVar[str] = "data.dispute_overdue"
    due_on: str
    late: str


@dataclass(frozen=True)
class DisputeClosed(RequestEvent):
    """A dispute is over: overturned, upheld or dropped."""

    name: ClassVar[str] = "data.dispute_closed"
    state: str
    why: str


@dataclass(frozen=True)
class GrantChanged(Event):
    """A grant was given, narrowed or has ended; ``state`` is what it is now."""

    name: ClassVar[str] = "data.grant_changed"
    grant_id: str
    consumer: str
    provider: str
    service: str
    state: str
    why: str


@dataclass(frozen=True)
class GrantEnding(Event):
    """A grant ends on ``until`` and is not renewed yet; told to the department that holds it."""

    name: ClassVar[str] = "data.grant_ending"
    grant_id: str
    department: str
    resource: str
    until: str


@dataclass(frozen=True)
class GrantTaken(Event):
    """Something was taken from a grant: ``act`` is narrowed (by ``fields``), reduced (to ``per_day``) or revoked; by a law or with a reason."""

    name: ClassVar[str] = "data.grant_taken"
    grant_id: str
    department: str
    resource: str
    act: str
    fields: tuple[str, ...]
    per_day: int
    why: str
