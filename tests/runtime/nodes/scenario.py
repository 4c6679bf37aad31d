"""One city and three districts: everybody calls everybody, one is cut off, one is killed, all go on and catch up."""

from __future__ import annotations

import base64
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest

from tests.fakes.otlp import Collector
from tests.runtime.nodes.calls import Called, Caller
from tests.runtime.nodes.networks import Network
from tests.runtime.nodes.opened import CITY, MEMBERS, Federation, desk, people

PATIENCE = 60.0
"""Seconds in which anything has happened, even on a machine that is busy."""
ARCHIVE = "SH/GOV/pudong/archive"
SECOND = "SH/GOV/xuhui/second"
TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
TRACEPARENT = f"00-{TRACE}-{PARENT}-01"
TABLES = {
    "subsystems": "SELECT code, name FROM exchange_subsystem",
    "keys": "SELECT id, subsystem_id, revoked_at IS NULL FROM exchange_key",
    "services": "SELECT provider_id, code, version, resource, is_enabled FROM exchange_service",
}
GRANTS = "SELECT id, consumer, provider, fields, state FROM resources_grant WHERE split_part(provider, '/', 3) = %s"
RECORDS = """
SELECT k.id, r.nonce, r.outcome, r.id FROM exchange_record r JOIN exchange_key k ON k.number = r.key
"""


def eventually(holds: Callable[[], bool], what: str) -> None:
    """Wait until something holds; fail, saying what, when it does not."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            pytest.fail(f"not within {PATIENCE:.0f} s: {what}")
        time.sleep(0.1)


@dataclass
class Stage:
    """All that the scenario needs."""

    federation: Federation
    network: Network
    databases: dict[str, str]
    collector: Collector | None = None
    callers: dict[str, Caller] = field(default_factory=dict)
    grants: dict[tuple[str, str], str] = field(default_factory=dict)
    made: list[Called] = field(default_factory=list)

    def caller(self, subsystem: str, node: str) -> Caller:
        """Return a subsystem that calls its own node."""
        return Caller(subsystem, self.network.hosts[node], self.federation.ports[node])

    def rows(self, node: str, statement: str, values: tuple[object, ...] = ()) -> list[Any]:
        """Return what stands in a node's database."""
        with psycopg.connect(self.databases[node]) as connection:
            return connection.execute(statement.encode(), values).fetchall()

    def call(self, consumer: str, provider: str) -> Called:
        """Call once, and remember it."""
        made = self.callers[consumer].call(people(provider) if provider in MEMBERS else provider)
        self.made.append(made)
        return made

    def directory(self, node: str) -> dict[str, list[Any]]:
        """Return a node's directory, and the grants over its own providers."""
        return {name: sorted(self.rows(node, statement)) for name, statement in TABLES.items()}

    def is_caught_up(self, node: str) -> bool:
        """Return whether a district has the directory and the grants that the city has."""
        own = (MEMBERS[node],)
        same_grants = sorted(self.rows(node, GRANTS, own)) == sorted(self.rows(CITY, GRANTS, own))
        return same_grants and self.directory(node) == self.directory(CITY)


def furnish(stage: Stage) -> None:
    """Give each node a member that calls and one that answers, and let everybody call everybody."""
    tell = stage.federation.tell
    for node in MEMBERS:
        caller = stage.caller(desk(node), node)
        made = tell("furnish", node, public=base64.b64encode(caller.pair[1]).decode())
        stage.network.keys[made["node"]] = node
        caller.key, stage.callers[node] = made["caller"], caller
    stage.grants |= {(one, other): id for one, other, id in tell("grant_all")}


def all_answer(stage: Stage, consumers: list[str], providers: list[str]) -> bool:
    """Return whether each of these gets an answer from each of those."""
    return all(stage.call(one, other).status == 200 for one in consumers for other in providers)


def has_failed(made: Called) -> bool:
    """Return whether a call has failed as it does when a node can not be reached."""
    return made.problem == "Server.ServerProxy.NetworkError"


