"""Processor time, user and system, of the processes that take part in a load: what a shared machine does not change.

Wall time on two cores that others use as well says little; how much arithmetic one call costs, and in which process, stays.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")


def spent(roots: Mapping[str, int]) -> dict[str, float]:
    """Return the seconds that each named process and all its living descendants have used so far, and ``client`` (this one)."""
    parents, used = _read()
    totals = {name: sum(used[pid] for pid in _family(root, parents)) for name, root in roots.items()}
    return totals | {"client": used[os.getpid()]}


def parent_of(pid: int) -> int:
    """Return a process's parent: of a connection's backend the server itself."""
    return _read()[0][pid]


def a_call(before: Mapping[str, float], after: Mapping[str, float], calls: int) -> dict[str, float]:
    """Return the microseconds that one call took of each, and ``all``."""
    each = {name: (after[name] - before[name]) / max(calls, 1) * 1e6 for name in after}
    return {name: round(value, 1) for name, value in (each | {"all": sum(each.values())}).items()}


def _read() -> tuple[dict[int, int], dict[int, float]]:
    parents, used = {}, {}
    for pid in _pids():
        try:
            # The name before may hold blanks and brackets: what counts stands behind the last one.
            fields = (PROC / str(pid) / "stat").read_text("ascii", "replace").rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        parents[pid] = int(fields[1])
        used[pid] = (int(fields[11]) + int(fields[12])) / TICKS
    return parents, used


def _pids() -> Iterator[int]:
    return (int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit())


def _family(root: int, parents: Mapping[int, int]) -> list[int]:
    found = [root] if root in parents else []
    for one in found:
        found.extend(child for child, parent in parents.items() if parent == one)
    return found
