"""The page docs/reference/speed.md and its plots, drawn from the results."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from benchmarks.harness import RESULTS, ROOT

PAGE = ROOT / "docs" / "reference" / "speed.md"
PLOT = ROOT / "docs" / "reference" / "speed.svg"

BLUE, GREY, INK, RED = "#0b57a4", "#c5ced9", "#14233a", "#c22a2a"
ROW, LEFT, WIDTH = 46, 250, 860


def write() -> None:
    """Write the page and the plot anew from ``benchmarks/results``."""
    results = [json.loads(path.read_text("utf-8")) for path in sorted(RESULTS.glob("*.json"))]
    PAGE.write_text(text(results), encoding="utf-8")
    PLOT.write_text(plot(results), encoding="utf-8")


def text(results: list[dict[str, Any]]) -> str:
    """Return the page in Markdown."""
    rows = "\n".join(map(row, results))
    return f"""# How fast it is

Written by `make bench`; do not edit. Each figure stands beside its *floor*, the least work any program must
do for the same answer, measured in the same run. A ratio of 1 means nothing on top of that. Absolute figures
belong to the machine they were measured on; ratios are the promise.

![Ours beside the floor and the goal](speed.svg)

| promise | ours | goal | floor | ratio | sizes | remarks |
|---|---:|---:|---:|---:|---|---|
{rows}

{machines(results)}
"""


def row(result: dict[str, Any]) -> str:
    """Return the table's row of one result."""
    sizes = ", ".join(
        f"{name} {value:,}" if isinstance(value, int) else f"{name} {value}"
        for name, value in result["sizes"].items()
    )
    cells = (
        f"{'✓' if result['goal_met'] else '✗'} {result['name']}",
        f"{figure(result['ours'])} {result['unit']}",
        result["goal"].replace(">=", "≥").replace("<=", "≤"),
        figure(result["floor"]),
        figure(result["ratio"]),
        sizes,
        result["notes"],
    )
    return "| " + " | ".join(cells) + " |"


def machines(results: list[dict[str, Any]]) -> str:
    """Return one line for every machine and commit that the results come from."""
    lines = {
        f"- {result['machine']['cores']} cores, {result['machine']['memory_gib']} GiB, "
        f"{result['machine']['system']} {result['machine']['architecture']}, "
        f"Python {result['machine']['python']}; commit {result['commit']}, {result['time'][:10]}"
        for result in results
    }
    return "Measured on:\n" + "\n".join(sorted(lines)) if lines else "Nothing has been measured yet."


def plot(results: list[dict[str, Any]]) -> str:
    """Return the drawing: for each promise a bar for ours, a tick for the goal, a pale bar for the floor."""
    height = 40 + ROW * len(results)
    bars = "".join(bar(result, 30 + index * ROW) for index, result in enumerate(results))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" '
        f'font-size="13" role="img"><title>Ours, floor and goal of every promise of speed</title>'
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>'
        f'<text x="12" y="18" fill="{INK}">blue: ours · grey: floor · red line: goal (each row has its own scale)'
        f"</text>{bars}</svg>\n"
    )


def bar(result: dict[str, Any], y: int) -> str:
    """Return one row of the drawing; each row has its own scale."""
    goal = float(result["goal"][2:])
    most = max(result["ours"], result["floor"] or 0, goal) * 1.05 or 1
    room = WIDTH - LEFT - 130

    def width(value: float) -> float:
        return round(room * value / most, 1)

    floor = f'<rect x="{LEFT}" y="{y + 20}" width="{width(result["floor"] or 0)}" height="8" fill="{GREY}"/>'
    return (
        f'<text x="12" y="{y + 18}" fill="{INK}">{escape(result["name"])}</text>'
        f'<rect x="{LEFT}" y="{y + 6}" width="{width(result["ours"])}" height="12" fill="{BLUE}"/>{floor}'
        f'<line x1="{LEFT + width(goal)}" x2="{LEFT + width(goal)}" y1="{y + 2}" y2="{y + 32}" stroke="{RED}"/>'
        f'<text x="{LEFT + room + 12}" y="{y + 17}" fill="{INK}">{figure(result["ours"])} {escape(result["unit"])}'
        f"</text>"
    )


def figure(value: float | None) -> str:
    """Return a figure as one reads it."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
