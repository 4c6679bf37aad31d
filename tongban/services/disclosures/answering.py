"""Who answers a contest: the office that it is about where one of its data officers sits here, else the data authority for it.

A district's office calls through its district's node, which has no desk. Its kind has one at the city's, where officers may be
of one district or of all; for the others the data authority asks the office, and answers the person.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tongban.datahub.resources import queries as resources
from tongban.foundation.government import queries as government
from tongban.foundation.government.types import District, StaffMember
from tongban.foundation.identity import queries as identity
from tongban.foundation.identity.types import May, StaffAccess
from tongban.kernel.errors import N_, NotAllowed
from tongban.kernel.types import Actor
from tongban.services.disclosures import models
from tongban.services.disclosures.queries.readings import member
from tongban.services.disclosures.types import ContestKind, Kind, Reading


@dataclass(frozen=True, slots=True)
class Answering:
    """Who answers: a department of the city's desk, for itself or for an ``office`` that has none there; of which district."""

    department: str
    office: str = ""
    district: str = ""


def who_answers(found: Reading, kind: ContestKind) -> Answering:
    """Return who answers a contest about a reading."""
    code = _concerned(found, kind)
    if code in {one.code for one in government.departments()}:
        return Answering(code)
    place = _place_of(code)
    desk = f"district-{code.removeprefix(place.slug).lstrip('-')}" if place else ""
    if place and officers_of(desk, place.code):
        return Answering(desk, code, place.code)
    return Answering(_authority(), code)


def _concerned(found: Reading, kind: ContestKind) -> str:
    """Return the department, or the district's office, that keeps the data where it is wrong, else the one that read it."""
    if kind is ContestKind.UNKNOWN:
        return _department_of(found.reader) if found.kind is Kind.STAFF else found.department
    provider = member(found.detail.get("provider", ""))
    if _place_of(provider):
        return provider
    kept = resources.find_resources([found.resource])
    return kept[found.resource].department if found.resource in kept else ""


def _place_of(code: str) -> District | None:
    """Return the district whose node speaks for this member: ``pudong`` and ``pudong-archives`` are Pudong's."""
    return next((one for one in government.districts() if code.partition("-")[0] == one.slug), None)


def _department_of(staff: str) -> str:
    found = government.find_staff_with_posts(staff)
    return next((post.department for post in (found[1] if found else ())), "")


def _authority() -> str:
    """Return the data authority, which answers where nobody else can: an account closed, an office that has no desk here.

    Empty where no post speaks for it: it still stands in the list of all contests.
    """
    return next((post.department for post in government.posts() if May.DATA_AUTHORITY in post.may), "")


def officers_of(department: str, district: str) -> tuple[StaffMember, ...]:
    """Return the data officers of a department who work for a district; for none (empty), all, and who speaks for the authority."""
    if not department:
        return ()
    duties = (May.DATA_OFFICER,) if district else (May.DATA_OFFICER, May.DATA_AUTHORITY)
    found = {one.code: one for duty in duties for one in identity.staff_with(duty, department=department)}
    return tuple(one for one in found.values() if one.works_for(district))


def is_within(row: models.Contest, access: StaffAccess) -> bool:
    """Return whether a contest is of a district for which somebody works; one of no district is."""
    return not row.district or row.department in access.departments_for(row.district)


def check_may_answer(row: models.Contest, by: Actor, at: dt.datetime) -> None:
    """Raise NotAllowed unless somebody answers this contest: the department's data officer there, or the data authority."""
    resources.check_acts_for(by, row.department, at)
    if row.district and by.kind == "staff":
        access = identity.staff_access(by.id, at=at)
        if not (resources.office_of(access).is_authority or is_within(row, access)):
            raise NotAllowed(
                "contest-of-another-district", N_("这件质疑是别的区的，由那个区的数据专员答复。")
            )
