"""In which roles a member of staff meets a branch. Rights come from posts in the branch's own department."""

from __future__ import annotations

from tongban.foundation.government.types import May
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


def roles(access: StaffAccess, department: str, stage: Stage, first_department: str) -> frozenset[Role]:
    """Return the roles of somebody with these posts; while the lower body reviews, only it acts (行政许可法 35)."""
    held = duties_in(access, department)
    found = {role for duty, role in ROLE_OF.items() if duty in held}
    if stage is Stage.FIRST:
        found &= {Role.HEAD, Role.DECIDER}
        if May.REVIEW in duties_in(access, first_department):
            found.add(Role.LOWER)
    if any({May.HEAD, May.SUPERVISE} <= set(post.may) for post in access.posts):
        found.add(Role.GOVERNMENT)
    return frozenset(found)


def duties_in(access: StaffAccess, department: str) -> frozenset[str]:
    """Return what the posts in this department allow."""
    return frozenset(duty for post in access.posts if post.department == department for duty in post.may)


def desk_departments(access: StaffAccess) -> frozenset[str]:
    """Return the departments whose queue somebody may see."""
    return frozenset(post.department for post in access.posts if set(post.may) & DESK_DUTIES)


DESK_DUTIES = frozenset({May.ACCEPT, May.REVIEW, May.DECIDE, May.HEAD, May.JOINT_VISIT})


def check_has_desk(access: StaffAccess) -> frozenset[str]:
    """Return the departments whose queue somebody may see; raise NotAllowed when there is none."""
    departments = desk_departments(access)
    if not departments:
        raise NotAllowed("approvals-no-desk", MSG_NO_DESK)
    return departments


def check_can_handle(access: StaffAccess, department: str) -> None:
    """Raise unless a branch of this department can be given to somebody."""
    if access.is_absent:
        raise Conflict("branch-handler-away", MSG_AWAY, name=access.name)
    if not duties_in(access, department) & {May.REVIEW, May.DECIDE}:
        raise Conflict("branch-not-for-them", MSG_NOT_HERE, name=access.name)


def can_handle(access: StaffAccess, department: str) -> bool:
    """Return whether a branch of this department can be given to somebody."""
    return bool(duties_in(access, department) & {May.REVIEW, May.DECIDE}) and not access.is_absent
