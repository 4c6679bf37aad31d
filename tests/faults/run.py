"""One run: open the city, let people work, kill what is in the way, let it come to rest, look at everything."""

from __future__ import annotations

import json
import multiprocessing
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path

import psycopg

from tests.faults import applicants, invariants, office
from tests.faults.invariants import Finding, Receipt
from tests.faults.opened import KINDS, City

REST = "SELECT (SELECT count(*) FROM outbox_delivery WHERE due_at <= now() OR attempts > 0), (SELECT count(*) FROM ledger_pending)"
REST_SECONDS = 600.0
STUCK_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is done, and to what: all by chance from the seed."""

    submissions: int
    clients: int
    kills: int
    seed: int
    decided: float = 0.25
    """The share of cases that the desk accepts and grants on the way."""


@dataclass
class Report:
    """What came of it."""

    seconds: float = 0.0
    receipts: list[Receipt] = field(default_factory=list)
    retries: int = 0
    granted: list[str] = field(default_factory=list)
    killed: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)

    @property
    def broken(self) -> list[Finding]:
        """Return the rules that do not hold."""
        return [one for one in self.findings if one.broken]


def run(plan: Plan, state: Path, port: int, say: Callable[[str], object] = lambda text: None) -> Report:
    """Do it all and return what came of it; raise when somebody gave up, which is a failure too."""
    city = City(state, port)
    report = Report()
    try:
        city.start()
        say(f"open at {city.address}")
        began = time.monotonic()
        _work_and_kill(plan, city, report, say)
        report.seconds = time.monotonic() - began
        say("come to rest")
        _wait_for_rest(city)
        report.findings = invariants.check(city.cluster.url("tongban"), report.receipts, report.granted)
    finally:
        city.end()
    return report


def _work_and_kill(plan: Plan, city: City, report: Report, say: Callable[[str], object]) -> None:
    context = multiprocessing.get_context("spawn")
    files = [city.state / f"receipts-{number}" for number in range(plan.clients)]
    done = city.state / "done"
    people = [
        context.Process(
            target=applicants.hand_in, args=(city.address, _share(plan, number), plan.seed + number, file)
        )
        for number, file in enumerate(files)
    ]
    desk = context.Process(target=office.decide, args=(city.address, plan.seed, plan.decided, files, done))
    working = [*people, desk]
    for one in working:
        one.start()
    try:
        _kill(plan, city, report, files, people, say)
        _join(people)
        done.touch()
        _join([desk])
    finally:
        for one in working:
            one.kill()
    _read(files, done, report)


def _share(plan: Plan, number: int) -> int:
    return len(range(number, plan.submissions, plan.clients))


def _kill(
    plan: Plan, city: City, report: Report, files: list[Path], people: Sequence[BaseProcess],
    say: Callable[[str], object],
) -> None:  # fmt: skip
    """Kill something each time that so many receipts have been given out; when, and what, by chance."""
    chance = random.Random(plan.seed)
    for moment, kind in deaths(plan, chance):
        _wait(partial(_is_time, moment, files, people))
        time.sleep(chance.random() * 0.2)
        _wait(partial(city.kill, kind, chance))
        report.killed[kind] += 1
        say(f"{_count(files):>6} receipts: {kind} killed")


def deaths(plan: Plan, chance: random.Random) -> list[tuple[int, str]]:
    """Return after how many receipts what is killed, in this order.

    The server dies first, and nothing in the last quarter: at least one death is one that everybody notices.
    """
    moments = sorted(chance.sample(range(1, max(plan.kills + 1, plan.submissions * 3 // 4)), plan.kills))
    kinds = [KINDS[place % len(KINDS)] for place in range(plan.kills)]
    others = kinds[1:]
    chance.shuffle(others)
    return list(zip(moments, kinds[:1] + others, strict=True))


def _is_time(moment: int, files: list[Path], people: Sequence[BaseProcess]) -> bool:
    return _count(files) >= moment or not any(one.is_alive() for one in people)


def _wait(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + STUCK_SECONDS
    while not holds():
        if time.monotonic() > until:
            raise RuntimeError("nothing goes on any more")
        time.sleep(0.02)


def _join(processes: Sequence[BaseProcess]) -> None:
    for one in processes:
        one.join()
        if one.exitcode:
            raise RuntimeError("somebody gave up; see above")


def _count(files: list[Path]) -> int:
    return sum(path.read_bytes().count(b"\n") for path in files if path.exists())


def _read(files: list[Path], done: Path, report: Report) -> None:
    for path in files:
        lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        report.receipts += [Receipt(one["key"], one["case"], one["number"]) for one in lines]
        report.retries += lines[-1]["retries"] if lines else 0
    report.granted = done.with_suffix(".decided").read_text("ascii").split()


def _wait_for_rest(city: City) -> None:
    """Return when nothing is due any more and the ledger is linked; what never comes is for the rules to tell."""
    until = time.monotonic() + REST_SECONDS
    while time.monotonic() < until:
        with suppress(psycopg.OperationalError), psycopg.connect(city.cluster.url("tongban")) as connection:
            if connection.execute(REST).fetchone() == (0, 0):
                return
        time.sleep(0.3)
