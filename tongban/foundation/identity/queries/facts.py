"""What the registers hold of somebody, for forms that are filled before they are opened."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from tongban.foundation.identity import adapters
from tongban.foundation.identity.adapters import demonstration
from tongban.foundation.identity.errors import AuthorityAway, PersonUnknown
from tongban.foundation.identity.queries.held import person_row
from tongban.foundation.identity.queries.people import get_company
from tongban.foundation.identity.rules import mask_number, mask_phone
from tongban.foundation.identity.unsealing import CONTACT, PERSON, unseal
from tongban.kernel.types import Subject

Known = TypeVar("Known")
POPULATION, ENTITIES, OWN = "人口库", "法人库", "实名账户"
NUMBERS = ("-id-number", "-account-number")
PHONES = ("-phone",)


def facts(subject: Subject) -> dict[str, tuple[str, str]]:
    """Return data element → (value, register) for a person or a company.

    Numbers and phones are masked here, followed by an opaque reference in the register that lets the office
    read them when it must: ``310***********12 #person:…``.
    """
    return _of_company(subject) if subject.kind == "company" else _of_person(subject.id, "applicant")


def _of_person(id: str, role: str) -> dict[str, tuple[str, str]]:
    row = person_row(id)
    if row is None:
        raise PersonUnknown
    own = unseal(PERSON, row.sealed)
    known = _asked(adapters.registers().person, own["number"])
    found = dict(known.values) if known else {}
    found |= {
        "applicant-name": (own["name"], POPULATION),
        "applicant-id-type": ("居民身份证", POPULATION),
        "applicant-id-number": (f"{row.masked_number} #person:{row.id}", POPULATION),
        "applicant-sex": (row.sex, POPULATION),
        "applicant-birth-date": (row.birth_on.isoformat(), POPULATION),
    }
    account = row.account
    if account and account.phone_masked:
        found["applicant-phone"] = (f"{account.phone_masked} #person:{row.id}", OWN)
    if account and account.mail_masked:
        found["applicant-email"] = (unseal(CONTACT, account.contact_sealed).get("mail", ""), OWN)
    return {name.replace("applicant-", f"{role}-", 1): fact for name, fact in _masked(found).items()}


def _of_company(subject: Subject) -> dict[str, tuple[str, str]]:
    company = get_company(subject.id)
    known = _asked(adapters.registers().company, company.credit_code)
    found = dict(known.values) if known else {}
    found |= {
        "company-name": (company.name, ENTITIES),
        "unified-credit-code": (company.credit_code, ENTITIES),
        "registered-address": (company.address, ENTITIES),
    }
    if company.kind:
        found["company-type"] = (company.kind, ENTITIES)
    if company.district:
        found["registered-district"] = (company.district, ENTITIES)
    of_representative = _of_person(str(company.legal_representative), "legal-representative")
    kept = ("name", "id-number", "phone", "address")
    found |= {
        name: of_representative[name]
        for name in (f"legal-representative-{part}" for part in kept)
        if name in of_representative
    }
    return _masked(found)


def _asked(ask: Callable[[str], Known | None], key: str) -> Known | None:
    """Return what a register holds; a register that is away leaves fields empty, it closes no form."""
    try:
        return ask(key)
    except AuthorityAway:
        return None


def _masked(found: dict[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """Mask what a register gave in full: no personal number leaves here as it is."""
    masked = {}
    for name, (value, register) in found.items():
        if "*" not in value and name.endswith(NUMBERS):
            value = mask_number(value)
        elif "*" not in value and name.endswith(PHONES) and name != "company-phone":
            value = mask_phone(value)
        masked[name] = (value, register)
    return masked


def population() -> demonstration.Population:
    """Return the invented people and companies of the demonstration, always the same."""
    return demonstration.population()
