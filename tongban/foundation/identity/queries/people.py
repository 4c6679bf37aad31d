"""People and companies by id, by number, by name."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from tongban.foundation.identity.errors import CompanyUnknown, PersonUnknown
from tongban.foundation.identity.models import LegalEntity, NaturalPerson
from tongban.foundation.identity.queries.held import HeldPerson, as_id, company_row, person_row
from tongban.foundation.identity.rules.numbers import normal
from tongban.foundation.identity.types import Company, Person
from tongban.foundation.identity.unsealing import PERSON, index, unseal
from tongban.kernel.types import Subject


def get_person(id: uuid.UUID | str) -> Person:
    """Return the person; raise PersonUnknown."""
    row = person_row(id)
    if row is None:
        raise PersonUnknown
    return person_of(row)


def find_person(number: str) -> Person | None:
    """Return the person with this identity number, None if we know nobody by it."""
    rows = NaturalPerson.objects.select_related("account").filter(
        number_index=index("number", normal(number))
    )
    row = rows.first()
    return person_of(row) if row else None


def get_company(id: uuid.UUID | str) -> Company:
    """Return the company; raise CompanyUnknown."""
    row = company_row(id)
    if row is None:
        raise CompanyUnknown
    return company_of(row)


def find_company(credit_code: str) -> Company | None:
    """Return the company with this 统一社会信用代码, None if it is not bound here."""
    row = LegalEntity.objects.filter(credit_code=normal(credit_code)).first()
    return company_of(row) if row else None


def companies_of(person_id: uuid.UUID | str) -> tuple[Company, ...]:
    """Return the companies that this person has bound as their legal representative."""
    rows = LegalEntity.objects.filter(legal_representative=as_id(person_id), bound_at__isnull=False)
    return tuple(company_of(row) for row in rows.order_by("bound_at", "id"))


def name_of(subject: Subject) -> str:
    """Return the whole name of a person or company; raise PersonUnknown or CompanyUnknown."""
    return get_company(subject.id).name if subject.kind == "company" else get_person(subject.id).name


def names_of(subjects: Iterable[Subject]) -> dict[Subject, str]:
    """Return the names of many persons and companies in two statements; unknown ones are left out."""
    wanted = set(subjects)
    people = {as_id(one.id) for one in wanted if one.kind == "person"}
    companies = {as_id(one.id) for one in wanted if one.kind == "company"}
    found: dict[Subject, str] = {}
    if people:
        for id, sealed in NaturalPerson.objects.filter(id__in=people).values_list("id", "sealed"):
            found[Subject("person", str(id))] = unseal(PERSON, sealed)["name"]
    if companies:
        for id, name in LegalEntity.objects.filter(id__in=companies).values_list("id", "name"):
            found[Subject("company", str(id))] = name
    return found


def person_of(row: NaturalPerson | HeldPerson) -> Person:
    """Return the record of a row; its account is read with it where the caller joined it."""
    account, name = getattr(row, "account", None), unseal(PERSON, row.sealed)["name"]
    return Person(
        id=row.id,
        name=name,
        masked_number=row.masked_number,
        birth_on=row.birth_on,
        phone_masked=account.phone_masked if account else "",
        is_verified=row.verified_at is not None,
        masked_name=row.masked_name,
        sex=row.sex,
        died_on=row.died_on,
    )


def company_of(row: LegalEntity) -> Company:
    """Return the record of a row."""
    return Company(
        id=row.id,
        name=row.name,
        credit_code=row.credit_code,
        legal_representative=row.legal_representative_id,
        address=row.address,
        kind=row.kind,
        district=row.district,
        bound_at=row.bound_at,
        dissolved_on=row.dissolved_on,
    )
