"""Processor time, user and system, of the processes that take part in a load: what a shared machine does not change.

Wall time on two cores that others use as well says little; how much arithmetic one call costs, and in which process, stays.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")


def spent(postmaster: int = 0) -> dict[str, float]:
    """Return the seconds used so far by this process (``client``), by those it started (``server``), and by PostgreSQL."""
    parents, used = _read()
    postgres, ours = _family(postmaster, parents), _family(os.getpid(), parents)
    return {
        "client": used[os.getpid()],
        "server": sum(used[pid] for pid in ours - postgres - {os.getpid()}),
        "postgres": sum(used[pid] for pid in postgres),
    }


def parent_of(pid: int) -> int:
    """Return a process's parent, of a connection's backend the server itself; 0 when it is not on this machine."""
    return _read()[0].get(pid, 0)


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


def _family(root: int, parents: Mapping[int, int]) -> set[int]:
    found = [root] if root in parents else []
    for one in found:
        found.extend(child for child, parent in parents.items() if parent == one)
    return set(found)
