"""The life cycle of a branch as one table: in which state, which act, by whom, and the state after it.

The diagram in docs/reference/approvals.md is drawn from it, and so is the test of every act × role × state.
"""

from __future__ import annotations

from dataclasses import dataclass

from tongban.kernel.errors import N_, Conflict, NotAllowed
from tongban.kernel.law import law
from tongban.services.approvals.types import Act, BranchState, Role

S = BranchState
REVIEW = frozenset({Role.REVIEWER})
DECIDE = frozenset({Role.DECIDER, Role.HEAD})
DESK = REVIEW | DECIDE
LEAD = frozenset({Role.DECIDER, Role.HEAD})
VISIT = frozenset({Role.VISITOR})
HEAD = frozenset({Role.HEAD})
LOWER = frozenset({Role.LOWER})
GOVERNMENT = frozenset({Role.GOVERNMENT})
APPLICANT = frozenset({Role.APPLICANT})
SYSTEM = frozenset({Role.SYSTEM})


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table."""

    state: BranchState
    act: Act
    who: frozenset[Role]
    next: BranchState


def _same(act: Act, who: frozenset[Role], *states: BranchState) -> tuple[Step, ...]:
    return tuple(Step(state, act, who, state) for state in states)


LIFE_CYCLE: tuple[Step, ...] = (
    Step(S.WAITING, Act.OPEN, SYSTEM, S.OPEN),
    *_same(Act.TAKE, DESK, S.WAITING, S.OPEN, S.STOPPED),
    *_same(Act.ASSIGN, LEAD, S.WAITING, S.OPEN, S.STOPPED),
    *_same(Act.HAND_OVER, DESK, S.WAITING, S.OPEN, S.STOPPED),
    *_same(Act.FIRST_REVIEW, LOWER, S.OPEN),
    *_same(Act.GIVE_OPINION, DESK, S.OPEN, S.STOPPED),
    *_same(Act.PLAN_VISIT, VISIT, S.OPEN, S.STOPPED),
    *_same(Act.MOVE_VISIT, VISIT | APPLICANT, S.OPEN, S.STOPPED),
    *_same(Act.RECORD_FINDING, VISIT, S.OPEN, S.STOPPED),
    Step(S.OPEN, Act.STOP, DESK, S.STOPPED),
    Step(S.STOPPED, Act.RESUME, DESK, S.OPEN),
    *_same(Act.EXTEND, HEAD, S.OPEN),
    *_same(Act.EXTEND_ROUND, GOVERNMENT, S.OPEN, S.STOPPED),
    Step(S.OPEN, Act.GRANT, DECIDE, S.GRANTED),
    Step(S.OPEN, Act.REFUSE, DECIDE, S.REFUSED),
    Step(S.OPEN, Act.GRANT_BY_SILENCE, SYSTEM, S.GRANTED),
    Step(S.WAITING, Act.END, SYSTEM, S.ENDED),
    Step(S.OPEN, Act.END, SYSTEM, S.ENDED),
    Step(S.STOPPED, Act.END, SYSTEM, S.ENDED),
    *_same(Act.CORRECT, DECIDE, S.GRANTED, S.REFUSED),
    *_same(Act.REVOKE, HEAD, S.GRANTED),
    *_same(Act.RETRACT, HEAD, S.GRANTED),
    *_same(Act.CANCEL, DECIDE | SYSTEM, S.GRANTED),
)
STEPS = {(step.state, step.act): step for step in LIFE_CYCLE}

STATE_NAMES = {
    S.WAITING: N_("等待前面的事项"),
    S.OPEN: N_("审查中"),
    S.STOPPED: N_("停钟中"),
    S.GRANTED: N_("已准予"),
    S.REFUSED: N_("已不予许可"),
    S.ENDED: N_("已终止"),
}
ACT_NAMES = {
    Act.OPEN: N_("开始审查"),
    Act.TAKE: N_("领办"),
    Act.ASSIGN: N_("分派"),
    Act.HAND_OVER: N_("转办"),
    Act.FIRST_REVIEW: N_("初审"),
    Act.GIVE_OPINION: N_("提出意见"),
    Act.PLAN_VISIT: N_("安排联合踏勘"),
    Act.MOVE_VISIT: N_("改踏勘时间"),
    Act.RECORD_FINDING: N_("记录踏勘结果"),
    Act.STOP: N_("停钟"),
    Act.RESUME: N_("恢复计时"),
    Act.EXTEND: N_("延长期限"),
    Act.EXTEND_ROUND: N_("延长联合办理期限"),
    Act.GRANT: N_("准予许可"),
    Act.REFUSE: N_("不予许可"),
    Act.GRANT_BY_SILENCE: N_("默认准予"),
    Act.END: N_("终止审查"),
    Act.CORRECT: N_("更正决定"),
    Act.REVOKE: N_("撤销许可"),
    Act.RETRACT: N_("撤回许可"),
    Act.CANCEL: N_("注销许可"),
}
ROLE_NAMES = {
    Role.REVIEWER: N_("本部门的审查人员"),
    Role.DECIDER: N_("本部门的决定人员"),
    Role.HEAD: N_("本部门负责人"),
    Role.VISITOR: N_("现场核查人员"),
    Role.LOWER: N_("负责初审的下级机关"),
    Role.GOVERNMENT: N_("本级人民政府负责人"),
    Role.APPLICANT: N_("申请人"),
    Role.SYSTEM: N_("系统"),
}
MSG_NOT_YOURS = N_("“{act}”只能由{who}来做。")
MSG_WRONG_STATE = N_("这条线{state}，不能“{act}”。")


@law("branch-who-may", basis="行政许可法 22、26、34、42", says="Each department reviews and decides its own items; "
     "only its head extends; each act in its states only")  # fmt: skip
def check_act(act: Act, state: BranchState, roles: frozenset[Role]) -> Role:
    """Return the role in which the act is done; raise NotAllowed (never theirs) or Conflict (not now)."""
    able = frozenset().union(*(step.who for step in LIFE_CYCLE if step.act is act))
    if not able & roles:
        raise NotAllowed("branch-not-your-act", MSG_NOT_YOURS, act=ACT_NAMES[act], who=_names(able))
    step = STEPS.get((state, act))
    if step is None:
        raise Conflict("branch-wrong-state", MSG_WRONG_STATE, act=ACT_NAMES[act], state=STATE_NAMES[state])
    return next(role for role in Role if role in step.who & roles)


def can_act(act: Act, state: BranchState, roles: frozenset[Role]) -> bool:
    """Return whether somebody in these roles may do the act in this state."""
    step = STEPS.get((state, act))
    return step is not None and bool(step.who & roles)


def acts_for(state: BranchState, roles: frozenset[Role]) -> tuple[Act, ...]:
    """Return what somebody in these roles may do now, in the table's order."""
    return tuple(step.act for step in LIFE_CYCLE if step.state is state and step.who & roles)


def next_state(act: Act, state: BranchState) -> BranchState:
    """Return the state after an act that the table allows."""
    return STEPS[state, act].next


def _names(roles: frozenset[Role]) -> str:
    return "、".join(ROLE_NAMES[role] for role in Role if role in roles)
