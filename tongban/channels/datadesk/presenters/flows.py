"""The flows of the exchange as a drawing: callers to the left, providers to the right, ribbons as thick as there are calls.

Rows are as high as the drawing's steps, so that each ribbon ends at its row. Colours are the style sheet's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from tongban.datahub.exchange.types import Flow
from tongban.kernel.errors import N_

MOST = 14
ROW, WIDE, MIDDLE, BAR = 32, 320, 160, 12
"""Pixels of a row, of the drawing, where the node stands and how wide it is."""
SHARE_AMBER, SHARE_RED, SLOW_SECONDS = 0.02, 0.1, 1.0
"""From which share of failed calls, or of time for nineteen of twenty, a light is amber or red."""
LIGHTS = {"green": N_("正常"), "amber": N_("偏慢或有错"), "red": N_("降级")}


@dataclass(frozen=True, slots=True)
class Side:
    """A row of one side: a department (empty: all others together), how often, how quickly, how it goes."""

    department: str
    calls: int
    a_minute: float
    p95: float | None
    failed: int
    refused: int
    light: str

    @property
    def error_share(self) -> float:
        """Return the share of calls that failed."""
        return self.failed / self.calls if self.calls else 0.0


@dataclass(frozen=True, slots=True)
class Picture:
    """Both sides, the drawing between them, and what all calls together are."""

    callers: tuple[Side, ...]
    providers: tuple[Side, ...]
    drawing: Markup
    total: Side


def picture(found: Iterable[Flow], minutes: float) -> Picture:
    """Return the flows of a time as a picture."""
    known = list(found)
    total = next((one for one in known if not one.consumer and not one.provider), Flow("", "", 0, 0, 0, None))
    callers = _side([one for one in known if one.consumer and not one.provider], "consumer", minutes)
    providers = _side([one for one in known if one.provider and not one.consumer], "provider", minutes)
    return Picture(callers, providers, _drawing(callers, providers), _row(total, "", minutes))


def _side(found: list[Flow], name: str, minutes: float) -> tuple[Side, ...]:
    ordered = sorted(found, key=lambda one: (-one.calls, getattr(one, name)))
    shown = [_row(one, getattr(one, name), minutes) for one in ordered[:MOST]]
    rest = ordered[MOST:]
    if rest:
        others = Flow("", "", sum(one.calls for one in rest), sum(one.refused for one in rest),
                      sum(one.failed for one in rest), max((one.p95 or 0 for one in rest), default=None))  # fmt: skip
        shown.append(_row(others, "", minutes))
    return tuple(shown)


def _row(one: Flow, department: str, minutes: float) -> Side:
    return Side(department, one.calls, one.calls / minutes, one.p95, one.failed, one.refused, light_of(one))


def light_of(one: Flow) -> str:
    """Return how it goes: by the share of failed calls, and by how long nineteen of twenty take."""
    share = one.failed / one.calls if one.calls else 0.0
    if share >= SHARE_RED:
        return "red"
    return "amber" if share >= SHARE_AMBER or (one.p95 or 0) >= SLOW_SECONDS else "green"


def _drawing(callers: tuple[Side, ...], providers: tuple[Side, ...]) -> Markup:
    high = ROW * max(len(callers), len(providers), 1)
    bar = max(high * 0.5, ROW * 1.0)
    top = (high - bar) / 2
    # Where it does not go well lies with who answers: only their ribbons take the colour of their light.
    left = _ribbons(callers, 0, MIDDLE - BAR / 2, top, bar, light="green")
    right = _ribbons(providers, WIDE, MIDDLE + BAR / 2, top, bar)
    return Markup(
        '<svg class="qflows" viewBox="0 0 {} {:.0f}" width="{}" height="{:.0f}" preserveAspectRatio="none" aria-hidden="true"'
        ' focusable="false">{}{}<rect class="node" x="{}" y="{:.1f}" width="{}" height="{:.1f}" rx="2"/></svg>'
    ).format(WIDE, high, WIDE, high, left, right, MIDDLE - BAR // 2, top, BAR, bar)


def _ribbons(
    rows: tuple[Side, ...], edge: float, node: float, top: float, bar: float, *, light: str = ""
) -> Markup:
    total, at, drawn = sum(one.calls for one in rows) or 1, top, Markup("")
    bend = (edge + node) / 2
    for place, one in enumerate(rows):
        thick = bar * one.calls / total
        end = min(ROW * 0.8, max(1.5, thick))
        middle = ROW * (place + 0.5)
        drawn += Markup(
            '<path class="{}" d="M{:.1f} {:.1f}C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}V{:.1f}C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}Z"/>'
        ).format(
            light or one.light, edge, middle - end / 2, bend, middle - end / 2, bend, at, node, at,
            at + max(0.8, thick), bend, at + max(0.8, thick), bend, middle + end / 2, edge, middle + end / 2,
        )  # fmt: skip
        at += thick
    return drawn
