"""The words of asking for data: a wish, what the lists say to it, a request with its clock, a grant."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from tongban.datahub.resources.types.catalogue import DataDuty, LegalBasis, Negative, Resource, Sharing
from tongban.kernel.records import Word


class ListKind(Word):
    """Of which list an entry is."""

    SYSTEM = "system"
    THEME = "theme"
    RESOURCE = "resource"
    DUTY = "duty"
    DEMAND = "demand"
    NEGATIVE = "negative"


class Origin(Word):
    """Where a version of an entry comes from."""

    PACK = "pack"
    DESK = "desk"
    LIST = "list"  # imported from a table


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an entry: who wrote it, when and why; ``document`` None where it was taken off."""

    kind: ListKind
    code: str
    number: int
    origin: Origin
    document: Mapping[str, object] | None
    at: dt.datetime
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class Lists:
    """What the answer to a demand stands on: the catalogue, who owes what, what may not be shared."""

    resources: Mapping[str, Resource]
    duties: tuple[DataDuty, ...] = ()
    negatives: tuple[Negative, ...] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """What a department wants to know, and why: the demand without its bookkeeping."""

    department: str
    item: str
    material: str
    purpose: str
    basis: LegalBasis
    resource: str | None = None
    fields: tuple[str, ...] = ()
    elements: tuple[str, ...] = ()
    per_day: int = 1000
    until: dt.date | None = None
    asked: str = ""
    """The department that should have the data, where no resource is known."""


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """Who handles an item, and which materials it asks for: as its catalogue says."""

    departments: frozenset[str]
    materials: frozenset[str]


@dataclass(frozen=True, slots=True)
class Past:
    """What was given to a department of a resource, as far as the next answer depends on it.

    ``stopped`` says that an owner, or the data authority, has revoked a grant; ``per_day`` are the calls that stand for
    the same item by now, ``limited_to`` the least that an owner has limited them to.
    """

    stopped: bool = False
    per_day: int = 0
    limited_to: int | None = None


class Hold(Word):
    """Why the lists do not grant at once what they could: the owner answers."""

    ITEM = "item"  # another department handles the item, or nobody knows it
    MATERIAL = "material"  # the item does not ask for the material
    STOPPED = "stopped"  # a grant over the resource was revoked
    LIMIT = "limit"  # more calls a day than are granted at once


