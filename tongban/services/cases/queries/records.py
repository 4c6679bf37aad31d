"""How rows become records."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tongban.foundation.statements import queries as statements
from tongban.kernel.types import Actor, Subject
from tongban.services.cases import models, unsealing
from tongban.services.cases.types import (
    Act,
    Asked,
    Case,
    CaseCard,
    CaseEvent,
    CaseMaterial,
    CaseState,
    Demand,
    FieldValue,
    FormField,
    Letter,
    MaterialState,
    Obtained,
    PlanStep,
    Role,
    Written,
)

# The form and the papers beside a case.
CONTENTS = """f.document, f.version, (
    SELECT coalesce(json_agg(json_build_array(m.item, m.code, m.name, m.state, m.kind, m.reason, m.law, m.evidence,
        m.document, m.document_name, m.same_as, m.due_on, m.given_at, m.is_secondary) ORDER BY m.position), '[]')
    FROM cases_material m WHERE m.case_id = f.case_id)"""
OF_CASE = "JOIN cases_form f ON f.case_id = t.id WHERE t.id = %s"


def material(row: models.Material) -> CaseMaterial:
    """Return a paper."""
    return _paper(
        row.item, row.code, row.name, row.state, row.kind, row.reason, row.law, row.evidence, row.document,
        row.document_name, row.same_as, row.due_on, row.given_at, row.is_secondary,
    )  # fmt: skip


def _paper(
    item: str, code: str, name: str, state: str, kind: str, reason: str, law: str, evidence: dict[str, Any] | None,
    document: uuid.UUID | None, document_name: str, same_as: list[str] | None, due_on: date | None,
    given_at: datetime | None, may_follow: bool,
) -> CaseMaterial:  # fmt: skip
    offer = evidence or {}
    return CaseMaterial(
        item=item,
        code=code,
        name=name,
        state=MaterialState(state),
        kind=kind,
        reason=reason,
        law=law,
        document=document,
        document_name=document_name,
        offered=uuid.UUID(offer["document"]) if offer.get("document") else None,
        offered_name=offer.get("label", "") if offer.get("document") else "",
        same_as=(same_as[0], same_as[1]) if same_as else None,
        due_on=due_on,
        given_at=given_at,
        may_follow=may_follow,
        obtained=_obtained(offer) if "standing" in offer else None,
    )


def _obtained(found: dict[str, Any]) -> Obtained:
    return Obtained(
        found["standing"], found["provider"], found["label"], tuple(found["fields"]),
        uuid.UUID(found["exchange"]) if found["exchange"] else None,
        datetime.fromisoformat(found["at"]) if found["at"] else None, tuple(found.get("asked_by", ())),
    )  # fmt: skip


def materials(case_id: uuid.UUID) -> tuple[CaseMaterial, ...]:
    """Return the papers of a case in their order."""
    return tuple(
        material(row)
        for row in statements.fetch(models.Material, "WHERE case_id = %s ORDER BY position", [case_id])
    )


def form(row: models.Case) -> tuple[FormField, ...]:
    """Return the fields that the case's form has."""
    return tuple(FormField(code, tuple(items), Asked(asked)) for code, items, asked in row.form)


def plan(row: models.Case) -> tuple[PlanStep, ...]:
    """Return the path as compiled when the case began."""
    return tuple(
        PlanStep(**step | {"after": tuple(step["after"]), "joint": tuple(step["joint"])}) for step in row.plan
    )


@dataclass(frozen=True, slots=True)
class Contents:
    """The form of a case as kept, its version, and the papers in their order."""

    document: bytes
    version: int
    papers: list[list[Any]]

    @property
    def fields(self) -> dict[str, FieldValue]:
        """Return what the form says."""
        return unsealing.open_fields(self.document)

    @property
    def materials(self) -> tuple[CaseMaterial, ...]:
        """Return the papers."""
        return tuple(_said(*one) for one in self.papers)


