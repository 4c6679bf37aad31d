"""Several writes in one statement: what one act writes into several tables goes to the database at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import Any

from psycopg import RawCursor

from tongban.foundation.statements.sending import send

Steps = tuple[tuple[str, str], ...]
KEPT = 500


@dataclass(frozen=True, slots=True)
class Part:
    """A write that can share a statement with others. ``steps`` (name and SQL) come before ``sql``, which reads them.

    ``values`` are those of all steps and of ``sql``, in this order. The name of a step is a word that ``sql`` has for
    nothing else.
    """

    sql: str
    values: Sequence[Any]
    steps: Steps = ()


def run_together(parts: Sequence[Part]) -> int:
    """Send several writes as one statement and return how many rows the last one wrote.

    All see the tables as they were before it: no two may write the same row, nor one read what another writes.
    """
    if not parts:
        return 0
    sql = _joined(tuple((part.steps, part.sql) for part in parts))
    values = [value for part in parts for value in part.values]
    return int(send(sql, values, by=RawCursor).rowcount)


@lru_cache(maxsize=KEPT)
def _joined(parts: tuple[tuple[Steps, str], ...]) -> str:
    named: list[tuple[str, str]] = []
    for place, (steps, sql) in enumerate(parts):
        for name, _ in steps:  # two parts may be of one kind
            sql = re.sub(rf"\b{name}\b", f"{name}_{place}", sql)
        named += [*((f"{name}_{place}", step) for name, step in steps), (f"part_{place}", sql)]
    _, last = named.pop()
    before = ", ".join(f"{name} AS ({sql})" for name, sql in named)
    return _numbered(f"WITH {before} {last}" if before else last)


def _numbered(sql: str) -> str:
    """Return a statement with numbered places: such a one goes as it is, however long it is."""
    numbers = count(1)
    return re.sub(r"%(.)", lambda found: f"${next(numbers)}" if found[1] == "s" else found[1], sql)
