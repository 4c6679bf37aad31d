"""The map of flows as a drawing: a ribbon from each who calls to each who answers, as thick as there are calls.

Wide, rows are as high as those of the tables beside it, so that each ribbon ends at its row; narrow, the names stand in
the drawing. Colours are the style sheet's, figures the tables'.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence

from markupsafe import Markup

from tongban.channels.datadesk.presenters.flows import Link, Picture, Side

ROW, WIDE = 32, 320
SMALL_ROW, SMALL_WIDE, SMALL_EDGE = 28, 360, 112
LEAST, MOST = 1.5, 0.8
"""How thick a ribbon is at least, and which share of its row all of a row's ribbons together may take."""
LETTERS = 16
"""Half-widths of a name that fit beside a narrow drawing; a Latin letter takes a little more than one."""
POINT = Markup('<circle class="{light}" cx="{x:.0f}" cy="{y:.1f}" r="4"/>')
NAME = Markup('<text x="{x:.0f}" y="{y:.1f}" text-anchor="{anchor}">{name}</text>')
Name = Callable[[str], str]


def wide(picture: Picture) -> Markup:
    """Return the drawing that stands between the two tables; it stretches with the page."""
    high = ROW * max(len(picture.callers), len(picture.providers), 1)
    return Markup(
        '<svg class="qflows" viewBox="0 0 {} {}" height="{}" preserveAspectRatio="none" aria-hidden="true" focusable="false">{}</svg>'
    ).format(WIDE, high, high, _ribbons(picture, ROW, 0, WIDE))


def narrow(picture: Picture, name: Name, title: str, says: str) -> Markup:
    """Return the drawing for a phone, with the names in it; ``title`` and ``says`` are for who hears it."""
    high = SMALL_ROW * max(len(picture.callers), len(picture.providers), 1)
    left, right = SMALL_EDGE, SMALL_WIDE - SMALL_EDGE
    names = _names(picture.callers, name, left - 10, "end") + _names(
        picture.providers, name, right + 10, "start"
    )
    return Markup(
        '<svg class="qflows qflows-small" viewBox="0 0 {} {}" role="img" aria-labelledby="map-title map-says">'
        '<title id="map-title">{}</title><desc id="map-says">{}</desc>{}{}{}{}</svg>'
    ).format(SMALL_WIDE, high, title, says, _ribbons(picture, SMALL_ROW, left, right),
             _points(picture.callers, left), _points(picture.providers, right), names)  # fmt: skip


def _points(rows: Sequence[Side], x: float) -> Markup:
    return Markup("").join(
        POINT.format(light=one.light, x=x, y=SMALL_ROW * (place + 0.5)) for place, one in enumerate(rows)
    )


def _names(rows: Sequence[Side], name: Name, x: float, anchor: str) -> Markup:
    return Markup("").join(
        NAME.format(x=x, y=SMALL_ROW * (place + 0.5) + 4, anchor=anchor, name=shortened(name(one.department)))
        for place, one in enumerate(rows)
    )


def shortened(name: str, most: int = LETTERS) -> str:
    """Return a name as far as it fits; a Chinese character takes the place of nearly two letters."""
    wide = 0.0
    for place, sign in enumerate(name):
        wide += 2.0 if unicodedata.east_asian_width(sign) in "WF" else 1.2
        if wide > most:
            return name[:place].rstrip() + "…"
    return name


def _ribbons(picture: Picture, row: int, x0: float, x1: float) -> Markup:
    largest = max((one.calls for one in (*picture.callers, *picture.providers)), default=1) or 1
    scale = row * MOST / largest
    left = _ends(picture.links, [one.calls for one in picture.callers], scale, row, by_caller=True)
    right = _ends(picture.links, [one.calls for one in picture.providers], scale, row, by_caller=False)
    # The thickest lie below, so that none hides a thin one. Numbers and names of ours only: nothing to be escaped.
    ordered = sorted(picture.links, key=lambda one: -one.calls)
    return Markup("".join(_ribbon(one, left[one], right[one], _thick(one, scale), x0, x1) for one in ordered))  # noqa: S704


def _ribbon(one: Link, a: float, b: float, thick: float, x0: float, x1: float) -> str:
    m, c, d = (x0 + x1) / 2, a + thick, b + thick
    return (
        f'<path class="{one.light} c{one.caller} p{one.provider}" d="M{x0:g} {a:.1f}C{m:g} {a:.1f} {m:g} {b:.1f} {x1:g} {b:.1f}'
        f'V{d:.1f}C{m:g} {d:.1f} {m:g} {c:.1f} {x0:g} {c:.1f}Z"/>'
    )


def _thick(one: Link, scale: float) -> float:
    return max(LEAST, one.calls * scale)


def _ends(
    links: Sequence[Link], calls: Sequence[int], scale: float, row: int, *, by_caller: bool
) -> dict[Link, float]:
    """Return where each ribbon begins on one side: those of a row one below the other, in the order of the other side."""
    tops = [row * (place + 0.5) - count * scale / 2 for place, count in enumerate(calls)]
    found = {}
    for one in sorted(links, key=lambda one: one.provider if by_caller else one.caller):
        place = one.caller if by_caller else one.provider
        found[one] = tops[place]
        tops[place] += one.calls * scale
    return found
