"""The words of cases: states, acts and who does them, and the records that queries give."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tongban.kernel.conditions import Answer
from tongban.kernel.types import Actor, Subject


class CaseState(StrEnum):
    """Where a case stands."""

    DRAFT = "draft"  # 草稿
    RECEIVED = "received"  # 收件
    SUPPLEMENT = "supplement"  # 补正
    NOT_ACCEPTED = "not_accepted"  # 不予受理
    ACCEPTED = "accepted"  # 受理
    DECIDED = "decided"  # 决定
    CLOSED = "closed"  # 办结
    WITHDRAWN = "withdrawn"  # 撤回申请
    TERMINATED = "terminated"  # 终止


class Act(StrEnum):
    """What can be done to a case; each is one operation of the same name."""

    SAVE_FIELDS = "save_fields"
    ATTACH = "attach"
    DETACH = "detach"
    SIGN_COMMITMENT = "sign_commitment"
    DISPUTE_VALUE = "dispute_value"
    SUBMIT = "submit"
    BRING_PROMISED = "bring_promised"
    ACCEPT = "accept"
    DEEM_ACCEPTED = "deem_accepted"
    REFUSE_ACCEPTANCE = "refuse_acceptance"
    GIVE_NOTICE = "give_notice"
    SUPPLEMENT = "supplement"
    DEMAND_LATER = "demand_later"
    CORRECT = "correct"
    WITHDRAW = "withdraw"
    TERMINATE = "terminate"
    RECORD_DECIDED = "record_decided"
    CLOSE = "close"


class Role(StrEnum):
    """In which capacity somebody meets a case."""

    APPLICANT = "applicant"  # 申请人: the person, or the company's legal representative
    AGENT = "agent"  # 代理人: with a mandate, or a guardian
    CLERK = "clerk"  # 受理人员
    REVIEWER = "reviewer"  # 审查人员
    DECIDER = "decider"  # 决定人员
    SUPERVISOR = "supervisor"  # 督查人员: looks, never acts
    SYSTEM = "system"


class Refusal(StrEnum):
    """Why an application is not accepted (行政许可法 32 (一)(二))."""

    NOT_NEEDED = "not_needed"  # no licence is needed for this
    WRONG_BODY = "wrong_body"  # another body decides


class Ending(StrEnum):
    """Why a case ends without a decision."""

    DEATH = "death"
    DISSOLUTION = "dissolution"
    IMPOSSIBLE = "impossible"  # 不可抗力


class MaterialState(StrEnum):
    """What became of one paper."""

    EXEMPT = "exempt"
    GIVEN = "given"
    COMMITTED = "committed"
    MISSING = "missing"
    LATER = "later"  # 容缺后补: promised for a day


class Letter(StrEnum):
    """What the office tells in writing."""

    ACCEPTANCE = "acceptance"  # 受理通知书
    DEEMED = "deemed"  # 视为受理
    NOT_NEEDED = "not_needed"  # 不受理告知书
    NOT_ACCEPTED = "not_accepted"  # 不予受理决定书
    NOTICE = "notice"  # 一次性补正告知书
    TERMINATION = "termination"  # 终止办理通知书
    DEMAND = "demand"  # a paper demanded after the one notice: a breach on record


class Asked(StrEnum):
    """Of whom a field must be filled before filing."""

    ALWAYS = "always"
    AGENT = "agent"  # only when somebody acts by mandate or as guardian
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class FieldValue:
    """What the form says, where it comes from (``applicant``, ``register:人口库``, ``shared:上海市公安局``, ``case:NUMBER``,
    ``answer:QUESTION``).
    """

    value: Any
    source: str
    disputed: bool = False
    version: int = 0


@dataclass(frozen=True, slots=True)
class FormField:
    """A field that the form asks, the items that need it, and of whom it must be filled before filing."""

    code: str
    items: tuple[str, ...]
    asked: Asked = Asked.ALWAYS


@dataclass(frozen=True, slots=True)
class Obtained:
    """Data instead of a paper: which, of whom, how far; when it came and by which exchange, once it has come.

    ``standing`` is ``found``, ``under_way``, ``confirming``, ``awaited``, ``not_found``, ``no_answer`` or ``unconfirmed``
    (``exemptions.types.Standing``); ``asked_by`` are the fields of the form by which it is asked.
    """

    standing: str
    provider: str
    label: str
    fields: tuple[str, ...] = ()
    exchange: uuid.UUID | None = None
    at: dt.datetime | None = None
    asked_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseMaterial:
    """One paper of a case."""

    item: str
    code: str
    name: str
    state: MaterialState
    kind: str = ""
    reason: str = ""
    law: str = ""
    document: uuid.UUID | None = None
    document_name: str = ""
    offered: uuid.UUID | None = None
    offered_name: str = ""
    same_as: tuple[str, str] | None = None
    due_on: dt.date | None = None
    given_at: dt.datetime | None = None
    may_follow: bool = False
    """Not essential: may be promised for a later day (容缺后补)."""
    obtained: Obtained | None = None

    @property
    def is_under_way(self) -> bool:
        """Return whether a department is being asked for it at this moment."""
        return self.obtained is not None and self.obtained.standing == "under_way"

    @property
    def is_to_come(self) -> bool:
        """Return whether a department is asked for it as soon as the form says by what, or that is known to be theirs."""
        return self.obtained is not None and self.obtained.standing in ("awaited", "confirming")

    @property
    def is_open(self) -> bool:
        """Return whether the applicant still has to do something about it before filing."""
        return self.state is MaterialState.MISSING


@dataclass(frozen=True, slots=True)
class PlanStep:
    """A step of the path as compiled when the case began: approvals opens its branches by it."""

    step: str
    kind: str
    name: str
    department: str | None
    days: int
    start: int
    end: int
    after: tuple[str, ...] = ()
    joint: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """A case, as those who may see it see it."""

    id: uuid.UUID
    number: str | None
    state: CaseState
    service: Subject
    service_name: str
    versions: Mapping[str, int]
    bundle_version: int | None
    applicant: Subject
    applicant_name: str
    filed_by: Actor
    via: str
    district: str
    answers: Mapping[str, Answer]
    items: tuple[str, ...]
    departments: tuple[str, ...]
    plan: tuple[PlanStep, ...]
    form: tuple[FormField, ...]
    form_version: int
    fields: Mapping[str, FieldValue]
    materials: tuple[CaseMaterial, ...]
    started_at: dt.datetime
    received_at: dt.datetime | None
    completeness_due: dt.date | None
    accepted_on: dt.date | None
    deemed: bool
    promised_days: int | None
    statutory_days: int | None
    promised_due: dt.date | None
    statutory_due: dt.date | None
    decided_at: dt.datetime | None
    closed_at: dt.datetime | None
    immediate: bool = False
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class CaseCard:
    """A case in a list."""

    id: uuid.UUID
    number: str | None
    state: CaseState
    service: Subject
    service_name: str
    applicant: Subject
    applicant_name: str
    district: str
    items: tuple[str, ...]
    started_at: dt.datetime
    received_at: dt.datetime | None
    completeness_due: dt.date | None
    accepted_on: dt.date | None
    deemed: bool
    promised_due: dt.date | None
    closed_at: dt.datetime | None
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Responsible:
    """What a case is about and who deals with it."""

    items: tuple[str, ...]
    departments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One act of a case; ``facts`` is the digest of the filing that was seen."""

    number: int
    act: Act | None
    """None for the first: the draft was begun."""
    before: CaseState | None
    after: CaseState
    at: dt.datetime
    by: Actor
    role: Role
    facts: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save gave: the form's version, and the fields another device has written since ``seen``."""

    version: int
    changed_elsewhere: Mapping[str, FieldValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Receipt:
    """收件凭证: what the applicant gets at once. ``code`` opens the progress page without signing in.

    ``materials`` are listed by ``queries.receipt``, for the page; the answer to the act itself is without them.
    """

    case_id: uuid.UUID
    number: str
    code: str
    service: Subject
    service_name: str
    applicant_name: str
    received_at: dt.datetime
    completeness_due: dt.date
    items: tuple[str, ...]
    departments: tuple[str, ...]
    materials: tuple[CaseMaterial, ...] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that stands in the way of filing: in a plain sentence, with where to mend it."""

    kind: str
    sentence: str
    values: Mapping[str, str]
    item: str = ""
    code: str = ""

    @property
    def words(self) -> str:
        """Return the sentence in Chinese."""
        return self.sentence.format(**self.values)


@dataclass(frozen=True, slots=True)
class PreReview:
    """What is missing before filing; nothing missing means that it can be filed."""

    missing: tuple[Missing, ...]

    @property
    def is_ready(self) -> bool:
        """Return whether it can be filed."""
        return not self.missing


@dataclass(frozen=True, slots=True)
class Demand:
    """One thing that a notice lists: a paper (item and material) or a field of the form, and what is wrong."""

    what: str
    item: str = ""
    material: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A letter as it was sent: verbatim, with its digest and the seal on it."""

    kind: Letter
    number: str
    text: str
    sha256: str
    seal: str
    signature: Mapping[str, Any]
    at: dt.datetime
    by: Actor
    demands: tuple[Demand, ...]


@dataclass(frozen=True, slots=True)
class Commitment:
    """告知承诺 as signed: the text that was shown, by whom and when."""

    item: str
    material: str
    text: str
    sha256: str
    signed_by: Actor
    signed_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Correction:
    """A request to correct what a register says."""

    id: uuid.UUID
    case_id: uuid.UUID
    field: str
    register: str
    grounds: str
    asked_at: dt.datetime
    due_on: dt.date


@dataclass(frozen=True, slots=True)
class Breach:
    """A duty of the office that was broken, on record."""

    kind: str
    what: str
    reason: str
    law: str
    at: dt.datetime
    by: Actor


@dataclass(frozen=True, slots=True)
class Progress:
    """What anyone with number and code may see: no name, no value of the form."""

    number: str
    state: CaseState
    service: Subject
    service_name: str
    district: str
    received_at: dt.datetime
    completeness_due: dt.date | None
    accepted_on: dt.date | None
    deemed: bool
    promised_due: dt.date | None
    closed_at: dt.datetime | None
    case_id: uuid.UUID
    outcome: str = ""
