"""Write docs/reference/case-life-cycle.svg and the table in docs/reference/cases.md from the rules.

``--check`` writes nothing and fails when either is out of date.
"""

from __future__ import annotations

import sys
from pathlib import Path
from xml.sax.saxutils import escape

import life_cycles

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tongban.services.cases.rules import ACT_NAMES, FINAL, LIFE_CYCLE, ROLE_NAMES, STATE_NAMES  # noqa: E402
from tongban.services.cases.types import Act, CaseState, Role  # noqa: E402

STYLE = "text{fill:#1b2333}.how{font-size:12px;fill:#333}"
WIDTH, HEIGHT = 1500, 650
PLACES = {  # left, top, width, height
    CaseState.WITHDRAWN: (20, 30, 900, 50),
    CaseState.DRAFT: (20, 290, 150, 56),
    CaseState.RECEIVED: (280, 290, 150, 56),
    CaseState.SUPPLEMENT: (500, 170, 190, 56),
    CaseState.NOT_ACCEPTED: (500, 410, 150, 56),
    CaseState.ACCEPTED: (770, 290, 150, 56),
    CaseState.DECIDED: (1070, 290, 130, 56),
    CaseState.CLOSED: (1360, 290, 120, 56),
    CaseState.TERMINATED: (20, 570, 900, 50),
}
BARS = {CaseState.WITHDRAWN: 0.55, CaseState.TERMINATED: 0.3}
"""States that are met from everywhere, drawn as bars; and where on the side of a box the way to them begins."""
SHORT = {Role.CLERK: "受理", Role.REVIEWER: "审查", Role.DECIDER: "决定", Role.SYSTEM: "系统"}
PARTY = frozenset({Role.APPLICANT, Role.AGENT})


def drawing() -> str:
    """Return the life cycle as a drawing: states as boxes, what leads from one to another as arrows."""
    parts = life_cycles.opening(WIDTH, HEIGHT, "办件的状态和可以做的事", STYLE)
    arrows: dict[tuple[CaseState, CaseState], list[str]] = {}
    for step in LIFE_CYCLE:
        if step.next is not step.state:
            arrows.setdefault((step.state, step.next), []).append(
                f"{ACT_NAMES[step.act]}：{_short(step.who)}"
            )
    parts += [_arrow(start, end, words) for (start, end), words in arrows.items()]
    parts += [_box(state) for state in CaseState]
    return "\n".join([*parts, "</svg>", ""])


def _short(who: frozenset[Role]) -> str:
    party = ["申请方"] if who & PARTY else []
    return "、".join(party + [SHORT[role] for role in Role if role in who - PARTY])


def _box(state: CaseState) -> str:
    x, y, width, height = PLACES[state]
    kind = ' class="end"' if state in FINAL else ""
    stays = [ACT_NAMES[step.act] for step in LIFE_CYCLE if step.state is state is step.next]
    return (
        f"<g><title>{escape('、'.join(stays) or STATE_NAMES[state])}</title>"
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="8"{kind}/>'
        f'<text x="{x + width / 2:g}" y="{y + height / 2 - 3:g}" text-anchor="middle">{STATE_NAMES[state]}</text>'
        f'<text x="{x + width / 2:g}" y="{y + height / 2 + 15:g}" text-anchor="middle" class="how">{state.value}</text></g>'
    )


def _arrow(start: CaseState, end: CaseState, words: list[str]) -> str:
    (x, y, width, height), (u, v, other_width, other_height) = PLACES[start], PLACES[end]
    if end in BARS:  # straight up or down
        ax = bx = x + width * (0.95 if start is CaseState.SUPPLEMENT and v > y else BARS[end])
        ay, by = (y + height, v) if v > y else (y, v + other_height)
        return _drawn(ax, ay, bx, by, words, ax + 6, by - 20 if v > y else by + 30, "start")
    ax, ay, bx, by = x + width, y + height / 2, u, v + other_height / 2
    if ay == by:
        return _drawn(ax, ay, bx, by, words, (ax + bx) / 2, ay - 8, "middle")
    if start is CaseState.SUPPLEMENT:
        return _drawn(ax, ay, u + other_width / 3, v, words, ax + 30, ay - 2, "start")
    below = by > ay
    return _drawn(
        x + width * 0.8, y + height if below else y, bx, by, words, bx - 8, by + (16 if below else -8), "end"
    )


def _drawn(
    ax: float, ay: float, bx: float, by: float, words: list[str], x: float, y: float, anchor: str
) -> str:
    lines = "".join(
        f'<text x="{x:g}" y="{y - 16 * (len(words) - 1 - number):g}" text-anchor="{anchor}" class="how">{escape(one)}</text>'
        for number, one in enumerate(words)
    )
    return f'<path d="M{ax:g} {ay:g}L{bx:g} {by:g}" marker-end="url(#tip)"/>{lines}'


assert set(PLACES) == set(CaseState) and Act  # a new state needs a place


def table() -> str:
    """Return the life cycle as a table."""
    return life_cycles.table(LIFE_CYCLE, STATE_NAMES, ACT_NAMES, ROLE_NAMES)


REFERENCE = life_cycles.Reference("reference_cases.py", "case-life-cycle.svg", "cases.md", drawing, table)


if __name__ == "__main__":
    sys.exit(REFERENCE.main())
