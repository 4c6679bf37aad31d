"""Small curves beside figures: how one number went over some minutes, hours or days."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

WIDE, HIGH, EDGE = 96.0, 26.0, 2.0
SVG = Markup(
    '<svg class="{kind}" viewBox="0 0 {wide:g} {high:g}" preserveAspectRatio="none" aria-hidden="true" focusable="false">{parts}</svg>'
)


def curve(
    values: Sequence[float | None],
    *,
    kind: str = "qspark",
    wide: float = WIDE,
    high: float = HIGH,
    most: float = 0.0,
) -> Markup:
    """Return the curve of some values, the oldest first; where one is None the curve is broken.

    Its foot is nought, its top the largest value, or ``most`` where that is more.
    """
    top = max([most, *(one for one in values if one is not None)], default=0.0) or 1.0
    step = wide / max(1, len(values) - 1)
    said, is_broken = [], True
    for place, value in enumerate(values):
        if value is not None:
            y = high - EDGE - (high - 2 * EDGE) * value / top
            said.append(f"{'M' if is_broken else 'L'}{place * step:.1f} {y:.1f}")
        is_broken = value is None
    path = f'<path d="{"".join(said)}"/>' if said else ""
    # Numbers only: nothing to be escaped.
    return SVG.format(kind=kind, wide=wide, high=high, parts=Markup(path))  # noqa: S704