class Traffic:
    """Everybody calls everybody, one call after the other, until it ends."""

    def __init__(self, stage: Stage) -> None:
        self._ends = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(stage, node)) for node in MEMBERS]

    def _run(self, stage: Stage, consumer: str) -> None:
        while not self._ends.is_set():
            for provider in MEMBERS:
                stage.call(consumer, provider)
            self._ends.wait(0.1)

    def __enter__(self) -> Traffic:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        for thread in self._threads:
            thread.join(PATIENCE)


def play(stage: Stage) -> None:
    """Play all of it."""
    furnish(stage)
    everybody = list(MEMBERS)
    eventually(lambda: all_answer(stage, everybody, everybody), "everybody answers everybody")
    fields = stage.call("xuhui", "pudong").body
    assert fields == {"rows": [{"number": "310101199001010014", "node": "pudong"}]}
    if stage.collector:
        stage.made.append(stage.callers[CITY].call(people("xuhui"), trace=TRACEPARENT))
    tell = stage.federation.tell
    second = stage.caller(SECOND, "xuhui")
    said = base64.b64encode(second.pair[1]).decode()
    second.key = tell("key", "xuhui", subsystem=SECOND, public=said)
    has_key = "SELECT FROM exchange_key WHERE id = %s"
    eventually(lambda: bool(stage.rows(CITY, has_key, (second.key,))), "the city has heard of the key")
    eventually(lambda: stage.is_caught_up("pudong"), "pudong has the directory")

    with Traffic(stage):
        # Pudong is cut off; one call is under way when nothing comes through any more.
        stage.network.cut("pudong", how="hang")
        hanging = stage.call("city", "pudong")
        assert (hanging.status, hanging.problem.rpartition(".")[2]) in {
            (500, "Timeout"),
            (500, "NetworkError"),
        }
        stage.network.cut("pudong")
        eventually(lambda: stage.call("pudong", "pudong").status == 200, "calls within it go on")
        eventually(lambda: has_failed(stage.call("pudong", "xuhui")), "calls from it fail")
        eventually(lambda: has_failed(stage.call("xuhui", "pudong")), "calls to it fail")
        eventually(lambda: stage.call("xuhui", "minhang").status == 200, "the others go on")

        silent = tell("account")["silent"]
        assert silent == ["pudong"]

        # Meanwhile both sides go on.
        tell("end_grant", id=stage.grants["minhang", "pudong"])
        tell("revoke", key=second.key)
        tell("grant", consumer=desk("city"), provider=ARCHIVE)
        tell("offer", "pudong", subsystem=ARCHIVE)
        assert not stage.is_caught_up("pudong")

        # Another node dies, and comes back.
        tell("kill", "minhang")
        eventually(lambda: stage.call("xuhui", "minhang").status != 200, "minhang is gone")
        eventually(lambda: all_answer(stage, ["xuhui", "minhang"], ["minhang"]), "minhang is back")

        stage.network.mend("pudong")
        eventually(lambda: stage.call("city", ARCHIVE).status == 200, "what was offered meanwhile is known")
        eventually(lambda: all(stage.is_caught_up(node) for node in everybody[1:]), "all have caught up")
        eventually(lambda: all_answer(stage, ["city", "pudong", "xuhui"], everybody), "all answer again")

    # What the city decided while pudong did not hear it holds there now.
    denied, revoked = "Server.ServerProxy.AccessDenied", "Server.ServerProxy.KeyRevoked"
    eventually(lambda: stage.call("minhang", "pudong").problem == denied, "a grant has ended")
    eventually(lambda: second.call(people("pudong")).problem == revoked, "a key is revoked")
    nothing_is_lost_or_doubled(stage)
    the_person_sees_each_once(stage)
    if stage.collector:
        one_trace_goes_through_both(stage.collector)
    for node in MEMBERS:
        assert tell("audit", node)["broken"] is None
    eventually(
        lambda: all(len(tell("audit", node)["witnesses"]) >= 2 for node in MEMBERS), "others sign each ledger"
    )


