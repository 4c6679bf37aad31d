"""Cases, one or many."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from tongban.foundation.identity.types import ActingFor
from tongban.foundation.statements import queries as statements
from tongban.kernel import clock
from tongban.kernel.pages import Page
from tongban.kernel.types import Actor, Subject
from tongban.services.cases import models, rules
from tongban.services.cases.errors import CaseUnknown
from tongban.services.cases.queries import records
from tongban.services.cases.rules.numbers import read_number
from tongban.services.cases.standing import Standing, right_of, standing_of
from tongban.services.cases.types import Act, Case, CaseCard, CaseEvent, CaseState, PlanStep, Responsible

# One list, however many: a call's statement takes 65,535 values of their own at most.
BY_NUMBER = "SELECT number, items, departments FROM cases_case WHERE number = ANY(%s)"
BY_ID = "SELECT id, items, departments FROM cases_case WHERE id = ANY(%s)"
LOCKED_STATE = "SELECT state FROM cases_case WHERE id = %s FOR NO KEY UPDATE"


def visible(
    case_id: uuid.UUID | str, *, by: Actor, at: datetime | None = None
) -> tuple[models.Case, Standing]:
    """Return the row of a case to who may see it, and who they are to it; raise CaseUnknown."""
    row = statements.fetch_one(models.Case, "WHERE id = %s", [_id(case_id)])
    if row is None:
        raise CaseUnknown
    return row, standing_of(by, row, at or clock.now())


def get_case(case_id: uuid.UUID | str, *, by: Actor, at: datetime | None = None) -> Case:
    """Return the whole case to who may see it; raise CaseUnknown (one statement, and who may see it)."""
    row, held, _ = seen(case_id, by=by, at=at)
    return records.case(row, held)


def seen(
    case_id: uuid.UUID | str, *, by: Actor, at: datetime | None = None
) -> tuple[models.Case, records.Contents, Standing]:
    """Return the row of a case to who may see it, what is in it, and who they are to it; raise CaseUnknown."""
    found = records.whole(_id(case_id))
    if found is None:
        raise CaseUnknown
    row, held = found
    return row, held, standing_of(by, row, at or clock.now())


def standing(case_id: uuid.UUID | str, *, by: Actor, at: datetime | None = None) -> Standing:
    """Return who somebody is to a case; raise CaseUnknown."""
    return visible(case_id, by=by, at=at)[1]


def right_to(case: Case, *, by: Actor, at: datetime) -> ActingFor:
    """Return by what right a person acts for the applicant of a case that was read already; raise NotAllowed."""
    return right_of(by, case.applicant, frozenset(case.items), at)


def acts_for(case_id: uuid.UUID | str, *, by: Actor, at: datetime | None = None) -> tuple[Act, ...]:
    """Return what somebody may do to a case now, for buttons; raise CaseUnknown."""
    row, standing = visible(case_id, by=by, at=at)
    return rules.acts_for(CaseState(row.state), standing.roles)


def cases_of(
    subject: Subject,
    *,
    by: Actor,
    at: datetime | None = None,
    states: Iterable[CaseState] = (),
    page: int = 1,
    size: int = 20,
) -> Page[CaseCard]:
    """Return the cases of an applicant, newest first, to who acts for them; raise NotAllowed."""
    right_of(by, subject, frozenset(), at or clock.now())
    rows = models.Case.objects.filter(applicant_kind=subject.kind, applicant_id=subject.id)
    if wanted := [state.value for state in states]:
        rows = rows.filter(state__in=wanted)
    begin = (max(1, page) - 1) * size
    found = rows.order_by("-started_at", "-id")[begin : begin + size]
    return Page(tuple(records.card(row) for row in found), max(1, page), size, rows.count())


def latest_applicant(subjects: Iterable[Subject]) -> Subject | None:
    """Return which of these applicants has filed last; None if none of them ever has."""
    theirs = Q()
    for one in subjects:
        theirs |= Q(applicant_kind=one.kind, applicant_id=one.id)
    rows = models.Case.objects.filter(theirs).exclude(state="draft").order_by("-started_at", "-id")
    found = rows.values_list("applicant_kind", "applicant_id").first() if theirs else None
    return Subject(*found) if found else None


def drafts_of(person: Actor, *, limit: int = 20) -> tuple[CaseCard, ...]:
    """Return the drafts that a person has begun, for whomever, to go on with on any device."""
    rows = models.Case.objects.filter(filed_by_kind=person.kind, filed_by_id=person.id, state="draft")
    return tuple(records.card(row) for row in rows.order_by("-started_at")[:limit])


def to_accept(departments: Iterable[str] | None = None, *, page: int = 1, size: int = 50) -> Page[CaseCard]:
    """Return what waits for a clerk, what is due first on top; of some departments or, in a hall, of all."""
    rows = models.Case.objects.filter(state="received")
    if departments is not None:
        rows = rows.filter(departments__overlap=list(departments))
    begin = (max(1, page) - 1) * size
    found = rows.order_by("completeness_due", "id")[begin : begin + size]
    return Page(tuple(records.card(row) for row in found), max(1, page), size, rows.count())


def events(case_id: uuid.UUID | str, *, by: Actor, at: datetime | None = None) -> tuple[CaseEvent, ...]:
    """Return the acts of a case in their order."""
    row, _ = visible(case_id, by=by, at=at)
    return tuple(records.event(one) for one in models.Event.objects.filter(case_id=row.id).order_by("number"))


@dataclass(frozen=True, slots=True)
class Limits:
    """What the packages above need to open branches and count: nothing about the applicant's form."""

    id: uuid.UUID
    number: str | None
    state: CaseState
    service: Subject
    service_name: str
    applicant: Subject
    district: str
    items: tuple[str, ...]
    versions: dict[str, int]
    departments: tuple[str, ...]
    plan: tuple[PlanStep, ...]
    accepted_on: date | None
    promised_due: date | None
    statutory_due: date | None
    immediate: bool
    answers: dict[str, object]


