"""Facts of identity that others may react to: who died, what was dissolved, which mandate ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tongban.foundation.outbox.types import Event


@dataclass(frozen=True)
class PersonDied(Event):
    """A person has died: their cases end where the law says so (行政许可法第 70 条)."""

    name: ClassVar[str] = "identity.person_died"
    person_id: str
    died_on: str


@dataclass(frozen=True)
class CompanyDissolved(Event):
    """A company has been struck off."""

    name: ClassVar[str] = "identity.company_dissolved"
    company_id: str
    dissolved_on: str


@dataclass(frozen=True)
class MandateGiven(Event):
    """A mandate waits for its grantee to accept."""

    name: ClassVar[str] = "identity.mandate_given"
    mandate_id: str
    principal_kind: str
    principal_id: str
    grantee_id: str


@dataclass(frozen=True)
class MandateEnded(Event):
    """A mandate was revoked or given back."""

    name: ClassVar[str] = "identity.mandate_ended"
    mandate_id: str
    principal_kind: str
    principal_id: str
    grantee_id: str


@dataclass(frozen=True)
class RealNameConfirmed(Event):
    """An account is now that of a person."""

    name: ClassVar[str] = "identity.real_name_confirmed"
    person_id: str
    account_id: str


@dataclass(frozen=True)
class SystemSignedOut(Event):
    """Somebody left a system that they had signed on to from here; ``sub`` is their name for that system."""

    name: ClassVar[str] = "identity.system_signed_out"
    client: str
    sub: str
    issuer: str
