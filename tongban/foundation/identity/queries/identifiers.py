"""By which numbers other registers are asked about somebody, and how much of their answers is shown at a desk."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tongban.foundation.identity.errors import PersonUnknown
from tongban.foundation.identity.queries.held import person_row
from tongban.foundation.identity.queries.people import get_company
from tongban.foundation.identity.rules import mask_name, mask_number, mask_phone
from tongban.foundation.identity.unsealing import PERSON, unseal
from tongban.kernel.types import Subject

NAMES = ("name", "head", "legal-representative")
NUMBERS = ("id-number", "account", "account-number")
LONGEST_NAME = 4
"""Signs of a person's name; what is longer names an organisation, which is public."""


@dataclass(frozen=True, slots=True)
class Identifiers:
    """Whom a register is asked about: a person by their number, a company by its code; the other is empty."""

    number: str = ""
    credit_code: str = ""
    birth_on: dt.date | None = None
    sex: str = ""


def identifiers_of(subject: Subject) -> Identifiers:
    """Return by which numbers a person or company is known; raise PersonUnknown or CompanyUnknown."""
    if subject.kind == "company":
        return Identifiers(credit_code=get_company(subject.id).credit_code)
    row = person_row(subject.id)
    if row is None:
        raise PersonUnknown
    return Identifiers(unseal(PERSON, row.sealed)["number"], "", row.birth_on, row.sex)


def masked_value(field: str, value: str) -> str:
    """Return what is shown of a register's field: of names, numbers, accounts and phones what official lists show."""
    if field.endswith("phone"):
        return mask_phone(value)
    if field.endswith(NUMBERS) and value[:1].isdigit():
        return mask_number(value)
    if field.endswith(NAMES) and len(value) <= LONGEST_NAME:
        return mask_name(value)
    return value
