"""In which roles a member of staff meets a branch. Rights come from posts in the branch's own department
that reach the district of its case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tongban.foundation.government.types import May, Post
from tongban.foundation.identity.types import StaffAccess
from tongban.kernel.errors import N_, Conflict, NotAllowed
from tongban.services.approvals.types import Role, Stage

ROLE_OF = {
    May.REVIEW: Role.REVIEWER,
    May.DECIDE: Role.DECIDER,
    May.HEAD: Role.HEAD,
    May.JOINT_VISIT: Role.VISITOR,
}
MSG_NO_DESK = N_("您的岗位没有审批工作台。")
MSG_NOT_HERE = N_("{name}不在这个部门的审查岗位上，不能办这件事。")
MSG_AWAY = N_("{name}现在离岗，由别人顶岗，不能分派给他。")


def roles(
    access: StaffAccess, department: str, stage: Stage, first_department: str, district: str
) -> frozenset[Role]:
    """Return the roles of somebody with these posts; while the lower body reviews, only it acts (行政许可法 35)."""
    held = duties_in(access, department, district)
    found = {role for duty, role in ROLE_OF.items() if duty in held}
    if stage is Stage.FIRST:
        found &= {Role.HEAD, Role.DECIDER}
        if May.REVIEW in duties_in(access, first_department, district):
            found.add(Role.LOWER)
    if any({May.HEAD, May.SUPERVISE} <= set(post.may) for post in access.posts_for(district)):
        found.add(Role.GOVERNMENT)
    return frozenset(found)


def duties_in(access: StaffAccess, department: str, district: str) -> frozenset[str]:
    """Return what the posts in this department allow for a case of a district, or of none (empty)."""
    posts = access.posts_for(district)
    return frozenset(duty for post in posts if post.department == department for duty in post.may)


DESK_DUTIES = frozenset({May.ACCEPT, May.REVIEW, May.DECIDE, May.HEAD, May.JOINT_VISIT})


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose cases a queue shows: each department with its districts, and those for which a hall accepts.

    No districts (None) are the whole city; a case of no district is everybody's of the department.
    """

    departments: Mapping[str, frozenset[str] | None]
    is_hall: bool
    hall: frozenset[str] | None


def reach(access: StaffAccess, halls: frozenset[str]) -> Reach:
    """Return what somebody may see in the queue; raise NotAllowed when there is nothing."""
    desks = [post for post in access.posts if set(post.may) & DESK_DUTIES]
    if not desks:
        raise NotAllowed("approvals-no-desk", MSG_NO_DESK)
    accepting = [post for post in desks if post.department in halls and May.ACCEPT in post.may]
    departments = {post.department for post in desks}
    return Reach(
        {code: _districts(access, [one for one in desks if one.department == code]) for code in departments},
        bool(accepting),
        _districts(access, accepting),
    )


def _districts(access: StaffAccess, posts: Iterable[Post]) -> frozenset[str] | None:
    """Return the districts that the posts reach together; None for the whole city."""
    found: set[str] = set()
    for post in posts:
        if post.code not in access.districts:
            return None
        found |= access.districts[post.code]
    return frozenset(found)


def check_can_handle(access: StaffAccess, department: str, district: str) -> None:
    """Raise unless a branch of this department, of a case of this district, can be given to somebody."""
    if access.is_absent:
        raise Conflict("branch-handler-away", MSG_AWAY, name=access.name)
    if not duties_in(access, department, district) & {May.REVIEW, May.DECIDE}:
        raise Conflict("branch-not-for-them", MSG_NOT_HERE, name=access.name)


def can_handle(access: StaffAccess, department: str, district: str) -> bool:
    """Return whether a branch of this department, of a case of this district, can be given to somebody."""
    return bool(duties_in(access, department, district) & {May.REVIEW, May.DECIDE}) and not access.is_absent
