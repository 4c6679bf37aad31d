"""The source that the city itself is: checked identities."""

from __future__ import annotations

from collections.abc import Mapping

from tongban.foundation.identity import queries as identity
from tongban.kernel.errors import Failure
from tongban.kernel.types import Subject
from tongban.services.catalogue.types import Saving
from tongban.services.exemptions import operations
from tongban.services.exemptions.types import BUSINESS_LICENCE, ID_CARD, Evidence, Key, Kind, Paper, Request


def checked_identity(request: Request, papers: tuple[Paper, ...]) -> Mapping[Key, Evidence]:
    """Return the papers that only show who somebody is, where that was checked against the register already."""
    wanted = {
        paper.key: one.licence
        for paper in papers
        for one in paper.material.instead
        if one.by is Saving.LICENCE_LIBRARY and one.licence in (ID_CARD, BUSINESS_LICENCE)
    }
    known = _identities(request.applicant) if wanted else {}
    return {key: known[licence] for key, licence in wanted.items() if licence in known}


def _identities(applicant: Subject) -> dict[str, Evidence]:
    found = {}
    try:
        if applicant.kind == "company":
            company = identity.get_company(applicant.id)
            person = identity.get_person(company.legal_representative)
            if company.dissolved_on is None:
                found[BUSINESS_LICENCE] = _evidence(
                    "法人库", company.credit_code, f"营业执照 {company.credit_code}"
                )
        else:
            person = identity.get_person(applicant.id)
    except Failure:
        return {}
    if person.is_verified:
        found[ID_CARD] = _evidence("人口库", f"person:{person.id}", f"居民身份证 {person.masked_number}")
    return found


def _evidence(register: str, reference: str, label: str) -> Evidence:
    return Evidence(Kind.LICENCE_LIBRARY, register, reference, label)


def register() -> None:
    """Plug in."""
    operations.register_source(Kind.LICENCE_LIBRARY, checked_identity)
