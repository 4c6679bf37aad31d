"""A demonstration's districts have departments of their own: their systems answer beside the node, and it publishes them.

They are a process of the machine that the nodes run on, so that a node that is cut off from the city still has its own.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from tongban.datahub.exchange.types import Service
from tongban.datahub.nodes import operations as nodes
from tongban.datahub.nodes import queries
from tongban.datahub.resources.types import Resource
from tongban.demo.departments import publishing, rest, troubles
from tongban.foundation.identity import queries as identity
from tongban.kernel import clock
from tongban.kernel.types import SYSTEM
from tongban.runtime.departments import TROUBLES
from tongban.runtime.environment import Environment
from tongban.runtime.nodes.apart import run_as
from tongban.runtime.nodes.starting import Place
from tongban.runtime.processes import end_with_parent, free_port

FIRST_PORT = 8161


@dataclass(frozen=True)
class DistrictSystems:
    """The systems of districts' departments, by the code of their resource, on a port of this machine."""

    resources: Mapping[str, Resource]
    port: int
    troubles: Path

    @property
    def address(self) -> str:
        """Return where they answer."""
        return f"http://{rest.HOST}:{self.port}"

    def run(self) -> None:
        """Answer as long as the process goes on that began this one."""
        end_with_parent(signal.SIGKILL)
        rest.Departments(
            self.resources,
            identity.population(),
            port=self.port,
            today=clock.today,
            troubles=troubles.Troubles(self.troubles),
        ).serve_forever(rest.POLL_SECONDS)


@contextmanager
def answering(systems: DistrictSystems | None) -> Iterator[None]:
    """Have the systems answer in a process of their own for the block, if there are any."""
    if systems is None:
        yield
        return
    process = get_context("fork").Process(target=systems.run, daemon=True)
    process.start()
    try:
        yield
    finally:
        process.kill()
        process.join()


def systems_of(
    settings: Environment, places: Sequence[Place], city: Mapping[str, str]
) -> DistrictSystems | None:
    """Return the systems of the districts whose nodes stand here, published at each; None where none has any."""
    resources: dict[str, Resource] = run_as(city, partial(_resources, [one.code for one in places]))
    if not resources:
        return None
    systems = DistrictSystems(resources, free_port(FIRST_PORT), settings.state / TROUBLES)
    wanted = run_as(city, partial(_offers, [one.code for one in places], systems.address))
    for place in places:
        services, names = wanted[place.code]
        if services:
            _bring_catalogue(place, city)
            run_as(place.variables, partial(publishing.put_out, services, names, by=SYSTEM, at=clock.now()))
    return systems


def _bring_catalogue(place: Place, city: Mapping[str, str]) -> None:
    """Have a node know the catalogue before it agrees with the city, which may not answer yet: services name what they give."""
    after: int | None = 0
    while after is not None:
        answer = run_as(city, partial(_told, place.code, after))
        after = run_as(place.variables, partial(nodes.bring, answer=answer, by=SYSTEM, at=clock.now()))


def _told(code: str, after: int) -> bytes:
    node = queries.find_node(code)
    assert node is not None  # noqa: S101 - it was just admitted
    request = json.dumps({"after": after, "says": []}).encode()
    return nodes.answer_sync(node=node, request=request, by=SYSTEM, at=clock.now())


def _resources(districts: Sequence[str]) -> dict[str, Resource]:
    return {code: one for district in districts for code, one in publishing.offered(district).items()}


def _offers(districts: Sequence[str], address: str) -> dict[str, tuple[list[Service], dict[str, str]]]:
    return {district: publishing.of_district(district, address) for district in districts}
