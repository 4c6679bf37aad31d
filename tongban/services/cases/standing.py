"""Who somebody is to a case: the applicant, who acts for them, an official of one of its departments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tongban.foundation.identity import queries as identity
from tongban.foundation.identity.types import ActingFor, StaffAccess
from tongban.kernel.errors import Failure
from tongban.kernel.types import Actor, Subject
from tongban.services.cases.errors import CaseUnknown
from tongban.services.cases.types import Role
from tongban.services.catalogue import queries as catalogue

DUTIES = {
    "accept": Role.CLERK,
    "review": Role.REVIEWER,
    "decide": Role.DECIDER,
    "head": Role.DECIDER,
    "supervise": Role.SUPERVISOR,
}
AGENTS = ("mandate", "guardian")
ROLE_OF_RIGHT = {"self": Role.APPLICANT, "representative": Role.APPLICANT}


class Belongs(Protocol):
    """What standing looks at of a case."""

    applicant_kind: str
    applicant_id: str
    items: list[str]
    departments: list[str]
    district: str
    state: str


@dataclass(frozen=True, slots=True)
class Standing:
    """In which roles somebody meets a case, and by what right they act for the applicant."""

    roles: frozenset[Role]
    right: ActingFor | None = None

    @property
    def is_party(self) -> bool:
        """Return whether it is the applicant or who acts for them."""
        return bool(self.roles & {Role.APPLICANT, Role.AGENT})


def right_of(by: Actor, applicant: Subject, items: frozenset[str], at: datetime) -> ActingFor:
    """Return by what right a person acts for an applicant in all these items; raise NotAllowed.

    Several mandates may cover the items together. Nothing is asked of who acts for themselves, and one
    statement of a legal representative: these are nearly all. Of others only their rights for this one are asked.
    """
    if by.kind == applicant.kind and by.id == applicant.id:
        return ActingFor(applicant, "self")
    if applicant.kind == "company" and identity.represents(by.id, applicant.id):
        return ActingFor(applicant, "representative")
    rights = identity.rights_for(by.id, applicant, at=at)
    uncovered = next((item for item in sorted(items) if not any(one.covers(item) for one in rights)), None)
    if uncovered is not None or not rights:
        return identity.acting_for(by.id, applicant, item=uncovered, at=at)  # raises, with the sentence
    return rights[0]


def hearers(
    applicant: Subject, filed_by: Actor, via: str, items: Iterable[str], at: datetime
) -> tuple[Subject, ...]:
    """Return who is told of a case: the applicant, and who filed it for them and still may act."""
    if via in AGENTS and _still_acts(filed_by, applicant, frozenset(items), at):
        return applicant, Subject(filed_by.kind, filed_by.id)
    return (applicant,)


def _still_acts(filed_by: Actor, applicant: Subject, items: frozenset[str], at: datetime) -> bool:
    try:
        right_of(filed_by, applicant, items, at)
    except Failure:
        return False
    return True


def standing_of(by: Actor, case: Belongs, at: datetime) -> Standing:
    """Return who somebody is to a case; raise CaseUnknown for who has nothing to do with it."""
    if by.kind == "system":
        return Standing(frozenset({Role.SYSTEM}))
    if by.kind == "person":
        return _party(by, case, at)
    if by.kind == "staff":
        roles = roles_of_staff(identity.staff_access(by.id, at=at), case)
        if roles:
            return Standing(roles)
    raise CaseUnknown


def roles_of_staff(person: StaffAccess, case: Belongs) -> frozenset[Role]:
    """Return the roles of a member of staff whose posts were read already; a draft is nobody's but its owner's."""
    return _roles(person, case) if case.state != "draft" else frozenset()


def _party(by: Actor, case: Belongs, at: datetime) -> Standing:
    applicant = Subject(case.applicant_kind, case.applicant_id)
    try:
        right = right_of(by, applicant, frozenset(case.items), at)
    except Failure as failure:
        raise CaseUnknown from failure
    return Standing(frozenset({ROLE_OF_RIGHT.get(right.via, Role.AGENT)}), right)


def _roles(access: StaffAccess, case: Belongs) -> frozenset[Role]:
    """Return what the posts make of somebody here: duties count in the post's own department and districts only.

    A hall accepts for all departments: 行政许可法 26, one window. A supervisor looks into every department.
    """
    halls = catalogue.halls()
    roles = set()
    for post in access.posts_for(case.district):
        for duty in post.may:
            is_theirs = post.department in case.departments or str(duty) == "supervise"
            if is_theirs or (str(duty) == "accept" and post.department in halls):
                roles.add(DUTIES.get(str(duty)))
    return frozenset(role for role in roles if role is not None)
