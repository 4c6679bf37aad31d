"""The words of licences: states, acts and who does them, and the records that queries give."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tongban.kernel.types import Actor, Subject


class LicenceState(StrEnum):
    """Where a licence stands."""

    VALID = "valid"  # 有效
    SUSPENDED = "suspended"  # 暂扣
    REVOKED = "revoked"  # 撤销: the grant itself was wrong
    WITHDRAWN = "withdrawn"  # 吊销: a penalty
    CANCELLED = "cancelled"  # 注销
    EXPIRED = "expired"  # 超出有效期; follows from the date and is never stored
    CORRECTED = "corrected"  # 已更正: a newer version holds instead


class Act(StrEnum):
    """What can be done to a licence; each is one operation of the same name."""

    ISSUE = "issue"
    SUSPEND = "suspend"
    RESUME = "resume"
    REVOKE = "revoke"
    WITHDRAW = "withdraw"
    CANCEL = "cancel"
    CORRECT = "correct"


class Role(StrEnum):
    """In which capacity somebody meets a licence."""

    DECIDER = "decider"  # 决定人员 of the body that issued it
    SYSTEM = "system"


class Kind(StrEnum):
    """The documents that are made here."""

    LICENCE = "licence"  # 证照
    RECEIPT = "receipt"  # 收件凭证
    ACCEPTANCE = "acceptance"  # 受理通知书
    NOTICE = "notice"  # 一次性补正告知书
    DECISION = "decision"  # 准予行政许可决定书
    REFUSAL = "refusal"  # 不予行政许可决定书


@dataclass(frozen=True, slots=True)
class Line:
    """One line on the face of a licence."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Grant:
    """What a licence is issued on: a branch that was decided, and what the licence is to say."""

    type: str
    name: str
    holder: Subject
    holder_name: str
    item: str
    item_version: int
    department: str
    district: str
    case_id: uuid.UUID | None = None
    branch_id: uuid.UUID | None = None
    validity: str = ""
    face: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence as its holder and the office see it."""

    id: uuid.UUID
    number: str
    identifier: str
    code: str
    type: str
    name: str
    holder: Subject
    holder_name: str
    item: str
    case_id: uuid.UUID | None
    branch_id: uuid.UUID | None
    department: str
    issuer: str
    district: str
    issued_on: dt.date
    valid_from: dt.date
    valid_until: dt.date | None
    validity: str
    state: LicenceState
    version: int
    face: tuple[Line, ...]
    is_combined: bool
    parts: tuple[uuid.UUID, ...]
    replaces: uuid.UUID | None
    document: uuid.UUID | None
    document_sha256: str = ""

    @property
    def is_valid(self) -> bool:
        """Return whether it can be relied upon."""
        return self.state is LicenceState.VALID


@dataclass(frozen=True, slots=True)
class Change:
    """One act upon a licence, with its law and reason; never changed."""

    number: int
    act: Act
    before: LicenceState | None
    after: LicenceState
    law: str
    reason: str
    at: dt.datetime
    by: Actor


@dataclass(frozen=True, slots=True)
class Choice:
    """An act upon a licence as a button: possible or not, and then why not, in the rule's own sentence."""

    act: Act
    is_possible: bool
    sentence: str = ""
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """A licence beneath a combined one, and how it stands today."""

    name: str
    number: str
    state: LicenceState


@dataclass(frozen=True, slots=True)
class Shown:
    """What anyone who holds identifier or number and the code may know: the holder masked, nothing of the face."""

    number: str
    identifier: str
    type: str
    name: str
    holder_masked: str
    holder_kind: str
    issuer: str
    issued_on: dt.date
    valid_from: dt.date
    valid_until: dt.date | None
    validity: str
    state: LicenceState
    version: int
    changed_on: dt.date | None
    law: str
    is_combined: bool
    parts: tuple[Part, ...] = ()
    newer: str = ""
    is_signature_good: bool = True


@dataclass(frozen=True, slots=True)
class Sharing:
    """A leave to look at a licence, as its holder sees it."""

    id: uuid.UUID
    licence: uuid.UUID
    purpose: str
    made_at: dt.datetime
    ends_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Shared:
    """What whoever was given a code sees: the whole face, for what it was shared, until when."""

    shown: Shown
    holder_name: str
    face: tuple[Line, ...]
    purpose: str
    ends_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Identifier:
    """The parts of an electronic licence's identifier, and what is odd about it (``flags``: rule codes)."""

    body: str
    type_number: str
    issuer: str
    serial: str
    version: str
    check: str
    flags: tuple[str, ...] = ()

    @property
    def type_code(self) -> str:
        """Return the 21 characters of the type: who defined it and its number there."""
        return self.body + self.type_number


@dataclass(frozen=True, slots=True)
class Correction:
    """What a new version says otherwise; None stays as it was."""

    holder_name: str | None = None
    face: tuple[Line, ...] | None = None
    valid_until: dt.date | None = None
    is_open_ended: bool = False


@dataclass(frozen=True, slots=True)
class PdfFinding:
    """What looking at a PDF found: whether its seal is whole, and how the licence stands today if it is ours."""

    is_sealed: bool
    is_whole: bool
    is_trusted: bool
    is_original: bool = False
    signers: tuple[str, ...] = ()
    signed_at: dt.datetime | None = None
    problem: str = ""
    licence: Shown | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """A document to be drawn: what it says is data, never markup."""

    kind: Kind
    values: Mapping[str, object] = field(default_factory=dict)
