"""The life of a dispute as one table, and who may do what. Pure."""

from __future__ import annotations

from tongban.datahub.resources.rules.steps import Step, next_states
from tongban.datahub.resources.types import DisputeState, RequestAct
from tongban.foundation.government.types import May
from tongban.foundation.identity.types import StaffAccess
from tongban.kernel.errors import N_, Conflict, Invalid, NotAllowed
from tongban.kernel.law import law

S, A = DisputeState, RequestAct

AGAIN_DAYS = 10
"""Working days in which the owner answers again: as for the first answer (docs/reference/counting.md)."""
DECIDE_DAYS = 10
"""Working days in which the data authority decides (docs/reference/counting.md)."""

DAYS = {S.ANSWERING: AGAIN_DAYS, S.REFERRED: DECIDE_DAYS}

STATE_NAMES = {
    S.ANSWERING: N_("等再次答复"),
    S.REFERRED: N_("等数据主管部门裁定"),
    S.OVERTURNED: N_("改为同意"),
    S.UPHELD: N_("维持不同意"),
    S.DROPPED: N_("异议已撤回"),
}


LIFE_CYCLE = (
    Step(S.ANSWERING, A.OVERTURN, S.OVERTURNED),
    Step(S.ANSWERING, A.UPHOLD, S.REFERRED),
    Step(S.ANSWERING, A.REFER, S.REFERRED),
    Step(S.ANSWERING, A.DROP, S.DROPPED),
    Step(S.REFERRED, A.OVERTURN, S.OVERTURNED),
    Step(S.REFERRED, A.UPHOLD, S.UPHELD),
    Step(S.REFERRED, A.ESCALATE, S.REFERRED),
    Step(S.REFERRED, A.DROP, S.DROPPED),
)
NEXT = next_states(LIFE_CYCLE)


def after(state: DisputeState, act: RequestAct) -> DisputeState:
    """Return the state after an act; raise Conflict where the act is not possible any more."""
    found = NEXT.get((state, act))
    if found is None:
        raise Conflict("data-dispute-state", N_("异议{state}，不能再办。"), state=STATE_NAMES[state])
    return found


@law("data-refusal-disputed", basis="政务数据共享条例（争议处理，条号未读到）；上海市数据条例 5、38", says="Who needs data and is refused by "
     "its owner disputes that once, with a reason; what a law on the negative list forbids is no dispute between departments")  # fmt: skip
def check_may_dispute(*, is_by_lists: bool, is_disputed: bool, resource: str, reason: str) -> None:
    """Raise Conflict or Invalid where a refusal can not be disputed."""
    if is_by_lists:
        raise Conflict(
            "data-dispute-of-law",
            N_("这是三清单依法律不予共享的，不是答复部门的决定；认为清单不对的，请向审核清单的办公厅提出。"),
        )
    if is_disputed:
        raise Conflict("data-dispute-once", N_("这项不同意已经提过异议；情况有变化的，可以重新提出需求。"))
    if not resource:
        raise Conflict(
            "data-dispute-unlisted",
            N_("目录里没有这项数据，不能提异议；请写明可能有它的部门，重新提出需求。"),
        )
    if not reason.strip():
        raise Invalid("data-says-nothing", N_("要写明理由。"))


@law("data-dispute-own-officer", basis="上海市数据条例 38", says="A dispute is between two departments: each speaks by its own "
     "data officer, and the data authority for neither")  # fmt: skip
def check_speaks_for(access: StaffAccess | None, department: str) -> None:
    """Raise NotAllowed unless somebody is the department's own data officer (or the program acts)."""
    if access is not None and not speaks_for(access, department):
        raise NotAllowed("data-officer-only", N_("由“{department}”的数据专员来做。"), department=department)


def speaks_for(access: StaffAccess, department: str) -> bool:
    """Return whether somebody is the department's own data officer."""
    return any(post.department == department and May.DATA_OFFICER in post.may for post in access.posts)


@law("data-dispute-decided", basis="政务数据共享条例（争议处理，条号未读到）；上海市数据条例 5", says="What two departments do not settle "
     "is decided by the data authority, and never by whoever refused")  # fmt: skip
def check_decides(access: StaffAccess | None, refused_by: frozenset[str]) -> None:
    """Raise NotAllowed unless somebody speaks for the data authority and is none of those who refused."""
    if access is None:
        return
    if not access.may(May.DATA_AUTHORITY):
        raise NotAllowed("data-authority-only", N_("由数据主管部门来做。"))
    if access.actor.id in refused_by:
        raise NotAllowed("data-dispute-own", N_("不同意是您答复的，由数据主管部门的其他人来裁定。"))
