"""What one has: messages, and licences with their sealed pages."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router
from pydantic import BaseModel, Field

from tongban.channels.openapi.applying.records import PDF, Applicant, Moment, Named, file_of
from tongban.channels.openapi.bearer import bearer_of
from tongban.channels.openapi.negotiation import language_of
from tongban.channels.openapi.parameters import Flag, Number
from tongban.channels.openapi.promises import promises
from tongban.foundation.identity import queries as identity
from tongban.foundation.identity.types import Bearer
from tongban.foundation.messages import operations, queries
from tongban.kernel import clock
from tongban.kernel.errors import N_, NotAllowed
from tongban.kernel.types import Subject
from tongban.services.licences import operations as licence_operations
from tongban.services.licences import queries as licences
from tongban.services.licences.errors import LicenceUnknown
from tongban.services.licences.types import Licence, LicenceState

router = Router(tags=["holding"])

OWN = ("self", "representative")
"""A mandate or guardianship is for a matter, not for the principal's letters."""
MSG_NOT_YOURS = N_("委托和监护不包括看对方的消息。")
LIMIT: Any = Query(50, ge=1, le=100, description=N_("最多几条，最多 100"))
MESSAGE: Any = Path(..., description=N_("消息的 id"))
LICENCE: Any = Path(..., description=N_("证照的 id"))
VALID: Any = Query(False, description=N_("只要有效的"))


class MessageWhole(Named):
    """What one was told."""

    id: uuid.UUID
    template: str
    title: str
    body: str
    case: uuid.UUID | None
    at: Moment
    read_at: Moment | None


class MessageRead(BaseModel):
    """A message was read."""

    id: uuid.UUID


class FaceLine(Named):
    """One line on the face of a licence."""

    label: str
    value: str


class LicenceWhole(BaseModel):
    """A licence as its holder sees it."""

    id: uuid.UUID
    number: str
    identifier: str = Field(description="电子证照标识, with its check characters (ISO 7064 MOD 37,36)")
    code: str = Field(description="With number or identifier, lets anybody verify it")
    type: str
    name: str
    holder: Applicant
    item: str
    case: uuid.UUID | None
    issuer: str
    issued_on: dt.date
    valid_from: dt.date
    valid_until: dt.date | None
    validity: str
    state: LicenceState
    version: int
    face: list[FaceLine]
    is_combined: bool
    parts: list[uuid.UUID]
    sealed: bool = Field(description="Whether the sealed page is there")


@router.get(
    "/my/messages", response=list[MessageWhole], operation_id="list_messages", summary=N_("我的消息"),
    description=N_("令牌所管一方得到的通知，新的在前。"),
)  # fmt: skip
@promises(speaks=True, scope="messages:read")
def list_messages(request: HttpRequest, limit: Number = LIMIT) -> list[Any]:
    """What the party was told, newest first."""
    owner = _own_box(bearer_of(request))
    return list(queries.inbox(owner, language=language_of(request), limit=limit))


@router.post(
    "/my/messages/{message}/read", response=MessageRead, operation_id="mark_message_read", summary=N_("标为已读"),
    description=N_("说明一条消息已经看过。"),
)  # fmt: skip
@promises(speaks=True, scope="messages:read", takes="nothing")
def mark_message_read(request: HttpRequest, message: uuid.UUID = MESSAGE) -> MessageRead:
    """Say that a message was read."""
    operations.mark_read(id=message, owner=_own_box(bearer_of(request)), at=clock.now())
    return MessageRead(id=message)


def _own_box(bearer: Bearer) -> Subject:
    right = identity.acting_for(bearer.person, bearer.party, at=clock.now())
    if right.via not in OWN:
        raise NotAllowed("messages-not-yours", MSG_NOT_YOURS)
    return bearer.party


@router.get(
    "/my/licences", response=list[LicenceWhole], operation_id="list_my_licences", summary=N_("我的证照"),
    description=N_("令牌所管一方持有的证照，新的在前。"),
)  # fmt: skip
@promises(scope="licences:read")
def list_my_licences(request: HttpRequest, valid: Flag = VALID) -> list[LicenceWhole]:
    """The licences of the party, newest first."""
    found = licences.licences_of(bearer_of(request).party, at=clock.now(), only_valid=valid)
    return [_licence(one) for one in found]


@router.get(
    "/my/licences/{licence}", response=LicenceWhole, operation_id="get_licence", summary=N_("一份证照"),
    description=N_("证照上写的全部，和它今天的状态。"),
)  # fmt: skip
@promises(scope="licences:read")
def get_licence(request: HttpRequest, licence: uuid.UUID = LICENCE) -> LicenceWhole:
    """One licence of the party."""
    return _licence(_held(request, licence))


@router.get(
    "/my/licences/{licence}/pdf", operation_id="get_licence_pdf", summary=N_("证照 PDF"), openapi_extra=file_of(PDF),
    description=N_("盖了电子印章的一页 PDF/A，任何 PDF 阅读器都能验章。"),
)  # fmt: skip
@promises(kind=PDF, scope="licences:read")
def get_licence_pdf(request: HttpRequest, licence: uuid.UUID = LICENCE) -> HttpResponse:
    """The sealed page of a licence."""
    found, by = _held(request, licence), bearer_of(request).actor
    data = licence_operations.open_page(id=found.id, by=by, purpose="own-licence", at=clock.now())
    answer = HttpResponse(data, PDF)
    answer["Content-Disposition"] = f'inline; filename="licence-{licence}.pdf"'
    return answer


def _held(request: HttpRequest, licence: uuid.UUID) -> Licence:
    """Return the licence if the party holds it; whose else it is, is nobody's business."""
    found = licences.get_licence(licence, at=clock.now())
    if found.holder != bearer_of(request).party:
        raise LicenceUnknown
    return found


def _licence(one: Licence) -> LicenceWhole:
    holder = Applicant(kind=one.holder.kind, id=one.holder.id, name=one.holder_name)  # type: ignore[arg-type]
    return LicenceWhole(
        id=one.id, number=one.number, identifier=one.identifier, code=one.code, type=one.type, name=one.name,
        holder=holder, item=one.item, case=one.case_id, issuer=one.issuer, issued_on=one.issued_on,
        valid_from=one.valid_from, valid_until=one.valid_until, validity=one.validity, state=one.state,
        version=one.version, face=[FaceLine.model_validate(line) for line in one.face], is_combined=one.is_combined,
        parts=list(one.parts), sealed=one.document is not None,
    )  # fmt: skip
