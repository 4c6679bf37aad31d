"""The path of a bundle as a thumbnail: filed once at the left, everything in hand at the right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from markupsafe import Markup

from tongban.services.bundles.types import PathStep

WIDTH, HEIGHT, EDGE, LANES = 240, 84, 12, 5
GAP = 4


def thumbnail(path: Iterable[PathStep]) -> Markup:
    """Return the drawing: the longest line dark, what runs beside it pale, joint visits as blocks across."""
    steps = [step for step in path if step.kind != "handover"]
    longest = sorted(
        (step for step in steps if step.kind == "item"), key=lambda step: (-step.days, step.start)
    )[:LANES]
    if not longest:
        return Markup("")
    items = sorted(longest, key=lambda step: (step.start, step.end))
    shapes = Markup("").join(_shapes(items, [step for step in steps if step.kind == "joint_check"]))
    return Markup(
        '<svg class="mini-path" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true">{}</svg>'
    ).format(WIDTH, HEIGHT, shapes)


def _shapes(items: list[PathStep], checks: list[PathStep]) -> Iterator[Markup]:
    days = max(1, *(step.end for step in (*items, *checks)))
    lane = (HEIGHT + GAP) / len(items)

    def place(day: float) -> float:
        return EDGE + GAP + (WIDTH - 2 * (EDGE + GAP)) * day / days

    yield _block(0, EDGE)
    for row, step in enumerate(items):
        kind = "critical" if step.critical else "parallel"
        yield _bar(place(step.start), place(step.end), row * lane, lane - GAP, kind)
    for step in checks:
        # The visit itself is one day, the last on which it must have been.
        yield _block(place(step.end) - EDGE, EDGE)
    yield _block(WIDTH - EDGE, EDGE)


def _block(x: float, width: float) -> Markup:
    return Markup('<rect class="block" x="{:.1f}" width="{:.1f}" height="{}" rx="3"/>').format(
        x, width, HEIGHT
    )


def _bar(start: float, end: float, y: float, height: float, kind: str) -> Markup:
    width = max(4.0, end - start - GAP)
    return Markup('<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="3"/>').format(
        kind, start, y, width, height
    )
