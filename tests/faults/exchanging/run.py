"""One run: systems call, what is in their way is killed, it comes to rest, everything is looked at."""

from __future__ import annotations

import json
import multiprocessing
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

import psycopg

from tests.faults.exchanging import callers, rules
from tests.faults.exchanging.district import KINDS as OF_THE_DISTRICT
from tests.faults.exchanging.district import District
from tests.faults.exchanging.lies import LIES
from tests.faults.exchanging.provider import provider
from tests.faults.exchanging.rules import Seen
from tests.faults.exchanging.setting import CITY, DISTRICT, Access, Node, apart, node_of, settle
from tests.faults.invariants import Finding
from tests.faults.opened import City

KINDS = ("web", "node", "database", "page worker", "connection", "node worker", "worker")
"""In this turn, the server first: whoever has calls left to make then notices for certain."""
REST_SECONDS, STUCK_SECONDS, PROOF_SECONDS = 300.0, 300.0, 60.0


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
    """A city and a district's node, who may call at each, and the numbers of the calls that its department was asked."""

    city: City
    district: District | None
    nodes: dict[str, Node]
    access: dict[str, Access]
    asked: dict[str, list[str]]

    def kinds(self) -> tuple[str, ...]:
        """Return what can be killed."""
        return tuple(kind for kind in KINDS if self.district or kind not in OF_THE_DISTRICT)

    def kill(self, kind: str, chance: random.Random) -> bool:
        """Kill a process of this kind; return whether there was one."""
        if self.district and kind in OF_THE_DISTRICT:
            return self.district.kill(kind, chance)
        return self.city.kill(kind, chance)


@dataclass
class Report:
    """What came of it; ``answered`` by the node that was called."""

    made: list[str] = field(default_factory=list)
    answered: dict[str, list[Answered]] = field(default_factory=dict)
    killed: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def broken(self) -> list[Finding]:
        """Return the rules that do not hold."""
        return [one for one in self.findings if one.broken]

    def all_answered(self) -> list[Answered]:
        """Return the calls that were answered, at whichever node."""
        return [one for made in self.answered.values() for one in made]

    def seen_of(self, name: str, asked: Sequence[str]) -> Seen:
        """Return what there is to be found at a node: calls that were made there, and those that came from the other."""
        own = [
            (one.id, one.number, one.digest, "Relayed" if one.there else "")
            for one in self.answered.get(name, ())
        ]
        others = [made for other, made in self.answered.items() if other != name]
        come = [(one.id, one.there, one.digest, "") for made in others for one in made if one.there]
        return Seen(self.made, own + come, list(asked))


@dataclass(frozen=True, slots=True)
class Answered:
    """A call that was answered: its number on record, and that at the other node where it was handed on."""

    id: str
    number: str
    there: str
    digest: str


@contextmanager
def opened(state: Path, port: int, *, with_district: bool = True) -> Iterator[Setting]:
    """Yield a city that is open, with a district's node, services, and who may call them."""
    city = City(state, port, pack="city/example")
    district = District(city) if with_district else None
    with ExitStack() as departments:
        try:
            city.start()
            asked = {CITY: departments.enter_context(provider(LIES))}
            nodes = {CITY: node_of(CITY, city.cluster.url("tongban"), state, city.address, asked[CITY][0])}
            if district:
                district.start()
                asked[DISTRICT] = departments.enter_context(provider())
                nodes[DISTRICT] = node_of(
                    DISTRICT, district.database, state, district.address, asked[DISTRICT][0]
                )
            yield Setting(
                city, district, nodes, settle(nodes), {name: numbers for name, (_, numbers) in asked.items()}
            )
        finally:
            if district:
                district.end()
            city.end()


def run(plan: Plan, setting: Setting, say: Callable[[str], object] = lambda text: None) -> Report:
    """Do it all, and return what came of it; raise when somebody gave up."""
    report = Report()
    files = _call_and_kill(plan, setting, report, say)
    for name, made in files.items():
        _read(name, made, report)
    say("come to rest")
    _wait(lambda: all(_is_at_rest(node) for node in setting.nodes.values()), REST_SECONDS)
    for name, node in setting.nodes.items():
        report.findings += [
            Finding(f"{name}: {one.rule}", one.broken) for one in _findings(node, report, setting)
        ]
    return report


def _findings(node: Node, report: Report, setting: Setting) -> list[Finding]:
    seen = report.seen_of(node.name, setting.asked[node.name])
    with psycopg.connect(node.database) as connection, connection.cursor() as cursor:
        found = rules.findings(cursor, seen)
    numbers = [number for _, number, *_ in seen.answered]
    return [*found, Finding(rules.PROVED, apart(node, rules.unproved, numbers, PROOF_SECONDS))]


def _call_and_kill(
    plan: Plan, setting: Setting, report: Report, say: Callable[[str], object]
) -> dict[str, list[Path]]:
    context = multiprocessing.get_context("spawn")
    names = list(setting.nodes)
    systems, files = [], dict[str, list[Path]]()
    for number in range(plan.clients):
        name, count = names[number % len(names)], len(range(number, plan.calls, plan.clients))
        file = setting.city.state / f"calls-{plan.seed}-{number}"
        files.setdefault(name, []).append(file)
        asked = (setting.access[name], count, plan.seed * 100 + number, file)
        systems.append(context.Process(target=callers.call, args=asked))
    for one in systems:
        one.start()
    try:
        _kill(plan, setting, report, [file for made in files.values() for file in made], systems, say)
        for one in systems:
            one.join(STUCK_SECONDS)
            if one.exitcode != 0:
                raise RuntimeError("a system gave up, or is stuck; see above")
    finally:
        for one in systems:
            one.kill()
    return files


def _kill(
    plan: Plan, setting: Setting, report: Report, files: list[Path], systems: Sequence[BaseProcess],
    say: Callable[[str], object],
) -> None:  # fmt: skip
    chance, kinds = random.Random(plan.seed), setting.kinds()
    for number, moment in enumerate(plan.moments()):
        kind = kinds[number % len(kinds)]
        _wait(lambda moment=moment: _answered(files) >= moment or not _work(systems), STUCK_SECONDS)  # type: ignore[misc]
        if not _work(systems):
            return
        _wait(lambda kind=kind: setting.kill(kind, chance), STUCK_SECONDS)  # type: ignore[misc]
        report.killed.append(kind)
        say(f"{_answered(files):>6} answers: {kind} killed")


def _work(systems: Sequence[BaseProcess]) -> bool:
    return any(one.is_alive() for one in systems)


def _answered(files: list[Path]) -> int:
    return sum(path.read_bytes().count(b'{"answered"') for path in files if path.exists())


def _read(name: str, files: list[Path], report: Report) -> None:
    for path in files:
        for line in map(json.loads, path.read_text("utf-8").splitlines()):
            if "made" in line:
                report.made.append(line["made"])
            else:
                made = Answered(line["answered"], line["number"], line["there"], line["digest"])
                report.answered.setdefault(name, []).append(made)


def _is_at_rest(node: Node) -> bool:
    with suppress(psycopg.OperationalError):
        return rules.is_at_rest(node.database)
    return False


def _wait(holds: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            raise RuntimeError("nothing goes on any more")
        time.sleep(0.02)
