"""The lanes of a case that light up as branches finish: rows are departments, columns working days.

The grammar is that of a bundle's path: green with a check is done, blue is under way, dashed is not yet,
hatched is a stopped clock, ink is the applicant's turn, one block across lanes is a joint visit. On a phone
the drawing turns 90°. Colours come from the style sheet by class. Pure: from records to rectangles and words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from tongban.channels.portal.presenters.cases import Say, day_of
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import N_
from tongban.services.approvals.types import Branch, BranchState, Round
from tongban.services.cases.types import Case, PlanStep

DONE, GRANTED_IN = N_("已批准"), N_("用了 {count} 天")
REFUSED, ENDED = N_("不予许可"), N_("已终止")
REVIEWING, DUE = N_("审查中"), N_("最晚")
NOT_YET, STOPPED = N_("还没到"), N_("停钟")
VISIT = N_("联合核查")
WIDE, LABELS, HEAD, ROW, FONT = 1000.0, 168.0, 52.0, 58.0, 13.0
PHONE, PHONE_LABELS, PHONE_HEAD, PHONE_DAY = 326.0, 46.0, 58.0, 30.0
MOST_COLUMNS = 40
PAD = 4.0
NARROW, NARROW_HIGH = 80.0, 44.0
"""Below these, a check and words do not stand side by side, and not below each other."""


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text at a place."""

    text: str
    x: float
    y: float
    kind: str
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle of the drawing; ``check`` is where its check mark stands, if it has one."""

    x: float
    y: float
    wide: float
    high: float
    kind: str
    check: tuple[float, float] | None = None


@dataclass(slots=True)
class Drawing:
    """Everything that is drawn."""

    wide: float
    high: float
    bars: list[Bar] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)
    lines: list[tuple[float, float, float, float, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a lane, in columns: ``start`` included, ``end`` not."""

    start: int
    end: int
    kind: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lane:
    """One item before one department."""

    item: str
    name: str
    department: str
    state: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Shared:
    """A block across lanes: the joint visit, the handing over."""

    first: int
    last: int
    column: int
    kind: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is drawn, before it is known how."""

    days: tuple[dt.date, ...]
    today: int | None
    lanes: tuple[Lane, ...]
    shared: tuple[Shared, ...]


def plan(
    case: Case,
    found: Round | None,
    days: Sequence[dt.date],
    today: dt.date,
    names: Mapping[str, str],
    say: Say,
) -> Plan:
    """Return the lanes; ``days`` are the working days shown, ``names`` of items and departments."""
    kept = tuple(days[:MOST_COLUMNS])
    steps = {one.step: one for one in case.plan if one.kind == "item"}
    if found:
        lanes = [_branch_lane(one, steps.get(one.item), kept, today, names, say) for one in found.branches]
    else:
        lanes = [_planned_lane(one, names, say) for one in steps.values()]
    shared = _visit(found, kept, today, say) if found else []
    for one in shared:
        lanes[one.first : one.last + 1] = [
            _around(lane, one.column) for lane in lanes[one.first : one.last + 1]
        ]
    column = next((index for index, day in enumerate(kept) if day >= today), None)
    is_over = found is not None and all(one.is_final for one in found.branches)
    return Plan(kept, None if is_over else column, tuple(lanes), tuple(shared))


def _around(lane: Lane, column: int) -> Lane:
    """Return the lane with its blocks cut where a shared one lies over them; the words go to the wider part."""
    blocks: list[Block] = []
    for one in lane.blocks:
        if not one.start <= column < one.end:
            blocks.append(one)
            continue
        before, after = column - one.start, one.end - column - 1
        if before:
            blocks.append(replace(one, end=column, lines=one.lines if before > after else ()))
        if after:
            blocks.append(replace(one, start=column + 1, lines=() if before > after else one.lines))
    return replace(lane, blocks=tuple(blocks))


def _column(days: Sequence[dt.date], day: dt.date) -> int:
    """Return the column of a day; one that is no working day stands in the next."""
    return next((index for index, one in enumerate(days) if one >= day), len(days) - 1)


def _planned_lane(step: PlanStep, names: Mapping[str, str], say: Say) -> Lane:
    block = Block(step.start + 1, max(step.end, step.start + 1) + 1, "todo", (say(NOT_YET),))
    return Lane(
        step.step, names.get(step.step, step.name), names.get(step.department or "", ""), "todo", (block,)
    )


def _branch_lane(
    branch: Branch,
    step: PlanStep | None,
    days: Sequence[dt.date],
    today: dt.date,
    names: Mapping[str, str],
    say: Say,
) -> Lane:
    blocks = tuple(_blocks(branch, step, days, today, say))
    name = names.get(branch.item, branch.item_name)
    return Lane(
        branch.item, name, names.get(branch.department, branch.department), branch.state.value, blocks
    )


def _blocks(
    branch: Branch, step: PlanStep | None, days: Sequence[dt.date], today: dt.date, say: Say
) -> list[Block]:
    if branch.opened_on is None:
        start, end = (step.start + 1, max(step.end, step.start + 1) + 1) if step else (0, len(days))
        kind, words = ("ended", ENDED) if branch.is_final else ("todo", NOT_YET)
        return [Block(min(start, len(days) - 1), min(end, len(days)), kind, (say(words),))]
    start = _column(days, branch.opened_on)
    if branch.closed_at is not None:
        end = _column(days, day_of(branch.closed_at)) + 1
        words = {BranchState.GRANTED: DONE, BranchState.REFUSED: REFUSED}.get(branch.state, ENDED)
        kind = "done" if branch.state is BranchState.GRANTED else "ended"
        return [
            Block(start, max(end, start + 1), kind, (say(words), say(GRANTED_IN, count=branch.used_days)))
        ]
    now = _column(days, today)
    blocks = []
    if branch.state is BranchState.STOPPED and branch.stops:
        stop = _column(days, branch.stops[-1].first)
        if stop > start:
            blocks.append(Block(start, stop, "now", (say(REVIEWING),)))
        blocks.append(Block(max(start, stop), now + 1, "stopped", (say(STOPPED),)))
    else:
        blocks.append(Block(start, max(now, start) + 1, "now", (say(REVIEWING),)))
    if branch.due_on and (last := _column(days, branch.due_on) + 1) > max(now, start) + 1:
        due = (say(DUE), f"{branch.due_on.month}/{branch.due_on.day}")
        blocks.append(Block(max(now, start) + 1, last, "todo", due))
    return blocks


def _visit(found: Round, days: Sequence[dt.date], today: dt.date, say: Say) -> list[Shared]:
    if found.visit is None:
        return []
    members = {finding.branch_id for finding in found.visit.findings}
    rows = [index for index, one in enumerate(found.branches) if one.id in members]
    if not rows:
        return []
    day = day_of(found.visit.starts_at)
    kind = "done" if found.visit.is_held else "you" if day >= today else "now"
    words = (say(VISIT), f"{found.visit.starts_at.astimezone(SHANGHAI):%H:%M}")
    return [Shared(rows[0], rows[-1], _column(days, day), kind, words)]


# ── how it lies on a screen ───────────────────────────────────────────────────────────────────────
def wide(plan: Plan, say: Say) -> Drawing:
    """Return the drawing for a wide screen."""
    day = (WIDE - LABELS) / max(1, len(plan.days))
    made = Drawing(WIDE, HEAD + ROW * len(plan.lanes) + PAD)
    _heads(made, plan, day, say)
    for row, lane in enumerate(plan.lanes):
        y = HEAD + ROW * row
        made.lines.append((0, y, WIDE, y, "lane-grid"))
        made.words.append(Words(fit(lane.department, LABELS - 8, FONT), 0, y + 25, "lane-label"))
        made.words.append(Words(fit(lane.name, LABELS - 8, FONT), 0, y + 43, "lane-small"))
        for block in lane.blocks:
            x, width = LABELS + day * block.start + 2, day * (block.end - block.start) - 4
            _block(made, x, y + 9, width, ROW - 18, block.kind, block.lines)
    for one in plan.shared:
        y, high = HEAD + ROW * one.first + 9, ROW * (one.last - one.first + 1) - 18
        _block(made, LABELS + day * one.column + 2, y, day - 4, high, one.kind, one.lines)
    return made


def _heads(made: Drawing, plan: Plan, day: float, say: Say) -> None:
    every = max(1, -(-44 // max(1, int(day))))
    if plan.today is not None:
        made.bars.append(Bar(LABELS + day * plan.today, 0, day, made.high, "today"))
    for index, one in enumerate(plan.days):
        x = LABELS + day * (index + 0.5)
        is_today = index == plan.today
        made.lines.append((LABELS + day * index, HEAD - 8, LABELS + day * index, made.high, "lane-grid"))
        if index % every == 0 or is_today:
            made.words.append(Words(say(WEEKDAYS[one.weekday()]) if not is_today else say(TODAY), x, 18,
                                    "lane-today" if is_today else "lane-small", "middle"))  # fmt: skip
            made.words.append(
                Words(f"{one.month}/{one.day}", x, 36, "lane-today" if is_today else "lane-label", "middle")
            )


WEEKDAYS = (N_("周一"), N_("周二"), N_("周三"), N_("周四"), N_("周五"), N_("周六"), N_("周日"))
TODAY = N_("今天")


def phone(plan: Plan, say: Say) -> Drawing:
    """Return the drawing turned for a phone: one column a lane, days from top to bottom."""
    lane_wide = (PHONE - PHONE_LABELS) / max(1, len(plan.lanes))
    made = Drawing(PHONE, PHONE_HEAD + PHONE_DAY * len(plan.days) + PAD)
    if plan.today is not None:
        made.bars.append(Bar(0, PHONE_HEAD + PHONE_DAY * plan.today, PHONE, PHONE_DAY, "today"))
    for index, one in enumerate(plan.days):
        y = PHONE_HEAD + PHONE_DAY * index
        is_today = index == plan.today
        made.lines.append((0, y, PHONE, y, "lane-grid"))
        words = say(TODAY) if is_today else f"{one.month}/{one.day}"
        made.words.append(Words(words, 2, y + 20, "lane-today" if is_today else "lane-small"))
    for column, lane in enumerate(plan.lanes):
        x = PHONE_LABELS + lane_wide * column
        made.words.append(Words(str(column + 1), x + lane_wide / 2, 18, "lane-label", "middle"))
        made.words.append(
            Words(fit(lane.department, lane_wide - 2, 11), x + lane_wide / 2, 36, "lane-tiny", "middle")
        )
        for block in lane.blocks:
            y, high = PHONE_HEAD + PHONE_DAY * block.start + 2, PHONE_DAY * (block.end - block.start) - 4
            _block(made, x + 2, y, lane_wide - 4, high, block.kind, _short(block.lines, lane_wide - 12))
    for shared in plan.shared:
        x = PHONE_LABELS + lane_wide * shared.first + 2
        y = PHONE_HEAD + PHONE_DAY * shared.column + 2
        across = lane_wide * (shared.last - shared.first + 1) - 4
        _block(made, x, y, across, PHONE_DAY - 4, shared.kind, shared.lines[:1])
    return made


def _short(lines: Sequence[str], room: float) -> Sequence[str]:
    """Return the lines as one where there is room: a day on a phone is one line high."""
    joined = " ".join(lines)
    return (joined,) if width(joined, FONT) <= room else lines


def _block(
    made: Drawing, x: float, y: float, across: float, high: float, kind: str, lines: Sequence[str]
) -> None:
    check = None
    room = across - 8
    if kind == "done" and 30 < across < NARROW:
        _narrow(made, x, y, across, high, lines)
        return
    if kind == "done" and across > 30 and high > 22:
        check, room = (x + 7, y + min(high / 2, 20) - 7), room - 18
    made.bars.append(Bar(x, y, across, high, kind, check))
    lines = [part for one in lines for part in (one.split(" ") if width(one, FONT) > room else [one])]
    kept = [one for one in lines if width(one, FONT) <= room][: max(0, int(high // 17))]
    if not kept and lines and high > 16:
        kept = [fit(lines[0], room, FONT)] if room > 26 else []
    top = y + high / 2 - 17 * (len(kept) - 1) / 2 + 4.5
    middle = x + across / 2 + (9 if check else 0)
    made.words.extend(
        Words(one, middle, top + 17 * index, f"bar-{kind}-text", "middle") for index, one in enumerate(kept)
    )


def _narrow(made: Drawing, x: float, y: float, across: float, high: float, lines: Sequence[str]) -> None:
    """Draw what is done in a narrow column: the check, and the first words below it where they have room."""
    words = fit(lines[0], across - 4, FONT) if lines and high > NARROW_HIGH else ""
    top = y + (high / 2 - 18 if words else high / 2 - 7)
    made.bars.append(Bar(x, y, across, high, "done", (x + across / 2 - 7, top) if high > 16 else None))
    if words:
        made.words.append(Words(words, x + across / 2, top + 30, "bar-done-text", "middle"))


def width(text: str, size: float) -> float:
    """Return about how wide a text is: a Chinese character is as wide as high."""
    return sum(size if ord(sign) > 0x2E7F else size * 0.56 for sign in text)


def fit(text: str, room: float, size: float) -> str:
    """Return as much of a text as has room, with an ellipsis where it was cut."""
    if width(text, size) <= room:
        return text
    while text and width(text + "…", size) > room:
        text = text[:-1]
    return text + "…" if text else ""
