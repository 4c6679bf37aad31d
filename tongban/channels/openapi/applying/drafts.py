"""A draft: begun, read, its form saved against the version that was seen, a register disputed."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router
from pydantic import BaseModel, Field

from tongban.channels.openapi.applying import reading, values
from tongban.channels.openapi.applying.records import (
    CaseLine,
    FieldLineOfForm,
    FormSaved,
    FormWhole,
    Sent,
    ServiceKind,
    Text,
    Value,
)
from tongban.channels.openapi.bearer import bearer_of, of_case
from tongban.channels.openapi.bundles import Given
from tongban.channels.openapi.headers import IDEMPOTENCY_KEY, IF_MATCH, key_of, version_seen
from tongban.channels.openapi.parameters import check_district
from tongban.channels.openapi.problems import Refusal
from tongban.channels.openapi.promises import promises
from tongban.kernel import clock
from tongban.kernel.errors import N_
from tongban.kernel.types import Subject
from tongban.services.cases import operations, queries
from tongban.services.cases.types import Asked, Case, FieldValue, FormField
from tongban.services.catalogue import queries as catalogue
from tongban.services.catalogue.types import DataElement

router = Router(tags=["applying"])

CASE: Any = Path(..., description=N_("办件的 id，开始时得到"))
Code = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^\x00]*$")]
REGISTER = "register:"


class ServiceWanted(Sent):
    """What to apply for."""

    kind: ServiceKind
    code: Code


class Beginning(Sent):
    """What begins a draft. Whom it is for is said by the token."""

    service: ServiceWanted
    answers: dict[Code, Given] = Field(
        {}, max_length=100, description="Of a bundle: answers by question; one left out takes its default"
    )
    situation: Annotated[str, Field(max_length=80, pattern=r"^[^\x00]*$")] = Field(
        "", description="Of an item: the code of its situation"
    )
    district: Annotated[str, Field(max_length=80, pattern=r"^[^\x00]*$")] = Field(
        "", description="Six digits, where the case belongs to a district"
    )


class FieldsToSave(Sent):
    """Fields of the form by their code; no other field is touched, null empties one."""

    values: dict[Code, Value] = Field(min_length=1, max_length=300)


class Dispute(Sent):
    """What a register has wrong, and what is so in fact."""

    field: Code
    actual: Value = Field(description="What is used in this case from now on")
    grounds: Annotated[Text, Field(max_length=1000)] = ""


class CorrectionAsked(BaseModel):
    """A register was asked to correct what it says."""

    id: uuid.UUID
    field: str
    register_name: str
    due_on: dt.date = Field(description="Until then its keeper answers")


@router.post(
    "/my/cases", response={201: CaseLine}, operation_id="begin_case", summary=N_("开始一件申请"),
    description=N_("为令牌所管的一方，从事项或者一件事开始一份草稿；登记里有的已经填好。同一个 Idempotency-Key 只开始一份。"),
)  # fmt: skip
@promises(speaks=True, scope="cases:write", needs=(IDEMPOTENCY_KEY,), refuses=(409,))
def begin_case(request: HttpRequest, response: HttpResponse, body: Beginning) -> CaseLine:
    """Begin a draft for the party that the token is for."""
    bearer, at, key = bearer_of(request), clock.now(), key_of(request)
    if body.district:
        check_district(body.district)
    case_id = operations.start(
        service=Subject(body.service.kind, body.service.code), applicant=bearer.party, answers=body.answers,
        situation=body.situation, district=body.district, key=key, by=bearer.actor, at=at,
    )  # fmt: skip
    case = queries.get_case(case_id, by=bearer.actor, at=at)
    if not _is_what_was_asked(case, body, bearer.party):
        raise Refusal("idempotency-key-reused")
    response.headers["Location"] = f"/api/v1/my/cases/{case_id}"
    return reading.line(case)


def _is_what_was_asked(case: Case, body: Beginning, party: Subject) -> bool:
    """Return whether a case that a key led to is the one that this request describes."""
    asked = (Subject(body.service.kind, body.service.code), party, body.district)
    same_answers = all(case.answers.get(name) == answer for name, answer in body.answers.items())
    return asked == (case.service, case.applicant, case.district) and same_answers


@router.get(
    "/my/cases/{case}/form", response=FormWhole, operation_id="get_form", summary=N_("读表格"),
    description=N_("每一栏：要填什么、现在是什么、从哪里来、能不能提出更正。ETag 是表格的版本，保存时放进 If-Match。"),
)  # fmt: skip
@promises(scope="cases:read", tagged=True)
def get_form(request: HttpRequest, response: HttpResponse, case: uuid.UUID = CASE) -> FormWhole:
    """The form with its values and where they come from."""
    bearer, at = of_case(request, case)
    found = queries.get_case(case, by=bearer.actor, at=at)
    elements = catalogue.elements()
    response.headers["ETag"] = f'"{found.form_version}"'
    fields = [_field(one, elements.get(one.code), found.fields.get(one.code)) for one in found.form]
    return FormWhole(version=found.form_version, fields=fields)


def _field(one: FormField, element: DataElement | None, value: FieldValue | None) -> FieldLineOfForm:
    return FieldLineOfForm(
        code=one.code, name=element.name if element else one.code, kind=element.kind if element else "text",
        choices=list(element.choices) if element else [], items=list(one.items), asked=Asked(one.asked).value,
        value=values.shown(value.value) if value else None, source=value.source if value else "",
        disputed=bool(value and value.disputed),
        disputable=bool(value and value.source.startswith(REGISTER) and not value.disputed),
    )  # fmt: skip


@router.patch(
    "/my/cases/{case}/form", response=FormSaved, operation_id="save_form", summary=N_("保存表格"),
    description=N_("只写给出的栏。If-Match 是读到的版本：别人先改过，就什么都不写，答 412。"),
)  # fmt: skip
@promises(speaks=True, scope="cases:write", needs=(IF_MATCH,), refuses=(409, 412, 428), tagged=True)
def save_form(
    request: HttpRequest, response: HttpResponse, body: FieldsToSave, case: uuid.UUID = CASE
) -> FormSaved:
    """Save some fields, unless somebody else has written the form since it was read."""
    seen = version_seen(request)
    bearer, at = of_case(request, case)
    elements = catalogue.elements()
    saved = operations.save_fields(
        case_id=case, values={code: values.read(elements.get(code), one) for code, one in body.values.items()},
        only_if=seen, by=bearer.actor, at=at,
    )  # fmt: skip
    response.headers["ETag"] = f'"{saved.version}"'
    return FormSaved(version=saved.version)


@router.post(
    "/my/cases/{case}/disputes", response={201: CorrectionAsked}, operation_id="dispute_value", summary=N_("登记有误"),
    description=N_("登记里的内容不对：写下实际的。这件申请先用实际的，同时请登记的主管部门核实更正。"),
)  # fmt: skip
@promises(speaks=True, scope="cases:write", refuses=(409,))
def dispute_value(request: HttpRequest, body: Dispute, case: uuid.UUID = CASE) -> CorrectionAsked:
    """Say that a register is wrong; its keeper is asked, and the case goes on with what is so in fact."""
    bearer, at = of_case(request, case)
    asked = operations.dispute_value(
        case_id=case, field=body.field, actual=values.needed(catalogue.elements().get(body.field), body.actual),
        grounds=body.grounds, by=bearer.actor, at=at,
    )  # fmt: skip
    found = next(one for one in queries.corrections(case, by=bearer.actor, at=at) if one.id == asked)
    return CorrectionAsked(id=found.id, field=found.field, register_name=found.register, due_on=found.due_on)
