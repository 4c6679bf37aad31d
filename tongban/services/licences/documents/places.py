"""Where on the last page of a paper the office's seal goes: over its name and the date, as on paper."""

from __future__ import annotations

from tongban.services.licences.types import Kind

POINTS_A_MM = 72 / 25.4
SIDE = 42.0  # mm
LICENCE, LETTER = (223.0, 46.0), (151.0, 47.0)
"""Centres in mm from the left and from the bottom; the templates put name and date there."""

Box = tuple[float, float, float, float]


def seal_box(kind: Kind) -> Box:
    """Return left, bottom, right, top of the seal in points."""
    across, up = LICENCE if kind is Kind.LICENCE else LETTER
    left, bottom = across - SIDE / 2, up - SIDE / 2
    return tuple(length * POINTS_A_MM for length in (left, bottom, left + SIDE, bottom + SIDE))  # type: ignore[return-value]
