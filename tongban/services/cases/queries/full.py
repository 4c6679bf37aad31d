"""Where a personal value of a form can be read in full, and whether this reader still may."""

from __future__ import annotations

import re
import uuid
from datetime import datetime

from tongban.foundation.identity import queries as people
from tongban.foundation.identity.types import StaffAccess
from tongban.kernel.types import Subject
from tongban.services.cases.types import Case

REFERENCE = re.compile(r" ?#person:([0-9a-f-]{36})$")
FIELDS = {"-id-number": "number", "-phone": "phone", "-name": "name"}


def held(case: Case, field: str) -> tuple[Subject, str]:
    """Return where a value can be read in full: the person a register points to, else the case's own form."""
    for end, part in FIELDS.items():
        if field.endswith(end):
            person = _person(case, field.removesuffix(end))
            if person is not None:
                return Subject("person", str(person)), part
    return Subject("case", f"{case.id}:{field}"), "value"


def _person(case: Case, group: str) -> uuid.UUID | None:
    """Return who stands behind a part of the form (``applicant``): the register's reference says it."""
    for end in (*FIELDS, "-account-number"):
        one = case.fields.get(f"{group}{end}")
        match = REFERENCE.search(one.value) if one and isinstance(one.value, str) else None
        if match:
            return uuid.UUID(match[1])
    return None


def shown_in_full(case: Case, field: str, *, person: StaffAccess, at: datetime) -> str:
    """Return the value in full while this reader's unmasking lasts, else nothing."""
    subject, part = held(case, field)
    if subject.kind == "person":
        return people.unmasked(subject, part, by=person.actor, at=at) or ""
    lasts = people.is_unmasked(subject, part, by=person.actor, at=at)
    return str(case.fields[field].value) if lasts and field in case.fields else ""
