"""Questions about readings: the life cycle as one table, who answers, until when. Pure."""

from __future__ import annotations

import datetime as dt

from tongban.foundation.calendars import rules as calendars
from tongban.foundation.calendars.rules import Calendar
from tongban.foundation.calendars.types import Limit
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import N_, Conflict, Invalid
from tongban.kernel.law import law
from tongban.services.disclosures.types import (
    Contest,
    ContestAct,
    ContestKind,
    ContestState,
    Kind,
    Reading,
    Verdict,
)

S, A = ContestState, ContestAct
ANSWER_DAYS = {ContestKind.UNKNOWN: 1, ContestKind.WRONG: 5}
"""Working days of an answer: the city's own promise. 个人信息保护法 46、50 say “及时” and name no days."""
MOST = 2000
KIND_NAMES = {ContestKind.UNKNOWN: N_("不认识这次查询"), ContestKind.WRONG: N_("数据不对，要求更正")}
STATE_NAMES = {S.OPEN: N_("等答复"), S.ANSWERED: N_("已答复"), S.WITHDRAWN: N_("已撤回")}
ACT_NAMES = {
    A.STATE: N_("提出"),
    A.ANSWER: N_("答复"),
    A.WITHDRAW: N_("撤回"),
    A.ESCALATE: N_("转督查"),
    A.HAND_ON: N_("转请查明"),
}
VERDICT_NAMES = {
    ContestKind.UNKNOWN: {Verdict.LAWFUL: N_("依法查询"), Verdict.MISTAKE: N_("查错了")},
    ContestKind.WRONG: {Verdict.LAWFUL: N_("数据无误"), Verdict.MISTAKE: N_("数据有误，已更正")},
}
LIFE_CYCLE = {
    (S.OPEN, A.ANSWER): S.ANSWERED,
    (S.OPEN, A.WITHDRAW): S.WITHDRAWN,
    (S.OPEN, A.ESCALATE): S.OPEN,
    (S.OPEN, A.HAND_ON): S.OPEN,
}


def after(state: ContestState, act: ContestAct) -> ContestState:
    """Return the state after an act; raise Conflict where it is not possible any more."""
    found = LIFE_CYCLE.get((state, act))
    if found is None:
        raise Conflict(
            "contest-state",
            N_("这件质疑{state}，不能再{act}。"),
            state=STATE_NAMES[state],
            act=ACT_NAMES[act],
        )
    return found


@law("reading-contested", basis="个人信息保护法 44、46、50", says="Whoever is read about may ask who read and why, or have "
     "wrong data mended: the department answers within one working day, of wrong data within five, with a reason")  # fmt: skip
def due_on(calendar: Calendar, kind: ContestKind, stated_on: dt.date) -> dt.date:
    """Return the last day of the answer, counted in working days from the day after the question."""
    return calendars.due(calendar, stated_on, Limit(ANSWER_DAYS[kind])).on or stated_on


def end_of(day: dt.date) -> dt.datetime:
    """Return the moment at which a limit that ends with a day is over."""
    return dt.datetime.combine(day + calendars.ONE_DAY, dt.time.min, SHANGHAI)


def kept_as(kind: Kind) -> Kind:
    """Return the kind under which a question keeps its reading: a call that gave nothing may still give something, so a call."""
    return Kind.EXCHANGE if kind is Kind.FAILED else kind


def can_contest(reading: Reading, kind: ContestKind) -> bool:
    """Return whether a question of this kind can be asked about a reading: once of each, where somebody can be asked."""
    if kind in {one.kind for one in reading.contests} or reading.kind is Kind.SHOWN:
        return False
    return kind is ContestKind.UNKNOWN or bool(reading.resource)


def check_contest(reading: Reading, kind: ContestKind, says: str) -> None:
    """Raise Conflict or Invalid where nobody can be asked, or nothing is said that could be looked into."""
    if reading.kind is Kind.SHOWN:
        raise Conflict("contest-shown", N_("这是您自己出示的，没有部门要答复。"))
    if kind is ContestKind.WRONG and not reading.resource:
        raise Conflict("contest-no-data", N_("这次查看的不是部门的数据，没有可以更正的。"))
    if kind is ContestKind.WRONG and len(says.strip()) < 4:
        raise Invalid("contest-says-nothing", N_("请写明哪一项不对、应该是什么，至少四个字。"))
    if len(says) > MOST:
        raise Invalid("contest-too-long", N_("最多 {most} 个字。"), most=MOST)


def check_hand_on(one: Contest, says: str) -> None:
    """Raise Conflict where whom it is about answers for itself, or Invalid where it is not said who was asked."""
    if not one.is_for_another:
        raise Conflict("contest-own-desk", N_("这件质疑由本部门自己答复，不用转请。"))
    if len(says.strip()) < 4:
        raise Invalid("contest-hand-on-whom", N_("请写明转给了谁、怎样转的，至少四个字。"))


@law("refusal-of-right-says-why", basis="个人信息保护法 50", says="An answer gives its reason; one that admits a mistake says "
     "what was done about it")  # fmt: skip
def check_answer(verdict: Verdict, answer: str, measure: str) -> None:
    """Raise Invalid for an answer without a reason, or a mistake without a measure."""
    if len(answer.strip()) < 4:
        raise Invalid("contest-answer-why", N_("要写明理由，至少四个字。"))
    if verdict is Verdict.MISTAKE and len(measure.strip()) < 4:
        raise Invalid("contest-answer-measure", N_("查错了的，要写明怎样处理的，至少四个字。"))
