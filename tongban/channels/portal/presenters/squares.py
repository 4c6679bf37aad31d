"""Papers as squares one can count: those that stay, and those that go at this step."""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup

EACH, A_ROW = 16, 31
"""Pixels from one square to the next; squares in a row."""


@lru_cache(maxsize=4096)
def squares(of: int, left: int, gone: int, *, last: bool = False) -> Markup:
    """Return the drawing of ``left`` squares that stay and ``gone`` that go, as wide as ``of`` squares are."""
    wide = EACH * min(of, A_ROW)
    high = EACH * max(1, -(-(left + gone) // A_ROW))
    return Markup(
        '<svg class="squares{}" viewBox="0 0 {} {}" width="{}" aria-hidden="true" focusable="false">{}{}</svg>'
    ).format(
        " squares-left" if last else "",
        wide,
        high,
        wide,
        _path("kept", 0, left),
        _path("gone", left, left + gone),
    )


def _path(kind: str, first: int, end: int) -> Markup:
    if first == end:
        return Markup("")
    corners = ((n % A_ROW * EACH + 2, n // A_ROW * EACH + 2) for n in range(first, end))
    return Markup('<path class="{}" d="{}"/>').format(
        kind, "".join(f"M{x} {y}h10v10h-10z" for x, y in corners)
    )
