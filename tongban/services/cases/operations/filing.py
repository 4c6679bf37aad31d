"""Handing in: once, whatever happens to the answer; a receipt at once."""

from __future__ import annotations

import json
import secrets
import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from django.db import IntegrityError, transaction

from tongban.foundation.calendars import queries as calendars
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.ledger.types import Act as LedgerAct
from tongban.foundation.outbox import operations as outbox
from tongban.foundation.outbox.types import Timer
from tongban.foundation.packs import queries as packs
from tongban.foundation.statements import operations as writing
from tongban.foundation.statements import queries as statements
from tongban.kernel.errors import N_, Conflict, Invalid
from tongban.kernel.ids import new_id
from tongban.kernel.law import law
from tongban.kernel.types import Actor, Subject
from tongban.services.cases import models, sealing, unsealing
from tongban.services.cases.errors import CaseUnknown, NotReady
from tongban.services.cases.events import CaseSubmitted
from tongban.services.cases.operations.examining import examine_again
from tongban.services.cases.operations.recording import timer_key
from tongban.services.cases.queries.records import materials as materials_of
from tongban.services.cases.rules import check_act, clocks, form
from tongban.services.cases.rules.numbers import make_number
from tongban.services.cases.standing import Standing, standing_of
from tongban.services.cases.types import (
    Act,
    Asked,
    CaseState,
    FieldValue,
    FormField,
    MaterialState,
    Receipt,
    Role,
)
from tongban.services.catalogue import queries as catalogue

COMPLETENESS_TIMER = "case.completeness"
ATTEMPTS = 3
MSG_KEY_USED = N_("这个请求编号已经用在另一件申请上，请换一个。")
MSG_KEY_LONG = N_("请求编号最长 100 个字。")

# Everything a submission looks at, and the lock, in one statement. Rows that are locked are read as they are once
# the lock is ours, the papers as they were when the statement began: if an act came between, its count tells.
READ = f"""
SELECT c.state, c.number, c.code, c.service_kind, c.service_code, c.service_name, c.versions, c.applicant_kind,
    c.applicant_id, c.applicant_name, c.items, c.departments, c.district, c.form, c.started_at, c.received_at,
    c.completeness_due, f.version, f.document, (
        SELECT coalesce(json_agg(json_build_array(m.item, m.code, m.state, m.kind, m.document) ORDER BY m.position), '[]')
        FROM cases_material m WHERE m.case_id = c.id),
    ({packs.CURRENT_NUMBER}), c.events_count = (SELECT b.events_count FROM cases_case b WHERE b.id = c.id)
FROM cases_case c JOIN cases_form f ON f.case_id = c.id
WHERE c.id = %s FOR UPDATE OF c, f
"""  # noqa: S608 - a constant of ours
# The case, its first filing and its event; with the record and the news one statement: a spike of submissions is a
# spike of these.
MOVE = """
UPDATE cases_case SET state = 'received', number = %s, received_at = %s, completeness_due = %s, submission_key = %s,
    events_count = events_count + 1
WHERE id = %s RETURNING id, events_count
"""
FILE = """
INSERT INTO cases_filing (id, case_id, number, at, document, materials, digest)
SELECT %s, case_id, 1, %s, document, %s::jsonb, %s FROM cases_form WHERE case_id = %s
"""
EVENT = """
INSERT INTO cases_event (id, case_id, number, act, before, after, at, by_kind, by_id, by_name, role, facts, detail)
SELECT %s, moved.id, events_count, 'submit', 'draft', 'received', %s, %s, %s, %s, %s, %s, %s::jsonb FROM moved
"""


@dataclass(slots=True)
class _Draft:
    """The row as read; the attributes that ``standing`` looks at have its names."""

    state: str
    number: str | None
    code: str
    service_kind: str
    service_code: str
    service_name: str
    versions: dict[str, int]
    applicant_kind: str
    applicant_id: str
    applicant_name: bytes
    items: list[str]
    departments: list[str]
    district: str
    form: list[list[Any]]
    started_at: datetime
    received_at: datetime | None
    completeness_due: date | None
    form_version: int
    document: bytes
    materials: list[list[Any]]
    """Of each paper: item, code, state, kind, document; this is what decisions see."""
    revision: int | None
    is_whole: bool


@law("case-submitted-once", basis="上海市优化营商环境条例 25（收件凭证）", says="Two clicks, two tabs or a retry after "
     "a lost answer make one case, and all get the same receipt")  # fmt: skip
def submit(*, case_id: uuid.UUID, idempotency_key: str = "", by: Actor, at: datetime) -> Receipt:
    """Hand a draft in and return the receipt; again, by draft or by key, return the same receipt.

    Raises CaseUnknown, NotAllowed, and NotReady with everything that is missing.
    """
    key = f"{by.kind}:{by.id}:{_checked(idempotency_key)}" if idempotency_key else None
    for attempt in range(ATTEMPTS):
        try:
            return _submit(case_id, key, by, at)
        except IntegrityError as error:
            if key is not None and "case_submission_key_once" in str(error):
                return _submitted_with(key, case_id, by, at)
            if "case_number_once" not in str(error) or attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


