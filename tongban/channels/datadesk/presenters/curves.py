"""Small curves beside figures: how one number went over some minutes, hours or days."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

WIDE, HIGH, EDGE = 96.0, 26.0, 2.0
ROOM = 0.2
"""What moves by less than this share of its largest value is no more than a ripple."""
SVG = Markup(
    '<svg class="{kind}" viewBox="0 0 {wide:g} {high:g}" preserveAspectRatio="none" aria-hidden="true" focusable="false">{parts}</svg>'
)


def curve(values: Sequence[float | None], *, kind: str, wide: float, high: float) -> Markup:
    """Return the curve of some values, the oldest first; where one is None the curve is broken.

    Its foot is nought, its top the largest value.
    """
    return _drawn(
        values, 0.0, max((one for one in values if one is not None), default=0.0) or 1.0, kind, wide, high
    )


def spark(values: Sequence[float | None]) -> Markup:
    """Return the curve of some values as a small mark beside a figure: how it moves, not how much it is."""
    known = [one for one in values if one is not None]
    least, most = min(known, default=0.0), max(known, default=0.0)
    foot = min(least, most * (1 - ROOM))
    return _drawn(values, foot, most - foot or 1.0, "qspark", WIDE, HIGH)


def _drawn(
    values: Sequence[float | None], foot: float, range: float, kind: str, wide: float, high: float
) -> Markup:
    step = wide / max(1, len(values) - 1)
    said, is_broken = [], True
    for place, value in enumerate(values):
        if value is not None:
            y = high - EDGE - (high - 2 * EDGE) * (value - foot) / range
            said.append(f"{'M' if is_broken else 'L'}{place * step:.1f} {y:.1f}")
        is_broken = value is None
    path = f'<path d="{"".join(said)}"/>' if said else ""
    # Numbers only: nothing to be escaped.
    return SVG.format(kind=kind, wide=wide, high=high, parts=Markup(path))  # noqa: S704
