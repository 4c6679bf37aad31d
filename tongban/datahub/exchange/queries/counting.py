"""Figures as they were counted: one statement for any question, its time put together of minutes, hours and days."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from tongban.datahub.exchange.rules import counting as rules
from tongban.datahub.exchange.types import Counts, Flow, Stretch

MICRO = 1e6


def during(table: str, stretches: Iterable[Stretch]) -> tuple[str, dict[str, Any]]:
    """Return as SQL the rows of a table of figures in these stretches of time, and the values that it asks for.

    What is counted by minute, hour and day lies apart, and each is read as it is cheapest.
    """
    some = list(stretches)
    parts = [
        f"SELECT * FROM {table} WHERE span = '{one.span.value}' AND start >= %(first{place})s AND start < %(last{place})s"  # noqa: S608
        for place, one in enumerate(some)
    ]
    values = {f"first{place}": one.first for place, one in enumerate(some)}
    nothing = f"SELECT * FROM {table} WHERE false"  # noqa: S608 - one of two tables of ours
    return " UNION ALL ".join(parts) or nothing, values | {
        f"last{place}": one.last for place, one in enumerate(some)
    }


def read(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Return all rows of a statement that reads many figures, by a plan for these very values.

    Prepared, its plan would be one for any time, and look up by index what is nearly all wanted: twice the work.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


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
    times: list[str] = field(default_factory=list)
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
        if answered:
            self.times.append(rules.digits_of(times))
        if problem:
            self.refused += calls
            self.broken += failed - calls if _is_theirs(problem) else 0
            self.problems[problem] = self.problems.get(problem, 0) + failed

    def told(self) -> Counts:
        """Return the sum."""
        longest = self.longest / MICRO if self.answered else None
        # Numbers of a thousand digits take their time: one by itself is left as it is.
        digits = self.times[0] if len(self.times) == 1 else str(sum(map(int, self.times)))
        median, p95, p99 = rules.percentiles(digits, self.answered, longest or 0.0)
        return Counts(self.calls, self.answered, self.failed, self.refused, self.broken, self.bytes, median, p95, p99,
                      longest, {name: many for name, many in self.problems.items() if many})  # fmt: skip


@dataclass(slots=True)
class FlowSum:
    """The calls from departments to others that are added up."""

    calls: int = 0
    answered: int = 0
    refused: int = 0
    failed: int = 0
    times: int = 0

    def add(self, calls: int, answered: int, refused: int, failed: int, times: int) -> None:
        """Add some."""
        self.calls, self.answered = self.calls + calls, self.answered + answered
        self.refused, self.failed, self.times = (
            self.refused + refused,
            self.failed + failed,
            self.times + times,
        )

    def told(self, consumer: str, provider: str) -> Flow:
        """Return the sum."""
        return Flow(
            consumer, provider, self.calls, self.refused, self.failed, p95_of(str(self.times), self.answered)
        )


def p95_of(digits: str, answered: int) -> float | None:
    """Return the seconds that nineteen of twenty answers do not exceed."""
    return rules.percentiles(digits, answered, math.inf, (0.95,))[0]


def _is_theirs(problem: str) -> bool:
    """Return whether a failure lies with who answers, and not with who asked."""
    return problem.startswith("Server.") or (len(problem) == 3 and problem.startswith("5"))
