"""The vocabulary of identity. Personal numbers and phones are masked in every record here."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from tongban.foundation.government.types import May, Post
from tongban.kernel.types import Actor, Subject

__all__ = ["OFFICERS", "May", "Post"]

Via = Literal["self", "representative", "mandate", "guardian"]
DATA_SCOPES = ("cases:read", "cases:write", "licences:read", "messages:read")
"""What a person may let a registered system do in their name; each sign-on asks them."""
OFFICERS = frozenset({May.SYSTEM_OFFICER, May.SECURITY_OFFICER, May.AUDIT_OFFICER})
"""三员: system, security and audit officer, always three people (GB/T 22239-2019, 8.1.7.1)."""


@dataclass(frozen=True, slots=True)
class Person:
    """自然人. ``name`` is the whole name; pages for others than the person's own case show ``masked_name``."""

    id: uuid.UUID
    name: str
    masked_number: str
    birth_on: dt.date
    phone_masked: str
    is_verified: bool
    masked_name: str = ""
    sex: str = ""
    died_on: dt.date | None = None

    @property
    def subject(self) -> Subject:
        """Return the person as a subject."""
        return Subject("person", str(self.id))

    @property
    def actor(self) -> Actor:
        """Return the person as an actor; without the name, which the ledger must not hold."""
        return Actor("person", str(self.id))


@dataclass(frozen=True, slots=True)
class Company:
    """法人. ``legal_representative`` is a person's id; what is here is public in the register."""

    id: uuid.UUID
    name: str
    credit_code: str
    legal_representative: uuid.UUID
    address: str
    kind: str = ""
    district: str = ""
    bound_at: dt.datetime | None = None
    dissolved_on: dt.date | None = None

    @property
    def subject(self) -> Subject:
        """Return the company as a subject."""
        return Subject("company", str(self.id))


@dataclass(frozen=True, slots=True)
class ActingFor:
    """One way in which a person may act: for whom, by what right, for which items (None: all), until when."""

    party: Subject
    via: Via
    mandate: uuid.UUID | None = None
    name: str = ""
    items: frozenset[str] | None = None
    until: dt.date | None = None

    def covers(self, item: str | None) -> bool:
        """Return whether the right reaches this item; without one, whether it reaches any."""
        return item is None or self.items is None or item in self.items


@dataclass(frozen=True, slots=True)
class Mandate:
    """委托: the principal lets the grantee act, for some items or all (``items`` empty), until a day."""

    id: uuid.UUID
    principal: Subject
    principal_name: str
    grantee: uuid.UUID
    grantee_name: str
    items: tuple[str, ...]
    given_at: dt.datetime
    until: dt.date
    state: Literal["offered", "accepted", "declined", "revoked", "ended"]
    accepted_at: dt.datetime | None = None
    revoked_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class StaffAccess:
    """What a member of staff may do now: posts of their own and those they stand in for.

    A post reaches the whole city unless ``districts`` names (by the post's code) those whose bodies it works for.
    """

    account: uuid.UUID | None
    code: str
    name: str
    posts: tuple[Post, ...]
    departments: frozenset[str]
    duties: frozenset[str]
    stands_in_for: tuple[str, ...] = ()
    is_absent: bool = False
    districts: Mapping[str, frozenset[str]] = field(default_factory=dict, hash=False)

    def posts_for(self, district: str) -> tuple[Post, ...]:
        """Return the posts that reach what belongs to a district; to what belongs to none (empty), all do."""
        if not district or not self.districts:
            return self.posts
        return tuple(post for post in self.posts if district in self.districts.get(post.code, (district,)))

    def departments_for(self, district: str) -> frozenset[str]:
        """Return the departments whose matters of a district are theirs."""
        return frozenset(post.department for post in self.posts_for(district))

    @property
    def actor(self) -> Actor:
        """Return the member of staff as an actor; staff are named on the ledger."""
        return Actor("staff", self.code, self.name)

    def may(self, duty: str) -> bool:
        """Return whether one of the posts has this duty."""
        return duty in self.duties


