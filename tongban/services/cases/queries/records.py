"""How rows become records."""

from __future__ import annotations

import uuid

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
    PlanStep,
    Role,
    Written,
)


def material(row: models.Material) -> CaseMaterial:
    """Return a paper."""
    offer = row.evidence or {}
    return CaseMaterial(
        item=row.item,
        code=row.code,
        name=row.name,
        state=MaterialState(row.state),
        kind=row.kind,
        reason=row.reason,
        law=row.law,
        document=row.document,
        document_name=row.document_name,
        offered=uuid.UUID(offer["document"]) if offer.get("document") else None,
        offered_name=offer.get("label", "") if offer.get("document") else "",
        same_as=(row.same_as[0], row.same_as[1]) if row.same_as else None,
        due_on=row.due_on,
        given_at=row.given_at,
        may_follow=row.is_secondary,
    )


def fields_and_version(case_id: uuid.UUID) -> tuple[dict[str, FieldValue], int]:
    """Return the form of a case and its version."""
    found = statements.one("SELECT document, version FROM cases_form WHERE case_id = %s", [case_id])
    if found is None:
        raise models.Form.DoesNotExist(case_id)
    return unsealing.open_fields(found[0]), found[1]


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


def case(row: models.Case) -> Case:
    """Return the whole case (two more statements)."""
    return case_with(row, *fields_and_version(row.id), materials(row.id))


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
