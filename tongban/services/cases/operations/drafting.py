"""A draft: begun, filled in, saved field by field, papers attached, commitments signed."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from tongban.foundation.calendars import queries as calendars
from tongban.foundation.documents import queries as documents
from tongban.foundation.documents.types import Document
from tongban.foundation.identity import queries as identity
from tongban.foundation.identity.types import ActingFor
from tongban.kernel.conditions import Answer
from tongban.kernel.errors import N_, Conflict, Invalid, NotFound
from tongban.kernel.ids import new_id
from tongban.kernel.types import Actor, Subject
from tongban.services.cases import earlier, models, sealing, unsealing
from tongban.services.cases.events import ValueDisputed
from tongban.services.cases.operations.examining import examine
from tongban.services.cases.operations.recording import note, opened, record
from tongban.services.cases.operations.refiling import file_again
from tongban.services.cases.outline import Outline, is_calendar, outline
from tongban.services.cases.queries.records import materials as materials_of
from tongban.services.cases.rules import acceptance, clocks, form, letters
from tongban.services.cases.rules.numbers import make_code
from tongban.services.cases.standing import ROLE_OF_RIGHT, right_of
from tongban.services.cases.types import (
    Act,
    Asked,
    CaseState,
    FieldValue,
    FormField,
    MaterialState,
    Role,
    Saved,
)

MSG_KEY = N_("请求编号要有 1 到 100 个字。")
MSG_NO_PAPER = N_("这件办件不要“{material}”这份材料。")
MSG_NOT_NEEDED = N_("《{name}》不用您交：{reason}。")
MSG_NO_COMMITMENT = N_("《{name}》不能用承诺代替。")
MSG_OTHER_TEXT = N_("承诺书的内容已经变化，请重新看过再签。")
MSG_NOT_FROM_REGISTER = N_("“{field}”不是从登记里取来的，直接改就可以。")
MSG_FIRST_ASKED = N_("“{field}”已经提出过，正在核实。")
MSG_NO_DOCUMENT = N_("没有这份文件，或者它不是申请人的。")
MSG_NOT_GIVEN = N_("《{name}》还没有交，没有可以取下的。")
START = "start"


@transaction.atomic
def start(
    *,
    service: Subject,
    applicant: Subject,
    answers: Mapping[str, Answer] | None = None,
    situation: str = "",
    district: str = "",
    key: str | None = None,
    by: Actor,
    at: datetime,
) -> uuid.UUID:
    """Begin a draft for an item or a bundle, its form filled by what is known, and return its id.

    Args: ``key`` makes a repeated request return the same draft. Raises NotAllowed for who may not act for the
    applicant in these items, NotFound, Invalid or Conflict for a service that cannot be applied for.
    """
    made = outline(service, answers or {}, situation=situation, district=district)
    acceptance.check_audience(applicant.kind, made.audience, made.name)
    right = right_of(by, applicant, frozenset(made.items), at)
    if key is not None and (known := _begun(key, by)):
        return known
    row = _row(made, service, applicant, right, district, key, by, at)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if "case_start_key_once" in str(error) and (known := _begun(key or "", by)):
            return known
        raise
    models.Form.objects.create(
        case_id=row.id, document=sealing.seal_fields(_prefilled(made, applicant, right, by, at)), saved_at=at
    )
    examine(row, made.papers, made.names, by=by, at=at)
    _note_start(row, ROLE_OF_RIGHT.get(right.via, Role.AGENT), by, at)
    return row.id


def _begun(key: str, by: Actor) -> uuid.UUID | None:
    return models.Case.objects.filter(start_key=_start_key(key, by)).values_list("id", flat=True).first()


def _start_key(key: str, by: Actor) -> str:
    if not 1 <= len(key) <= 100:
        raise Invalid("case-key", MSG_KEY)
    return f"{by.kind}:{by.id}:{key}"


def _row(
    made: Outline, service: Subject, applicant: Subject, right: ActingFor, district: str, key: str | None,
    by: Actor, at: datetime,
) -> models.Case:  # fmt: skip
    own = clocks.limit_of(made.statutory.days, is_calendar(made.statutory)) if made.statutory else None
    statutory = clocks.statutory_limit(own, len(made.items))
    return models.Case(
        id=new_id(),
        code=make_code(secrets.randbelow),
        state="draft",
        service_kind=service.kind,
        service_code=service.id,
        service_name=made.name,
        versions=dict(made.versions),
        bundle_version=made.bundle_version,
        applicant_kind=applicant.kind,
        applicant_id=applicant.id,
        applicant_name=sealing.seal_name(identity.name_of(applicant)),
        filed_by_kind=by.kind,
        filed_by_id=by.id,
        via=right.via,
        mandate=right.mandate,
        district=district,
        answers=dict(made.answers),
        items=list(made.items),
        departments=list(made.departments),
        plan=[_plain(step) for step in made.plan],
        form=[[field.code, list(field.items), field.asked.value] for field in made.form],
        is_immediate=made.is_immediate,
        promised_days=made.promise.days if made.promise else None,
        promised_calendar=is_calendar(made.promise),
        statutory_days=statutory.number,
        statutory_calendar=len(made.items) == 1 and is_calendar(made.statutory),
        started_at=at,
        start_key=_start_key(key, by) if key is not None else None,
    )


def _plain(step: Any) -> dict[str, Any]:
    return {name: getattr(step, name) for name in step.__slots__}


def _prefilled(
    made: Outline, applicant: Subject, right: ActingFor, by: Actor, at: datetime
) -> dict[str, FieldValue]:
    registers = dict(identity.facts(applicant))
    if right.via != "self" and by.kind == "person":
        person = identity.facts(Subject("person", by.id))
        role = (
            "agent-" if right.via == "mandate" else "guardian-" if right.via == "guardian" else "applicant-"
        )
        found = {name.replace("applicant-", role, 1): fact for name, fact in person.items()}
        registers = {name: fact for name, fact in found.items() if name.startswith(role)} | registers
    number, fields = earlier.last_filing(applicant)
    return form.prefill(made.form, registers, fields, number)


def _note_start(row: models.Case, role: Role, by: Actor, at: datetime) -> None:
    row.events_count = 1
    row.save(update_fields=["events_count"])
    models.Event.objects.create(
        case_id=row.id, number=1, act=START, after="draft", at=at, by_kind=by.kind, by_id=by.id, by_name=by.name,
        role=role.value, detail={"service": [row.service_kind, row.service_code]},
    )  # fmt: skip
    record(row, START, by=by, at=at, detail={"service": row.service_code, "via": row.via})


@transaction.atomic
def save_fields(
    *, case_id: uuid.UUID, values: Mapping[str, Any], seen: int | None = None, by: Actor, at: datetime
) -> Saved:
    """Save some fields of the form and return its version, and what another device has written since ``seen``.

    The last write of each field wins, whichever device it comes from; no other field is touched.
    """
    row, _, _ = opened(case_id, Act.SAVE_FIELDS, by=by, at=at)
    kept, fields = locked_form(row)
    form.check_values(form_of(row), fields, values)
    elsewhere = form.written_since(fields, seen, values) if seen is not None else {}
    merged = form.merge(fields, values, kept.version + 1)
    if merged != fields:
        write_form(kept, merged, at)
        record(row, "save_fields", by=by, at=at, detail={"fields": sorted(values), "version": kept.version})
    return Saved(kept.version, elsewhere)


def locked_form(row: models.Case) -> tuple[models.Form, dict[str, FieldValue]]:
    """Return the form of a locked case and what is in it."""
    kept = models.Form.objects.get(case_id=row.id)
    return kept, unsealing.open_fields(kept.document)


def write_form(kept: models.Form, fields: Mapping[str, FieldValue], at: datetime) -> None:
    """Write the form with its next version: one statement, however many fields."""
    kept.version, kept.document, kept.saved_at = kept.version + 1, sealing.seal_fields(fields), at
    kept.save(update_fields=["version", "document", "saved_at"])


def form_of(row: models.Case) -> tuple[FormField, ...]:
    """Return the fields that the case's form has."""
    return tuple(FormField(code, tuple(items), Asked(asked)) for code, items, asked in row.form)


