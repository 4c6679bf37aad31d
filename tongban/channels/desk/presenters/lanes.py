"""The lanes of a case: rows are departments, columns working days. Positions in per cent, so the drawing bends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from tongban.foundation.calendars import queries as calendars
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import N_
from tongban.kernel.language import translate
from tongban.services.approvals.types import (
    APPLICANT,
    PROCEDURE_PREFIX,
    SHARED,
    Account,
    Branch,
    BranchState,
    Round,
    Visit,
)

MOST = 50
ONE_DAY = dt.timedelta(days=1)
SVG = Markup('<svg class="dlane dlane-{}" height="20" aria-hidden="true" focusable="false">{}</svg>')
RECT = Markup('<rect class="{}" x="{:.2f}%" y="{}" width="{:.2f}%" height="{}" rx="1.5"/>')
LINE = Markup('<line class="{}" x1="{:.2f}%" x2="{:.2f}%" y1="{}" y2="{}"/>')
MARK = Markup('<text class="lane-mark" x="{:.2f}%" y="15" text-anchor="middle">◆</text>')
BY_APPLICANT = N_("申请人")
STATE_OF = {
    BranchState.WAITING: N_("等前面的事项"),
    BranchState.OPEN: N_("审查中"),
    BranchState.STOPPED: N_("停钟"),
    BranchState.GRANTED: N_("准予"),
    BranchState.REFUSED: N_("不予许可"),
    BranchState.ENDED: N_("已终止"),
}
PROCEDURES = {
    "hearing": N_("听证"),
    "tender": N_("招标"),
    "auction": N_("拍卖"),
    "inspection": N_("检验"),
    "test": N_("检测"),
    "quarantine": N_("检疫"),
    "appraisal": N_("鉴定"),
    "expert-review": N_("专家评审"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A working day on top of the lanes."""

    day: dt.date
    is_today: bool
    is_shown: bool
    x: float


@dataclass(frozen=True, slots=True)
class Whose:
    """Days under one name, or under several at the same time."""

    name: str
    english: str
    days: int
    together: bool


@dataclass(frozen=True, slots=True)
class Lane:
    """One department's row: the drawing, and the same in words."""

    branch: Branch
    department: str
    english: str
    drawing: Markup
    is_mine: bool
    says: str
    whose: tuple[Whose, ...]


@dataclass(frozen=True, slots=True)
class Lanes:
    """All rows, the days above them, and under whose name the days of the whole case stand."""

    columns: tuple[Column, ...]
    lanes: tuple[Lane, ...]
    whose: tuple[Whose, ...]
    elapsed: int


@dataclass(frozen=True, slots=True)
class _Axis:
    days: tuple[dt.date, ...]
    today: dt.date

    def x(self, day: dt.date) -> float:
        """Return where a day begins, in per cent; days off begin with the next working day."""
        before = sum(1 for one in self.days if one < day)
        return before / len(self.days) * 100

    @property
    def width(self) -> float:
        return 100 / len(self.days)


