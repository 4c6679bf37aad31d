"""Figures as they were counted: one statement for any question, its time put together of minutes, hours and days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tongban.datahub.exchange.rules import counting as rules
from tongban.datahub.exchange.types import Counts, Stretch

MICRO = 1e6
DURING = """JOIN unnest(%(spans)s::text[], %(firsts)s::timestamptz[], %(lasts)s::timestamptz[]) AS w (span, first, last)
    ON c.span = w.span AND c.start >= w.first AND c.start < w.last"""
"""Joins ``c``, one of the tables of figures, with the stretches of a time."""


def during(stretches: Iterable[Stretch]) -> dict[str, Any]:
    """Return the values that ``DURING`` asks for."""
    some = list(stretches)
    return {
        "spans": [one.span.value for one in some],
        "firsts": [one.first for one in some],
        "lasts": [one.last for one in some],
    }


def owned(departments: Sequence[str] | None) -> dict[str, Any]:
    """Return whose calls are asked for: those that these departments make or answer; None is everybody."""
    return {"departments": None if departments is None else list(departments)}


@dataclass(slots=True)
class Adding:
    """Figures that are added up: one row of the table after the other."""

    calls: int = 0
    answered: int = 0
    failed: int = 0
    refused: int = 0
    broken: int = 0
    bytes: int = 0
    longest: int = 0
    times: int = 0
    problems: dict[str, int] = field(default_factory=dict)

    def add(
        self, problem: str, calls: int, answered: int, failed: int, size: int, longest: int, times: str
    ) -> None:
        """Add a row; ``times`` is its histogram as the database writes it."""
        self.calls, self.answered, self.failed = (
            self.calls + calls,
            self.answered + answered,
            self.failed + failed,
        )
        self.bytes, self.longest = self.bytes + size, max(self.longest, longest)
        self.times += rules.times_of(times)
        if problem:
            self.refused += calls
            self.broken += failed - calls if _is_theirs(problem) else 0
            self.problems[problem] = self.problems.get(problem, 0) + failed

    def told(self) -> Counts:
        """Return the sum."""
        longest = self.longest / MICRO if self.answered else None
        median, p95, p99 = rules.percentiles(self.times, longest or 0.0)
        return Counts(self.calls, self.answered, self.failed, self.refused, self.broken, self.bytes, median, p95, p99,
                      longest, {name: many for name, many in self.problems.items() if many})  # fmt: skip


def _is_theirs(problem: str) -> bool:
    """Return whether a failure lies with who answers, and not with who asked."""
    return problem.startswith("Server.") or (len(problem) == 3 and problem.startswith("5"))
