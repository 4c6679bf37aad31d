"""A draft: begun, filled in, saved field by field; what a register says can be disputed."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from tongban.foundation.calendars import queries as calendars
from tongban.foundation.identity import queries as identity
from tongban.foundation.identity.types import ActingFor
from tongban.foundation.packs import queries as packs
from tongban.foundation.statements import operations as writing
from tongban.foundation.statements import queries as statements
from tongban.kernel.conditions import Answer
from tongban.kernel.errors import N_, Conflict, Invalid
from tongban.kernel.ids import new_id
from tongban.kernel.types import Actor, Subject
from tongban.services.bundles import queries as bundles
from tongban.services.cases import earlier, models, sealing
from tongban.services.cases.errors import FormChanged
from tongban.services.cases.events import ValueDisputed
from tongban.services.cases.operations.examining import asks_otherwise, examine_changed, examining
from tongban.services.cases.operations.forms import form_of, form_written, locked_form, write_form
from tongban.services.cases.operations.recording import note, opened, recording
from tongban.services.cases.outline import Outline, is_calendar, outline
from tongban.services.cases.rules import acceptance, clocks, form
from tongban.services.cases.rules.numbers import make_code
from tongban.services.cases.standing import ROLE_OF_RIGHT, right_of
from tongban.services.cases.types import (
    Act,
    FieldValue,
    FormField,
    Role,
    Saved,
)
from tongban.services.catalogue import queries as catalogue

MSG_KEY = N_("请求编号要有 1 到 100 个字。")
MSG_NOT_FROM_REGISTER = N_("“{field}”不是从登记里取来的，直接改就可以。")
MSG_FIRST_ASKED = N_("“{field}”已经提出过，正在核实。")
START = "start"
BEGUN = "SELECT id FROM cases_case WHERE start_key = %s"


@packs.of_one_revision
@identity.of_one_reading
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
    try:
        return _start(made, service, applicant, answers or {}, district, key, by, at)
    except IntegrityError as error:
        if key and "case_start_key_once" in str(error) and (known := _begun(key, by)):
            return known
        raise


@transaction.atomic
def _start(
    made: Outline, service: Subject, applicant: Subject, answers: Mapping[str, Answer], district: str,
    key: str | None, by: Actor, at: datetime,
) -> uuid.UUID:  # fmt: skip
    right = right_of(by, applicant, frozenset(made.items), at)
    if key is not None and (known := _begun(key, by)):
        return known
    row = _row(made, service, applicant, right, district, key, by, at)
    fields = _prefilled(made, answers, applicant, right, by, at)
    kept = models.Form(case_id=row.id, document=sealing.seal_fields(fields), saved_at=at)
    role = ROLE_OF_RIGHT.get(right.via, Role.AGENT)
    examined = examining(row, fields, made.papers, made.names, by=by, at=at)
    writing.run_together([
        writing.inserting([row]),
        writing.inserting([kept]),
        *examined,
        *_started(row, role, by, at),
    ])  # fmt: skip
    return row.id


def _begun(key: str, by: Actor) -> uuid.UUID | None:
    found = statements.one(BEGUN, [_start_key(key, by)])
    return found[0] if found else None


def _start_key(key: str, by: Actor) -> str:
    if not 1 <= len(key) <= 100 or "\x00" in key:
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
        events_count=1,
        start_key=_start_key(key, by) if key is not None else None,
    )


def _plain(step: Any) -> dict[str, Any]:
    return {name: getattr(step, name) for name in step.__slots__}


def _prefilled(
    made: Outline,
    answers: Mapping[str, Answer],
    applicant: Subject,
    right: ActingFor,
    by: Actor,
    at: datetime,
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
    return form.prefill(made.form, registers, fields, number, bundles.filled(made.questions, answers))


def _started(row: models.Case, role: Role, by: Actor, at: datetime) -> list[writing.Part]:
    event = models.Event(
        case_id=row.id, number=1, act=START, after="draft", at=at, by_kind=by.kind, by_id=by.id, by_name=by.name,
        role=role.value, detail={"service": [row.service_kind, row.service_code]},
    )  # fmt: skip
    detail = {"service": row.service_code, "via": row.via}
    return [writing.inserting([event]), recording(row, START, by=by, at=at, detail=detail)]


@transaction.atomic
def save_fields(
    *,
    case_id: uuid.UUID,
    values: Mapping[str, Any],
    seen: int | None = None,
    only_if: int | None = None,
    by: Actor,
    at: datetime,
) -> Saved:
    """Save some fields of the form and return its version, and what another device has written since ``seen``.

    The last write of each field wins, whichever device it comes from; no other field is touched. With ``only_if``
    nothing is saved unless the form still has that version: raises FormChanged. Where departments are asked for papers by
    what has changed, the papers are looked at again.
    """
    row, _, _ = opened(case_id, Act.SAVE_FIELDS, by=by, at=at)
    kept, fields = locked_form(row)
    if only_if is not None and kept.version != only_if:
        raise FormChanged(kept.version)
    form.check_values(form_of(row), fields, values, catalogue.elements)
    elsewhere = form.written_since(fields, seen, values) if seen is not None else {}
    merged = form.merge(fields, values, kept.version + 1)
    if merged != fields:
        saved = form_written(kept, merged, at)
        detail = {"fields": sorted(values), "version": kept.version}
        parts = [saved, recording(row, "save_fields", by=by, at=at, detail=detail)]
        if asks_otherwise(row, fields, merged):
            examine_changed(row, merged, by=by, at=at, also=parts)
        else:
            writing.run_together(parts)
    return Saved(kept.version, elsewhere)


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
    form.check_values([FormField(field, ())], {}, {field: actual}, catalogue.elements)
    register = present.source.removeprefix(form.REGISTER)
    asked = models.Correction.objects.create(
        case_id=row.id, field=field, register=register, said=sealing.seal_text(str(present.value)),
        claimed=sealing.seal_text(str(actual)), grounds=grounds[:1000], asked_at=at, by_kind=by.kind, by_id=by.id,
        due_on=calendars.due(clocks.day_of(at), clocks.CORRECTION).on,
    )  # fmt: skip
    claimed = form.dispute(fields, field, actual, kept.version + 1)
    if asks_otherwise(row, fields, claimed):
        examine_changed(row, claimed, by=by, at=at, also=[form_written(kept, claimed, at)])
    else:
        write_form(kept, claimed, at)
    event = ValueDisputed(str(row.id), str(asked.id), register, field)
    note(
        row, Act.DISPUTE_VALUE, role, by=by, at=at, event=event, detail={"field": field, "register": register}
    )
    return asked.id
