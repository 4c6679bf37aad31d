"""The map of the city's flows, drawn: districts, a line from each to its row, and ribbons through the city's node.

Rows are as high as those of the tables beside the drawings, so that each line ends at its row. Both are measured in the
size of the letters: whoever reads large type sees a large map. Figures are the tables', colours the style sheet's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

from tongban.channels.datadesk.presenters.city import City, Place, corners
from tongban.channels.datadesk.presenters.flows import Side

REM = 16.0
ROW, GAP, ANSWER = 27.0, 9.0, 38.0
"""How high a row of callers is, how far the city's own departments stand apart, how high a row of providers is."""
WIDE, LAND, MARGIN = 440.0, 385.0, 4.0
"""How wide the map is, how much of that the land may take, and how far it stays from the edge."""
THIN, THICK = 1.0, 6.0
SHADES = 5
ACROSS, NODE, EDGE = 300.0, 120.0, 11.0
"""How wide the ribbons' drawing is, where the node stands in it, and how wide that is drawn."""
TALL, SHARE, LEAST = 168.0, 0.6, 1.2
"""How high the node is, all calls together, which share of few rows that may be, how thick a ribbon is at least."""
AT_CALLER, AT_PROVIDER = 23.0, 34.0
"""How thick a ribbon is at most where it meets its row."""
SVG = Markup(
    '<svg class="{kind}" viewBox="0 0 {wide:g} {high:g}" height="{rem:.4f}rem"{more} aria-hidden="true" focusable="false">{parts}</svg>'
)


def high(city: City) -> float:
    """Return how high the rows of callers are together."""
    return ROW * len(city.places) + GAP


def has_map(city: City) -> bool:
    """Return whether the pack draws the city's districts: all of them, or none would be told from what is missing."""
    return len(city.places) > 1 and all(one.drawn for one in city.places if one.district)


def node(city: City) -> float:
    """Return how high the node is drawn."""
    return min(TALL, SHARE * high(city))


def land(city: City) -> Markup:
    """Return the map: each district the darker the more it calls, and a line to its row, the thicker the more."""
    placed = [one for one in city.places if one.drawn]
    scale, left, top = _fitted(placed, high(city))
    most = max((one.side.calls for one in placed), default=0) or 1

    def on(point: tuple[float, float]) -> tuple[float, float]:
        return (point[0] - left) * scale + MARGIN, (point[1] - top) * scale + MARGIN

    areas, ways, points = [], [], []
    for place, one in enumerate(city.places):
        if one.drawn is None or one.point is None:
            continue
        share = one.side.calls / most
        outline = " ".join(f"{x:.1f} {y:.1f}" for x, y in map(on, corners(one.drawn.outline)))
        areas.append(f'<polygon class="d{_shade(share)} c{place}" points="{outline}"/>')
        x, y = on(one.point)
        if one.side.calls:
            ways.append(_way(place, x, y, middle(city, place), max(THIN, THICK * share)))
        points.append(f'<circle class="c{place}" cx="{x:.1f}" cy="{y:.1f}" r="4"/>')
    # Numbers and names of ours only: nothing to be escaped.
    return SVG.format(kind="qland", wide=WIDE, high=high(city), rem=high(city) / REM,
                      more=Markup(f' width="{WIDE / REM:.4f}rem"'), parts=Markup("".join(areas + ways + points)))  # fmt: skip  # noqa: S704


def middle(city: City, place: int) -> float:
    """Return how far down the middle of a row of callers is; the city's own stands apart."""
    return ROW * (place + 0.5) + (GAP if city.places[place].district is None else 0.0)


def _shade(share: float) -> int:
    """Return which shade; by the root, so that one great district does not make all others alike."""
    return math.ceil(SHADES * math.sqrt(share))


def _way(place: int, x: float, y: float, row: float, thick: float) -> str:
    m = (x + WIDE) / 2
    return f'<path class="c{place}" d="M{x:.1f} {y:.1f}C{m:.1f} {y:.1f} {m:.1f} {row:.1f} {WIDE:g} {row:.1f}" stroke-width="{thick:.1f}"/>'


def _fitted(placed: Sequence[Place], high: float) -> tuple[float, float, float]:
    """Return by what the pack's numbers are multiplied, and where they begin, across and down."""
    points = [point for one in placed if one.drawn for point in corners(one.drawn.outline)]
    across, down = [x for x, _ in points], [y for _, y in points]
    wide, tall = max(across) - min(across) or 1, max(down) - min(down) or 1
    return min(LAND / wide, (high - 2 * MARGIN) / tall), min(across), min(down)


def ribbons(city: City) -> Markup:
    """Return what goes from the rows of callers into the node, and out of it to the rows of providers; it stretches."""
    tall = max(high(city), ANSWER * len(city.providers))
    total = city.total.calls or 1
    top, scale = (high(city) - node(city)) / 2, node(city) / total
    left, right = _into(city, top, scale), _out(city.providers, top, scale)
    post = f'<rect x="{NODE - EDGE / 2:g}" y="{top:g}" width="{EDGE:g}" height="{node(city):g}" rx="2"/>'
    return SVG.format(kind="qribbons", wide=ACROSS, high=tall, rem=tall / REM, more=Markup(' preserveAspectRatio="none"'),
                      parts=Markup("".join([*left, *right, post])))  # fmt: skip  # noqa: S704


def _into(city: City, top: float, scale: float) -> list[str]:
    found, at = [], top
    for place, one in enumerate(city.places):
        thick = one.side.calls * scale
        if thick:
            found.append(
                _ribbon(
                    f"c{place}", 0, middle(city, place), min(thick, AT_CALLER), NODE, at + thick / 2, thick
                )
            )
        at += thick
    return found


def _out(providers: Sequence[Side], top: float, scale: float) -> list[str]:
    found, at = [], top
    for place, one in enumerate(providers):
        thick = one.calls * scale
        found.append(_ribbon(f"p{place} {one.light}", NODE, at + thick / 2, thick, ACROSS, ANSWER * (place + 0.5),
                             min(thick, AT_PROVIDER)))  # fmt: skip
        at += thick
    return found


def _ribbon(kind: str, x0: float, y0: float, thick0: float, x1: float, y1: float, thick1: float) -> str:
    """Return a ribbon around the line from one middle to another, each end as thick as is said, and never too thin to be seen."""
    m = (x0 + x1) / 2
    a, b = max(LEAST, thick0) / 2, max(LEAST, thick1) / 2
    return (
        f'<path class="{kind}" d="M{x0:g} {y0 - a:.1f}C{m:g} {y0 - a:.1f} {m:g} {y1 - b:.1f} {x1:g} {y1 - b:.1f}'
        f'V{y1 + b:.1f}C{m:g} {y1 + b:.1f} {m:g} {y0 + a:.1f} {x0:g} {y0 + a:.1f}Z"/>'
    )
