"""The drawing for a phone: turned 90°, one column a lane, days from top to bottom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from markupsafe import Markup

from tongban.services.bundles.drawing import plan as drawn
from tongban.services.bundles.drawing.plan import Lane, Plan, Stretch, Visit
from tongban.services.bundles.drawing.svg import block, fit, line, picture, text, width, wrap
from tongban.services.bundles.rules.words import HANDOVER, JOINT_CHECK
from tongban.services.bundles.types import Compiled

WIDE = 326.0
LABELS = 44.0
HEAD = 52.0
YOU = 40.0
SPOT = 48.0  # the row of the day of acceptance
LATER = 26.0  # something done on the spot on a later day
HAND = 44.0
TALLEST_DAY = 48.0
TALL = 520.0  # all days together, where there are many
JOINT = 36.0
GUTTER = 3.0
FONT = 13.0
LEGEND = 24.0


def lanes_phone(compiled: Compiled, labels: Mapping[str, str], language: str = "zh") -> Markup:
    """Return the path as SVG for a narrow screen; the items are numbered and named beneath."""
    return Phone(drawn.plan(compiled, labels, language)).draw()


class Phone:
    """One drawing: where each day and each lane lies, and the parts on it."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.lane = (WIDE - LABELS) / max(1, len(plan.lanes))
        self.day = min(TALLEST_DAY, TALL / max(1, plan.days))
        self.first = HEAD + YOU + 8 + SPOT
        self.last = self.first + self.day * plan.days
        self.bottom = self.last + (HAND if plan.hands_over else 0) + 8
        self.columns = {lane.code: column for column, lane in enumerate(plan.lanes)}

    def draw(self) -> Markup:
        """Return the drawing."""
        parts = [*self.heads(), *self.grid(), *self.links(), *self.waits()]
        parts += [part for lane in self.plan.lanes for part in self.bars(lane)]
        parts += [*self.joint_visit(), *self.your_turn(), *self.handover(), *self.legend()]
        name = f"lanes-phone-{self.plan.bundle}"
        high = self.bottom + 8 + LEGEND * len(self.plan.lanes)
        return picture(parts, WIDE, high, "lanes lanes-turned", name, self.plan.title, self.plan.told)

    # ── where things lie ──────────────────────────────────────────────────────────────────────────
    def y(self, day: int) -> float:
        """Return the line at the end of a working day."""
        return self.first + self.day * day

    def left(self, column: int) -> float:
        """Return the left edge of the bars of a lane."""
        return LABELS + self.lane * column + GUTTER

    def centre(self, column: int) -> float:
        """Return the middle of a lane."""
        return LABELS + self.lane * (column + 0.5)

    @property
    def bar_wide(self) -> float:
        """Return how wide a bar is."""
        return self.lane - 2 * GUTTER

    # ── the ground ────────────────────────────────────────────────────────────────────────────────
    def heads(self) -> Iterator[str]:
        """Yield the number of each lane and, in two short lines, whose it is."""
        for column, lane in enumerate(self.plan.lanes):
            yield text(str(column + 1), self.centre(column), 14, "lane-label", "middle")
            for index, part in enumerate(wrap(lane.department, self.lane - 2, 11, 2)):
                yield text(part, self.centre(column), 28 + 13 * index, "lane-tiny", "middle")

    def grid(self) -> Iterator[str]:
        """Yield the days: a line at the end of each, or of each so many."""
        for index, part in enumerate(wrap(self.plan.say(drawn.DAY_ZERO), LABELS - 4, 11, 2)):
            yield text(part, 0, self.first - SPOT / 2 - 2 + 13 * index, "lane-tiny")
        yield line([(0, self.first), (WIDE, self.first)], "lane-grid")
        step = drawn.axis_step(self.day, 22)
        for day in range(step, self.plan.days + 1, step):
            y = self.y(day)
            yield line([(0, y), (WIDE, y)], "lane-grid")
            at = y - self.day / 2 + 5 if step == 1 else y - 4
            yield text(str(day), LABELS / 2 - 4, at, "lane-small", "middle")

    # ── what waits for what ───────────────────────────────────────────────────────────────────────
    def links(self) -> Iterator[str]:
        """Yield a line from each item to the ones that stand on it; from filing to those on none."""
        lanes = {lane.code: lane for lane in self.plan.lanes}
        for lane in self.plan.lanes:
            for code in lane.after:
                if code in lanes:
                    yield self.link(lanes[code], lane)
            if not lane.after:
                yield self.link(None, lane)
            if lane.shares_visit:
                yield self.through(lane)

    def through(self, lane: Lane) -> str:
        """Return the line that ties the work before the joint visit to the work after it."""
        x, kind = self.centre(self.columns[lane.code]), "lane-link-longest" if lane.critical else "lane-link"
        worked = next((one.end for one in lane.stretches if one.waiting), lane.start)
        return line([(x, self.y(worked) + GUTTER), (x, self.y(lane.end) - GUTTER)], kind)

    def link(self, earlier: Lane | None, later: Lane) -> str:
        """Return the line between two lanes; filing lies over all lanes, so its line runs straight down."""
        to = self.centre(self.columns[later.code])
        blue = later.critical and (earlier is None or (earlier.critical and earlier.end == later.start))
        kind = "lane-link-longest" if blue else "lane-link"
        end = self.spot(later.end) if later.at_once else self.y(later.start) + GUTTER
        if earlier is None:
            return line([(to, HEAD + YOU), (to, end)], kind)
        start = self.centre(self.columns[earlier.code])
        if later.at_once and earlier.end == later.end:
            return line([(start, end), (to, end)], kind)
        turn = end if later.at_once else self.y(later.start)
        out = self.spot(earlier.end) if earlier.at_once else self.y(earlier.end) - GUTTER
        return line([(start, out), (start, turn), (to, turn), (to, end)], kind)

    def spot(self, day: int) -> float:
        """Return the middle of a block for something done on the spot on that day."""
        if day == 0:
            return self.first - SPOT / 2
        return max(self.first + GUTTER, self.y(day) - GUTTER - LATER) + LATER / 2

    def waits(self) -> Iterator[str]:
        """Yield dots where a lane waits: for the joint visit, and from its end to the handing over."""
        for column, lane in enumerate(self.plan.lanes):
            x = self.centre(column)
            for stretch in lane.stretches:
                if stretch.waiting:
                    yield line([(x, self.y(stretch.start)), (x, self.y(stretch.end))], "lane-wait")
            if self.plan.hands_over and lane.is_last:
                kind = "lane-link-longest" if lane.critical and lane.end == self.plan.days else "lane-wait"
                out = self.spot(lane.end) if lane.at_once else self.y(lane.end)
                yield line([(x, out), (x, self.last + 4)], kind)

    # ── the blocks ────────────────────────────────────────────────────────────────────────────────
    def bars(self, lane: Lane) -> Iterator[str]:
        """Yield the blocks of a lane."""
        column, kind = self.columns[lane.code], "longest" if lane.critical else "side"
        if lane.at_once:
            high = SPOT - 10 if lane.end == 0 else LATER
            words = wrap(self.plan.say(drawn.ON_THE_SPOT), self.bar_wide - 2, FONT, 2)
            yield from self.words(column, self.spot(lane.end) - high / 2, high, kind, words)
            return
        for stretch in lane.stretches:
            if not stretch.waiting:
                yield from self.bar(stretch, column, kind)

    def bar(self, stretch: Stretch, column: int, kind: str) -> Iterator[str]:
        """Yield one stretch of work."""
        top, end = self.y(stretch.start) + GUTTER, self.y(stretch.end) - GUTTER
        visit = self.plan.visit
        if visit and visit.first <= column <= visit.last:  # its block may be taller than its day
            at, high = self.visit_row(visit)
            before = stretch.end < visit.end
            top, end = (top, min(end, at - 2 * GUTTER)) if before else (max(top, at + high + 2 * GUTTER), end)
        if end - top < 1:
            return
        words = [
            *wrap(self.plan.say(stretch.words), self.bar_wide - 2, FONT, 2),
            self.plan.say(drawn.DAYS, count=stretch.days),
        ]
        yield from self.words(column, top, end - top, kind, words, words[-1:], [str(stretch.days)])

    def words(self, column: int, top: float, high: float, kind: str, *ways: list[str]) -> Iterator[str]:
        """Yield a block with the first of several ways to say it that has room, or none."""
        yield block(self.left(column), top, self.bar_wide, high, f"bar-{kind}")
        kept = next((lines for lines in ways if self.has_room(lines, high)), [])
        first = top + high / 2 - 17 * (len(kept) - 1) / 2 + 4.5
        for index, one in enumerate(kept):
            yield text(one, self.centre(column), first + 17 * index, f"bar-{kind}-text", "middle")

    def has_room(self, lines: list[str], high: float) -> bool:
        """Return whether a block so high holds the lines uncut."""
        cut = any(one.endswith("…") or width(one, FONT) > self.bar_wide - 1 for one in lines)
        return not cut and len(lines) * 17 <= high

    def joint_visit(self) -> Iterator[str]:
        """Yield the joint visit: one block across its lanes."""
        visit = self.plan.visit
        if visit is None:
            return
        kind = "longest" if visit.critical else "side"
        top, high = self.visit_row(visit)
        x, wide = self.left(visit.first), self.lane * (visit.last - visit.first + 1) - 2 * GUTTER
        yield block(x, top, wide, high, f"bar-{kind} bar-joint")
        both = f"{self.plan.say(JOINT_CHECK)} · {self.plan.say(drawn.WAIT_FOR_CHECK)}"
        words = both if width(both, FONT) <= wide - 8 else fit(self.plan.say(JOINT_CHECK), wide - 4, FONT)
        yield text(words, x + wide / 2, top + high / 2 + 4.5, f"bar-{kind}-text bar-strong", "middle")

    def visit_row(self, visit: Visit) -> tuple[float, float]:
        """Return where the joint visit lies: on its day, taller where the day is lower than its words."""
        if visit.end == 0:
            return self.first - SPOT + 5, SPOT - 10
        high = max(min(JOINT, self.last - self.first), self.day - 2 * GUTTER)
        middle = self.y(visit.end) - self.day / 2
        return min(max(middle - high / 2, self.first + GUTTER), self.last - high - GUTTER), high

    def your_turn(self) -> Iterator[str]:
        """Yield the applicant's filing, over all lanes."""
        if not self.plan.lanes:
            return
        yield block(0, HEAD + 2, WIDE, YOU - 4, "lane-you", 10)
        yield text(fit(self.plan.say(drawn.YOU), LABELS - 8, FONT), 8, HEAD + YOU / 2 + 5, "lane-label")
        wide = WIDE - LABELS - GUTTER
        yield block(LABELS + GUTTER, HEAD + 4, wide, YOU - 8, "bar-you")
        filed = self.plan.say(drawn.FILE_ONLINE if self.plan.online else drawn.FILE_WINDOW)
        yield text(
            fit(filed, wide - 8, FONT), LABELS + wide / 2, HEAD + YOU / 2 + 4.5, "bar-you-text", "middle"
        )

    def handover(self) -> Iterator[str]:
        """Yield the block that hands everything over."""
        if not self.plan.hands_over:
            return
        wide = WIDE - LABELS - GUTTER
        yield block(LABELS + GUTTER, self.last + 4, wide, HAND - 8, "bar-longest")
        words = self.plan.say(HANDOVER)
        if self.plan.results > 1:
            words = f"{words} · {self.plan.say(drawn.ALL_RESULTS, count=self.plan.results)}"
        yield text(
            fit(words, wide - 8, FONT),
            LABELS + wide / 2,
            self.last + HAND / 2 + 4.5,
            "bar-longest-text",
            "middle",
        )

    def legend(self) -> Iterator[str]:
        """Yield the items by number: names do not fit over narrow lanes."""
        for index, lane in enumerate(self.plan.lanes):
            y = self.bottom + 16 + LEGEND * index
            yield text(str(index + 1), 8, y, "lane-label", "middle")
            yield text(fit(f"{lane.name} · {lane.department}", WIDE - 24, FONT), 20, y, "lane-small")
