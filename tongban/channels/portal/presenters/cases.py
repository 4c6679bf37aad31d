"""What the page of a case says: where it is, what it waits for, whose days, what is demanded. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from tongban.channels.portal import typed
from tongban.channels.portal.presenters.apply import named
from tongban.foundation.calendars.types import DayCount
from tongban.foundation.government.types import Department
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import N_
from tongban.oversight.effectiveness.types import Forecast
from tongban.services.approvals.types import APPLICANT, PROCEDURE_PREFIX, BranchState, Round
from tongban.services.cases.types import Case, CaseMaterial, CaseState, Demand, Letter, Written
from tongban.services.catalogue.types import DataElement

STATES = {
    CaseState.DRAFT: (N_("草稿"), "pen-line", "own"),
    CaseState.RECEIVED: (N_("已收件，等受理"), "inbox", "next"),
    CaseState.SUPPLEMENT: (N_("等您补正"), "triangle-alert", "you"),
    CaseState.NOT_ACCEPTED: (N_("不予受理"), "circle-x", "ended"),
    CaseState.ACCEPTED: (N_("办理中"), "hourglass", "next"),
    CaseState.DECIDED: (N_("已作决定"), "circle-check", "done"),
    CaseState.CLOSED: (N_("已办结"), "circle-check", "done"),
    CaseState.WITHDRAWN: (N_("已撤回"), "undo-2", "ended"),
    CaseState.TERMINATED: (N_("已终止"), "circle-x", "ended"),
}
"""State in the words of the person waiting, its shape, and the class of its colour."""
REFUSED, PARTLY = (N_("没有批准"), "circle-x", "ended"), (N_("部分批准"), "circle-check", "done")
BY_OUTCOME = {"refused": REFUSED, "partly": PARTLY}
"""Of what is decided or closed, where not everything was granted."""
LETTERS = {
    Letter.ACCEPTANCE: N_("受理通知书"),
    Letter.DEEMED: N_("视为受理通知书"),
    Letter.NOT_NEEDED: N_("不受理告知书"),
    Letter.NOT_ACCEPTED: N_("不予受理决定书"),
    Letter.NOTICE: N_("一次性补正告知书"),
    Letter.TERMINATION: N_("终止办理通知书"),
    Letter.DEMAND: N_("受理后再次索要材料的通知（违规记录）"),
}
BRANCHES = {
    BranchState.WAITING: (N_("等前面的办完"), "circle-dashed", "todo"),
    BranchState.OPEN: (N_("审查中"), "hourglass", "next"),
    BranchState.STOPPED: (N_("停钟"), "pause", "stopped"),
    BranchState.GRANTED: (N_("已批准"), "circle-check", "done"),
    BranchState.REFUSED: (N_("不予许可"), "circle-x", "ended"),
    BranchState.ENDED: (N_("已终止"), "circle-x", "ended"),
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
YOU = N_("您")
STOPPED = N_("停钟：{procedure}")
Say = Callable[..., str]
State = tuple[str, str, str]
NEAR = 2
"""Working days before the end from which a clock is amber."""


@dataclass(frozen=True, slots=True)
class Demanded:
    """One thing the notice asked for: its words, and the paper or the field where it is given."""

    words: str
    material: CaseMaterial | None = None
    element: DataElement | None = None
    name: str = ""
    value: str = ""
    is_given: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One working day of the clock."""

    date: dt.date
    number: int
    kind: str
    """used, today, left, stopped, near or late"""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days in a row under the same names."""

    names: tuple[str, ...]
    first: dt.date
    last: dt.date
    days: int
    kind: str
    """you, stopped, shared or alone"""


@dataclass(frozen=True, slots=True)
class Account:
    """Whose days were used: the stretches, and for each name its own days and those shared."""

    stretches: tuple[Stretch, ...]
    names: tuple[tuple[str, int, int], ...]


class Ended(Protocol):
    """What says how a case stands: its state, and what was decided."""

    @property
    def state(self) -> CaseState:
        """Return in which state it is."""
        ...

    @property
    def outcome(self) -> str:
        """Return what was decided; empty before."""
        ...


def state_of(case: Ended) -> State:
    """Return how a case stands, in words, shape and colour: a refusal is not shown as done."""
    if case.state in (CaseState.DECIDED, CaseState.CLOSED):
        return BY_OUTCOME.get(case.outcome, STATES[case.state])
    return STATES[case.state]


def department_names(departments: Iterable[Department], language: str) -> dict[str, str]:
    """Return what departments are called in short."""
    return {one.code: (language == "en" and one.english) or one.short for one in departments}


@dataclass(frozen=True, slots=True)
class Column:
    """A day of the forecast: the share of earlier cases done on it, and where its bar stands (0 to 100)."""

    date: dt.date
    share: int
    x: float
    high: float
    kind: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The forecast as bars; ``promise`` is where the promised day ends, if it is among them."""

    columns: tuple[Column, ...]
    wide: float
    promise: float | None


