"""The departments' services, published in the exchange as any department publishes one: where they lie, what they are asked by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence

from tongban.datahub.exchange import operations
from tongban.datahub.exchange import queries as exchange
from tongban.datahub.exchange.types import Service, ServiceKind
from tongban.datahub.resources import queries as resources
from tongban.datahub.resources.types import Resource, System
from tongban.demo.departments import records
from tongban.demo.departments.databases import IN_DATABASES, statement_of
from tongban.demo.departments.rest import path_of
from tongban.kernel.types import Actor

OF_DISTRICTS = "district-"
"""The codes of departments that each district has begin so; a district's own is its member ``pudong-…``."""
SECONDS = 2.0
"""How long a department's system may take."""
MOST_BYTES = 100_000


def offered(district: str = "") -> dict[str, Resource]:
    """Return the resources of the catalogue that can be asked about a person, a company or what they have, by code.

    Args: ``district`` is the code of a district whose own departments' are wanted, instead of those that answer at the city.
    """
    homes = {one.code: district_of(one) for one in resources.systems()}
    return {
        one.code: one
        for one in resources.resources()
        if records.asked_by(one) and homes.get(one.system, "") == district
    }


def district_of(system: System) -> str:
    """Return the district at whose node a system answers: the one that its member begins with; empty for the city's."""
    if system.member == system.department:
        return ""
    return system.member.removesuffix(system.department.removeprefix(OF_DISTRICTS)).rstrip("-")


def of_district(district: str, address: str) -> tuple[list[Service], dict[str, str]]:
    """Return the services of a district's own departments at an address, and their subsystems with their names."""
    systems = {one.code: one for one in resources.systems() if district_of(one) == district}
    found = list(services(tuple(offered(district).values()), systems, address, ()))
    return found, {one.subsystem: one.name for one in systems.values()}


def services(
    offered: Sequence[Resource], systems: Mapping[str, System], address: str, databases: Collection[str]
) -> Iterator[Service]:
    """Yield the services: over the departments' databases where they have one, else at their REST addresses."""
    for one in offered:
        by = records.asked_by(one)
        is_query = one.department in IN_DATABASES and one.department in databases
        yield Service(
            provider=systems[one.system].subsystem,
            code=one.service_code,
            version=0,
            kind=ServiceKind.QUERY if is_query else ServiceKind.UPSTREAM,
            target=statement_of(one) if is_query else f"{address}{path_of(one)}",
            resource=one.code,
            parameters=(by,),
            subject=by if records.is_number(by) else "",
            database=one.department if is_query else "",
            seconds=SECONDS,
            most_bytes=MOST_BYTES,
        )


def publish(address: str, databases: Collection[str], *, by: Actor, at: dt.datetime) -> int:
    """Publish what the city's departments offer and is not published so yet; return how many services changed."""
    systems = {one.code: one for one in resources.systems()}
    wanted = list(services(tuple(offered().values()), systems, address, databases))
    return put_out(wanted, {one.subsystem: one.name for one in systems.values()}, by=by, at=at)


def put_out(wanted: Sequence[Service], names: Mapping[str, str], *, by: Actor, at: dt.datetime) -> int:
    """Publish services that are not published so yet; ``names`` are their subsystems'. Return how many changed."""
    known = {one.code for one in exchange.subsystems()}
    for code in sorted({one.provider for one in wanted} - known):
        operations.register_subsystem(code=code, name=names[code], by=by, at=at)
    published = {(one.provider, one.code): one for one in exchange.services()}
    changed = [one for one in wanted if not _is_same(published.get((one.provider, one.code)), one)]
    for one in changed:
        operations.publish_service(service=one, by=by, at=at)
    return len(changed)


def _is_same(published: Service | None, wanted: Service) -> bool:
    return published is not None and (
        published.kind, published.target, published.parameters, published.subject, published.database
    ) == (wanted.kind, wanted.target, wanted.parameters, wanted.subject, wanted.database)  # fmt: skip