def _checked(key: str) -> str:
    if len(key) > 100 or "\x00" in key:
        raise Invalid("case-key-long", MSG_KEY_LONG)
    return key


@transaction.atomic
def _submit(case_id: uuid.UUID, key: str | None, by: Actor, at: datetime) -> Receipt:
    draft = _read(case_id)
    standing = standing_of(by, draft, at)
    if draft.state != CaseState.DRAFT and draft.number and standing.is_party:
        return _receipt(case_id, draft)
    role = check_act(Act.SUBMIT, CaseState(draft.state), standing.roles)
    if clocks.day_of(draft.started_at) != clocks.day_of(at):
        fields = unsealing.open_fields(draft.document)
        examine_again(models.Case.objects.get(id=case_id), fields, by=by, at=at)
        draft = _read(case_id)
    fields = unsealing.open_fields(draft.document)
    _check_ready(case_id, draft, fields, standing)
    draft.number, draft.received_at = make_number(secrets.randbelow), at
    day = clocks.day_of(at)
    draft.completeness_due = calendars.due(day, clocks.COMPLETENESS, revision=draft.revision or 0).on
    digest = sealing.facts_digest(fields, draft.materials, draft.versions)
    writing.run_together([_filed(case_id, draft, digest, key, role, by, at), *_told(case_id, draft, by, at)])
    return _receipt(case_id, draft)


def _read(case_id: uuid.UUID) -> _Draft:
    row = statements.one(READ, [case_id])
    if row is None:
        raise CaseUnknown
    draft = _Draft(*row)
    if not draft.is_whole:
        return _read(case_id)  # the lock is held now: nothing comes between any more
    # Django leaves the columns of a table as text, and what is made on the way is read already.
    draft.versions, draft.form = json.loads(draft.versions), json.loads(draft.form)  # type: ignore[arg-type]
    return draft


def _check_ready(
    case_id: uuid.UUID, draft: _Draft, fields: dict[str, FieldValue], standing: Standing
) -> None:
    by_agent = Role.AGENT in standing.roles
    empty = [one for one in draft.form if one[0] not in fields or form.is_empty(fields[one[0]].value)]
    asked = [FormField(code, tuple(items), Asked(asked)) for code, items, asked in empty]
    is_complete = all(state != MaterialState.MISSING for _, _, state, _, _ in draft.materials)
    materials = () if is_complete else materials_of(case_id)
    missing = form.missing(asked, fields, materials, catalogue.elements, by_agent=by_agent)
    if missing:
        raise NotReady(missing)


def _filed(
    case_id: uuid.UUID, draft: _Draft, digest: str, key: str | None, role: Role, by: Actor, at: datetime
) -> writing.Part:
    moved = [draft.number, at, draft.completeness_due, key, case_id]
    filed = [new_id(), at, json.dumps(draft.materials), digest, case_id]
    detail = json.dumps({"number": draft.number})
    event = [new_id(), at, by.kind, by.id, by.name, role.value, digest, detail]
    return writing.Part(EVENT, [*moved, *filed, *event], (("moved", MOVE), ("filed", FILE)))


def _told(case_id: uuid.UUID, draft: _Draft, by: Actor, at: datetime) -> list[writing.Part]:
    number, due = cast(str, draft.number), cast(date, draft.completeness_due)
    detail = {"number": number, "service": draft.service_code}
    act = LedgerAct("case.submit", Subject("case", str(case_id)), detail)
    timer = Timer(timer_key(case_id), COMPLETENESS_TIMER, clocks.end_of(due), {"case": str(case_id)})
    event = CaseSubmitted(str(case_id), number, draft.applicant_kind, draft.applicant_id)
    return [
        ledger.recording(acts=[act], by=by, at=at),
        *outbox.publishing([event], at=at),
        *outbox.scheduling([timer]),
    ]


def _receipt(case_id: uuid.UUID, draft: _Draft) -> Receipt:
    return Receipt(
        case_id=case_id,
        number=cast(str, draft.number),
        code=draft.code,
        service=Subject(draft.service_kind, draft.service_code),
        service_name=draft.service_name,
        applicant_name=unsealing.open_name(draft.applicant_name),
        received_at=cast(datetime, draft.received_at),
        completeness_due=cast(date, draft.completeness_due),
        items=tuple(draft.items),
        departments=tuple(draft.departments),
    )


def _submitted_with(key: str, case_id: uuid.UUID, by: Actor, at: datetime) -> Receipt:
    """Return the receipt of the case that was submitted with this key; the other draft stays a draft."""
    wanted = models.Case.objects.filter(id=case_id).values_list("service_kind", "service_code").first()
    found = (
        models.Case.objects.filter(submission_key=key)
        .values_list("id", "service_kind", "service_code")
        .first()
    )
    if found is None or wanted != found[1:]:
        raise Conflict("case-key-used", MSG_KEY_USED)
    return _submit(found[0], None, by, at)
