"""What every benchmark uses: timing, a result written as JSON, a load of HTTP requests, a started city.

A benchmark is a module with ``measure()``, which measures and calls ``report`` once or more::

    def measure() -> None:
        ours = median_seconds(lambda: compile_bundle(...))
        report("bundle_compile", ours=ours * 1000, floor=..., unit="ms", goal="<= 5", sizes={"items": 8})
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.spent import spent
from tongban.kernel import clock
from tongban.runtime import boot
from tongban.runtime.environment import ROOT
from tongban.runtime.processes import Web, free_port

RESULTS = ROOT / "benchmarks" / "results"
FIRST_PORT = 18000
QUIET, STILL = 5, 0.011
"""So many tenths of a second in a row with no more processor time than a tick of the clock it is counted by."""


@dataclass(frozen=True, slots=True)
class Result:
    """One measured promise. ``ratio`` is ours over the floor for rates, the floor over ours for times.

    So a ratio of 1 is always “nothing on top of the least possible work”, and less is worse.
    """

    name: str
    ours: float
    floor: float | None
    ratio: float | None
    unit: str
    goal: str
    goal_met: bool
    sizes: Mapping[str, object]
    notes: str
    details: Mapping[str, object]
    machine: Mapping[str, object] = field(default_factory=lambda: machine())
    commit: str = field(default_factory=lambda: commit())
    time: str = field(default_factory=lambda: clock.now().isoformat(timespec="seconds"))


def report(
    name: str,
    *,
    ours: float,
    unit: str,
    goal: str,
    floor: float | None = None,
    sizes: Mapping[str, object] | None = None,
    also: bool = True,
    notes: str = "",
    details: Mapping[str, object] | None = None,
) -> Result:
    """Write the result to ``results/NAME.json``, print one line, and return it.

    Args: ``goal`` is ``>= 1500`` for rates or ``<= 5`` for times, in ``unit``; ``also`` says whether further
    conditions of the goal hold (a p99, a share of right answers), which ``notes`` name.
    """
    is_rate = goal.startswith(">=")
    wanted = float(goal[2:])
    met = (ours >= wanted if is_rate else ours <= wanted) and also
    ratio = None if floor is None or not floor or not ours else (ours / floor if is_rate else floor / ours)
    result = Result(
        name=name,
        ours=_short(ours),
        floor=None if floor is None else _short(floor),
        ratio=None if ratio is None else _short(ratio),
        unit=unit,
        goal=goal,
        goal_met=met,
        sizes=sizes or {},
        notes=notes,
        details=details or {},
    )
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(asdict(result), ensure_ascii=False, indent=2) + "\n"
    (RESULTS / f"{name}.json").write_text(text, encoding="utf-8")
    beside = "" if floor is None else f", floor {result.floor:g}, ratio {result.ratio:g}"
    print(f"{'✓' if met else '✗'} {name}: {result.ours:g} {unit} (goal {goal}{beside}) {notes}", flush=True)
    return result


def seconds(work: Callable[[], object], *, repeat: int = 200, warm: int = 20) -> list[float]:
    """Return how long each of many runs took, in seconds, after some that are not counted."""
    for _ in range(warm):
        work()
    taken = []
    for _ in range(repeat):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return taken


def median_seconds(work: Callable[[], object], *, repeat: int = 200, warm: int = 20) -> float:
    """Return the median time of a run in seconds."""
    return statistics.median(seconds(work, repeat=repeat, warm=warm))


def percentile(values: list[float], share: float) -> float:
    """Return the value below which that share of the values lies, e.g. 0.99."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def machine() -> dict[str, object]:
    """Return what the figures were measured on."""
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "python": platform.python_version(),
        "system": platform.system(),
        "architecture": platform.machine(),
    }


def commit() -> str:
    """Return the commit that was measured, with “+” when files had changed since."""
    described = subprocess.run(
        ["git", "describe", "--always", "--dirty=+", "--abbrev=10"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return described.stdout.strip()


@contextmanager
def city_on_the_web(*, workers: int = 2) -> Iterator[str]:
    """Yield the address of the running city: the same processes as ``make run``, on another port."""
    with boot.ready():
        boot.disconnect()
        with served("tongban.runtime.wsgi:application", workers=workers) as address:
            yield address


@contextmanager
def served(application: str, *, workers: int = 2) -> Iterator[str]:
    """Yield the address of a WSGI application served as ours is; for floors."""
    web = Web(port=free_port(FIRST_PORT), workers=workers, application=application)
    try:
        web.start()
        web.wait_until_it_answers()
        wait_until_all_is_imported()
        yield web.address.rstrip("/")
    finally:
        web.end()


def wait_until_all_is_imported(*, seconds: float = 30) -> None:
    """Return when the server's processes stand still: the first worker answers while the second one still imports.

    Half a load of the first seconds would otherwise be the start's, the more so the more an application imports.
    """
    deadline, quiet, before = time.monotonic() + seconds, 0, spent()["server"]
    while quiet < QUIET and time.monotonic() < deadline:
        time.sleep(0.1)
        now = spent()["server"]
        quiet, before = (quiet + 1 if now - before <= STILL else 0), now


def pack_folder(variable: str = "TONGBAN_CITY") -> Path:
    """Return the folder of the city pack that is measured."""
    return (ROOT / os.environ.get(variable, "city/shanghai")).resolve()


def _short(value: float) -> float:
    """Four figures are more than a measurement is worth."""
    return float(f"{value:.4g}")
