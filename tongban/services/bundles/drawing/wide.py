"""The drawing for a desktop: one row a lane, days from left to right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from markupsafe import Markup

from tongban.services.bundles.drawing import plan as drawn
from tongban.services.bundles.drawing.plan import Lane, Plan, Stretch, Visit
from tongban.services.bundles.drawing.svg import block, fit, join, line, picture, text, width, wrap
from tongban.services.bundles.rules.words import HANDOVER, JOINT_CHECK
from tongban.services.bundles.types import Compiled

WIDE = 1136.0
LABELS = 216.0
COLUMN = 104.0  # the day of acceptance, and the handing over
WIDEST_DAY = 150.0
SPOT = 56.0  # something done on the spot, at the end of its day
NARROWEST = 96.0  # a block whose column is narrower still needs room for its words
HEAD = 44.0
ROW = 72.0
BAR = 48.0
GUTTER = 5.0
FONT = 14.0
SMALL = 13.0


def lanes(compiled: Compiled, labels: Mapping[str, str], language: str = "zh") -> Markup:
    """Return the path as SVG for a wide screen.

    ``labels`` gives the names of departments by code, and of items where they should differ from the path's.
    """
    return Wide(drawn.plan(compiled, labels, language)).draw()


class Wide:
    """One drawing: where each day and each lane lies, and the parts on it."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.left = LABELS + COLUMN
        self.day = min(WIDEST_DAY, (WIDE - self.left - COLUMN) / max(1, plan.days))
        self.right = self.left + self.day * plan.days
        self.bottom = HEAD + ROW * (len(plan.lanes) + 1)
        self.rows = {lane.code: row for row, lane in enumerate(plan.lanes)}

    def draw(self) -> Markup:
        """Return the drawing."""
        parts = [*self.grid(), *self.you_row(), *self.lane_labels(), *self.links(), *self.waits()]
        parts += [part for lane in self.plan.lanes for part in self.bars(lane)]
        parts += [*self.joint_visit(), *self.handover(), *self.your_turns()]
        name = f"lanes-{self.plan.bundle}"
        return picture(parts, WIDE, self.bottom + 8, "lanes", name, self.plan.title, self.plan.told)

    # ── where things lie ──────────────────────────────────────────────────────────────────────────
    def x(self, day: int) -> float:
        """Return the line at the end of a working day; day 0 ends where day 1 begins."""
        return self.left + self.day * day

    def top(self, row: int) -> float:
        """Return the upper edge of the bars of a lane; row -1 is the applicant's."""
        return HEAD + ROW * (row + 1) + (ROW - BAR) / 2

    def middle(self, row: int) -> float:
        """Return the middle of a lane."""
        return self.top(row) + BAR / 2

    # ── the ground ────────────────────────────────────────────────────────────────────────────────
    def grid(self) -> Iterator[str]:
        """Yield the days: a line at the end of each, or of each so many."""
        say = self.plan.say
        yield text(say(drawn.WORKING_DAYS), 0, 24, "lane-small")
        yield text(say(drawn.DAY_ZERO), LABELS + COLUMN / 2, 24, "lane-small", "middle")
        yield line([(LABELS, HEAD - 8), (LABELS, self.bottom)], "lane-grid")
        yield line([(self.left, HEAD - 8), (self.left, self.bottom)], "lane-grid")
        step = drawn.axis_step(self.day, width(say(drawn.DAY, day=self.plan.days), SMALL) + 10)
        for day in range(step, self.plan.days + 1, step):
            yield line([(self.x(day), HEAD - 8), (self.x(day), self.bottom)], "lane-grid")
            at = self.x(day) - self.day / 2 if step == 1 else self.x(day)
            if step == 1 or day + step <= self.plan.days + step / 2 or day == self.plan.days:
                yield text(say(drawn.DAY, day=day), at, 24, "lane-small", "middle")
        for row in range(1, len(self.plan.lanes)):
            y = HEAD + ROW * (row + 1)
            yield line([(0, y), (self.right + COLUMN, y)], "lane-grid")

    def you_row(self) -> Iterator[str]:
        """Yield the applicant's own row: how often to file and to come."""
        say, plan = self.plan.say, self.plan
        yield block(0, HEAD + 2, self.right + COLUMN, ROW - 4, "lane-you", 10)
        filed = say(drawn.FILE_ONLINE if plan.online else drawn.FILE_WINDOW)
        come = say(drawn.COME, count=plan.trips) if plan.trips else say(drawn.COME_NEVER)
        yield from self.label(-1, 12, say(drawn.YOU), f"{filed} · {come}")

    def lane_labels(self) -> Iterator[str]:
        """Yield whose lane it is and which item runs in it."""
        for row, lane in enumerate(self.plan.lanes):
            yield from self.label(row, 0, lane.department, lane.name)

    def label(self, row: int, x: float, strong: str, small: str) -> Iterator[str]:
        """Yield the label of a row: one strong line, and one or two small ones."""
        lines = wrap(small, LABELS - 16 - x, SMALL, 2)
        first = self.middle(row) + (-4 if len(lines) < 2 else -13)
        yield text(fit(strong, LABELS - 16 - x, FONT), x, first, "lane-label")
        for index, one in enumerate(lines):
            yield text(one, x, first + 20 + 17 * index, "lane-small")

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
        if self.plan.visit:
            x, wide = self.visit_column(self.plan.visit)
            yield line(
                [(x + wide / 2, self.middle(-1)), (x + wide / 2, self.top(self.plan.visit.first))],
                "lane-link-you",
            )

    def through(self, lane: Lane) -> str:
        """Return the line that ties the work before the joint visit to the work after it."""
        y, kind = self.middle(self.rows[lane.code]), "lane-link-longest" if lane.critical else "lane-link"
        worked = next((one.end for one in lane.stretches if one.waiting), lane.start)
        return line([(self.x(worked) + GUTTER, y), (self.x(lane.end) - GUTTER, y)], kind)

    def link(self, earlier: Lane | None, later: Lane) -> str:
        """Return the line between two lanes; no earlier one means the applicant's filing."""
        row, to = (-1 if earlier is None else self.rows[earlier.code]), self.rows[later.code]
        blue = later.critical and (earlier is None or (earlier.critical and earlier.end == later.start))
        kind = "lane-link-longest" if blue else "lane-link"
        done = 0 if earlier is None else earlier.end
        if later.at_once and done == later.end:
            centre = self.spot(later.end)
            return line([(centre, self.middle(row)), (centre, self.middle(to))], kind)
        turn = self.spot(later.end) if later.at_once else self.x(later.start)
        end = turn if later.at_once else turn + GUTTER
        start = LABELS + COLUMN - GUTTER if earlier is None else self.bar_end(earlier)
        return line(
            [
                (start, self.middle(row)),
                (turn, self.middle(row)),
                (turn, self.middle(to)),
                (end, self.middle(to)),
            ],
            kind,
        )

    def bar_end(self, lane: Lane) -> float:
        """Return where the last block of a lane ends."""
        if lane.at_once and lane.end == 0:
            return self.left - GUTTER
        return self.spot(lane.end) + SPOT / 2 if lane.at_once else self.x(lane.end) - GUTTER

    def spot(self, day: int) -> float:
        """Return the middle of a block for something done on the spot on that day."""
        if day == 0:
            return LABELS + COLUMN / 2
        return max(self.left + GUTTER, self.x(day) - GUTTER - SPOT) + SPOT / 2

    def waits(self) -> Iterator[str]:
        """Yield dots where a lane waits: for the joint visit, and from its end to the handing over."""
        for row, lane in enumerate(self.plan.lanes):
            y = self.middle(row)
            for stretch in lane.stretches:
                if stretch.waiting:
                    yield line([(self.x(stretch.start), y), (self.x(stretch.end), y)], "lane-wait")
            if self.plan.hands_over and lane.is_last:
                kind = "lane-link-longest" if lane.critical and lane.end == self.plan.days else "lane-wait"
                yield line([(self.bar_end(lane), y), (self.right + GUTTER, y)], kind)

    # ── the blocks ────────────────────────────────────────────────────────────────────────────────
    def bars(self, lane: Lane) -> Iterator[str]:
        """Yield the blocks of a lane."""
        row, kind = self.rows[lane.code], "longest" if lane.critical else "side"
        if lane.at_once:
            wide = COLUMN - 2 * GUTTER if lane.end == 0 else SPOT
            yield from self.words(self.spot(lane.end) - wide / 2, row, wide, kind, [drawn.ON_THE_SPOT], {})
            return
        for stretch in lane.stretches:
            if not stretch.waiting:
                yield from self.bar(stretch, row, kind)

    def bar(self, stretch: Stretch, row: int, kind: str) -> Iterator[str]:
        """Yield one stretch of work; its words only where there is room for them."""
        x, end = self.x(stretch.start) + GUTTER, self.x(stretch.end) - GUTTER
        visit = self.plan.visit
        if visit and visit.first <= row <= visit.last:  # its block may be wider than its day
            at, wide = self.visit_column(visit)
            before = stretch.end < visit.end
            x, end = (x, min(end, at - 2 * GUTTER)) if before else (max(x, at + wide + 2 * GUTTER), end)
        if end - x < 1:
            return
        yield from self.words(x, row, end - x, kind, [stretch.words, drawn.DAYS], {"count": stretch.days})

    def words(
        self, x: float, row: int, wide: float, kind: str, sentences: list[str], values: dict[str, object]
    ) -> Iterator[str]:
        """Yield a block with its words in the middle: as many of the sentences as fit, the last one first."""
        yield block(x, self.top(row), wide, BAR, f"bar-{kind}")
        said = [self.plan.say(sentence, **(values if "{" in sentence else {})) for sentence in sentences]
        fitting = [one for one in said if width(one, FONT) <= wide - 6]
        high = 19.0
        first = self.middle(row) - high * (len(fitting) - 1) / 2 + 5
        for index, one in enumerate(fitting):
            yield text(one, x + wide / 2, first + high * index, f"bar-{kind}-text", "middle")

    def joint_visit(self) -> Iterator[str]:
        """Yield the joint visit: one block across its lanes."""
        visit = self.plan.visit
        if visit is None:
            return
        x, wide = self.visit_column(visit)
        top, bottom = self.top(visit.first), self.top(visit.last) + BAR
        kind = "longest" if visit.critical else "side"
        yield block(x, top, wide, bottom - top, f"bar-{kind} bar-joint")
        words = [self.plan.say(JOINT_CHECK)]
        words.append(self.plan.say(drawn.JOINT_VISIT, count=visit.count))
        yield from self.column_words(x + wide / 2, (top + bottom) / 2, wide, kind, words)

    def visit_column(self, visit: Visit) -> tuple[float, float]:
        """Return where the joint visit lies: on its day, wider where the day is narrower than its words."""
        if visit.end == 0:
            return LABELS + GUTTER, COLUMN - 2 * GUTTER
        wide = max(self.day - 2 * GUTTER, min(NARROWEST, self.right - self.left))
        centre = self.x(visit.end) - self.day / 2
        return min(max(centre - wide / 2, self.left + GUTTER), self.right - wide - GUTTER), wide

    def handover(self) -> Iterator[str]:
        """Yield the block that hands everything over."""
        if not self.plan.hands_over:
            return
        top, bottom = self.top(0), self.top(len(self.plan.lanes) - 1) + BAR
        x, wide = self.right + GUTTER, COLUMN - 2 * GUTTER
        yield block(x, top, wide, bottom - top, "bar-longest")
        words = [self.plan.say(HANDOVER)]
        if self.plan.results > 1:
            words.append(self.plan.say(drawn.ALL_RESULTS, count=self.plan.results))
        yield from self.column_words(x + wide / 2, (top + bottom) / 2, wide, "longest", words)

    def column_words(self, x: float, y: float, wide: float, kind: str, words: list[str]) -> Iterator[str]:
        """Yield lines of text in the middle of a tall block."""
        lines = [
            (one, index == 0) for index, part in enumerate(words) for one in wrap(part, wide - 6, FONT, 2)
        ]
        first = y - 21 * (len(lines) - 1) / 2 + 5
        for index, (one, strong) in enumerate(lines):
            bold = " bar-strong" if strong else ""
            yield text(one, x, first + 21 * index, f"bar-{kind}-text{bold}", "middle")

    # ── the applicant's turns ─────────────────────────────────────────────────────────────────────
    def your_turns(self) -> Iterator[str]:
        """Yield what the applicant does: file, be there for the joint visit, receive the results."""
        if not self.plan.lanes:
            return
        yield self.turn(LABELS + GUTTER, COLUMN - 2 * GUTTER, drawn.FILE_ONCE)
        if self.plan.visit:
            yield self.turn(*self.visit_column(self.plan.visit), drawn.WAIT_FOR_CHECK)
        if self.plan.hands_over:
            centre = self.right + COLUMN / 2
            yield line([(centre, self.top(-1) + BAR), (centre, self.top(0))], "lane-link-longest")
            yield self.turn(self.right + GUTTER, COLUMN - 2 * GUTTER, drawn.RECEIVE)

    def turn(self, x: float, wide: float, sentence: str) -> Markup:
        """Return one of the applicant's blocks."""
        lines = wrap(self.plan.say(sentence), wide - 6, FONT, 2)
        first = self.middle(-1) + 5 - 9 * (len(lines) - 1)
        return join(
            [
                block(x, self.top(-1), wide, BAR, "bar-you"),
                *(
                    text(one, x + wide / 2, first + 18 * index, "bar-you-text", "middle")
                    for index, one in enumerate(lines)
                ),
            ]
        )
