"""Write docs/reference/case-life-cycle.svg and the table in docs/reference/cases.md from the rules.

``--check`` writes nothing and fails when either is out of date.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tongban.services.cases.rules import ACT_NAMES, FINAL, LIFE_CYCLE, ROLE_NAMES, STATE_NAMES  # noqa: E402
from tongban.services.cases.types import Act, CaseState, Role  # noqa: E402

DRAWING = ROOT / "docs" / "reference" / "case-life-cycle.svg"
PAGE = ROOT / "docs" / "reference" / "cases.md"
BEGIN, END = "<!-- life cycle: written by tools/reference_cases.py -->", "<!-- end of life cycle -->"
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


def main() -> int:
    """Write or check both; return 1 when something is out of date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when out of date")
    checking = parser.parse_args().check
    stale = []
    for path, text in ((DRAWING, drawing()), (PAGE, page(PAGE.read_text("utf-8")))):
        if checking and (not path.is_file() or path.read_text("utf-8") != text):
            stale.append(f"{path.relative_to(ROOT)} is out of date: run tools/reference_cases.py")
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
        f"| `{step.state}` {STATE_NAMES[step.state]} | `{step.act}` {ACT_NAMES[step.act]} | {_who(step.who, ROLE_NAMES)} "
        f"| `{step.next}` {STATE_NAMES[step.next]} |\n"
        for step in LIFE_CYCLE
    ]
    return "| in state | act | by | then |\n|---|---|---|---|\n" + "".join(rows)


def _who(who: frozenset[Role], names: dict[Role, str]) -> str:
    return "、".join(names[role] for role in Role if role in who)


def drawing() -> str:
    """Return the life cycle as a drawing: states as boxes, what leads from one to another as arrows."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        'font-size="14" role="img" aria-label="办件的状态和可以做的事">',
        "<style>rect{fill:#eef4fb;stroke:#0b57a4}.end{fill:#f1f1f1;stroke:#666}path{fill:none;stroke:#555}"
        "text{fill:#1b2333}.how{font-size:12px;fill:#333}</style>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0 0 8 4 0 8z" style="fill:#555"/></marker></defs>',
    ]
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


if __name__ == "__main__":
    sys.exit(main())
