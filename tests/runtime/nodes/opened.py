"""A federation in processes of its own: the city's node and districts', which a test commands over a pipe.

``python -m tests.runtime.nodes.opened`` prepares and serves; each line that it reads is a command, each line that it
writes its answer. Beside it ``Federation`` starts it, and ``calls.Caller`` calls as any programmer would.
"""

from __future__ import annotations

import base64
import ctypes
import datetime as dt
import json
import os
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from tests.runtime.nodes.networks import Network
from tongban.runtime.environment import ROOT

CITY = "city"
MEMBERS = {CITY: "scjg", "pudong": "pudong", "xuhui": "xuhui", "minhang": "minhang"}
SERVICE, PERSON = "person", "310101199001010014"
DAY = dt.timedelta(days=1)
WITNESS_SECONDS = 1.0
THREADS, PAUSE_SECONDS = 4, 1.0
MOST_SECONDS = 120.0
TRACED = {"OTEL_TRACES_SAMPLER": "parentbased_always_off", "OTEL_BSP_SCHEDULE_DELAY": "200"}
"""Spans of the calls only whose caller asks for it."""
CLONE_NEWNET = 0x40000000  # linux/sched.h


def desk(node: str) -> str:
    """Return the subsystem that calls, of a node's member."""
    return f"SH/GOV/{MEMBERS[node]}/desk"


def people(node: str) -> str:
    """Return the subsystem that answers, of a node's member."""
    return f"SH/GOV/{MEMBERS[node]}/people"


class Federation:
    """The federation as a test has it, in a network."""

    def __init__(
        self,
        state: Path,
        databases: Mapping[str, str],
        ports: Mapping[str, int],
        network: Network,
        *,
        otlp: str = "",
    ) -> None:
        said = {
            "state": str(state),
            "databases": dict(databases),
            "reached": {node: network.database(node, url) for node, url in databases.items()},
            "ports": dict(ports),
            "addresses": network.addresses,
            "hosts": network.hosts,
            "listens": network.listens,
            "spaces": network.spaces,
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.runtime.nodes.opened", json.dumps(said)],
            cwd=ROOT,
            env=os.environ | (TRACED | {"TONGBAN_OTLP": otlp} if otlp else {}),
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.ports = ports

    def tell(self, do: str, node: str = CITY, **values: object) -> Any:
        """Have something done at a node; return what came of it."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps({"do": do, "node": node, **values}) + "\n")
        self._process.stdin.flush()
        with limited(self._process):
            line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{do} at {node}: the federation has ended")
        return json.loads(line)

    def end(self) -> None:
        """End all of it."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)
        self._process.stdout.close()


@contextmanager
def limited(process: subprocess.Popen[str]) -> Iterator[None]:
    """Kill a process that has not answered by the end of the block's time."""
    timer = threading.Timer(MOST_SECONDS, process.kill)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def serve(said: Mapping[str, Any]) -> None:
    """Prepare, serve, and do what the lines say, until there are no more."""
    from tongban.runtime import boot, processes

    processes.end_with_parent(signal.SIGKILL)
    os.environ["TONGBAN_STATE"] = said["state"]
    os.environ["DATABASE_URL"] = said["databases"][CITY]
    os.environ.pop("TONGBAN_NODE", None)
    boot.set_up_django(boot.NODE_SETTINGS)
    from tongban.datahub.exchange import operations as exchange
    from tongban.runtime import crew
    from tongban.runtime.nodes.serving import NodeServer

    exchange.add_register("people", register_of_people)
    variables = {
        code: {"TONGBAN_NODE": "" if code == CITY else code, "DATABASE_URL": said["databases"][code]}
        for code in MEMBERS
    }
    stand(said, variables)
    reached = {code: variables[code] | {"DATABASE_URL": said["reached"][code]} for code in MEMBERS}
    commands = Commands(said, variables, reached)

    @dataclass(frozen=True)
    class Server(NodeServer):
        """A node in a network of its own, if it is to have one."""

        def run(self) -> None:
            if said["spaces"][self.code]:
                enter(said["spaces"][self.code])
            super().run()

    servers = [
        Server(
            code,
            reached[code],
            Path(said["state"]) / code,
            said["listens"][code],
            said["ports"][code],
            WITNESS_SECONDS,
            THREADS,
            PAUSE_SECONDS,
        )
        for code in MEMBERS
    ]
    members: list[Callable[[], crew.Runs]] = [partial(replace, one) for one in servers]
    supervisor = get_context("fork").Process(target=supervise, args=(members,))
    supervisor.start()
    try:
        for line in sys.stdin:
            print(json.dumps(commands.done(json.loads(line))), flush=True)
    finally:
        supervisor.terminate()
        supervisor.join(10)
        supervisor.kill()


def enter(space: str) -> None:
    """Let this process live in a network namespace from now on."""
    with open(space) as file:
        if ctypes.CDLL(None, use_errno=True).setns(file.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), space)