def limits(case_id: uuid.UUID | str) -> Limits:
    """Return state, path and limits of a case, for packages above; raise CaseUnknown (one statement)."""
    row = statements.fetch_one(models.Case, "WHERE id = %s", [_id(case_id)])
    if row is None:
        raise CaseUnknown
    return Limits(
        row.id, row.number, CaseState(row.state), Subject(row.service_kind, row.service_code), row.service_name,
        Subject(row.applicant_kind, row.applicant_id), row.district, tuple(row.items), row.versions,
        tuple(row.departments), records.plan(row), row.accepted_on, row.promised_due, row.statutory_due,
        row.is_immediate, row.answers,
    )  # fmt: skip


def locked_state(case_id: uuid.UUID) -> CaseState:
    """Return the state of a case and keep everybody else from changing it until the transaction ends; raise CaseUnknown.

    For packages above that write what only stands while the case does: a decision, against a withdrawal.
    """
    found = statements.one(LOCKED_STATE, [case_id])
    if found is None:
        raise CaseUnknown
    return CaseState(found[0])


def open_cases_of(applicant: Subject) -> tuple[uuid.UUID, ...]:
    """Return the ids of an applicant's cases that have not ended nor been decided, oldest first."""
    rows = models.Case.objects.filter(
        applicant_kind=applicant.kind,
        applicant_id=applicant.id,
        state__in=["draft", "received", "supplement", "accepted"],
    )
    return tuple(rows.order_by("started_at", "id").values_list("id", flat=True))


def cards_about(applicants: Iterable[Subject], *, limit: int = 500) -> tuple[CaseCard, ...]:
    """Return the latest cases of several applicants, for lists of packages above (one statement).

    Whether the reader acts for them was decided by the caller.
    """
    wanted = Q(pk__in=[])
    for one in applicants:
        wanted |= Q(applicant_kind=one.kind, applicant_id=one.id)
    rows = models.Case.objects.filter(wanted).order_by("-started_at", "-id")[:limit]
    return tuple(records.card(row) for row in rows)


def id_of(number: str) -> uuid.UUID | None:
    """Return which case has this number, however it is written; None when none has."""
    wanted = read_number(number)
    return models.Case.objects.filter(number=wanted).values_list("id", flat=True).first() if wanted else None


def responsible_by_issue(issues: Iterable[str]) -> dict[str, Responsible | None]:
    """Return for which items, by which departments, the cases are that calls were made for: by a number, or a draft's id.

    None where it has the form of a case's number and no case has it. What is neither is left out: a draft that was
    dropped, or what another system calls a case.
    """
    said = {issue: read_number(issue) for issue in issues}
    ids = {issue: _id(issue) for issue, number in said.items() if number is None}
    by_number = _responsible(BY_NUMBER, {number for number in said.values() if number})
    by_id = _responsible(BY_ID, set(ids.values()))
    numbered = {issue: by_number.get(number) for issue, number in said.items() if number}
    return numbered | {issue: by_id[id] for issue, id in ids.items() if id in by_id}


def _responsible(statement: str, wanted: Iterable[object]) -> dict[object, Responsible]:
    rows = statements.rows(statement, [list(wanted)])
    return {key: Responsible(tuple(items), tuple(departments)) for key, items, departments in rows}


def names_and_numbers(case_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, CaseCard]:
    """Return cards of many cases for lists of packages above, by id (one statement)."""
    return {row.id: records.card(row) for row in models.Case.objects.filter(id__in=list(case_ids))}


def _id(case_id: uuid.UUID | str) -> uuid.UUID:
    """Return the id; one that is no UUID is nobody's."""
    try:
        return case_id if isinstance(case_id, uuid.UUID) else uuid.UUID(case_id)
    except ValueError:
        return uuid.UUID(int=0)