COLUMN = 46.0
MOST_BARS = 9


def chart(forecast: Forecast, today: dt.date) -> Chart:
    """Return the forecast as bars, the likeliest days around its middle."""
    days = [one for one in forecast.by_day if one[0] >= today][:MOST_BARS]
    top = max((share for _, share in days), default=0) or 1
    columns = tuple(
        Column(date, round(share * 100), COLUMN * index, 70 * share / top, _sure(date, forecast))
        for index, (date, share) in enumerate(days)
    )
    promised = forecast.promised_on
    last = [index for index, one in enumerate(columns) if promised and one.date <= promised]
    return Chart(columns, COLUMN * max(1, len(columns)), COLUMN * (last[-1] + 1) if last else None)


def _sure(date: dt.date, forecast: Forecast) -> str:
    return "half" if date == forecast.p50_on else "most" if date <= forecast.p90_on else "rest"


def day_of(moment: dt.datetime) -> dt.date:
    """Return the city's date of a moment."""
    return moment.astimezone(SHANGHAI).date()


def demands(
    case: Case, notice: Written, elements: Mapping[str, DataElement], *, english: bool
) -> tuple[Demanded, ...]:
    """Return what the one notice asked for, each with the place where it is given."""
    return tuple(_demanded(case, one, notice, elements, english) for one in notice.demands)


def _demanded(
    case: Case, one: Demand, notice: Written, elements: Mapping[str, DataElement], english: bool
) -> Demanded:
    if one.field:
        element = elements.get(one.field)
        value = case.fields.get(one.field)
        return Demanded(
            one.what,
            element=element,
            name=named(element, english) if element else one.field,
            value=typed.shown(value.value if value else None),
        )
    paper = next(
        (each for each in case.materials if (each.item, each.code) == (one.item, one.material)), None
    )
    given = paper is not None and paper.given_at is not None and paper.given_at >= notice.at
    return Demanded(one.what, material=paper, is_given=given)


def cells(
    days: Sequence[DayCount], due: dt.date, today: dt.date, stops: Iterable[tuple[dt.date, dt.date | None]]
) -> tuple[Cell, ...]:
    """Return the clock, one cell a working day, from the day after it began to its end."""
    stopped = tuple(stops)
    left = sum(day.number is not None and today < day.date <= due for day in days)
    return tuple(
        Cell(day.date, day.number, _kind(day.date, due, today, stopped, left))
        for day in days
        if day.number is not None
    )


def _kind(
    date: dt.date, due: dt.date, today: dt.date, stops: Sequence[tuple[dt.date, dt.date | None]], left: int
) -> str:
    if date > due:
        return "late"
    if any(first <= date <= (last or today) for first, last in stops):
        return "stopped"
    if date == today:
        return "today"
    return "used" if date < today else "near" if left <= NEAR else "left"


def account(found: Round, departments: Mapping[str, str], say: Say) -> Account:
    """Return whose days were used, in the reader's words; ``say`` translates."""
    name = _namer(departments, say)
    stretches = tuple(
        Stretch(tuple(map(name, one.parties)), one.first, one.last, one.days, _whose(one.parties))
        for one in found.account.stretches
    )
    keys = dict.fromkeys([*found.account.alone, *found.account.shared])
    names = tuple(
        (name(key), found.account.alone.get(key, 0), found.account.shared.get(key, 0)) for key in keys
    )
    return Account(stretches, names)


def _namer(departments: Mapping[str, str], say: Say) -> Callable[[str], str]:
    def name(party: str) -> str:
        if party == APPLICANT:
            return say(YOU)
        if party.startswith(PROCEDURE_PREFIX):
            procedure = PROCEDURES.get(party.removeprefix(PROCEDURE_PREFIX), party)
            return say(STOPPED, procedure=say(procedure))
        return departments.get(party, party)

    return name


def _whose(parties: Sequence[str]) -> str:
    if parties == (APPLICANT,):
        return "you"
    if any(one.startswith(PROCEDURE_PREFIX) for one in parties):
        return "stopped"
    return "shared" if len(parties) > 1 else "alone"
