"""The records that answers about one's own cases are made of."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    StringConstraints,
)

from tongban.kernel.clock import SHANGHAI
from tongban.services.cases.types import CaseState, MaterialState

PDF = "application/pdf"
ANY_KIND = "*/*"
Kind = Literal["person", "company"]
ServiceKind = Literal["item", "bundle"]
Text = Annotated[StrictStr, StringConstraints(max_length=2000, pattern=r"^[^\x00]*$")]
Value = Text | StrictBool | StrictInt | StrictFloat | None
"""What a field of a form holds: nothing is guessed, “80” is no 80."""


def file_of(kind: str) -> dict[str, Any]:
    """Return what the document says of an answer that is a file of this media type."""
    content = {kind: {"schema": {"type": "string", "format": "binary"}}}
    return {"responses": {200: {"description": "OK", "content": content}}}


class Named(BaseModel):
    """What is read off records of the house by the names of its fields."""

    model_config = ConfigDict(from_attributes=True)


def _here(at: dt.datetime) -> dt.datetime:
    return at.astimezone(SHANGHAI)


Moment = Annotated[dt.datetime, AfterValidator(_here)]
"""A moment, always told in the city's time: the same answer is the same to the letter, whenever it is given."""


class Sent(BaseModel):
    """What is sent: a field that does not exist is refused, so that a mistake never passes unseen."""

    model_config = ConfigDict(extra="forbid")


class Service(BaseModel):
    """What is applied for."""

    kind: ServiceKind
    code: str
    name: str = Field(description="Official name, in the situation that was chosen")


class Applicant(BaseModel):
    """Whom a case is for."""

    kind: Kind
    id: str
    name: str


class CaseLine(BaseModel):
    """A case in a list."""

    id: uuid.UUID
    number: str | None = Field(description="受理编号; null before it is handed in")
    state: CaseState
    service: Service
    applicant: Applicant
    district: str
    items: list[str] = Field(description="Codes of the items that apply")
    started_at: Moment
    received_at: Moment | None
    completeness_due: dt.date | None = Field(
        description="Until then it is said whether everything is there, or it counts as accepted (行政许可法 32)"
    )
    accepted_on: dt.date | None
    deemed: bool = Field(description="Accepted because nobody spoke in time")
    promised_due: dt.date | None
    closed_at: Moment | None


class BranchLine(BaseModel):
    """What one department does about one item."""

    item: str
    item_name: str
    department: str
    state: str = Field(description="waiting, open, stopped, granted, refused or ended")
    waits_for: list[str]
    opened_on: dt.date | None
    due_on: dt.date | None
    promised_days: int
    used_days: int
    left_days: int | None
    stopped_for: str = Field(description="The special procedure that stops the clock now, empty if none")
    outcome: str
    reasons: str
    remedies: list[str]


class DaysLine(BaseModel):
    """Working days in a row under the same names: whose days they are."""

    parties: list[str] = Field(description="Codes of departments, applicant, or procedure:NAME")
    first: dt.date
    last: dt.date
    days: int


class VisitLine(BaseModel):
    """The one visit of all departments."""

    starts_at: Moment
    ends_at: Moment
    place: str
    prepare: str = Field(description="What to have ready")
    held: bool


class ForecastLine(BaseModel):
    """When it will be done, by how long earlier cases of the same items took."""

    p50_on: dt.date = Field(description="Half of them were done by then")
    p90_on: dt.date = Field(description="Nine of ten were done by then")
    in_time: float | None = Field(description="Share that was done by the promised day")
    basis: int = Field(description="How many earlier cases this stands on, at least")


class CaseWhole(CaseLine):
    """A case as its applicant sees it."""

    via: str = Field(description="By what right it was begun: self, representative, mandate or guardian")
    answers: dict[str, Any]
    versions: dict[str, int] = Field(description="The versions of the items that hold for this case")
    form_version: int
    promised_days: int | None
    statutory_days: int | None
    statutory_due: dt.date | None
    decided_at: Moment | None
    outcome: str
    acts: list[str] = Field(description="What you may do now")
    joint_due_on: dt.date | None
    branches: list[BranchLine]
    days: list[DaysLine]
    visit: VisitLine | None
    forecast: ForecastLine | None = Field(description="null until enough earlier cases are known")


class FieldLineOfForm(BaseModel):
    """One field of the form."""

    code: str
    name: str
    kind: str = Field(description="text, number, date, boolean, choice, phone, address …")
    choices: list[str]
    items: list[str] = Field(description="The items that need it")
    asked: str = Field(description="always, agent (only of who acts by mandate or as guardian) or never")
    value: Any = Field(description="null where nothing is filled in")
    source: str = Field(
        description="applicant, register:NAME or case:NUMBER; empty where nothing is filled in"
    )
    disputed: bool
    disputable: bool = Field(description="A register says so: it can only be changed by a dispute")


class FormWhole(BaseModel):
    """The form of a case, in the order of asking."""

    version: int
    fields: list[FieldLineOfForm]


class FormSaved(BaseModel):
    """What a save gave."""

    version: int


class ObtainedData(Named):
    """Data of a department that stands for a paper, or is being asked for.

    ``awaited`` waits for the fields of the form in ``asked_by``, ``confirming`` for another answer that shows them to be the
    applicant's; ``unconfirmed`` is what none has shown: that department was not asked.
    """

    standing: Literal["found", "under_way", "confirming", "awaited", "not_found", "no_answer", "unconfirmed"]
    provider: str = Field(description="Whose data it is")
    label: str = Field(description="What it is called")
    fields: list[str]
    exchange: uuid.UUID | None = Field(description="The exchange's number, once something has come")
    at: Moment | None
    asked_by: list[str] = Field(
        description="Fields of the form by which it is asked; none where it is asked by who applies"
    )


class MaterialLine(Named):
    """One paper: why it need not be brought, or what to bring."""

    item: str
    code: str
    name: str
    state: MaterialState
    kind: str = Field(description="How it is or could be spared: data_sharing, commitment, duplicate …")
    reason: str = Field(description="Why it need not be brought, in a sentence")
    law: str
    document: uuid.UUID | None
    document_name: str
    offered: uuid.UUID | None = Field(description="An earlier upload that can be used again")
    offered_name: str
    due_on: dt.date | None = Field(description="The day it was promised for")
    given_at: Moment | None
    may_follow: bool = Field(description="Not essential: may be promised for a later day (容缺后补)")
    obtained: ObtainedData | None = Field(description="With data that a department has, by an exchange")


class MissingLine(BaseModel):
    """One thing that stands in the way of handing in."""

    kind: Literal["field", "paper"]
    item: str
    code: str
    sentence: str = Field(description="In the reader's language")


class Review(BaseModel):
    """What is missing before handing in; nothing missing means that it can be handed in."""

    ready: bool
    missing: list[MissingLine]


class ReceiptWhole(BaseModel):
    """收件凭证. ``code`` lets anybody ask how far the case is."""

    case: uuid.UUID
    number: str
    code: str
    service: Service
    applicant_name: str
    received_at: Moment
    completeness_due: dt.date
    items: list[str]
    departments: list[str]


class DemandLine(Named):
    """One thing that the one notice asks for."""

    what: str
    item: str
    material: str
    field: str


class LetterWhole(BaseModel):
    """What the office told in writing, word for word."""

    kind: str
    number: str
    text: str
    sha256: str
    seal: str
    at: Moment
    demands: list[DemandLine]


class CommitmentText(BaseModel):
    """The text of a commitment as it must be shown, and its digest, which signing wants back."""

    text: str
    digest: str
