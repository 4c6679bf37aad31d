"""Every act as a button with its key. One that is not possible stays and says why, in the rule's own sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tongban.kernel.errors import N_
from tongban.kernel.language import translate
from tongban.services.approvals.types import Act, Branch, Choice, Stage, Visit
from tongban.services.cases import queries as cases
from tongban.services.cases.types import Act as CaseAct
from tongban.services.cases.types import Case, CaseState, Role
from tongban.services.licences.types import Act as LicenceAct
from tongban.services.licences.types import Choice as LicenceChoice

MSG_NOT_YOURS = N_("“{act}”只能由{who}来做。")
MSG_WRONG_STATE = N_("这件办件{state}，不能再“{act}”。")
MSG_NOT_IMMEDIATE = N_("这件不是当场办结的事项。")


@dataclass(frozen=True, slots=True)
class Button:
    """An act: what it is called in addresses, its key, its words; ``sentence`` says why it can not be done."""

    act: str
    key: str
    words: str
    icon: str = ""
    kind: str = ""
    sentence: str = ""
    values: Mapping[str, object] | None = None

    @property
    def is_possible(self) -> bool:
        """Return whether it can be done now."""
        return not self.sentence

    def says(self, language: str) -> str:
        """Return in a language why it can not be done."""
        joint = "、" if language == "zh" else ", "
        values = {
            name: joint.join(translate(part, language) for part in str(value).split("、"))
            for name, value in (self.values or {}).items()
        }
        return translate(self.sentence, language).format(**values)


CASE = {
    CaseAct.ACCEPT: ("accept", "A", N_("受理"), "check", "main"),
    CaseAct.GIVE_NOTICE: ("notice", "N", N_("一次告知补正"), "list-checks", ""),
    CaseAct.REFUSE_ACCEPTANCE: ("decline", "R", N_("不予受理"), "circle-x", ""),
    CaseAct.DEMAND_LATER: ("demand", "L", N_("再要材料"), "triangle-alert", "small"),
    CaseAct.TERMINATE: ("terminate", "Z", N_("终止办理"), "octagon-x", "small"),
}
BRANCH = {
    Act.TAKE: ("take", "C", N_("领办"), "user-check", ""),
    Act.GIVE_OPINION: ("opinion", "O", N_("提出意见"), "pen-line", ""),
    Act.FIRST_REVIEW: ("first-review", "F", N_("报送初审意见"), "send", "main"),
    Act.PLAN_VISIT: ("visit", "V", N_("安排联合踏勘"), "footprints", ""),
    Act.MOVE_VISIT: ("move-visit", "M", N_("改踏勘时间"), "calendar-clock", "small"),
    Act.RECORD_FINDING: ("finding", "W", N_("记录踏勘结果"), "clipboard-pen", ""),
    Act.STOP: ("stop", "P", N_("停钟"), "pause", ""),
    Act.RESUME: ("resume", "P", N_("恢复计时"), "timer", ""),
    Act.EXTEND: ("extend", "E", N_("延长期限"), "calendar-plus", "small"),
    Act.EXTEND_ROUND: ("extend-round", "Y", N_("延长联合办理期限"), "calendar-plus", "small"),
    Act.HAND_OVER: ("hand-over", "T", N_("转办"), "share-2", ""),
    Act.ASSIGN: ("assign", "D", N_("分派"), "users", "small"),
    Act.REFUSE: ("refuse", "R", N_("不予许可"), "circle-x", ""),
    Act.GRANT: ("grant", "G", N_("准予许可"), "stamp", "main"),
    Act.CORRECT: ("correct", "B", N_("更正证照"), "pen-line", ""),
    Act.REVOKE: ("revoke", "U", N_("撤销许可"), "circle-x", ""),
    Act.RETRACT: ("retract", "X", N_("撤回许可"), "undo-2", "small"),
    Act.CANCEL: ("cancel", "H", N_("注销许可"), "octagon-x", ""),
}
LICENCE = {
    LicenceAct.SUSPEND: ("suspend", "S", N_("暂扣证照"), "pause", ""),
    LicenceAct.RESUME: ("resume-licence", "F", N_("恢复证照"), "undo-2", ""),
}
AFTERWARDS = frozenset({Act.CORRECT, Act.REVOKE, Act.RETRACT, Act.CANCEL})
"""What can be done to a licence: shown where there is one."""
ON_THE_SPOT = ("on-the-spot", "I", N_("受理并当场办结"), "zap", "")


def of_case(case: Case, roles: frozenset[Role], *, is_office: bool) -> tuple[Button, ...]:
    """Return what a clerk can do to a case that has come in, or why not."""
    found = [
        Button(*said, *_why(act, case.state, roles)) for act, said in CASE.items() if _is_shown(act, case)
    ]
    if case.immediate and case.state is CaseState.RECEIVED:
        why = _why(CaseAct.ACCEPT, case.state, roles)
        found.insert(1, Button(*ON_THE_SPOT, *why))
    return tuple(found) if is_office else ()


def _is_shown(act: CaseAct, case: Case) -> bool:
    if act is CaseAct.DEMAND_LATER:
        return case.state in (CaseState.SUPPLEMENT, CaseState.ACCEPTED)
    if case.state is CaseState.ACCEPTED:
        return act in (CaseAct.GIVE_NOTICE, CaseAct.TERMINATE)
    return case.state in (CaseState.RECEIVED, CaseState.SUPPLEMENT)


def _why(act: CaseAct, state: CaseState, roles: frozenset[Role]) -> tuple[str, Mapping[str, object]]:
    able = frozenset[Role]().union(*(step.who for step in cases.LIFE_CYCLE if step.act is act))
    names = {"act": cases.ACT_NAMES[act], "who": _names(able), "state": cases.STATE_NAMES[state]}
    if not able & roles:
        return MSG_NOT_YOURS, names
    step = next((one for one in cases.LIFE_CYCLE if one.act is act and one.state is state), None)
    if step is None:
        return MSG_WRONG_STATE, names
    return ("", {}) if step.who & roles else (MSG_NOT_YOURS, names)


def _names(roles: Iterable[Role]) -> str:
    return "、".join(cases.ROLE_NAMES[role] for role in Role if role in roles)


def of_branch(
    branch: Branch,
    choices: Iterable[Choice],
    visit: Visit | None,
    *,
    is_joint: bool,
    has_licences: bool = False,
) -> tuple[Button, ...]:
    """Return what can be done to a branch, or why not; acts that make no sense here are left out."""
    found = {choice.act: choice for choice in choices}
    return tuple(
        Button(*said, found[act].sentence, found[act].values)
        for act, said in BRANCH.items()
        if act in found
        and (has_licences if act in AFTERWARDS else _fits(act, found[act], branch, visit, is_joint))
    )


def of_licences(choices: Iterable[Iterable[LicenceChoice]]) -> tuple[Button, ...]:
    """Return what can be done to one of the licences that a branch gave, or why not; what fits none is left out."""
    found = {one.act: one for each in choices for one in each}
    return tuple(
        Button(*said, found[act].sentence, found[act].values) for act, said in LICENCE.items() if act in found
    )


def _fits(act: Act, choice: Choice, branch: Branch, visit: Visit | None, is_joint: bool) -> bool:
    is_member = visit is not None and any(one.branch_id == branch.id for one in visit.findings)
    is_found = visit is not None and any(one.branch_id == branch.id and one.at for one in visit.findings)
    return {
        Act.TAKE: choice.is_possible and not branch.assignee,
        Act.FIRST_REVIEW: branch.stage is Stage.FIRST,
        Act.GIVE_OPINION: branch.stage is Stage.MAIN and not branch.is_final,
        Act.PLAN_VISIT: branch.needs_visit and not is_member and not branch.is_final,
        Act.MOVE_VISIT: is_member and not is_found and choice.is_possible,
        Act.RECORD_FINDING: is_member and not is_found and not branch.is_final,
        Act.RESUME: branch.state.value == "stopped",
        Act.STOP: branch.state.value != "stopped" and not branch.is_final,
        Act.EXTEND: branch.extension is None and not branch.is_final,
        Act.EXTEND_ROUND: is_joint and choice.is_possible,
        Act.ASSIGN: choice.is_possible,
        Act.HAND_OVER: not branch.is_final,
        Act.GRANT: not branch.is_final,
        Act.REFUSE: not branch.is_final,
    }.get(act, True)