@dataclass(frozen=True, slots=True)
class StaffAccount:
    """A member of staff as the officers see them: posts and duties, the account, when last signed in."""

    code: str
    name: str
    posts: tuple[Post, ...]
    duties: frozenset[str]
    officer: str = ""
    account: Account | None = None
    signed_in_at: dt.datetime | None = None

    @property
    def state(self) -> Literal["none", "open", "closed"]:
        """Return whether there is an account to sign in with."""
        return "none" if self.account is None else "open" if self.account.is_active else "closed"


@dataclass(frozen=True, slots=True)
class ReadingInFull:
    """One reading of a personal field in full, and what the security officer found of it."""

    record: uuid.UUID
    at: dt.datetime
    staff: str
    staff_name: str
    field: str
    purpose: str
    law: str
    verdict: str = ""
    note: str = ""
    reviewer: str = ""


@dataclass(frozen=True, slots=True)
class LockOut:
    """An account that was tried too often: whose it is (a staff code; of others nothing), from where, when."""

    at: dt.datetime
    account: uuid.UUID | None
    staff: str
    address: str
    is_lifted: bool


@dataclass(frozen=True, slots=True)
class Absence:
    """请假、出差: from a day to a day, who stands in."""

    id: uuid.UUID
    staff: str
    substitute: str
    from_on: dt.date
    until_on: dt.date
    reason: str


@dataclass(frozen=True, slots=True)
class Account:
    """An account: of a person (``person`` set once the real name is checked) or of staff (``staff``)."""

    id: uuid.UUID
    person: uuid.UUID | None
    staff: str | None
    phone_masked: str
    mail_masked: str
    is_active: bool
    has_password: bool
    must_change_password: bool
    second_factors: tuple[str, ...] = ()

    @property
    def is_staff(self) -> bool:
        """Return whether this is a staff account."""
        return self.staff is not None


@dataclass(frozen=True, slots=True)
class ResidentId:
    """What an 18-digit resident identity number says (GB 11643-1999)."""

    number: str
    birth_on: dt.date
    sex: Literal["男", "女"]
    area: str
    area_name: str = ""


@dataclass(frozen=True, slots=True)
class RealName:
    """The authority's answer to “does this name belong to this number”."""

    matches: bool
    birth_on: dt.date | None = None
    sex: str = ""
    died_on: dt.date | None = None
    authority: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RegisterPerson:
    """A person as the population register has them: values by data element, such as ``applicant-address``."""

    name: str
    number: str
    died_on: dt.date | None = None
    wards: tuple[tuple[str, str], ...] = ()
    """Children in this person's guardianship: (name, number)."""
    values: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Data element → (value, register)."""


@dataclass(frozen=True, slots=True)
class RegisterCompany:
    """A company as the register of legal entities has it."""

    name: str
    credit_code: str
    representative_name: str
    representative_number: str
    address: str
    kind: str = ""
    district: str = ""
    dissolved_on: dt.date | None = None
    values: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Persona:
    """An invented person or member of staff of the demonstration, offered on its sign-in page."""

    code: str
    kind: Literal["person", "staff"]
    name: str
    says: str
    english: str


@dataclass(frozen=True, slots=True)
class SessionState:
    """What a session is at a moment: whether it still holds, seconds left, whether to warn."""

    holds: bool
    seconds_left: int
    warn: bool


@dataclass(frozen=True, slots=True)
class System:
    """A department's or company's own system that signs people on here."""

    code: str
    name: str
    addresses: tuple[str, ...]
    scopes: tuple[str, ...]
    told_of_logout: str
    registered_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who shows an access token: a person by way of a registered system, for one party, within scopes."""

    person: uuid.UUID
    client: str
    scopes: frozenset[str]
    party: Subject
    account: uuid.UUID

    @property
    def actor(self) -> Actor:
        """Return the person as the actor of an operation; the system is named in what the gate records."""
        return Actor("person", str(self.person))

    def may(self, scope: str) -> bool:
        """Return whether the person let the system do this, such as ``cases:read``."""
        return scope in self.scopes


@dataclass(frozen=True, slots=True)
class Grant:
    """One issue of tokens to another system; spent once its refresh token was exchanged or its family ended."""

    id: uuid.UUID
    family: uuid.UUID
    is_spent: bool
    party: Subject | None = None
