"""In which roles somebody meets a branch: staff by their posts, the applicant by the case, the system by itself."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Protocol

from tongban.foundation.identity import queries as identity
from tongban.foundation.identity.types import StaffAccess
from tongban.kernel.errors import NotFound
from tongban.kernel.types import Actor
from tongban.services.approvals.errors import BranchUnknown
from tongban.services.approvals.rules import access
from tongban.services.approvals.types import Role, Stage
from tongban.services.cases import queries as cases


class Stands(Protocol):
    """What standing looks at of a branch."""

    round: Any
    round_id: uuid.UUID
    department: str
    stage: str
    first_department: str


def roles_of(by: Actor, branch: Stands, at: dt.datetime) -> frozenset[Role]:
    """Return the roles of somebody towards a branch; raise BranchUnknown for who has nothing to do with it."""
    if by.kind == "system":
        return frozenset({Role.SYSTEM})
    if by.kind == "staff":
        person = identity.staff_access(by.id, at=at)
        return roles_of_staff(person, branch)
    try:
        standing = cases.standing(branch.round_id, by=by, at=at)
    except NotFound as error:
        raise BranchUnknown from error
    return frozenset({Role.APPLICANT}) if standing.is_party else frozenset()


def roles_of_staff(person: StaffAccess, branch: Stands) -> frozenset[Role]:
    """Return the roles of a member of staff whose posts were read already."""
    stage = Stage(branch.stage)
    return access.roles(person, branch.department, stage, branch.first_department, branch.round.district)
