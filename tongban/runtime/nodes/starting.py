"""Making districts' nodes ready: a database each, keys each, known to the city and knowing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tongban.datahub.nodes import operations as nodes
from tongban.kernel import clock
from tongban.kernel.errors import Invalid
from tongban.kernel.types import SYSTEM, Actor
from tongban.runtime import boot, processes
from tongban.runtime.database import create_database, embedded, name_of
from tongban.runtime.environment import Environment, read
from tongban.runtime.nodes.apart import run_as
from tongban.runtime.nodes.serving import NodeServer, threads_of

FIRST_PORT = 8101
CITY_NAME = "市级节点"
LIKE = "tongban_node"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node is to stand: its code and name, the host and port it listens on, the address it is asked at."""

    code: str
    name: str
    host: str
    port: int
    address: str
    variables: Mapping[str, str]


def districts() -> dict[str, str]:
    """Return the name of each district of the city by its code in addresses, in the pack's order."""
    from tongban.foundation.government import queries as government

    return {one.slug: one.name for one in government.districts()}


def prepare_tables(settings: Environment) -> None:
    """Make a database with a node's tables and nothing in them, which each new node's is a copy of."""
    cluster = embedded(settings)
    create_database(cluster.url("postgres"), LIKE)
    run_as({"TONGBAN_NODE": "", "DATABASE_URL": cluster.url(LIKE)}, boot.bring_tables_up_to_date)


def place(settings: Environment, code: str, name: str, *, rank: int) -> Place:
    """Return where a node of this machine stands; its database is made if it is not there."""
    variables = {"TONGBAN_NODE": code, "TONGBAN_STATE": str(settings.state)}
    own = read({**variables, "TONGBAN_CITY": str(settings.city)})
    cluster = embedded(own)
    create_database(cluster.url("postgres"), name_of(own), like=LIKE)
    database_url = cluster.url(name_of(own))
    port = processes.free_port(FIRST_PORT + rank)
    address = f"http://{processes.HOST}:{port}"
    return Place(code, name, processes.HOST, port, address, variables | {"DATABASE_URL": database_url})


def folder_of(settings: Environment, code: str) -> Path:
    """Return where a node keeps what is no data: its secrets, and what runs."""
    return settings.state / "nodes" / code


def found(
    settings: Environment, places: Sequence[Place], city: Mapping[str, str], *, by: Actor
) -> list[NodeServer]:
    """Make nodes ready and known, and return how they are served; ``city`` says where the city's database is."""
    address = settings.address or address_of_city(settings)
    anchor = run_as(city, partial(city_anchor, address, local_hosts(settings.port), by))
    requests = [run_as(one.variables, partial(stand, one, anchor)) for one in places]
    run_as(city, partial(admit, requests, by))
    threads = threads_of(len(places))
    return [
        NodeServer(
            one.code, one.variables, folder_of(settings, one.code), one.host, one.port, threads=threads
        )
        for one in places
    ]


def local_hosts(port: int) -> tuple[str, ...]:
    """Return under which names a port of this machine is called on it."""
    return f"{processes.HOST}:{port}", f"localhost:{port}"


def address_of_city(settings: Environment) -> str:
    """Return where the city answers on this machine, or did last."""
    last = settings.state / "run"
    said = last.read_text("ascii") if last.exists() else ""
    return said.rstrip("/") or f"http://{processes.HOST}:{settings.port}"


def city_anchor(address: str, hosts: Sequence[str], by: Actor) -> bytes:
    """Make the city a node, if it is none, and return its anchor; ``hosts`` are those that its members call."""
    if boot.are_tables_missing():
        raise Invalid(
            "city-not-ready",
            "城市还没有准备好，或者数据表还是旧版本的。请先运行一次 tongban run；正在运行的，重新启动。",
        )
    at = clock.now()
    nodes.become_city(name=CITY_NAME, address=address, hosts=hosts, by=by, at=at)
    nodes.say_everything(by=SYSTEM, at=at)
    return nodes.anchor()


def stand(place: Place, anchor: bytes) -> bytes:
    """Make the tables and keys of a node, and return its request to be admitted."""
    boot.bring_tables_up_to_date()
    at = clock.now()
    request = nodes.join(
        code=place.code,
        name=place.name,
        address=place.address,
        hosts=(*local_hosts(place.port), f"{place.host}:{place.port}"),
        anchor=anchor,
        by=SYSTEM,
        at=at,
    )
    nodes.say_everything(by=SYSTEM, at=at)
    return request


def admit(requests: Sequence[bytes], by: Actor) -> None:
    """Admit nodes to the federation; the directory tells the others."""
    at = clock.now()
    for request in requests:
        nodes.admit(request=request, by=by, at=at)
    nodes.say_everything(by=SYSTEM, at=at)