def draw(found: Round, names: Mapping[str, tuple[str, str]], mine: Branch | None, at: dt.datetime) -> Lanes:
    """Return the lanes; ``names`` gives a department's short and its English name."""
    axis = _axis(found, at.astimezone(SHANGHAI).date())
    step = max(1, len(axis.days) // 14 + (len(axis.days) > 14))
    columns = tuple(
        Column(day, day == axis.today, n % step == 0 or day == axis.today, (n + 0.5) * axis.width)
        for n, day in enumerate(axis.days)
    )
    lanes = tuple(_lane(one, axis, found.visit, names, mine) for one in found.branches)
    return Lanes(columns, lanes, _total(found.account, names), found.account.elapsed)


def _axis(found: Round, today: dt.date) -> _Axis:
    calendar = calendars.current_calendar()
    ends = [one.due_on for one in found.branches if one.due_on]
    closed = [one.closed_at.astimezone(SHANGHAI).date() for one in found.branches if one.closed_at]
    is_over = len(closed) == len(found.branches)
    last = max([*closed, *ends]) if is_over else max([today, *ends])
    days: list[dt.date] = []
    day = found.accepted_on
    while day <= last + ONE_DAY * 4 and len(days) < MOST:
        if calendar.is_working(day) or day == found.accepted_on:
            days.append(day)
            if day > last:
                break
        day += ONE_DAY
    return _Axis(tuple(days), today)


def _lane(
    branch: Branch,
    axis: _Axis,
    visit: Visit | None,
    names: Mapping[str, tuple[str, str]],
    mine: Branch | None,
) -> Lane:
    short, english = names.get(branch.department, (branch.department, branch.department))
    drawn = Markup("").join(_drawn(branch, axis, visit))
    is_mine = mine is not None and mine.id == branch.id
    kind = "mine" if is_mine else branch.light.value
    whose = tuple(_whose(party.split(SHARED), days, names) for party, days in branch.days.items() if days)
    return Lane(branch, short, english, SVG.format(kind, drawn), is_mine, STATE_OF[branch.state], whose)


def _drawn(branch: Branch, axis: _Axis, visit: Visit | None) -> Iterator[Markup]:
    for n, day in enumerate(axis.days):
        kind = _kind(branch, day, axis.today)
        if kind:
            yield RECT.format(f"lane-{kind}", n * axis.width + 0.15, 5, axis.width - 0.3, 10)
    if branch.due_on and not branch.is_final and branch.due_on <= axis.days[-1]:
        at = axis.x(branch.due_on + ONE_DAY)
        yield LINE.format("lane-due", at, at, 2, 18)
    if visit and any(one.branch_id == branch.id for one in visit.findings):
        day = visit.starts_at.astimezone(SHANGHAI).date()
        if day <= axis.days[-1]:
            yield MARK.format(axis.x(day) + axis.width / 2)
    if axis.today in axis.days:
        at = axis.x(axis.today) + axis.width / 2
        yield LINE.format("lane-today", at, at, 0, 20)


def _kind(branch: Branch, day: dt.date, today: dt.date) -> str:
    closed = branch.closed_at.astimezone(SHANGHAI).date() if branch.closed_at else None
    if branch.opened_on is None or day <= branch.opened_on:
        return "wait" if branch.state is BranchState.WAITING and day <= today else ""
    if any(stop.first <= day <= (stop.last or max(today, stop.first)) for stop in branch.stops):
        return "stop"
    if closed is not None:
        return "done" if day <= closed else ""
    if branch.due_on is not None and day > branch.due_on:
        return "late" if day <= today else ""
    return "spent" if day <= today else "left" if branch.due_on is not None else ""


def _total(account: Account, names: Mapping[str, tuple[str, str]]) -> tuple[Whose, ...]:
    """Return how many days stand under which names; days under several names are told once."""
    found: dict[tuple[str, ...], int] = {}
    for stretch in account.stretches:
        found[stretch.parties] = found.get(stretch.parties, 0) + stretch.days
    ordered = sorted(found.items(), key=lambda one: -one[1])
    return tuple(_whose(parties, days, names) for parties, days in ordered if days)


def _whose(parties: Sequence[str], days: int, names: Mapping[str, tuple[str, str]]) -> Whose:
    known = [_one(one, names) for one in parties]
    return Whose("、".join(zh for zh, _ in known), ", ".join(en for _, en in known), days, len(known) > 1)


def _one(party: str, names: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
    if party == APPLICANT:
        return BY_APPLICANT, translate(BY_APPLICANT, "en")
    if party.startswith(PROCEDURE_PREFIX):
        words = PROCEDURES.get(party.removeprefix(PROCEDURE_PREFIX), party)
        return words, translate(words, "en")
    return names.get(party, (party, party))


def stand_in_a_row(branches: Sequence[Branch], departments: frozenset[str], wanted: str) -> Branch | None:
    """Return the branch that somebody works on: the one asked for, else the first of theirs that is open."""
    for branch in branches:
        if str(branch.id) == wanted:
            return branch
    own = [one for one in branches if {one.department, one.first_department} & departments]
    return next((one for one in own if not one.is_final), own[0] if own else None)