@transaction.atomic
def dispute_value(
    *, case_id: uuid.UUID, field: str, actual: Any, grounds: str = "", by: Actor, at: datetime
) -> uuid.UUID:
    """Say that a register is wrong: what is actual is used here, and the register's keeper is asked.

    Returns the id of the correction request. Its keeper answers within five working days.
    """
    row, role, _ = opened(case_id, Act.DISPUTE_VALUE, by=by, at=at)
    kept, fields = locked_form(row)
    present = fields.get(field)
    if present is None or not (form.is_from_register(present) or present.disputed):
        raise Conflict("case-not-from-register", MSG_NOT_FROM_REGISTER, field=field[:80])
    if present.disputed:
        raise Conflict("case-disputed-already", MSG_FIRST_ASKED, field=field[:80])
    form.check_values([FormField(field, ())], {}, {field: actual})
    register = present.source.removeprefix(form.REGISTER)
    asked = models.Correction.objects.create(
        case_id=row.id, field=field, register=register, said=sealing.seal_text(str(present.value)),
        claimed=sealing.seal_text(str(actual)), grounds=grounds[:1000], asked_at=at, by_kind=by.kind, by_id=by.id,
        due_on=calendars.due(clocks.day_of(at), clocks.CORRECTION).on,
    )  # fmt: skip
    write_form(kept, form.dispute(fields, field, actual, kept.version + 1), at)
    event = ValueDisputed(str(row.id), str(asked.id), register, field)
    note(
        row, Act.DISPUTE_VALUE, role, by=by, at=at, event=event, detail={"field": field, "register": register}
    )
    return asked.id


