"""Entries of supervision: what opens one, who answers, until when; the life cycle as one table."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tongban.foundation.calendars import rules as calendars
from tongban.foundation.calendars.rules import Calendar
from tongban.foundation.calendars.types import Limit
from tongban.foundation.government.types import May
from tongban.foundation.identity.types import StaffAccess
from tongban.kernel.errors import N_, Conflict, Invalid, NotAllowed
from tongban.kernel.law import law
from tongban.oversight.effectiveness.types import EntryAct, EntryKind, EntryState

S = EntryState
ANSWER_WITHIN = Limit(3)
"""Working days in which the department explains itself: the city's own rule, no law names any."""

LAWS = {
    EntryKind.PROMISE: "优化营商环境条例 36",
    EntryKind.STATUTORY: "行政许可法 42、74(二)",
    EntryKind.JOINT: "行政许可法 42(2)、74(二)",
    EntryKind.FIRST_REVIEW: "行政许可法 43",
    EntryKind.BREACH: "行政许可法 72",
    EntryKind.RATING: "上海市优化营商环境条例 30",
    EntryKind.CONTEST: "个人信息保护法 50",
    EntryKind.DATA: "上海市数据条例 39",
    EntryKind.PURPOSE: "上海市数据条例 40",
}
KIND_NAMES = {
    EntryKind.PROMISE: N_("超过承诺时限"),
    EntryKind.STATUTORY: N_("超过法定时限"),
    EntryKind.JOINT: N_("超过联合办理时限"),
    EntryKind.FIRST_REVIEW: N_("初审超过时限"),
    EntryKind.BREACH: N_("违反办理规定"),
    EntryKind.RATING: N_("差评没有按时处置"),
    EntryKind.CONTEST: N_("查询质疑没有按时答复"),
    EntryKind.DATA: N_("数据没有按时答复或者提供"),
    EntryKind.PURPOSE: N_("超出授权用途查数据"),
}
STATE_NAMES = {
    S.OPEN: N_("待说明"),
    S.EXPLAINED: N_("已说明"),
    S.RETURNED: N_("退回重写"),
    S.CLOSED: N_("已销号"),
}
ACT_NAMES = {
    EntryAct.OPEN: N_("立单"),
    EntryAct.EXPLAIN: N_("作出说明"),
    EntryAct.RETURN: N_("退回"),
    EntryAct.CLOSE: N_("销号"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table; ``supervises`` says which side acts."""

    state: EntryState
    act: EntryAct
    supervises: bool
    next: EntryState


LIFE_CYCLE = (
    Step(S.OPEN, EntryAct.EXPLAIN, False, S.EXPLAINED),
    Step(S.RETURNED, EntryAct.EXPLAIN, False, S.EXPLAINED),
    Step(S.EXPLAINED, EntryAct.RETURN, True, S.RETURNED),
    Step(S.EXPLAINED, EntryAct.CLOSE, True, S.CLOSED),
)
STEPS = {(step.state, step.act): step for step in LIFE_CYCLE}

MSG_SUPERVISOR = N_("“{act}”由督查人员来做。")
MSG_DEPARTMENT = N_("“{act}”由责任部门来做。")
MSG_STATE = N_("这张督办单{state}，不能“{act}”。")
MSG_OWN = N_("督查人员不能督办自己所在部门的办件。")
MSG_TEXT = N_("写明情况，至少四个字。")


@law("supervision-of-licensing", basis="行政许可法 10、60、74", says="A missed limit or a broken duty opens an entry: the body "
     "explains itself in writing, somebody else closes it")  # fmt: skip
def check_act(
    act: EntryAct, state: EntryState, access: StaffAccess, department: str, text: str
) -> EntryState:
    """Return the state after an act; raise NotAllowed, Conflict or Invalid."""
    rows = [step for step in LIFE_CYCLE if step.act is act]
    if rows[0].supervises:
        if not access.may(May.SUPERVISE):
            raise NotAllowed("entry-supervisor-only", MSG_SUPERVISOR, act=ACT_NAMES[act])
        if department in access.departments:
            raise NotAllowed("entry-own-department", MSG_OWN)
    elif not answers_for(access, department):
        raise NotAllowed("entry-department-only", MSG_DEPARTMENT, act=ACT_NAMES[act])
    step = STEPS.get((state, act))
    if step is None:
        raise Conflict("entry-wrong-state", MSG_STATE, act=ACT_NAMES[act], state=STATE_NAMES[state])
    if len(text.strip()) < 4:
        raise Invalid("entry-says-nothing", MSG_TEXT)
    return step.next


def can_act(act: EntryAct, state: EntryState, access: StaffAccess, department: str) -> bool:
    """Return whether somebody may do the act now, given a text."""
    step = STEPS.get((state, act))
    if step is None:
        return False
    if step.supervises:
        return access.may(May.SUPERVISE) and department not in access.departments
    return answers_for(access, department)


def answers_for(access: StaffAccess, department: str) -> bool:
    """Return whether somebody answers for a department: who reviews, decides or heads there."""
    duties = {duty for post in access.posts if post.department == department for duty in post.may}
    return bool(duties & {May.ACCEPT, May.REVIEW, May.DECIDE, May.HEAD})


def answer_due(calendar: Calendar, opened_on: dt.date) -> dt.date:
    """Return until when a department explains itself."""
    return calendars.due(calendar, opened_on, ANSWER_WITHIN).on or opened_on
