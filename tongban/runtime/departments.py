"""The departments' systems of the demonstration: made ready, published, answered for while a city or its history needs them."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tongban.kernel.errors import N_
from tongban.runtime.cli import say
from tongban.runtime.environment import Environment

PORT, DATABASES, TROUBLES = "departments", "departments-databases", "departments-troubles.json"
EMPLOYERS = "departments-employers.db"
"""What the social insurance centre keeps by the changes of companies that it is told."""
VARIABLE = "TONGBAN_DEPARTMENT_DATABASES"
BESIDE = "_departments"
"""How the departments' database is called: as the city's own, with this after it."""
ROLES = "demo.department-role"
CONNECT_SECONDS = 1.0
MSG_NO_DATABASES = N_("数据库服务器不让另建数据库，各部门的数据改由接口提供：{reason}")
MSG_ANSWERING = N_("演示用的部门系统在 {address} 应答：{services} 个服务，{changed} 个刚刚发布。")


def is_wanted(settings: Environment) -> bool:
    """Return whether this city has simulated departments: a demonstration with a history."""
    return settings.demonstration and settings.demo_cases > 0


def prepare_databases(settings: Environment, server_url: str) -> None:
    """Fill the departments' databases and write down how the exchange reaches them; needs Django and the catalogue.

    A server that lets nobody make databases is said so: those departments then have REST services like the others.
    """
    import psycopg

    from tongban.demo.departments import databases, publishing
    from tongban.foundation.identity import queries as identity
    from tongban.foundation.trust import queries as trust
    from tongban.kernel.clock import today

    found: dict[str, str] = {}
    try:
        found = databases.prepare(
            server_url, publishing.offered().values(), identity.population(), today(),
            password_of=lambda role: trust.keyed_digest(ROLES, role.encode()),
            name=f"{urlsplit(server_url).path.strip('/')}{BESIDE}",
        )  # fmt: skip
    except psycopg.Error as error:
        say(MSG_NO_DATABASES, reason=str(error).strip().splitlines()[0])
    path = settings.state / DATABASES
    path.touch(mode=0o600)
    path.write_text("\n".join(f"{name}={address}" for name, address in found.items()), "utf-8")


def databases_beside(settings: Environment, given: str) -> str:
    """Return the value of the variable that names the departments' databases: those given, and those made ready."""
    path = settings.state / DATABASES
    return "\n".join(filter(None, (given, path.read_text("utf-8") if path.exists() else "")))


@contextmanager
def answering(settings: Environment, *, is_lively: bool = False) -> Iterator[None]:
    """Answer for the departments in this process for the block, and publish their services where they lie now.

    Args: ``is_lively`` has a register tell its changes meanwhile, which another department follows.
    """
    from django.conf import settings as ours

    from tongban.client.keys import NodeKey
    from tongban.datahub.exchange import operations as exchange
    from tongban.demo.departments import insurance, publishing, registrar, rest, troubles
    from tongban.foundation.identity import queries as identity
    from tongban.kernel import clock
    from tongban.kernel.types import SYSTEM

    path, key, people = settings.state / PORT, exchange.node_key(), identity.population()
    node_keys = (NodeKey.of(key.algorithm, key.public),)
    server = rest.Departments(
        publishing.offered(), people, port=_port(path), today=clock.today,
        troubles=troubles.Troubles(settings.state / TROUBLES),
        employers=insurance.Employers(settings.state / EMPLOYERS, lambda: node_keys),
    )  # fmt: skip
    with rest.answering(server):
        changed = publishing.publish(server.address, ours.DEPARTMENT_DATABASES, by=SYSTEM, at=clock.now())
        path.write_text(str(server.server_address[1]), "ascii")
        say(MSG_ANSWERING, address=server.address, services=len(server.resources), changed=changed)
        sys.stdout.flush()
        telling = registrar.Registrar(
            tuple(people.firms.values()), server.address + insurance.PATH, clock.now
        )
        if is_lively:
            telling.start()
        try:
            yield
        finally:
            if is_lively:
                telling.end()


def _port(path: Path) -> int:
    """Return the port of the last time, if it is free, so that services need not be published anew; else any."""
    try:
        port = int(path.read_text("ascii"))
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
    except (FileNotFoundError, ValueError, OSError, OverflowError):
        return 0
    return port


def is_answering(settings: Environment) -> bool:
    """Return whether the departments answer already, in whatever process."""
    try:
        port = int((settings.state / PORT).read_text("ascii"))
        socket.create_connection(("127.0.0.1", port), CONNECT_SECONDS).close()
    except (FileNotFoundError, ValueError, OSError, OverflowError):
        return False
    return True
