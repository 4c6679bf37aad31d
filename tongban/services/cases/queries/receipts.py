"""Before and after filing: what is missing, the receipt, and progress for who has number and code."""

from __future__ import annotations

import hmac
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import cast

from tongban.kernel.conditions import Answer
from tongban.kernel.types import Actor, Subject
from tongban.services.cases import models, unsealing
from tongban.services.cases.errors import CaseUnknown
from tongban.services.cases.outline import outline
from tongban.services.cases.queries import records
from tongban.services.cases.queries.cases import seen, visible
from tongban.services.cases.rules import acceptance, form
from tongban.services.cases.rules.numbers import read_number
from tongban.services.cases.types import CaseState, PreReview, Progress, Receipt, Role
from tongban.services.catalogue import queries as catalogue


def check_audience(service: Subject, kind: str, *, answers: Mapping[str, Answer] | None = None) -> None:
    """Raise Invalid, with the rule's own sentence, when a person (or company) can not begin the service so."""
    made = outline(service, answers or {})
    acceptance.check_audience(kind, made.audience, made.name)


def pre_review(case_id: uuid.UUID | str, *, by: Actor, at: datetime | None = None) -> PreReview:
    """Return everything that is missing before filing, in plain sentences."""
    row, held, standing = seen(case_id, by=by, at=at)
    by_agent = Role.AGENT in standing.roles
    found = form.missing(
        records.form(row), held.fields, held.materials, catalogue.elements, by_agent=by_agent
    )
    return PreReview(found)


def receipt(case_id: uuid.UUID | str, *, by: Actor, at: datetime | None = None) -> Receipt:
    """Return the receipt of a filed case; raise CaseUnknown, also for a draft."""
    row, _ = visible(case_id, by=by, at=at)
    if row.number is None or row.received_at is None or row.completeness_due is None:
        raise CaseUnknown
    return Receipt(
        case_id=row.id,
        number=row.number,
        code=row.code,
        service=Subject(row.service_kind, row.service_code),
        service_name=row.service_name,
        applicant_name=unsealing.open_name(row.applicant_name),
        received_at=row.received_at,
        completeness_due=row.completeness_due,
        items=tuple(row.items),
        departments=tuple(row.departments),
        materials=records.materials(row.id),
    )


def find_by_number(number: str, code: str) -> Progress | None:
    """Return how far a case is, to anyone with number and code; None if either is wrong: both look the same."""
    digits = read_number(number)
    row = models.Case.objects.filter(number=digits).first() if digits else None
    expected = row.code if row else "!" * 6
    if not hmac.compare_digest(expected.encode(), code.strip().upper().encode()) or row is None:
        return None
    return Progress(
        number=cast(str, row.number),
        state=CaseState(row.state),
        service=Subject(row.service_kind, row.service_code),
        service_name=row.service_name,
        district=row.district,
        received_at=cast(datetime, row.received_at),
        completeness_due=row.completeness_due,
        accepted_on=row.accepted_on,
        deemed=row.is_deemed,
        promised_due=row.promised_due,
        closed_at=row.closed_at,
        case_id=row.id,
        outcome=row.outcome,
    )
