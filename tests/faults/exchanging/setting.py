"""Consumers with keys and grants, in the city that runs and in a district's node, each for services here and there."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults.exchanging.district import CODE
from tongban.foundation.http_signatures import operations as signatures
from tongban.foundation.http_signatures.types import ED25519

CITY, DISTRICT = "city", "district"
CONSUMERS = {CITY: "SH/GOV/scjg/faults", DISTRICT: f"SH/GOV/{CODE}/faults-desk"}
PROVIDERS = {CITY: "SH/GOV/gaj/faults", DISTRICT: f"SH/GOV/{CODE}/faults"}
CONSUMER, PROVIDER = CONSUMERS[CITY], PROVIDERS[CITY]
INSTITUTION, COUNTED, PATIENT = "institution", "counted", "patient"
"""A register of the city; the service of a department, one at each node; the city's again, given more time."""
RESOURCE = "faults"
ASKED = ("GET /", "POST /", "GET /{what}")
PER_DAY = 1_000_000
SETTING_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Access:
    """What a caller needs: where its gateway is, who it is, its key, and what it may call in turn."""

    address: str
    consumer: str
    key: str
    private: bytes
    paths: tuple[str, ...]

    def signer(self) -> signatures.PrivateKey:
        """Return the private key, to sign with."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.private)


@dataclass(frozen=True, slots=True)
class Node:
    """A node as it is furnished: its environment, where it answers, where its department's own service does."""

    name: str
    variables: dict[str, str]
    address: str
    provider: str

    @property
    def database(self) -> str:
        """Return where its database is."""
        return self.variables["DATABASE_URL"]


def node_of(name: str, database: str, state: Path, address: str, provider: str) -> Node:
    """Return a node of this installation."""
    code = CODE if name == DISTRICT else ""
    variables = {"DATABASE_URL": database, "TONGBAN_STATE": str(state), "TONGBAN_NODE": code}
    return Node(name, variables, address, provider)


def settle(nodes: dict[str, Node]) -> dict[str, Access]:
    """Register, publish and grant at each node, in processes of their own, since this one may have a database of its own."""
    found = {}
    for name, node in nodes.items():
        private, public = signatures.make_pair(ED25519)
        key = apart(node, _settle, name, node.provider, public, tuple(nodes))
        paths = tuple(path for other in nodes for path in _paths(other))
        found[name] = Access(node.address, CONSUMERS[name], key, private.private_bytes_raw(), paths)  # type: ignore[union-attr]
    return found


def apart(node: Node, act: Any, *asked: Any) -> Any:
    """Return what is done at a node in a process of its own; raise RuntimeError when nothing comes of it."""
    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(
        target=_done, args=(node.variables, sender, act, *asked)
    )
    process.start()
    sender.close()
    try:
        if not receiver.poll(SETTING_SECONDS):
            raise RuntimeError("nothing came of it in time")
        return receiver.recv()
    except EOFError:
        raise RuntimeError("it could not be done; see above") from None
    finally:
        process.join(10)
        process.kill()


def _done(variables: dict[str, str], said: Any, act: Any, *asked: Any) -> None:
    os.environ |= variables
    from tongban.runtime import boot

    boot.set_up_django()
    said.send(act(*asked))


def _paths(name: str) -> list[str]:
    """Return the addresses of what a node offers."""
    services = (INSTITUTION, COUNTED) if name == CITY else (COUNTED,)
    return [f"/r1/{PROVIDERS[name]}/{service}" for service in services]


def _settle(name: str, provider: str, public: bytes, nodes: tuple[str, ...]) -> str:
    from tests.factories.exchange import make_resource
    from tongban.datahub.exchange import operations
    from tongban.datahub.exchange.types import Service, ServiceKind
    from tongban.kernel import clock
    from tongban.kernel.types import SYSTEM

    at = clock.now()
    for code in (CONSUMERS[name], PROVIDERS[name]):
        operations.register_subsystem(code=code, name=code, by=SYSTEM, at=at)
    key = operations.register_key(
        subsystem=CONSUMERS[name], algorithm=ED25519, public=public, by=SYSTEM, at=at
    )
    services = [
        Service(
            PROVIDERS[name],
            COUNTED,
            0,
            ServiceKind.UPSTREAM,
            provider,
            RESOURCE,
            ("name",),
            paths=ASKED,
            seconds=2.0,
            most_bytes=100_000,
        )
    ]
    if name == CITY:
        services += [
            Service(
                PROVIDER,
                PATIENT,
                0,
                ServiceKind.UPSTREAM,
                provider,
                RESOURCE,
                ("name",),
                paths=ASKED,
                seconds=60.0,
                most_bytes=100_000,
            ),
            Service(
                PROVIDER,
                INSTITUTION,
                0,
                ServiceKind.REGISTER,
                "public-institutions",
                RESOURCE,
                ("name",),
            ),
        ]
    make_resource(RESOURCE)
    for service in services:
        operations.publish_service(service=service, by=SYSTEM, at=at)
    if name == CITY:
        _grant_all(nodes)
    return key


def _grant_all(nodes: tuple[str, ...]) -> None:
    """Grant everybody everything: the city does, and its directory tells the district."""
    from tongban.datahub.nodes import operations
    from tongban.kernel import clock
    from tongban.kernel.types import SYSTEM

    grant(CONSUMER, PROVIDER, PATIENT)
    for consumer in nodes:
        for provider in nodes:
            for path in _paths(provider):
                id = grant(CONSUMERS[consumer], PROVIDERS[provider], path.rpartition("/")[2])
                if len(nodes) > 1:
                    operations.say(kind="grant", code=id, by=SYSTEM, at=clock.now())


def grant(consumer: str, provider: str, service: str) -> str:
    """Grant a consumer two fields of a service."""
    from tongban.datahub.resources import models
    from tongban.kernel import clock

    at, today = clock.now(), clock.today()
    request = models.Request.objects.create(
        department="scjg", item="faults", material=f"{consumer} {provider} {service}", wish={}, consumer=consumer,
        state="granted", resource=RESOURCE, stated_at=at, answered_at=at,
    )  # fmt: skip
    made = models.Grant.objects.create(
        request=request, consumer=consumer, provider=provider, service=service, resource=RESOURCE, fields=["name", "id"],
        purpose="核验", items=["faults"], material=service, basis="上海市数据条例 38", valid_from=today,
        until=today + dt.timedelta(days=30), per_day=PER_DAY,
    )  # fmt: skip
    return str(made.id)
