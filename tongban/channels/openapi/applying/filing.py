"""Handing in: what is missing, once and only once, the receipt, the supplement, and taking it back."""

from __future__ import annotations

import uuid
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from tongban.channels.openapi.applying import reading
from tongban.channels.openapi.applying.drafts import CASE
from tongban.channels.openapi.applying.records import (
    PDF,
    CaseLine,
    MissingLine,
    ReceiptWhole,
    Review,
    Sent,
    Text,
    file_of,
)
from tongban.channels.openapi.bearer import of_case
from tongban.channels.openapi.headers import IDEMPOTENCY_KEY, key_of
from tongban.channels.openapi.negotiation import language_of
from tongban.channels.openapi.problems import Refusal
from tongban.channels.openapi.promises import promises
from tongban.channels.ui import papers
from tongban.channels.ui.pages import root
from tongban.kernel.errors import N_
from tongban.kernel.language import translate
from tongban.services.cases import operations, queries

router = Router(tags=["applying"])


class Declaration(Sent):
    """What the person declares when handing in."""

    declared_true: Literal[True] = Field(
        description="The person has read it all and declares it true (行政许可法 31)"
    )


class WithdrawalReason(Sent):
    """Why an application is taken back."""

    reason: Annotated[Text, Field(max_length=500)] = ""


@router.get(
    "/my/cases/{case}/pre-review", response=Review, operation_id="pre_review", summary=N_("预审：还差什么"),
    description=N_("提交之前缺的每一处，一次说全，用句子。"),
)  # fmt: skip
@promises(speaks=True, scope="cases:read")
def pre_review(request: HttpRequest, case: uuid.UUID = CASE) -> Review:
    """Everything that stands in the way of handing in, all at once."""
    bearer, at = of_case(request, case)
    found, language = queries.pre_review(case, by=bearer.actor, at=at), language_of(request)
    missing = [
        MissingLine(
            kind="paper" if one.kind == "paper" else "field", item=one.item, code=one.code,
            sentence=translate(one.sentence, language, **one.values),
        )
        for one in found.missing
    ]  # fmt: skip
    return Review(ready=found.is_ready, missing=missing)


@router.post(
    "/my/cases/{case}/submission", response=ReceiptWhole, operation_id="submit_case", summary=N_("提交"),
    description=N_("提交并得到收件凭证。没收到答复，就用同一个 Idempotency-Key 再发：得到同一份凭证，不会办成两件。"),
)  # fmt: skip
@promises(speaks=True, scope="cases:write", needs=(IDEMPOTENCY_KEY,), refuses=(409,))
def submit_case(request: HttpRequest, body: Declaration, case: uuid.UUID = CASE) -> ReceiptWhole:
    """Hand a draft in; the same key gives the same receipt, whatever happened to the answer."""
    key = key_of(request)
    bearer, at = of_case(request, case)
    found = operations.submit(case_id=case, idempotency_key=key, by=bearer.actor, at=at)
    if found.case_id != case:
        # Nothing was handed in: the key belongs to another case, whose receipt would be no answer to this.
        raise Refusal("idempotency-key-reused")
    return reading.receipt(found)


@router.get(
    "/my/cases/{case}/receipt", response=ReceiptWhole, operation_id="get_receipt", summary=N_("收件凭证"),
    description=N_("编号，和不登录也能查进度的查询码。"),
)  # fmt: skip
@promises(scope="cases:read")
def get_receipt(request: HttpRequest, case: uuid.UUID = CASE) -> ReceiptWhole:
    """The receipt: the number, and the code that lets anybody ask how far it is."""
    bearer, at = of_case(request, case)
    return reading.receipt(queries.receipt(case, by=bearer.actor, at=at))


@router.get(
    "/my/cases/{case}/receipt.pdf", operation_id="get_receipt_pdf", summary=N_("收件凭证 PDF"), openapi_extra=file_of(PDF),
    description=N_("一页 PDF，和网页上下载的一样。"),
)  # fmt: skip
@promises(kind=PDF, scope="cases:read")
def get_receipt_pdf(request: HttpRequest, case: uuid.UUID = CASE) -> HttpResponse:
    """The receipt as one page of PDF."""
    bearer, at = of_case(request, case)
    found = queries.receipt(case, by=bearer.actor, at=at)
    answer = HttpResponse(papers.receipt_pdf(found, root(request)), PDF)
    answer["Content-Disposition"] = f'inline; filename="receipt-{found.number}.pdf"'
    return answer


@router.post(
    "/my/cases/{case}/supplement", response=CaseLine, operation_id="hand_in_supplement", summary=N_("交补正"),
    description=N_("告知书要的都补上以后，交给窗口再看。差什么就答 409，一次说全。"),
)  # fmt: skip
@promises(speaks=True, scope="cases:write", takes="nothing", refuses=(409,))
def hand_in_supplement(request: HttpRequest, case: uuid.UUID = CASE) -> CaseLine:
    """Hand in what the one notice asked for."""
    bearer, at = of_case(request, case)
    operations.supplement(case_id=case, by=bearer.actor, at=at)
    return reading.line(queries.get_case(case, by=bearer.actor, at=at))


@router.post(
    "/my/cases/{case}/withdrawal", response=CaseLine, operation_id="withdraw_case", summary=N_("撤回申请"),
    description=N_("决定以前都可以撤回；草稿就此作废。"),
)  # fmt: skip
@promises(speaks=True, scope="cases:write", refuses=(409,))
def withdraw_case(request: HttpRequest, body: WithdrawalReason, case: uuid.UUID = CASE) -> CaseLine:
    """Take an application back, or throw a draft away."""
    bearer, at = of_case(request, case)
    operations.withdraw(case_id=case, reason=body.reason, by=bearer.actor, at=at)
    return reading.line(queries.get_case(case, by=bearer.actor, at=at))