def whole(case_id: uuid.UUID) -> tuple[models.Case, Contents] | None:
    """Return a case and what is in it, None if there is none (one statement). Who may see it is for the caller."""
    found = statements.fetch_with(models.Case, CONTENTS, OF_CASE, [case_id])
    return (found[0], Contents(*found[1])) if found else None


def case(row: models.Case, held: Contents) -> Case:
    """Return the whole case."""
    return case_with(row, held.fields, held.version, held.materials)


def _said(*columns: Any) -> CaseMaterial:
    """Return a paper of what JSON says of its columns."""
    *plain, document, document_name, same_as, due_on, given_at, may_follow = columns
    document = uuid.UUID(document) if document else None
    due_on = date.fromisoformat(due_on) if due_on else None
    given_at = datetime.fromisoformat(given_at) if given_at else None
    values = [*plain, document, document_name, same_as, due_on, given_at, may_follow]
    return _paper(*values)


def case_with(
    row: models.Case, fields: dict[str, FieldValue], version: int, papers: tuple[CaseMaterial, ...]
) -> Case:
    """Return the whole case of what was read of it."""
    return Case(
        id=row.id,
        number=row.number,
        state=CaseState(row.state),
        service=Subject(row.service_kind, row.service_code),
        service_name=row.service_name,
        versions=row.versions,
        bundle_version=row.bundle_version,
        applicant=Subject(row.applicant_kind, row.applicant_id),
        applicant_name=unsealing.open_name(row.applicant_name),
        filed_by=Actor(row.filed_by_kind, row.filed_by_id),
        via=row.via,
        district=row.district,
        answers=row.answers,
        items=tuple(row.items),
        departments=tuple(row.departments),
        plan=plan(row),
        form=form(row),
        form_version=version,
        fields=fields,
        materials=papers,
        started_at=row.started_at,
        received_at=row.received_at,
        completeness_due=row.completeness_due,
        accepted_on=row.accepted_on,
        deemed=row.is_deemed,
        promised_days=row.promised_days,
        statutory_days=row.statutory_days,
        promised_due=row.promised_due,
        statutory_due=row.statutory_due,
        decided_at=row.decided_at,
        closed_at=row.closed_at,
        immediate=row.is_immediate,
        outcome=row.outcome,
    )


def card(row: models.Case) -> CaseCard:
    """Return a case as a list shows it."""
    return CaseCard(
        id=row.id,
        number=row.number,
        state=CaseState(row.state),
        service=Subject(row.service_kind, row.service_code),
        service_name=row.service_name,
        applicant=Subject(row.applicant_kind, row.applicant_id),
        applicant_name=unsealing.open_name(row.applicant_name),
        district=row.district,
        items=tuple(row.items),
        started_at=row.started_at,
        received_at=row.received_at,
        completeness_due=row.completeness_due,
        accepted_on=row.accepted_on,
        deemed=row.is_deemed,
        promised_due=row.promised_due,
        closed_at=row.closed_at,
        outcome=row.outcome,
    )


def event(row: models.Event) -> CaseEvent:
    """Return one act of a case."""
    return CaseEvent(
        number=row.number,
        act=Act(row.act) if row.act != "start" else None,
        before=CaseState(row.before) if row.before else None,
        after=CaseState(row.after),
        at=row.at,
        by=Actor(row.by_kind, row.by_id, row.by_name),
        role=Role(row.role),
        facts=row.facts,
        detail=row.detail,
    )


def written(row: models.Paper) -> Written:
    """Return a letter."""
    return Written(
        kind=Letter(row.kind),
        number=row.number,
        text=unsealing.open_text(row.text),
        sha256=row.sha256,
        seal=row.seal,
        signature=row.signature,
        at=row.at,
        by=Actor(row.by_kind, row.by_id, row.by_name),
        demands=tuple(Demand(**one) for one in row.demands),
    )
