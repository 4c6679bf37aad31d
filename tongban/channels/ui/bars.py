"""Clock bars: one cell is one working day. Attributes only, no style; the words stand beside the drawing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from markupsafe import Markup

from tongban.services.approvals.types import Light

MOST = 20
"""Beyond so many days cells would be too narrow to count: the bar becomes shares."""
GAP = 1.2
SVG = Markup('<svg class="dclock dclock-{}" height="9" aria-hidden="true" focusable="false">{}</svg>')
CELL = Markup('<rect class="{}" x="{:.2f}%" width="{:.2f}%" height="9" rx="1.5"/>')


@lru_cache(maxsize=4096)
def clock(used: int, allowed: int, light: Light) -> Markup:
    """Return the bar of a limit: days used, days left, days too late; what is done on the spot has none until it is late."""
    if not allowed and light is not Light.RED:
        return Markup("")
    cells = Markup("").join(CELL.format(kind, x, width) for kind, x, width in _cells(used, allowed, light))
    return SVG.format(light.value, cells)


def _cells(used: int, allowed: int, light: Light) -> Iterator[tuple[str, float, float]]:
    late = max(1, used - allowed) if light is Light.RED else 0
    spent = min(used, allowed)
    total = allowed + late
    if total <= MOST:
        width = (100 - GAP * (total - 1)) / total
        for n in range(total):
            kind = "late" if n >= allowed else "used" if n < spent else "left"
            yield kind, n * (width + GAP), width
        return
    at = 0.0
    for kind, days in (("used", spent), ("left", allowed - spent), ("late", late)):
        if days:
            yield kind, at, max(0.5, days / total * 100 - GAP)
            at += days / total * 100