@transaction.atomic
def attach(
    *,
    case_id: uuid.UUID,
    item: str,
    material: str,
    document: uuid.UUID,
    name: str = "",
    by: Actor,
    at: datetime,
) -> None:
    """Give a paper: a document of the applicant's, new or offered again.

    After filing the new paper stands in a new filing; the one before is kept.
    """
    row, role, _ = opened(case_id, Act.ATTACH, by=by, at=at)
    paper = _paper_of(row, item, material)
    if paper.state == MaterialState.EXEMPT and row.state != CaseState.SUPPLEMENT:
        raise Conflict("case-paper-not-needed", MSG_NOT_NEEDED, name=paper.name, reason=paper.reason)
    stored = _own_document(row, document)
    offered = (paper.evidence or {}).get("label", "")
    paper.state, paper.document, paper.given_at = MaterialState.GIVEN.value, document, at
    paper.document_name = (name or offered or stored.name)[:300]
    paper.save(update_fields=["state", "document", "document_name", "given_at"])
    facts = ""
    if row.state in (CaseState.RECEIVED, CaseState.ACCEPTED):
        _, fields = locked_form(row)
        facts = file_again(row, fields, materials_of(row.id), at=at)
    detail = {"item": item, "material": material, "document": str(document), "sha256": stored.sha256}
    note(row, Act.ATTACH, role, by=by, at=at, facts=facts, detail=detail)


def _own_document(row: models.Case, document: uuid.UUID) -> Document:
    """Return the document if it is the applicant's own; whose else it is, is nobody's business."""
    stored = documents.find_many([document]).get(document)
    if stored is None or stored.erased_at or stored.owner != Subject(row.applicant_kind, row.applicant_id):
        raise NotFound("case-document-unknown", MSG_NO_DOCUMENT)
    return stored


@transaction.atomic
def detach(*, case_id: uuid.UUID, item: str, material: str, by: Actor, at: datetime) -> None:
    """Take a given paper back, before it is filed."""
    row, role, _ = opened(case_id, Act.DETACH, by=by, at=at)
    paper = _paper_of(row, item, material)
    if paper.document is None:
        raise Conflict("case-paper-not-given", MSG_NOT_GIVEN, name=paper.name)
    detail = {"item": item, "material": material, "document": str(paper.document)}
    paper.state, paper.document, paper.document_name, paper.given_at = (
        MaterialState.MISSING.value,
        None,
        "",
        None,
    )
    paper.save(update_fields=["state", "document", "document_name", "given_at"])
    note(row, Act.DETACH, role, by=by, at=at, detail=detail)


@transaction.atomic
def sign_commitment(
    *,
    case_id: uuid.UUID,
    item: str,
    material: str,
    shown: str,
    until: date | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Sign a commitment instead of a paper, or, with ``until``, to hand a paper in later that is not essential.

    ``shown`` is the digest of the text that the signer was shown. Raises Conflict when that is no longer the
    text: nobody signs what they have not read.
    """
    row, role, _ = opened(case_id, Act.SIGN_COMMITMENT, by=by, at=at)
    paper = _paper_of(row, item, material)
    if until is not None:
        acceptance.check_later(paper.name, paper.is_secondary, clocks.day_of(at), until)
    elif paper.kind != "commitment":
        raise Conflict("case-no-commitment", MSG_NO_COMMITMENT, name=paper.name)
    text = letters.commitment(
        paper.name, unsealing.open_name(row.applicant_name), row.service_name, paper.law, until
    )
    if letters.sha256(text) != shown:
        raise Conflict("case-commitment-changed", MSG_OTHER_TEXT)
    models.Commitment.objects.get_or_create(
        case_id=row.id, item=item, material=material,
        defaults={"text": sealing.seal_text(text), "sha256": shown, "signed_by_kind": by.kind,
                  "signed_by_id": by.id, "signed_by_name": by.name, "signed_at": at},
    )  # fmt: skip
    state = MaterialState.LATER if until else MaterialState.COMMITTED
    paper.state, paper.given_at, paper.due_on = state.value, at, until
    paper.save(update_fields=["state", "given_at", "due_on"])
    detail = {"item": item, "material": material, "sha256": shown}
    note(row, Act.SIGN_COMMITMENT, role, by=by, at=at, detail=detail)


def _paper_of(row: models.Case, item: str, material: str) -> models.Material:
    paper = models.Material.objects.filter(case_id=row.id, item=item, code=material).first()
    if paper is None:
        raise NotFound("case-paper-unknown", MSG_NO_PAPER, material=material[:80])
    return paper
