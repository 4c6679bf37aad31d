"""What is drawn, before it is known how: lanes with their stretches of work and waiting, the joint visit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tongban.kernel.errors import N_
from tongban.kernel.language import translate
from tongban.services.bundles.types import Compiled, PathStep

STEPS = (1, 2, 5, 10, 20, 25, 50, 100)

YOU = N_("您")
FILE_ONCE = N_("提交一次")
FILE_ONLINE = N_("线上提交一次")
FILE_WINDOW = N_("窗口提交一次")
COME_NEVER = N_("不用跑")
COME = N_("跑 {count} 次")
WAIT_FOR_CHECK = N_("在场等候")
RECEIVE = N_("拿到结果")
ON_THE_SPOT = N_("当场办")
REVIEW = N_("材料审查")
DECIDE = N_("审批决定")
WHOLE = N_("审查决定")
DAYS = N_("{count} 天")
DAY = N_("第 {day} 天")
DAY_ZERO = N_("受理当天")
WORKING_DAYS = N_("第几个工作日")
JOINT_VISIT = N_("{count} 家一次")
ALL_RESULTS = N_("{count} 项齐了")
TITLE = N_("办理路径：{items} 个事项，最长的一条线 {days} 个工作日")
TITLE_NOTHING = N_("办理路径：没有要办的事项")
TOLD_ITEM = N_("{item}（{department}）：第 {start} 天到第 {end} 天。")
TOLD_SPOT = N_("{item}（{department}）：第 {end} 天当场办结。")
TOLD_JOINT = N_("联合核查：最迟第 {end} 天，{count} 家同一次上门。")
TOLD_HANDOVER = N_("第 {end} 天统一发证。")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days of a lane from ``start`` to ``end``: work with its words, or waiting for others."""

    start: int
    end: int
    words: str
    waiting: bool = False

    @property
    def days(self) -> int:
        """Return how many working days it is long."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Lane:
    """One item: whose it is, when it runs, and whether it is on the longest line."""

    code: str
    name: str
    department: str
    start: int
    end: int
    after: tuple[str, ...]
    critical: bool
    is_last: bool
    shares_visit: bool
    stretches: tuple[Stretch, ...]

    @property
    def at_once(self) -> bool:
        """Return whether it is done on the spot."""
        return self.start == self.end


@dataclass(frozen=True, slots=True)
class Visit:
    """The joint visit, on the working day that ends at ``end``, across the lanes ``first`` to ``last``."""

    end: int
    first: int
    last: int
    count: int
    critical: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that is drawn."""

    bundle: str
    language: str
    days: int
    lanes: tuple[Lane, ...]
    visit: Visit | None
    hands_over: bool
    online: bool
    trips: int
    results: int

    def say(self, sentence: str, **values: object) -> str:
        """Return a sentence in the language of the drawing."""
        return translate(sentence, self.language, **values)

    @property
    def title(self) -> str:
        """Return what the drawing shows, in one sentence."""
        if not self.lanes:
            return self.say(TITLE_NOTHING)
        return self.say(TITLE, items=len(self.lanes), days=self.days)

    @property
    def told(self) -> str:
        """Return the whole drawing in words."""
        parts = [
            self.say(
                TOLD_SPOT if one.at_once else TOLD_ITEM,
                item=one.name,
                department=one.department,
                start=one.start + 1,
                end=one.end,
            )
            for one in self.lanes
        ]
        if self.visit:
            parts.append(self.say(TOLD_JOINT, end=self.visit.end, count=self.visit.count))
        if self.hands_over:
            parts.append(self.say(TOLD_HANDOVER, end=self.days))
        return " ".join(parts)


def plan(compiled: Compiled, labels: Mapping[str, str], language: str) -> Plan:
    """Return what is to be drawn; ``labels`` are the names of departments, and of items where they differ."""
    items = [step for step in compiled.path if step.kind == "item"]
    joint = next((step for step in compiled.path if step.kind == "joint_check"), None)
    ordered = _side_by_side(items, joint.joint if joint else ())
    handover = next((step for step in compiled.path if step.kind == "handover"), None)
    last = frozenset(handover.after if handover else ())
    return Plan(
        bundle=compiled.bundle,
        language=language,
        days=compiled.after.days,
        lanes=tuple(_lane(step, labels, joint, last) for step in ordered),
        visit=_visit(joint, ordered) if joint else None,
        hands_over=handover is not None,
        online="online_pickup" in compiled.visits_by_channel,
        trips=compiled.after.visits,
        results=len(compiled.results),
    )


def _side_by_side(steps: list[PathStep], together: Iterable[str]) -> list[PathStep]:
    """Put the lanes of a joint visit next to each other, where the first of them stands."""
    members = frozenset(together)
    first = next((i for i, step in enumerate(steps) if step.step in members), 0)
    before = steps[:first]
    sharing = [step for step in steps if step.step in members]
    return before + sharing + [step for step in steps[first:] if step.step not in members]


def _lane(step: PathStep, labels: Mapping[str, str], joint: PathStep | None, last: frozenset[str]) -> Lane:
    shares = joint is not None and step.step in joint.joint
    return Lane(
        code=step.step,
        name=labels.get(step.step, step.name),
        department=labels.get(step.department or "", step.department or ""),
        start=step.start,
        end=step.end,
        after=step.after,
        critical=step.critical,
        is_last=step.step in last,
        shares_visit=shares,
        stretches=_around(step, joint) if shares and joint else (Stretch(step.start, step.end, WHOLE),),
    )


def _around(step: PathStep, joint: PathStep) -> tuple[Stretch, ...]:
    """Return the work before the visit, the waiting for those who start later, the work after it."""
    eve = max(step.start, joint.end - 1)
    worked = max(step.start, eve - step.waits)
    parts = (
        Stretch(step.start, worked, REVIEW),
        Stretch(worked, eve, "", waiting=True),
        Stretch(joint.end, step.end, DECIDE),
    )
    return tuple(part for part in parts if part.days > 0)


def _visit(joint: PathStep, ordered: list[PathStep]) -> Visit:
    rows = [row for row, step in enumerate(ordered) if step.step in joint.joint]
    return Visit(joint.end, rows[0], rows[-1], len(rows), joint.critical)


def axis_step(day: float, room: float) -> int:
    """Return how many days lie between two marks of the axis, so that each mark has room."""
    return next((step for step in STEPS if step * day >= room), STEPS[-1])
