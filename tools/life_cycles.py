"""What the tools that draw a life cycle share: the page and the drawing written or checked, the table, the head of the SVG."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

ROOT = Path(__file__).resolve().parents[1]
END = "<!-- end of life cycle -->"


class Step(Protocol):
    """One row of a life cycle."""

    @property
    def state(self) -> StrEnum:
        """Return the state it begins in."""

    @property
    def act(self) -> StrEnum:
        """Return what is done."""

    @property
    def who(self) -> frozenset[StrEnum]:
        """Return who may do it."""

    @property
    def next(self) -> StrEnum:
        """Return the state after it."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The two files that one tool writes below docs/reference, and how it draws."""

    tool: str
    drawing: str
    page: str
    draw: Callable[[], str]
    table: Callable[[], str]

    @property
    def begin(self) -> str:
        """Return the mark in the page after which the table stands."""
        return f"<!-- life cycle: written by tools/{self.tool} -->"

    def main(self) -> int:
        """Write or check both; return 1 when something is out of date."""
        parser = argparse.ArgumentParser(description=f"Write {self.drawing} and the table in {self.page}.")
        parser.add_argument("--check", action="store_true", help="write nothing; fail when out of date")
        checking = parser.parse_args().check
        stale = []
        for path, text in self.texts().items():
            if checking and (not path.is_file() or path.read_text("utf-8") != text):
                stale.append(f"{path.relative_to(ROOT)} is out of date: run tools/{self.tool}")
            elif not checking:
                path.write_text(text, "utf-8")
        print(*stale, sep="\n", end="\n" if stale else "")
        return 1 if stale else 0

    def texts(self) -> dict[Path, str]:
        """Return what each of the two files should say; the page keeps all that stands around its table."""
        page, drawing = (ROOT / "docs" / "reference" / name for name in (self.page, self.drawing))
        before, _, rest = page.read_text("utf-8").partition(self.begin)
        return {
            drawing: self.draw(),
            page: f"{before}{self.begin}\n{self.table()}{END}{rest.partition(END)[2]}",
        }


def table(
    steps: Iterable[Step], states: Mapping[Any, str], acts: Mapping[Any, str], roles: Mapping[Any, str]
) -> str:  # fmt: skip
    """Return a life cycle as a table, with the names of its states, acts and roles; roles stand in their own order."""
    rows = [
        f"| `{step.state}` {states[step.state]} | `{step.act}` {acts[step.act]} "
        f"| {'、'.join(roles[role] for role in type(next(iter(step.who))) if role in step.who)} "
        f"| `{step.next}` {states[step.next]} |\n"
        for step in steps
    ]
    return "| in state | act | by | then |\n|---|---|---|---|\n" + "".join(rows)


def opening(width: int, height: int, label: str, style: str) -> list[str]:
    """Return how the drawing begins: its size, what it is called, its colours, the tip of its arrows."""
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
        f'font-size="14" role="img" aria-label="{label}">',
        "<style>rect{fill:#eef4fb;stroke:#0b57a4}.end{fill:#f1f1f1;stroke:#666}path{fill:none;stroke:#555}"
        f"{style}</style>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0 0 8 4 0 8z" style="fill:#555"/></marker></defs>',
    ]
