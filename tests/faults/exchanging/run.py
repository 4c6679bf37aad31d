"""One run: systems call, what is in their way is killed, it comes to rest, everything is looked at."""

from __future__ import annotations

import json
import multiprocessing
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

import psycopg

from tests.faults.exchanging import callers, rules
from tests.faults.exchanging.provider import provider
from tests.faults.exchanging.setting import Access, settle
from tests.faults.invariants import Finding
from tests.faults.opened import City

KINDS = ("web", "page worker", "database", "connection", "worker")
"""In this turn, the server first: whoever has calls left to make then notices for certain."""
REST_SECONDS, STUCK_SECONDS = 300.0, 300.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How many calls, by how many systems at once, and how often something is killed meanwhile."""

    calls: int
    clients: int
    kills: int
    seed: int

    def moments(self) -> list[int]:
        """Return after how many answers something is killed: all in the first three quarters, so that calls follow."""
        return [1 + number * self.calls * 3 // 4 // self.kills for number in range(self.kills)]


@dataclass(frozen=True, slots=True)
class Setting:
    """A city, who may call in it, and the numbers of the calls that a department was asked."""

    city: City
    access: Access
    asked: list[str]


@dataclass
class Report:
    """What came of it."""

    made: list[str] = field(default_factory=list)
    answered: list[tuple[str, str, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    killed: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def broken(self) -> list[Finding]:
        """Return the rules that do not hold."""
        return [one for one in self.findings if one.broken]


@contextmanager
def opened(state: Path, port: int) -> Iterator[Setting]:
    """Yield a city that is open, with services and somebody who may call them."""
    city = City(state, port, pack="city/example")
    try:
        city.start()
        with provider() as (address, asked):
            yield Setting(city, settle(city.address, city.cluster.url("tongban"), state, address), asked)
    finally:
        city.end()


def run(plan: Plan, setting: Setting, say: Callable[[str], object] = lambda text: None) -> Report:
    """Do it all, and return what came of it; raise when somebody gave up."""
    city, report = setting.city, Report(asked=setting.asked)
    files = _call_and_kill(plan, city, setting.access, report, say)
    _read(files, report)
    say("come to rest")
    _wait(lambda: _is_at_rest(city), REST_SECONDS)
    with psycopg.connect(city.cluster.url("tongban")) as connection, connection.cursor() as cursor:
        report.findings = rules.findings(cursor, report.made, report.answered, report.asked)
    return report


def _call_and_kill(
    plan: Plan, city: City, access: Access, report: Report, say: Callable[[str], object]
) -> list[Path]:
    context = multiprocessing.get_context("spawn")
    files = [city.state / f"calls-{plan.seed}-{number}" for number in range(plan.clients)]
    systems = [
        context.Process(
            target=callers.call,
            args=(access, len(range(number, plan.calls, plan.clients)), plan.seed * 100 + number, file),
        )
        for number, file in enumerate(files)
    ]
    for one in systems:
        one.start()
    try:
        _kill(plan, city, report, files, systems, say)
        for one in systems:
            one.join(STUCK_SECONDS)
            if one.exitcode != 0:
                raise RuntimeError("a system gave up, or is stuck; see above")
    finally:
        for one in systems:
            one.kill()
    return files


def _kill(
    plan: Plan, city: City, report: Report, files: list[Path], systems: Sequence[BaseProcess],
    say: Callable[[str], object],
) -> None:  # fmt: skip
    chance = random.Random(plan.seed)
    for number, moment in enumerate(plan.moments()):
        kind = KINDS[number % len(KINDS)]
        _wait(lambda moment=moment: _answered(files) >= moment or not _work(systems), STUCK_SECONDS)  # type: ignore[misc]
        if not _work(systems):
            return
        _wait(lambda kind=kind: city.kill(kind, chance), STUCK_SECONDS)  # type: ignore[misc]
        report.killed.append(kind)
        say(f"{_answered(files):>6} answers: {kind} killed")


def _work(systems: Sequence[BaseProcess]) -> bool:
    return any(one.is_alive() for one in systems)


def _answered(files: list[Path]) -> int:
    return sum(path.read_bytes().count(b'{"answered"') for path in files if path.exists())


def _read(files: list[Path], report: Report) -> None:
    for path in files:
        for line in map(json.loads, path.read_text("utf-8").splitlines()):
            if "made" in line:
                report.made.append(line["made"])
            else:
                report.answered.append((line["answered"], line["number"], line["digest"]))


def _is_at_rest(city: City) -> bool:
    with suppress(psycopg.OperationalError):
        return rules.is_at_rest(city.cluster.url("tongban"))
    return False


def _wait(holds: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            raise RuntimeError("nothing goes on any more")
        time.sleep(0.02)
