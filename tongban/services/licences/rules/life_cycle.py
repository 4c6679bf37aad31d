"""The life cycle as one table: in which state, which act, by whom, the state after it, and the law behind it.

The tests of every act × role × state are drawn from it, and so is the table in docs/reference/licences.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from tongban.kernel.errors import N_, Conflict, Invalid, NotAllowed
from tongban.kernel.law import law
from tongban.services.licences.types import Act, LicenceState, Role

S = LicenceState
OFFICE = frozenset({Role.DECIDER})
OFFICE_AND_SYSTEM = frozenset({Role.DECIDER, Role.SYSTEM})


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table."""

    state: LicenceState
    act: Act
    who: frozenset[Role]
    next: LicenceState


LIFE_CYCLE: tuple[Step, ...] = (
    Step(S.VALID, Act.SUSPEND, OFFICE, S.SUSPENDED),
    Step(S.VALID, Act.REVOKE, OFFICE_AND_SYSTEM, S.REVOKED),
    Step(S.VALID, Act.WITHDRAW, OFFICE, S.WITHDRAWN),
    Step(S.VALID, Act.CANCEL, OFFICE_AND_SYSTEM, S.CANCELLED),
    Step(S.VALID, Act.CORRECT, OFFICE_AND_SYSTEM, S.CORRECTED),
    Step(S.SUSPENDED, Act.RESUME, OFFICE, S.VALID),
    Step(S.SUSPENDED, Act.REVOKE, OFFICE_AND_SYSTEM, S.REVOKED),
    Step(S.SUSPENDED, Act.WITHDRAW, OFFICE, S.WITHDRAWN),
    Step(S.SUSPENDED, Act.CANCEL, OFFICE_AND_SYSTEM, S.CANCELLED),
    Step(S.EXPIRED, Act.REVOKE, OFFICE_AND_SYSTEM, S.REVOKED),
    Step(S.EXPIRED, Act.CANCEL, OFFICE_AND_SYSTEM, S.CANCELLED),
    Step(S.REVOKED, Act.CANCEL, OFFICE_AND_SYSTEM, S.CANCELLED),
    Step(S.WITHDRAWN, Act.CANCEL, OFFICE_AND_SYSTEM, S.CANCELLED),
)
STEPS = {(step.state, step.act): step for step in LIFE_CYCLE}
FINAL = frozenset(S) - {step.state for step in LIFE_CYCLE}

STATE_NAMES = {
    S.VALID: N_("有效"),
    S.SUSPENDED: N_("暂扣"),
    S.REVOKED: N_("已撤销"),
    S.WITHDRAWN: N_("已吊销"),
    S.CANCELLED: N_("已注销"),
    S.EXPIRED: N_("超出有效期"),
    S.CORRECTED: N_("已更正"),
}
STATE_SAYS = {
    S.VALID: N_("这张证照现在有效。"),
    S.SUSPENDED: N_("这张证照被暂扣，暂扣期间不能凭它经营或者办事。"),
    S.REVOKED: N_("发证机关撤销了这项许可，证照不再有效。"),
    S.WITHDRAWN: N_("因违法行为，证照被吊销，不再有效。"),
    S.CANCELLED: N_("这张证照已经注销，不再有效。"),
    S.EXPIRED: N_("证照过了有效期，没有延续，不再有效。"),
    S.CORRECTED: N_("证照上的内容更正过，请看新的一版；这一版不再使用。"),
}
ACT_NAMES = {
    Act.ISSUE: N_("签发"),
    Act.SUSPEND: N_("暂扣"),
    Act.RESUME: N_("恢复"),
    Act.REVOKE: N_("撤销"),
    Act.WITHDRAW: N_("吊销"),
    Act.CANCEL: N_("注销"),
    Act.CORRECT: N_("更正"),
}
LAWS = {
    Act.SUSPEND: "行政处罚法 9(三)",
    Act.RESUME: "行政处罚法 9(三)",
    Act.REVOKE: "行政许可法 69",
    Act.WITHDRAW: "行政处罚法 9(三)",
    Act.CANCEL: "行政许可法 70",
    Act.CORRECT: "行政许可法 49",
}
"""The general law behind each act; whoever acts may name the special one."""
ROLE_NAMES = {Role.DECIDER: N_("发证机关的决定人员"), Role.SYSTEM: N_("系统")}


def can(state: LicenceState, act: Act) -> bool:
    """Return whether the act is possible in the state."""
    return (state, act) in STEPS


@law("licence-states", basis="行政许可法 69、70；行政处罚法 9(三)",
     says="Suspension, revocation, withdrawal and cancellation only as the table says, by the issuing body")  # fmt: skip
def check(state: LicenceState, act: Act, roles: frozenset[Role]) -> Step:
    """Return the step; raise Conflict where the state does not know the act, NotAllowed for who may not."""
    step = STEPS.get((state, act))
    if step is None:
        raise Conflict(
            "licence-wrong-state", N_("证照的状态是“{state}”，不能{act}。"),
            state=STATE_NAMES[state], act=ACT_NAMES[act],
        )  # fmt: skip
    if not roles & step.who:
        raise NotAllowed(
            "licence-not-yours", N_("{act}证照的是{who}，您不能做。"),
            act=ACT_NAMES[act], who="、".join(ROLE_NAMES[role] for role in sorted(step.who)),
        )  # fmt: skip
    return step


def check_reason(law_named: str, reason: str) -> None:
    """Raise Invalid unless law and reason are said: what is done to a licence must be open to redress."""
    if not reason.strip() or not law_named.strip():
        raise Invalid("licence-reason", N_("请写明依据的法律条款和理由，当事人才能申请复议或者起诉。"))