def supervise(members: list[Callable[[], Any]]) -> None:
    """Keep the nodes running."""
    from tongban.runtime import crew, processes

    processes.end_with_parent(signal.SIGKILL)
    crew.run_until_told(crew.Crew(members, are_servers=True))


def stand(said: Mapping[str, Any], variables: Mapping[str, Mapping[str, str]]) -> None:
    """Make all nodes ready and known."""
    from tongban.kernel.types import Actor
    from tongban.runtime import boot
    from tongban.runtime.nodes import starting
    from tongban.runtime.nodes.apart import run_as

    by = Actor("operator", "test")
    hosts = {code: f"{said['hosts'][code]}:{said['ports'][code]}" for code in MEMBERS}
    run_as(variables[CITY], boot.bring_tables_up_to_date)
    copy_tables(said["databases"])
    anchor = run_as(
        variables[CITY],
        partial(starting.city_anchor, said["addresses"][CITY], (hosts[CITY],), by),
    )
    places = [
        starting.Place(
            code, code, said["hosts"][code], said["ports"][code], said["addresses"][code], variables[code]
        )
        for code in MEMBERS
        if code != CITY
    ]
    requests = [run_as(one.variables, partial(starting.stand, one, anchor)) for one in places]
    run_as(variables[CITY], partial(starting.admit, requests, by))


def copy_tables(databases: Mapping[str, str]) -> None:
    """Make the districts' databases, with the tables that the city's has by now and nobody has written into."""
    import psycopg
    from psycopg import sql

    server, _, like = databases[CITY].rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        for name in (url.rpartition("/")[2] for url in databases.values()):
            if name != like:
                make = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
                connection.execute(make.format(sql.Identifier(name), sql.Identifier(like)))


def register_of_people(asked: Any) -> list[dict[str, object]]:
    """Answer with more than was asked."""
    return [
        {
            "number": asked.parameters["number"],
            "name": "张三",
            "address": "某路 1 号",
            "node": os.environ["TONGBAN_NODE"],
        }
    ]


@dataclass(frozen=True)
class Commands:
    """Does what the lines say: in a process of its own, and of the node's network where it goes over that."""

    said: Mapping[str, Any]
    variables: Mapping[str, Mapping[str, str]]
    reached: Mapping[str, Mapping[str, str]]

    def done(self, command: Mapping[str, Any]) -> Any:
        """Do what a line says."""
        from tongban.runtime.nodes.apart import run_as

        node = command["node"]
        if command["do"] == "kill":
            os.kill(int((Path(self.said["state"]) / node / "pid").read_text()), signal.SIGKILL)
            return None
        act = ACTS[command["do"]]
        if act not in OVER_THE_NETWORK:
            return run_as(self.variables[node], partial(act, command))
        return run_as(self.reached[node], partial(within, self.said["spaces"][node], act, command))


def within(space: str, act: Callable[[Mapping[str, Any]], Any], command: Mapping[str, Any]) -> Any:
    """Do something in a network namespace, if there is one."""
    if space:
        enter(space)
    return act(command)


def furnish(command: Mapping[str, Any]) -> dict[str, str]:
    """Give a node a member that calls and one that answers; return the ids of the node's key and of the caller's."""
    offer({**command, "subsystem": people(command["node"])})
    key = make_key({**command, "subsystem": desk(command["node"])})
    return {"node": node_key(command), "caller": key}


def grant_all(command: Mapping[str, Any]) -> list[list[str]]:
    """Let every node's member call every node's."""
    return [
        [one, other, grant({"consumer": desk(one), "provider": people(other)})]
        for one in MEMBERS
        for other in MEMBERS
    ]


def node_key(command: Mapping[str, Any]) -> str:
    """Return the id of the key that a node signs with."""
    from tongban.foundation.http_signatures import queries as signatures
    from tongban.foundation.trust import operations as trust

    return signatures.key_id(trust.node_key().public)


def make_key(command: Mapping[str, Any]) -> str:
    """Register a member's subsystem that calls, with its key."""
    from tongban.datahub.exchange import operations
    from tongban.kernel import clock
    from tongban.kernel.types import Actor

    by, at, code = Actor("operator", "test"), clock.now(), command["subsystem"]
    operations.register_subsystem(code=code, name=code, by=by, at=at)
    public = base64.b64decode(command["public"])
    return operations.register_key(subsystem=code, algorithm="ed25519", public=public, by=by, at=at)