def nothing_is_lost_or_doubled(stage: Stage) -> None:
    """Every answered call is on record once with its caller's node and once with its provider's, and was counted once."""
    home = (
        {desk(node): node for node in MEMBERS}
        | {people(node): node for node in MEMBERS}
        | {ARCHIVE: "pudong"}
    )
    records = {node: stage.rows(node, RECORDS) for node in MEMBERS}
    outcomes = {
        node: {(key, nonce): (outcome, id) for key, nonce, outcome, id in records[node]} for node in MEMBERS
    }
    for node in MEMBERS:
        assert max(Counter((key, nonce) for key, nonce, *_ in records[node]).values()) == 1
        ((counted,),) = stage.rows(node, "SELECT coalesce(sum(calls), 0) FROM exchange_meter")
        assert counted == sum(outcome == "" for *_, outcome, _ in records[node])
    answered = [one for one in stage.made if one.status == 200]
    assert len(answered) > 100
    for one in answered:
        here, there = home[one.consumer], home[one.provider]
        outcome, id = outcomes[here][one.key, one.nonce]
        assert str(id) == one.number
        assert outcome == ("" if here == there else "Relayed")
        if here != there:
            assert outcomes[there][one.key, one.nonce] == ("", uuid.UUID(one.there))
    elsewhere = {(one.key, one.nonce) for one in stage.made}
    strangers = {seen for node in MEMBERS for seen in outcomes[node]} - elsewhere
    # One key calls outside of the traffic.
    assert all(outcomes["xuhui"][one][0] == "KeyRevoked" for one in strangers)
    each_has_the_others_word(stage, answered, home)


def one_trace_goes_through_both(collector: Collector) -> None:
    """The caller's trace goes on at its node, and that node's span at the provider's."""

    def spans() -> list[Any]:
        return [one for one in collector.spans() if one.trace_id.hex() == TRACE]

    eventually(lambda: len(spans()) >= 2, "both nodes have told of the call")
    parents = {one.parent_span_id.hex(): one.span_id.hex() for one in spans()}
    assert parents == {PARENT: parents[PARENT], parents[PARENT]: parents[parents[PARENT]]}


def the_person_sees_each_once(stage: Stage) -> None:
    """The city's account of the person has every answered call once, wherever it was decided, with the granted fields."""
    found = stage.federation.tell("account")
    assert found["silent"] == []
    lines = Counter(
        (consumer, provider) for consumer, provider, outcome, *_ in found["lines"] if outcome == ""
    )
    answered = Counter((one.consumer, one.provider) for one in stage.made if one.status == 200)
    failed = Counter((one.consumer, one.provider) for one in stage.made if one.status != 200)
    assert lines.keys() == answered.keys()
    for pair, count in answered.items():
        # One that was carried out and whose answer was lost on the way is on record, too.
        assert count <= lines[pair] <= count + failed[pair], pair
    assert all(
        fields == ["number", "node"] for _, _, outcome, _, fields, _ in found["lines"] if outcome == ""
    )
    there = next(id for *_, node, _, id in found["lines"] if node == "xuhui")

    def is_proved() -> bool:
        proof = stage.federation.tell("proof", of="xuhui", id=there)
        return bool(proof and proof["holds"] and CITY in proof["signers"])

    eventually(is_proved, "a district's entry is proved, under a head that the city has signed")


def each_has_the_others_word(stage: Stage, answered: list[Called], home: dict[str, str]) -> None:
    """Both nodes have the other's number and signature, but for what one that was killed had not yet written."""
    far = [one for one in answered if home[one.consumer] != home[one.provider]]
    settled = [one for one in far if "minhang" not in (home[one.consumer], home[one.provider])]
    statement = "SELECT record, number, is_out FROM nodes_relay"

    def all_there() -> bool:
        kept = {node: set(stage.rows(node, statement)) for node in MEMBERS}
        return all(
            (uuid.UUID(one.number), uuid.UUID(one.there), True) in kept[home[one.consumer]]
            and (uuid.UUID(one.there), uuid.UUID(one.number), False) in kept[home[one.provider]]
            for one in settled
        )

    eventually(all_there, "relays are written")
