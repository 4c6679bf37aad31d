"""One city and three districts in processes of their own: cut one off, kill another, go on, catch up, nothing lost or doubled.

Where this is root on Linux and may make them, each node has a network of its own; else the network between them is a wire
in this process, which may be cut. ``make partition`` runs it with networks only.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.fakes.otlp import Collector, collector
from tests.runtime.nodes import scenario
from tests.runtime.nodes.namespaces import Namespaces, NoNamespaces
from tests.runtime.nodes.networks import Network
from tests.runtime.nodes.opened import CITY, MEMBERS, Federation
from tests.runtime.nodes.scenario import Stage
from tests.runtime.nodes.wires import Wires
from tongban.runtime.processes import free_port

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("ports")]


@pytest.fixture
def stage(
    network: Network, traces: Collector | None, database_server: str, tmp_path: Path
) -> Iterator[Stage]:
    names = {node: f"nodes_{node}_{uuid.uuid4().hex[:8]}" for node in MEMBERS}
    with psycopg.connect(database_server, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(names[CITY])))
        databases = {node: database_server.rpartition("/")[0] + f"/{name}" for node, name in names.items()}
        ports: dict[str, int] = {}
        for node in MEMBERS:
            ports[node] = free_port(max(ports.values(), default=18699) + 1)
        network.lead_to(ports)
        otlp = traces.address if traces else ""
        federation = Federation(tmp_path, databases, ports, network, otlp=otlp)
        try:
            yield Stage(federation, network, databases, traces)
        finally:
            federation.end()
            for name in names.values():
                server.execute(
                    sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
                )


@pytest.fixture
def network() -> Iterator[Network]:
    """Return real networks where they can be had, else wires; ``make partition`` wants the first, or says why not."""
    try:
        spaces = Namespaces(MEMBERS)
        spaces.begin()
    except NoNamespaces as why:
        if "TONGBAN_TEST_NAMESPACES" in os.environ:
            pytest.skip(str(why))
        wires = Wires(MEMBERS)
        yield wires
        wires.end()
        return
    yield spaces
    spaces.end()


@pytest.fixture
def traces(network: Network) -> Iterator[Collector | None]:
    """Return who collects traces; from networks of their own no node reaches this process's ports."""
    if isinstance(network, Namespaces):
        yield None
        return
    with collector() as to:
        yield to


def test_cut_off_killed_and_caught_up(stage: Stage) -> None:
    scenario.play(stage)
