"""The life cycle as one table: in which state, which act, by whom, and the state after it.

The diagram in docs/reference is drawn from it, and so is the test of every act × role × state.
"""

from __future__ import annotations

from dataclasses import dataclass

from tongban.kernel.errors import N_, Conflict, NotAllowed
from tongban.kernel.law import law
from tongban.services.cases.types import Act, CaseState, Role

S = CaseState
PARTY = frozenset({Role.APPLICANT, Role.AGENT})
CLERK = frozenset({Role.CLERK})
OFFICE = frozenset({Role.CLERK, Role.REVIEWER})
SYSTEM = frozenset({Role.SYSTEM})


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table."""

    state: CaseState
    act: Act
    who: frozenset[Role]
    next: CaseState


LIFE_CYCLE: tuple[Step, ...] = (
    Step(S.DRAFT, Act.SAVE_FIELDS, PARTY, S.DRAFT),
    Step(S.DRAFT, Act.ATTACH, PARTY, S.DRAFT),
    Step(S.DRAFT, Act.DETACH, PARTY, S.DRAFT),
    Step(S.DRAFT, Act.SIGN_COMMITMENT, PARTY, S.DRAFT),
    Step(S.DRAFT, Act.DISPUTE_VALUE, PARTY, S.DRAFT),
    Step(S.DRAFT, Act.SUBMIT, PARTY, S.RECEIVED),
    Step(S.DRAFT, Act.WITHDRAW, PARTY, S.WITHDRAWN),
    Step(S.DRAFT, Act.TERMINATE, SYSTEM, S.TERMINATED),
    Step(S.RECEIVED, Act.CORRECT, PARTY | CLERK, S.RECEIVED),
    Step(S.RECEIVED, Act.ATTACH, PARTY | CLERK, S.RECEIVED),
    Step(S.RECEIVED, Act.BRING_PROMISED, PARTY | CLERK, S.RECEIVED),
    Step(S.RECEIVED, Act.DISPUTE_VALUE, PARTY, S.RECEIVED),
    Step(S.RECEIVED, Act.ACCEPT, CLERK, S.ACCEPTED),
    Step(S.RECEIVED, Act.DEEM_ACCEPTED, SYSTEM, S.ACCEPTED),
    Step(S.RECEIVED, Act.REFUSE_ACCEPTANCE, CLERK, S.NOT_ACCEPTED),
    Step(S.RECEIVED, Act.GIVE_NOTICE, CLERK, S.SUPPLEMENT),
    Step(S.RECEIVED, Act.WITHDRAW, PARTY, S.WITHDRAWN),
    Step(S.RECEIVED, Act.TERMINATE, CLERK | SYSTEM, S.TERMINATED),
    Step(S.SUPPLEMENT, Act.SAVE_FIELDS, PARTY, S.SUPPLEMENT),
    Step(S.SUPPLEMENT, Act.ATTACH, PARTY | CLERK, S.SUPPLEMENT),
    Step(S.SUPPLEMENT, Act.DETACH, PARTY, S.SUPPLEMENT),
    Step(S.SUPPLEMENT, Act.SIGN_COMMITMENT, PARTY, S.SUPPLEMENT),
    Step(S.SUPPLEMENT, Act.DISPUTE_VALUE, PARTY, S.SUPPLEMENT),
    Step(S.SUPPLEMENT, Act.SUPPLEMENT, PARTY | CLERK, S.ACCEPTED),
    Step(S.SUPPLEMENT, Act.BRING_PROMISED, PARTY | CLERK, S.SUPPLEMENT),
    Step(S.SUPPLEMENT, Act.DEMAND_LATER, OFFICE, S.SUPPLEMENT),
    Step(S.SUPPLEMENT, Act.WITHDRAW, PARTY, S.WITHDRAWN),
    Step(S.SUPPLEMENT, Act.TERMINATE, CLERK | SYSTEM, S.TERMINATED),
    Step(S.ACCEPTED, Act.ATTACH, PARTY | CLERK, S.ACCEPTED),
    Step(S.ACCEPTED, Act.BRING_PROMISED, PARTY | CLERK, S.ACCEPTED),
    Step(S.ACCEPTED, Act.CORRECT, OFFICE, S.ACCEPTED),
    Step(S.ACCEPTED, Act.DEMAND_LATER, OFFICE, S.ACCEPTED),
    Step(S.ACCEPTED, Act.WITHDRAW, PARTY, S.WITHDRAWN),
    Step(S.ACCEPTED, Act.TERMINATE, OFFICE | SYSTEM, S.TERMINATED),
    Step(S.ACCEPTED, Act.RECORD_DECIDED, SYSTEM | {Role.DECIDER}, S.DECIDED),
    Step(S.DECIDED, Act.BRING_PROMISED, PARTY | CLERK, S.DECIDED),
    Step(S.DECIDED, Act.CORRECT, OFFICE, S.DECIDED),
    Step(S.DECIDED, Act.CLOSE, CLERK | SYSTEM | {Role.DECIDER}, S.CLOSED),
    Step(S.CLOSED, Act.CORRECT, OFFICE, S.CLOSED),
)
STEPS = {(step.state, step.act): step for step in LIFE_CYCLE}
FINAL = frozenset(S) - {step.state for step in LIFE_CYCLE} | {S.CLOSED}

STATE_NAMES = {
    S.DRAFT: N_("草稿"),
    S.RECEIVED: N_("已收件"),
    S.SUPPLEMENT: N_("待补正"),
    S.NOT_ACCEPTED: N_("不予受理"),
    S.ACCEPTED: N_("已受理"),
    S.DECIDED: N_("已决定"),
    S.CLOSED: N_("已办结"),
    S.WITHDRAWN: N_("已撤回"),
    S.TERMINATED: N_("已终止"),
}
ACT_NAMES = {
    Act.SAVE_FIELDS: N_("填写表单"),
    Act.ATTACH: N_("交材料"),
    Act.DETACH: N_("取下材料"),
    Act.SIGN_COMMITMENT: N_("签承诺"),
    Act.DISPUTE_VALUE: N_("提出信息有误"),
    Act.SUBMIT: N_("提交申请"),
    Act.BRING_PROMISED: N_("交后补的材料"),
    Act.ACCEPT: N_("受理"),
    Act.DEEM_ACCEPTED: N_("视为受理"),
    Act.REFUSE_ACCEPTANCE: N_("不予受理"),
    Act.GIVE_NOTICE: N_("一次告知补正"),
    Act.SUPPLEMENT: N_("交齐补正"),
    Act.DEMAND_LATER: N_("再要材料"),
    Act.CORRECT: N_("更正"),
    Act.WITHDRAW: N_("撤回申请"),
    Act.TERMINATE: N_("终止办理"),
    Act.RECORD_DECIDED: N_("记录决定"),
    Act.CLOSE: N_("办结"),
}
ROLE_NAMES = {
    Role.APPLICANT: N_("申请人"),
    Role.AGENT: N_("代理人"),
    Role.CLERK: N_("受理人员"),
    Role.REVIEWER: N_("审查人员"),
    Role.DECIDER: N_("决定人员"),
    Role.SUPERVISOR: N_("督查人员"),
    Role.SYSTEM: N_("系统"),
}
MSG_NOT_YOURS = N_("“{act}”只能由{who}来做。")
MSG_WRONG_STATE = N_("这件办件{state}，不能再“{act}”。")
MSG_NOT_IN_STATE = N_("这件办件{state}，“{act}”这时只能由{who}来做。")


@law("case-who-may", basis="行政许可法 29、32", says="Only the applicant, or who acts for the applicant, files and "
     "withdraws; only the office accepts, gives notice and refuses; each act in its states only")  # fmt: skip
def check_act(act: Act, state: CaseState, roles: frozenset[Role]) -> Role:
    """Return the role in which the act is done; raise NotAllowed (never theirs) or Conflict (not now)."""
    step = STEPS.get((state, act))
    able = frozenset().union(*(one.who for one in LIFE_CYCLE if one.act is act))
    if not able & roles:
        raise NotAllowed("case-not-your-act", MSG_NOT_YOURS, act=ACT_NAMES[act], who=_names(able))
    if step is None:
        raise Conflict("case-wrong-state", MSG_WRONG_STATE, act=ACT_NAMES[act], state=STATE_NAMES[state])
    if not step.who & roles:
        values = {"act": ACT_NAMES[act], "state": STATE_NAMES[state], "who": _names(step.who)}
        raise NotAllowed("case-not-your-act-now", MSG_NOT_IN_STATE, **values)
    return next(role for role in Role if role in step.who & roles)


def can_act(act: Act, state: CaseState, roles: frozenset[Role]) -> bool:
    """Return whether somebody in these roles may do the act in this state."""
    step = STEPS.get((state, act))
    return step is not None and bool(step.who & roles)


def acts_for(state: CaseState, roles: frozenset[Role]) -> tuple[Act, ...]:
    """Return what somebody in these roles may do now, in the table's order."""
    return tuple(step.act for step in LIFE_CYCLE if step.state is state and step.who & roles)


def next_state(act: Act, state: CaseState) -> CaseState:
    """Return the state after an act that the table allows."""
    return STEPS[state, act].next


def _names(roles: frozenset[Role]) -> str:
    return "、".join(ROLE_NAMES[role] for role in Role if role in roles)
