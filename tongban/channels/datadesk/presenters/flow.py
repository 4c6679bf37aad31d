"""The flow of demands into what became of them, drawn: a band for each, as thick as its share. Attributes only."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from tongban.datahub.resources.types import Flow, Stage

WIDE, HIGH, EDGE = 260, 128, 9
LEAST = 2.0
BAND = Markup('<path class="{kind}" d="M{x0},{a0:.1f} C{m},{a0:.1f} {m},{b0:.1f} {x1},{b0:.1f} L{x1},{b1:.1f} '
              'C{m},{b1:.1f} {m},{a1:.1f} {x0},{a1:.1f} Z"/>')  # fmt: skip
POST = Markup('<rect class="{kind}" x="{x}" y="{y:.1f}" width="{edge}" height="{high:.1f}" rx="1.5"/>')
SVG = Markup(
    '<svg class="qflow-drawing" viewBox="0 0 {wide} {high}" preserveAspectRatio="none" aria-hidden="true" '
    'focusable="false">{parts}</svg>'
)
CENTRES = {"matched": 38.0, "unclaimed": 94.0, "barred": 120.0}
MOST = 72.0
"""How thick all demands together are."""


@dataclass(frozen=True, slots=True)
class Band:
    """One way that demands went: how many, and where its band lies on the right."""

    kind: str
    count: int
    thick: float


def bands(flow: Flow) -> tuple[Band, ...]:
    """Return what became of the demands, the matched ones first; nothing is thinner than can be seen."""
    counts = {
        "matched": flow.matched,
        "unclaimed": flow.stages[Stage.UNCLAIMED],
        "barred": flow.stages[Stage.BARRED],
    }
    total = max(1, flow.demands)
    return tuple(
        Band(kind, count, max(LEAST, MOST * count / total) if count else 0.0)
        for kind, count in counts.items()
    )


def drawing(flow: Flow) -> Markup:
    """Return the drawing; its figures stand beside it as words."""
    found = bands(flow)
    thick = sum(band.thick for band in found)
    top = at = (HIGH - thick) / 2 - 8
    shapes = Markup("")
    for band in (one for one in found if one.count):
        first = CENTRES[band.kind] - band.thick / 2
        shapes += BAND.format(kind=f"is-{band.kind}", x0=EDGE, x1=WIDE - EDGE, m=WIDE / 2, a0=at, a1=at + band.thick,
                              b0=first, b1=first + band.thick)  # fmt: skip
        shapes += POST.format(kind=f"post-{band.kind}", x=WIDE - EDGE, y=first, edge=EDGE, high=band.thick)
        at += band.thick
    shapes += POST.format(kind="post-all", x=0, y=top, edge=EDGE, high=max(thick, LEAST))
    return SVG.format(wide=WIDE, high=HIGH, parts=shapes)