class Outcome(Word):
    """What the lists say to a wish."""

    GRANTED = "granted"
    REFUSED = "refused"
    QUEUED = "queued"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Fields that are not shared, and the law that says so."""

    fields: tuple[str, ...]
    law: str
    reason: str
    entry: str = ""
    """The negative entry's code; none where the resource itself is not shared."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer by the lists: ``fields`` are granted or wait for the owner, the others are refused by law.

    ``days`` are working days in which the owner answers; 0 where it is answered at once. ``holds`` say why it waits,
    where the lists alone would have granted it.
    """

    outcome: Outcome
    resource: str | None
    fields: tuple[str, ...]
    refused: tuple[Refusal, ...]
    owner: str
    days: int
    basis: str
    duty: str = ""
    holds: tuple[Hold, ...] = ()


class RequestState(Word):
    """How far a request is."""

    QUEUED = "queued"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class RequestAct(Word):
    """What is done with a request."""

    STATE = "state"
    CONFIRM = "confirm"
    GRANT = "grant"
    REFUSE = "refuse"
    EXTEND = "extend"
    ESCALATE = "escalate"
    WITHDRAW = "withdraw"
    FORWARD = "forward"
    DISPUTE = "dispute"
    UPHOLD = "uphold"
    REFER = "refer"
    OVERTURN = "overturn"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Clock:
    """How the limit of an answer stands on a day, in working days; ``left`` is negative when it is over."""

    used: int
    allowed: int
    left: int
    is_overdue: bool
    is_near: bool
    due_on: dt.date


class GrantState(Word):
    """Whether a grant can be used."""

    ACTIVE = "active"
    REVOKED = "revoked"
    EXPIRED = "expired"


class Stop(Word):
    """Who ended a grant before its last day."""

    OWNER = "owner"  # the owner, or the data authority
    HOLDER = "holder"  # who had it gave it up
    LAW = "law"  # the negative list


@dataclass(frozen=True, slots=True)
class Request:
    """A demand that was stated, and its answer. ``demand`` is its code in the demand list, if it is there."""

    id: uuid.UUID
    demand: str
    wish: Wish
    consumer: str
    state: RequestState
    resource: str | None
    fields: tuple[str, ...]
    refused: tuple[Refusal, ...]
    owner: str
    basis: str
    stated_at: dt.datetime
    due_on: dt.date | None
    is_extended: bool
    escalated_at: dt.datetime | None
    answered_at: dt.datetime | None
    answer: str
    grant: uuid.UUID | None
    renews: uuid.UUID | None = None
    """The grant that is to go on by it."""
    holds: tuple[Hold, ...] = ()

    def is_overdue(self, today: dt.date) -> bool:
        """Return whether the owner should have answered before today."""
        return self.state is RequestState.QUEUED and self.due_on is not None and self.due_on < today


@dataclass(frozen=True, slots=True)
class Grant:
    """授权: who may ask whom for which fields, for which purpose and items, how often, until when."""

    id: uuid.UUID
    request: uuid.UUID
    consumer: str
    provider: str
    service: str
    resource: str
    fields: tuple[str, ...]
    purpose: str
    items: tuple[str, ...]
    material: str
    basis: str
    valid_from: dt.date
    until: dt.date
    per_day: int
    state: GrantState
    ended_at: dt.datetime | None = None
    why_ended: str = ""

    def is_valid_on(self, day: dt.date) -> bool:
        """Return whether it can be used on a day."""
        return self.state is GrantState.ACTIVE and self.valid_from <= day <= self.until


class Reach(Word):
    """How far a material is from not being asked for any more."""

    GRANTED = "granted"  # a grant stands: it is obtained, not asked for
    OWED = "owed"  # demanded, and a duty or unconditional sharing covers it: stating it spares it
    DEMANDED = "demanded"  # demanded, but no duty covers it
    BARRED = "barred"  # demanded, but the negative list forbids all of it
    ASKED = "asked"  # nobody has demanded it: people bring it


@dataclass(frozen=True, slots=True)
class Spared:
    """One material and how far it is."""

    item: str
    material: str
    reach: Reach
    demand: str = ""
    resource: str = ""
    duty: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Materials asked of people, and which of them the lists could spare."""

    materials: tuple[Spared, ...]
    counts: Mapping[Reach, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Return how many materials there are."""
        return len(self.materials)


@dataclass(frozen=True, slots=True)
class Repeated:
    """Demands of one department for the same fields of one resource: one grant could serve them all."""

    department: str
    resource: str
    fields: tuple[str, ...]
    demands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ThemeList:
    """主题清单: what there is under one theme, and how it is shared."""

    theme: str
    name: str
    resources: tuple[str, ...]
    departments: tuple[str, ...]
    sharing: Mapping[Sharing, int]
    duties: int
    demands: int
    negatives: int


class Stage(Word):
    """How far an entry of the demand list is today."""

    IN_USE = "in_use"  # a grant stands
    WAITING = "waiting"  # stated; the owner answers
    UNSTATED = "unstated"  # a resource has it, and nobody has stated it, or its grant has ended
    DECLINED = "declined"  # the owner does not share it
    UNCLAIMED = "unclaimed"  # no resource of the catalogue has it
    BARRED = "barred"  # the negative list, or the resource itself, forbids all of it

    @property
    def is_matched(self) -> bool:
        """Return whether a resource of the catalogue has what is demanded, and may share it."""
        return self not in (Stage.UNCLAIMED, Stage.BARRED)


@dataclass(frozen=True, slots=True)
class Flow:
    """The three lists in figures: where the demands come to, what the duties are used for.

    ``late`` and ``in_time`` are the unclaimed demands that were stated, by their clock, ``answered`` those of them that the
    authority has answered; ``answers_late`` those that wait for an owner's answer longer than they may.
    """

    stages: Mapping[Stage, int]
    new: int
    late: int
    in_time: int
    duties: int
    unused: int
    negatives: int
    laws: int
    answers_late: int = 0
    answered: int = 0

    @property
    def demands(self) -> int:
        """Return how many demands there are."""
        return sum(self.stages.values())

    @property
    def matched(self) -> int:
        """Return how many demands a resource can answer."""
        return sum(count for stage, count in self.stages.items() if stage.is_matched)


@dataclass(frozen=True, slots=True)
class Office:
    """For which departments somebody acts where data is concerned; the authority may act for all."""

    departments: tuple[str, ...]
    is_authority: bool

    @property
    def exists(self) -> bool:
        """Return whether there is anything of data that somebody may do."""
        return bool(self.departments) or self.is_authority
