"""What follows a bad rating: contact, mending, call-back; the life cycle as one table, the days of each step."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tongban.foundation.calendars import rules as calendars
from tongban.foundation.calendars.rules import Calendar
from tongban.foundation.calendars.types import Limit
from tongban.foundation.government.types import May
from tongban.foundation.identity.types import StaffAccess
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import N_, Conflict, Invalid, NotAllowed
from tongban.kernel.law import law
from tongban.oversight.ratings.types import FollowUpAct, FollowUpState

S, A = FollowUpState, FollowUpAct

CONTACT_WITHIN = Limit(1)
ANSWER_WITHIN = {False: Limit(5), True: Limit(15)}
"""Working days from the rating: simple, complex. The one day is law, five and fifteen are the city's practice."""
ANSWERS_FOR = frozenset({May.ACCEPT, May.REVIEW, May.DECIDE, May.HEAD})

STATE_NAMES = {
    S.OPEN: N_("待联系"),
    S.CONTACTED: N_("整改中"),
    S.ANSWERED: N_("待回访"),
    S.CLOSED: N_("已了结"),
}
ACT_NAMES = {
    A.OPEN: N_("收到差评"),
    A.CONTACT: N_("联系核实"),
    A.ANSWER: N_("反馈整改"),
    A.RETURN: N_("退回重改"),
    A.CLOSE: N_("回访了结"),
}


MSG_DEPARTMENT = N_("“{act}”由责任部门来做。")


WAITS = frozenset({S.OPEN, S.CONTACTED})
"""In these the department has something to do by a day."""


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table; ``supervises`` says which side acts."""

    state: FollowUpState
    act: FollowUpAct
    supervises: bool
    next: FollowUpState


LIFE_CYCLE = (
    Step(S.OPEN, A.CONTACT, False, S.CONTACTED),
    Step(S.CONTACTED, A.ANSWER, False, S.ANSWERED),
    Step(S.ANSWERED, A.RETURN, True, S.CONTACTED),
    Step(S.ANSWERED, A.CLOSE, True, S.CLOSED),
)
STEPS = {(step.state, step.act): step for step in LIFE_CYCLE}


@law("rating-followed-up", basis="上海市优化营商环境条例 30", says="A bad rating is contacted within one working day "
     "and mended by a deadline; somebody else calls back before it is closed; it can not be handed back")  # fmt: skip
def check_act(
    act: FollowUpAct, state: FollowUpState, access: StaffAccess, department: str, text: str
) -> FollowUpState:
    """Return the state after an act; raise NotAllowed, Conflict or Invalid."""
    _check_side(act, access, department)
    step = STEPS.get((state, act))
    if step is None:
        raise Conflict("follow-up-wrong-state", N_("这张差评整改单{state}，不能“{act}”。"), act=ACT_NAMES[act],
                       state=STATE_NAMES[state])  # fmt: skip
    if len(text.strip()) < 4:
        raise Invalid("follow-up-says-nothing", N_("写明情况，至少四个字。"))
    return step.next


def _check_side(act: FollowUpAct, access: StaffAccess, department: str) -> None:
    if any(step.supervises for step in LIFE_CYCLE if step.act is act):
        if not access.may(May.SUPERVISE):
            raise NotAllowed("follow-up-supervisor-only", N_("“{act}”由督查人员来做。"), act=ACT_NAMES[act])
        if department in access.departments:
            raise NotAllowed("follow-up-own-department", N_("督查人员不能督办自己所在部门的办件。"))
    elif not answers_for(access, department):
        raise NotAllowed("follow-up-department-only", MSG_DEPARTMENT, act=ACT_NAMES[act])


def can_act(act: FollowUpAct, state: FollowUpState, access: StaffAccess, department: str) -> bool:
    """Return whether somebody may do the act now, given a text."""
    step = STEPS.get((state, act))
    if step is None:
        return False
    if step.supervises:
        return access.may(May.SUPERVISE) and department not in access.departments
    return answers_for(access, department)


def answers_for(access: StaffAccess, department: str) -> bool:
    """Return whether somebody answers for a department: who accepts, reviews, decides or heads there."""
    duties = {duty for post in access.posts if post.department == department for duty in post.may}
    return bool(duties & ANSWERS_FOR)


@law("ratings-for-who-answers", basis="上海市优化营商环境条例 30", says="Who heads a department sees how it was rated, "
     "who supervises sees how all were")  # fmt: skip
def heads(access: StaffAccess) -> frozenset[str]:
    """Return the departments whose ratings somebody sees together, as their head."""
    return frozenset(post.department for post in access.posts if May.HEAD in post.may)


def can_see_figures(access: StaffAccess) -> bool:
    """Return whether somebody sees how any department was rated."""
    return access.may(May.SUPERVISE) or bool(heads(access))


def check_may_see_figures(access: StaffAccess) -> None:
    """Raise NotAllowed unless somebody sees how any department was rated."""
    if not can_see_figures(access):
        raise NotAllowed("ratings-head-only", N_("评价的汇总由部门负责人和督查人员来看。"))


def contact_due(calendar: Calendar, rated_on: dt.date) -> dt.date:
    """Return the last day to contact who gave a bad rating."""
    return calendars.due(calendar, rated_on, CONTACT_WITHIN).on or rated_on


def answer_due(calendar: Calendar, from_day: dt.date, *, is_complex: bool) -> dt.date:
    """Return the last day to say what was mended."""
    return calendars.due(calendar, from_day, ANSWER_WITHIN[is_complex]).on or from_day


def end_of(day: dt.date) -> dt.datetime:
    """Return the moment at which a limit that ends with a day is over."""
    return dt.datetime.combine(day + calendars.ONE_DAY, dt.time.min, SHANGHAI)
