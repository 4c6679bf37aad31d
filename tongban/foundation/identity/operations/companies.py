"""Companies: bound by whom the register names as legal representative, struck off."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from tongban.foundation.identity import adapters, rules
from tongban.foundation.identity.errors import CompanyUnknown, NotRepresentative
from tongban.foundation.identity.events import CompanyDissolved
from tongban.foundation.identity.models import LegalEntity, NaturalPerson
from tongban.foundation.identity.operations.people import register_person
from tongban.foundation.identity.queries.people import company_of, get_person
from tongban.foundation.identity.types import Company, RegisterCompany
from tongban.foundation.identity.unsealing import PERSON, unseal
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.errors import N_, Conflict, NotAllowed
from tongban.kernel.types import Actor, Subject


@transaction.atomic
def register_company(*, credit_code: str, by: Actor, at: dt.datetime) -> Company:
    """Write a company down as the register has it now, its legal representative too; bind nobody.

    Raises Invalid (the code), CompanyUnknown (the register).
    """
    known = _known(credit_code)
    person = register_person(name=known.representative_name, number=known.representative_number, by=by, at=at)
    return company_of(_write(known, person.id, by, at))


@transaction.atomic
def bind_company(*, person: uuid.UUID, credit_code: str, by: Actor, at: dt.datetime) -> Company:
    """Bind a company to its legal representative: the register says who that is (民法典第 61 条).

    Raises Invalid (the code), CompanyUnknown, NotRepresentative, NotAllowed (no real name yet), Conflict (dissolved).
    """
    who = get_person(person)
    if not who.is_verified:
        raise NotAllowed("bind-unverified", N_("先完成实名核验，才能绑定单位。"))
    known = _known(credit_code)
    if known.dissolved_on:
        raise Conflict("company-dissolved", N_("这家单位已经注销。"))
    number = unseal(PERSON, NaturalPerson.objects.values_list("sealed", flat=True).get(id=person))["number"]
    if (known.representative_name, known.representative_number) != (who.name, number):
        raise NotRepresentative
    row = _write(known, person, by, at)
    if row.bound_at is None:
        row.bound_at = at
        row.save(update_fields=["bound_at"])
        subject = Subject("company", str(row.id))
        ledger.record(act="identity.company_bound", subject=subject, by=by, at=at)
    return company_of(row)


def _known(credit_code: str) -> RegisterCompany:
    known = adapters.registers().company(rules.check_credit_code(credit_code))
    if known is None:
        raise CompanyUnknown
    return known


def _write(known: RegisterCompany, representative: uuid.UUID, by: Actor, at: dt.datetime) -> LegalEntity:
    """Write down what the register says; a new legal representative has to bind the company anew."""
    values = {
        "name": known.name,
        "kind": known.kind,
        "address": known.address,
        "district": known.district,
        "dissolved_on": known.dissolved_on,
        "legal_representative_id": representative,
    }
    row, made = LegalEntity.objects.select_for_update().get_or_create(
        credit_code=known.credit_code, defaults=values
    )
    if made:
        ledger.record(
            act="identity.company_registered", subject=Subject("company", str(row.id)), by=by, at=at
        )
        return row
    if row.legal_representative_id != representative:
        _end_mandates(row, by, at)
        row.bound_at = None
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    return row


def _end_mandates(row: LegalEntity, by: Actor, at: dt.datetime) -> None:
    """Revoke what the former representative gave: whoever speaks for the company now decides anew."""
    from tongban.foundation.identity.operations.mandates import end_mandates_of

    end_mandates_of(row, by, at)


@transaction.atomic
def record_dissolution(*, company: uuid.UUID, dissolved_on: dt.date, by: Actor, at: dt.datetime) -> None:
    """Write down that a company was struck off; its mandates end. The same day again is no act."""
    row = LegalEntity.objects.select_for_update().filter(id=company).first()
    if row is None:
        raise CompanyUnknown
    if row.dissolved_on == dissolved_on:
        return
    row.dissolved_on = dissolved_on
    row.save(update_fields=["dissolved_on"])
    _end_mandates(row, by, at)
    subject = Subject("company", str(row.id))
    detail = {"dissolved_on": dissolved_on.isoformat()}
    ledger.record(act="identity.dissolution_recorded", subject=subject, by=by, at=at, detail=detail)
    outbox.publish(CompanyDissolved(str(row.id), dissolved_on.isoformat()), at=at)
