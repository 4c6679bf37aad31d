"""Write docs/reference/branch-life-cycle.svg and the table in docs/reference/approvals.md from the rules.

``--check`` writes nothing and fails when either is out of date.
"""

from __future__ import annotations

import sys
from pathlib import Path
from xml.sax.saxutils import escape

import life_cycles

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tongban.services.approvals.rules.life_cycle import (  # noqa: E402
    ACT_NAMES,
    LIFE_CYCLE,
    ROLE_NAMES,
    STATE_NAMES,
)
from tongban.services.approvals.types import FINAL, BranchState  # noqa: E402

STYLE = "text{fill:#14233a}.how{font-size:12px;fill:#4a5a70;paint-order:stroke;stroke:#fff;stroke-width:5px}"
WIDTH, HEIGHT, BOX = 980, 420, (170, 56)
PLACES = {  # left, top
    BranchState.WAITING: (20, 180),
    BranchState.OPEN: (380, 180),
    BranchState.STOPPED: (380, 20),
    BranchState.GRANTED: (780, 60),
    BranchState.REFUSED: (780, 180),
    BranchState.ENDED: (380, 340),
}
SHIFT = 22
"""How far apart are the two arrows between states that lead to each other."""


def drawing() -> str:
    """Return the life cycle as a drawing: states as boxes, what leads from one to another as arrows."""
    parts = life_cycles.opening(WIDTH, HEIGHT, "审批线的状态和可以做的事", STYLE)
    arrows: dict[tuple[BranchState, BranchState], list[str]] = {}
    for step in LIFE_CYCLE:
        if step.next is not step.state:
            arrows.setdefault((step.state, step.next), []).append(ACT_NAMES[step.act])
    parts += [_arrow(start, end, words, (end, start) in arrows) for (start, end), words in arrows.items()]
    return "\n".join([*parts, *(_box(state) for state in BranchState), "</svg>", ""])


def _box(state: BranchState) -> str:
    (x, y), (width, height) = PLACES[state], BOX
    kind = ' class="end"' if state in FINAL else ""
    stays = [ACT_NAMES[step.act] for step in LIFE_CYCLE if step.state is state is step.next]
    middle = f'x="{x + width / 2:g}" text-anchor="middle"'
    return (
        f"<g><title>{escape('、'.join(stays) or STATE_NAMES[state])}</title>"
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="8"{kind}/>'
        f'<text {middle} y="{y + 25}">{STATE_NAMES[state]}</text>'
        f'<text {middle} y="{y + 43}" class="how">{state.value}</text></g>'
    )


def _arrow(start: BranchState, end: BranchState, words: list[str], both_ways: bool) -> str:
    """Draw sideways from edge to edge, or up and down, two ways beside each other."""
    (x, y), (u, v), (width, height) = PLACES[start], PLACES[end], BOX
    label = escape("、".join(words))
    if u > x:
        ax, ay, bx, by = x + width, y + height / 2, u, v + height / 2
        if end is BranchState.ENDED:
            ax, ay, bx = x + width / 2, y + height, u
        place = f'x="{(ax + bx) / 2:g}" y="{(ay + by) / 2 - 8:g}" text-anchor="middle"'
    else:
        shift = (SHIFT if v > y else -SHIFT) if both_ways else 0
        around = start is BranchState.STOPPED and end is BranchState.ENDED
        ax = bx = x + width / 2 + shift
        ay, by = (y + height, v) if v > y else (y, v + height)
        if around:
            return _around(x + width, y + height / 2, u + width, v + height / 2, label)
        left = shift < 0
        place = f'x="{ax + (-8 if left else 8):g}" y="{(ay + by) / 2:g}" text-anchor="{"end" if left else "start"}"'
    return f'<path d="M{ax:g} {ay:g}L{bx:g} {by:g}" marker-end="url(#tip)"/><text {place} class="how">{label}</text>'


def _around(ax: float, ay: float, bx: float, by: float, label: str) -> str:
    """Draw around what lies between."""
    out = ax + 40
    return (
        f'<path d="M{ax:g} {ay:g}H{out:g}V{by:g}H{bx:g}" marker-end="url(#tip)"/>'
        f'<text x="{out + 8:g}" y="{by - 8:g}" class="how">{label}</text>'
    )


def table() -> str:
    """Return the life cycle as a table."""
    return life_cycles.table(LIFE_CYCLE, STATE_NAMES, ACT_NAMES, ROLE_NAMES)


REFERENCE = life_cycles.Reference(
    "reference_approvals.py", "branch-life-cycle.svg", "approvals.md", drawing, table
)


if __name__ == "__main__":
    sys.exit(REFERENCE.main())
