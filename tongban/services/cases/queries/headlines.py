"""A case in one line: what every message about it, and every package that only asks how far it is, has to know. And
what was applied for in it, without its papers and its path: what a licence is made of.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tongban.foundation.packs import queries as packs
from tongban.foundation.statements import queries as statements
from tongban.kernel.types import Actor, Subject
from tongban.services.cases import unsealing
from tongban.services.cases.errors import CaseUnknown
from tongban.services.cases.standing import hearers
from tongban.services.cases.types import CaseState, FieldValue

HEADLINE = """
SELECT id, number, state, service_kind, service_code, service_name, applicant_kind, applicant_id, filed_by_kind,
    filed_by_id, via, items, completeness_due, promised_due, statutory_due
FROM cases_case WHERE id = %s
"""

APPLIED = f"""
SELECT ({packs.CURRENT_NUMBER}), c.id, c.service_kind, c.service_code, c.bundle_version, c.versions, c.applicant_kind, c.applicant_id,
    c.applicant_name, c.district, f.document
FROM cases_case c JOIN cases_form f ON f.case_id = c.id WHERE c.id = %s FOR NO KEY UPDATE OF c
"""  # noqa: S608 - constants of ours


@dataclass(frozen=True, slots=True)
class Headline:
    """What a case is about, how far it is, whose it is, who filed it by what right, and when it is due."""

    id: uuid.UUID
    number: str | None
    state: CaseState
    service: Subject
    service_name: str
    applicant: Subject
    filed_by: Actor
    via: str
    items: tuple[str, ...]
    completeness_due: date | None
    promised_due: date | None
    statutory_due: date | None


def headline(case_id: uuid.UUID | str) -> Headline:
    """Return a case in one line, for messages and for packages above; raise CaseUnknown (one statement)."""
    found = statements.one(HEADLINE, [case_id])
    if found is None:
        raise CaseUnknown
    id, number, state, service_kind, service, name, kind, applicant, filer_kind, filer, via, items, *due = (
        found
    )
    return Headline(
        id, number, CaseState(state), Subject(service_kind, service), name, Subject(kind, applicant),
        Actor(filer_kind, filer), via, tuple(items), *due,
    )  # fmt: skip


def hearers_of(case: Headline, at: datetime) -> tuple[Subject, ...]:
    """Return who is told of it: the applicant, and who filed it for them and still may act."""
    return hearers(case.applicant, case.filed_by, case.via, case.items, at)


def told_of(case_id: uuid.UUID | str, *, at: datetime) -> tuple[Subject, ...]:
    """Return who is told of a case; raise CaseUnknown."""
    return hearers_of(headline(case_id), at)


@dataclass(frozen=True, slots=True)
class Applied:
    """What was applied for: by whom, for what in which versions, where, and what the form says.

    ``revision`` is the published one of the pack, for ``packs.held``.
    """

    revision: int
    id: uuid.UUID
    service: Subject
    bundle_version: int | None
    versions: Mapping[str, int]
    applicant: Subject
    applicant_name: str
    district: str
    fields: Mapping[str, FieldValue]


def locked_applied(case_id: uuid.UUID) -> Applied:
    """Return what was applied for and keep everybody else from changing the case until the transaction ends.

    For packages above that make something of it, once. Raises CaseUnknown (one statement).
    """
    found = statements.one(APPLIED, [case_id])
    if found is None:
        raise CaseUnknown
    (
        revision,
        id,
        service_kind,
        service,
        bundle_version,
        versions,
        kind,
        applicant,
        name,
        district,
        document,
    ) = found
    return Applied(
        revision or 0, id, Subject(service_kind, service), bundle_version, _plain(versions), Subject(kind, applicant),
        unsealing.open_name(name), district, unsealing.open_fields(document),
    )  # fmt: skip


def _plain(value: Any) -> Any:
    # Django's connection leaves JSON as text.
    return json.loads(value) if isinstance(value, str) else value
