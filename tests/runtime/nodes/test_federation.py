"""One city and three districts in processes of their own: cut one off, kill another, go on, catch up, nothing lost or doubled.

The network between them is a wire in this process, which may be cut; where TONGBAN_TEST_NAMESPACES is set and this is root
on Linux, each node has a network of its own (``make partition``).
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
from tests.runtime.nodes.namespaces import Namespaces, why_not
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


class TestOverWires:
    @pytest.fixture
    def network(self) -> Iterator[Network]:
        wires = Wires(MEMBERS)
        yield wires
        wires.end()

    @pytest.fixture
    def traces(self) -> Iterator[Collector]:
        with collector() as to:
            yield to

    def test_cut_off_killed_and_caught_up(self, stage: Stage) -> None:
        scenario.play(stage)


@pytest.mark.skipif(
    "TONGBAN_TEST_NAMESPACES" not in os.environ, reason="in networks of their own: make partition"
)
class TestInNamespaces:
    @pytest.fixture
    def network(self) -> Iterator[Network]:
        if reason := why_not():
            pytest.skip(reason)
        spaces = Namespaces(MEMBERS)
        try:
            spaces.begin()
            yield spaces
        finally:
            spaces.end()

    @pytest.fixture
    def traces(self) -> None:
        """Nobody collects there: no node reaches this process's ports."""

    def test_cut_off_killed_and_caught_up(self, stage: Stage) -> None:
        scenario.play(stage)