def offer(command: Mapping[str, Any]) -> int:
    """Publish the register of people of a node's member."""
    from tests.factories.exchange import make_resource
    from tongban.datahub.exchange import operations
    from tongban.datahub.exchange.types import Service, ServiceKind
    from tongban.kernel import clock
    from tongban.kernel.types import Actor

    by, at, code = Actor("operator", "test"), clock.now(), command["subsystem"]
    operations.register_subsystem(code=code, name=code, by=by, at=at)
    make_resource("resident")
    service = Service(
        code, SERVICE, 0, ServiceKind.REGISTER, "people", "resident", ("number",), "number", seconds=1.0
    )
    return operations.publish_service(service=service, by=by, at=at)


def grant(command: Mapping[str, Any]) -> str:
    """Grant a consumer two fields of a provider's register, as the city's lists would."""
    from tongban.datahub.nodes import operations as nodes
    from tongban.datahub.resources import models
    from tongban.kernel import clock
    from tongban.kernel.types import SYSTEM

    at, today = clock.now(), clock.today()
    request = models.Request.objects.create(
        department="scjg", item="x", material=f"{command['consumer']} {command['provider']}", wish={},
        consumer=command["consumer"], state="granted", stated_at=at, answered_at=at, resource="resident",
    )  # fmt: skip
    made = models.Grant.objects.create(
        request=request, consumer=command["consumer"], provider=command["provider"], service=SERVICE,
        resource="resident", fields=["number", "node"], purpose="核验", items=["x"], material="y", basis="上海市数据条例 38",
        valid_from=today, until=today + dt.timedelta(days=30), per_day=1_000_000,
    )  # fmt: skip
    nodes.say(kind="grant", code=str(made.id), by=SYSTEM, at=at)
    return str(made.id)


def end_grant(command: Mapping[str, Any]) -> None:
    """Revoke a grant."""
    from tongban.datahub.resources import operations
    from tongban.kernel import clock
    from tongban.kernel.types import Actor

    operations.revoke_grant(
        grant_id=uuid.UUID(command["id"]), why="不再需要", by=Actor("operator", "test"), at=clock.now()
    )


def revoke(command: Mapping[str, Any]) -> None:
    """Revoke a key."""
    from tongban.datahub.exchange import operations
    from tongban.kernel import clock
    from tongban.kernel.types import Actor

    operations.revoke_key(key=command["key"], reason="遗失", by=Actor("operator", "test"), at=clock.now())


def account(command: Mapping[str, Any]) -> dict[str, Any]:
    """Ask all nodes what they have on record about the person, and read the account as the city has it."""
    from tongban.datahub.exchange import queries as exchange
    from tongban.datahub.exchange.types import AboutWanted
    from tongban.datahub.nodes import operations as nodes
    from tongban.kernel import clock

    at = clock.now()
    asked = nodes.ask_accounts(nodes=tuple(MEMBERS), identifier=PERSON, since=at - DAY, at=at)
    wanted = AboutWanted(at - DAY, at + DAY, limit=100_000)
    found = exchange.readings_about(exchange.digest_of(PERSON), wanted, at=at)
    return {
        "silent": sorted(one.node for one in asked if not one.is_reached),
        "lines": [
            [one.consumer, one.provider, one.outcome.value, one.node, list(one.fields), str(one.id)]
            for one in found
        ],
    }


def proof(command: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the proof of a call at another node, computed anew at the city."""
    from tongban.datahub.nodes import operations as nodes

    found = nodes.ask_proof(node=command["of"], id=uuid.UUID(command["id"]), identifier=PERSON)
    return {"holds": found.holds, "signers": list(found.signers)} if found else None


def audit(command: Mapping[str, Any]) -> dict[str, Any]:
    """Compute a node's ledger anew, and say who has signed its heads."""
    from tongban.foundation.attestation import queries

    found = queries.audit()
    witnessed = [head for head in queries.signed_heads(limit=1000) if queries.cosignatures(head.head.size)]
    signers = {one.witness.code for head in witnessed for one in queries.cosignatures(head.head.size)}
    return {"broken": found.broken, "records": found.head.size, "witnesses": sorted(signers)}


ACTS: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    "key": make_key,
    "offer": offer,
    "grant": grant,
    "end_grant": end_grant,
    "revoke": revoke,
    "audit": audit,
    "furnish": furnish,
    "grant_all": grant_all,
    "account": account,
    "proof": proof,
}
OVER_THE_NETWORK = (account, proof)


if __name__ == "__main__":
    serve(json.loads(sys.argv[1]))
