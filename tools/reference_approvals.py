"""Write docs/reference/branch-life-cycle.svg and the table in docs/reference/approvals.md from the rules.

``--check`` writes nothing and fails when either is out of date.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tongban.services.approvals.rules.life_cycle import (  # noqa: E402
    ACT_NAMES,
    LIFE_CYCLE,
    ROLE_NAMES,
    STATE_NAMES,
)
from tongban.services.approvals.types import FINAL, BranchState, Role  # noqa: E402

DRAWING = ROOT / "docs" / "reference" / "branch-life-cycle.svg"
PAGE = ROOT / "docs" / "reference" / "approvals.md"
BEGIN, END = "<!-- life cycle: written by tools/reference_approvals.py -->", "<!-- end of life cycle -->"
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


def main() -> int:
    """Write or check both; return 1 when something is out of date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when out of date")
    checking = parser.parse_args().check
    stale = []
    for path, text in ((DRAWING, drawing()), (PAGE, page(PAGE.read_text("utf-8")))):
        if checking and (not path.is_file() or path.read_text("utf-8") != text):
            stale.append(f"{path.relative_to(ROOT)} is out of date: run tools/reference_approvals.py")
        elif not checking:
            path.write_text(text, "utf-8")
    print(*stale, sep="\n", end="\n" if stale else "")
    return 1 if stale else 0


def page(text: str) -> str:
    """Return the page with the table between its marks written anew."""
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n{table()}{END}{rest.partition(END)[2]}"


def table() -> str:
    """Return the life cycle as a table."""
    rows = [
        f"| `{step.state}` {STATE_NAMES[step.state]} | `{step.act}` {ACT_NAMES[step.act]} | {_who(step.who)} "
        f"| `{step.next}` {STATE_NAMES[step.next]} |\n"
        for step in LIFE_CYCLE
    ]
    return "| in state | act | by | then |\n|---|---|---|---|\n" + "".join(rows)


def _who(who: frozenset[Role]) -> str:
    return "、".join(ROLE_NAMES[role] for role in Role if role in who)


def drawing() -> str:
    """Return the life cycle as a drawing: states as boxes, what leads from one to another as arrows."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        'font-size="14" role="img" aria-label="审批线的状态和可以做的事">',
        "<style>rect{fill:#eef4fb;stroke:#0b57a4}.end{fill:#f1f1f1;stroke:#666}path{fill:none;stroke:#555}"
        "text{fill:#14233a}.how{font-size:12px;fill:#4a5a70;paint-order:stroke;stroke:#fff;stroke-width:5px}</style>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0 0 8 4 0 8z" style="fill:#555"/></marker></defs>',
    ]
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


if __name__ == "__main__":
    sys.exit(main())
