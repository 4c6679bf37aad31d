"""The drawing as a thumbnail for cards: bars only, its title says the rest."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from tongban.services.bundles.drawing import plan as drawn
from tongban.services.bundles.drawing.plan import Lane, Plan
from tongban.services.bundles.drawing.svg import block, line, picture
from tongban.services.bundles.types import Compiled

WIDE = 160.0
EDGE = 14.0
LANE = 11.0
BAR = 7.0
MOST = 8


def thumbnail(compiled: Compiled, language: str = "zh") -> Markup:
    """Return the path as a small picture without words."""
    plan = drawn.plan(compiled, {}, language)
    return picture(
        _parts(plan),
        WIDE,
        4 + LANE * max(1, min(MOST, len(plan.lanes))),
        "lanes lanes-small",
        f"lanes-small-{plan.bundle}",
        plan.title,
    )


def _parts(plan: Plan) -> Iterator[str]:
    day = (WIDE - 2 * EDGE) / max(1, plan.days)
    shown = plan.lanes[:MOST]
    for row, lane in enumerate(shown):
        y = 2 + LANE * row
        if plan.hands_over and lane.is_last:
            yield line([(EDGE + day * lane.end, y + BAR / 2), (WIDE - EDGE, y + BAR / 2)], "lane-wait")
        yield _bar(lane, y, day)
    if plan.visit and plan.visit.first < len(shown):
        last = min(plan.visit.last, len(shown) - 1)
        x = EDGE + max(0.0, day * plan.visit.end - 5)
        yield block(x, 2 + LANE * plan.visit.first, 5, LANE * (last - plan.visit.first) + BAR, "bar-you", 2)
    if plan.hands_over:
        yield block(WIDE - EDGE + 3, 2, 7, LANE * (len(shown) - 1) + BAR, "bar-longest", 2)


def _bar(lane: Lane, y: float, day: float) -> str:
    kind = "bar-longest" if lane.critical else "bar-side"
    if lane.at_once:
        x = 3.0 if lane.end == 0 else EDGE + day * lane.end - 3
        return block(x, y, BAR, BAR, kind, 2)
    return block(EDGE + day * lane.start + 1, y, max(2.0, day * (lane.end - lane.start) - 2), BAR, kind, 2)
