"""For anybody who holds a receipt or a licence: how far, how it stands. No name of a person, not to be tried out."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from allauth.core.internal import ratelimit
from django.http import HttpRequest
from ninja import Router
from pydantic import BaseModel, Field

from tongban.channels.openapi.applying import reading
from tongban.channels.openapi.applying.records import Moment, Named, Sent, Service
from tongban.channels.openapi.promises import promises
from tongban.foundation.identity.errors import TooOften
from tongban.kernel import clock
from tongban.kernel.errors import N_, NotFound
from tongban.services.approvals import queries as approvals
from tongban.services.cases import queries as cases
from tongban.services.cases.types import CaseState
from tongban.services.licences import queries as licences
from tongban.services.licences.types import LicenceState, Shown

router = Router(tags=["public"])

VERIFYING = {"verify": "30/m/ip"}
"""The same tries as on the page, counted together."""
MSG_WRONG = N_("编号和查询码对不上。请照收件凭证上的再输一次：编号 16 位数字，查询码 6 位。")
Short = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]


class ReceiptShown(Sent):
    """What stands on a receipt."""

    number: Short
    code: Short


class LicenceShown(Sent):
    """What stands on a licence."""

    reference: Short = Field(description="Its identifier or its number")
    code: Short


class StepLine(Named):
    """How far one department is."""

    item: str
    department: str
    state: str
    due_on: dt.date | None


class ProgressWhole(BaseModel):
    """How far a case is: no name, nothing of the form."""

    number: str
    state: CaseState
    service: Service
    district: str
    received_at: Moment
    completeness_due: dt.date | None
    accepted_on: dt.date | None
    deemed: bool
    promised_due: dt.date | None
    closed_at: Moment | None
    branches: list[StepLine]


class Standing(Named):
    """How a licence stands today; its holder is masked."""

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
    newer: str = Field(description="Identifier of the version that holds instead, empty if none")
    is_signature_good: bool


@router.post(
    "/progress", response=ProgressWhole, operation_id="ask_progress", summary=N_("凭编号查进度"),
    description=N_("有编号和查询码的人都可以问，不用令牌。没有姓名，没有表格内容；猜得太多答 429。"),
)  # fmt: skip
@promises(speaks=True)
def ask_progress(request: HttpRequest, body: ReceiptShown) -> ProgressWhole:
    """How far a case is, to anyone with number and code."""
    if not ratelimit.consume(
        request, app="allauth.account", action="progress", key=cases.read_number(body.number) or "none"
    ):
        raise TooOften
    found = cases.find_by_number(body.number, body.code)
    if found is None:
        raise NotFound("progress-wrong", MSG_WRONG)
    branches = approvals.branches(found.case_id, at=clock.now())
    return ProgressWhole(
        number=found.number, state=found.state, service=reading.service(found.service, found.service_name),
        district=found.district, received_at=found.received_at, completeness_due=found.completeness_due,
        accepted_on=found.accepted_on, deemed=found.deemed, promised_due=found.promised_due,
        closed_at=found.closed_at, branches=[StepLine.model_validate(one) for one in branches],
    )  # fmt: skip


@router.post(
    "/verify", response=Standing, operation_id="verify_licence", summary=N_("核验证照"),
    description=N_("按标识或编号加验证码，看一份证照今天是否有效。持有人只露一部分；猜得太多答 429。"),
)  # fmt: skip
@promises(speaks=True)
def verify_licence(request: HttpRequest, body: LicenceShown) -> Shown:
    """How a licence stands today, to anyone with what is printed on it."""
    if not ratelimit.consume(request, app="tongban", action="verify", config=VERIFYING):
        raise TooOften
    return licences.verify(body.reference, body.code)
