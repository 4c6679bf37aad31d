"""What may be had instead of the papers of items: demands that were stated, their grants, and the services behind them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

from tongban.datahub.exchange.rules.providing import provided_by
from tongban.datahub.resources.types import Resource
from tongban.foundation.calendars import queries as calendars
from tongban.foundation.statements import queries as statements
from tongban.kernel.clock import SHANGHAI

OFFERS = """
SELECT r.item, r.material, g.id, g.consumer, g.provider, g.service, g.resource, coalesce(g.fields, '{}'),
    coalesce(s.parameters, '{}'), coalesce(s.is_enabled, false), c.document::text, d.document ->> 'name'
FROM resources_request r
LEFT JOIN resources_grant g ON g.request_id = r.id AND g.state = 'active' AND %(day)s::date BETWEEN g.valid_from AND g.until
LEFT JOIN exchange_service s ON s.provider_id = g.provider AND s.code = g.service AND s.resource = g.resource
LEFT JOIN resources_resource c ON c.code = g.resource
LEFT JOIN government_department d ON d.code = c.department
WHERE r.item = ANY(%(items)s::text[]) AND r.state <> 'withdrawn'
ORDER BY r.item, r.material, g.valid_from, g.id
"""


UNPROVIDED = """
SELECT g.id, g.provider, g.service, g.resource, g.consumer, g.valid_from FROM resources_grant g
LEFT JOIN exchange_service s ON s.provider_id = g.provider AND s.code = g.service AND s.resource = g.resource
WHERE g.state = 'active' AND s.code IS NULL ORDER BY g.valid_from, g.id
"""


@dataclass(frozen=True, slots=True)
class Unprovided:
    """A grant that stands and can not be used, for its owner has not published the service; until when it should."""

    grant: uuid.UUID
    provider: str
    service: str
    resource: str
    consumer: str
    granted_on: dt.date
    due_on: dt.date


@dataclass(frozen=True, slots=True)
class Offer:
    """A grant that stands for a paper of an item, and what has to be known to use it.

    ``fields`` are the granted ones with their names, ``elements`` what data element they are, where they are one;
    ``keys`` the data elements of the fields it can be asked by;
    ``is_open`` says that the provider has published its service and not paused it; ``owner`` is the granted field that
    says whose a record is, empty where none does; ``is_nobodys`` says that the records are about places and open to all.
    """

    item: str
    material: str
    grant: uuid.UUID
    consumer: str
    provider: str
    service: str
    resource: str
    resource_name: str
    department: str
    fields: Mapping[str, str]
    elements: Mapping[str, str]
    keys: Mapping[str, str]
    parameters: tuple[str, ...]
    is_open: bool
    owner: str = ""
    is_nobodys: bool = False


@dataclass(frozen=True, slots=True)
class Offers:
    """What the lists have said about items: ``stated`` are the (item, material) for which somebody asked at all."""

    stated: frozenset[tuple[str, str]]
    offers: tuple[Offer, ...]


def offers(items: Collection[str], *, at: dt.datetime) -> Offers:
    """Return what may be had instead of the papers of these items on this day (one statement)."""
    values = {"items": list(items), "day": at.astimezone(SHANGHAI).date()}
    rows = statements.rows(OFFERS, values)
    return Offers(
        frozenset((row[0], row[1]) for row in rows), tuple(_offer(*row) for row in rows if row[2] and row[10])
    )


def _offer(
    item: str, material: str, grant: uuid.UUID, consumer: str, provider: str, service: str, resource: str,
    granted: list[str], parameters: list[str], is_open: bool, document: str, department: str | None,
) -> Offer:  # fmt: skip
    known = _resource(document)
    fields = {one.code: one for one in known.fields}
    given = [fields[code] for code in granted if code in fields]
    return Offer(
        item=item,
        material=material,
        grant=grant,
        consumer=consumer,
        provider=provider,
        service=service,
        resource=resource,
        resource_name=known.name,
        department=department or known.department,
        fields={one.code: one.name for one in given},
        elements={one.code: one.element for one in given if one.element},
        keys={one.code: one.element or "" for one in known.fields if one.key},
        parameters=tuple(parameters),
        is_open=is_open,
        owner=next((one.code for one in given if one.owner), ""),
        is_nobodys=known.is_nobodys,
    )


@lru_cache(maxsize=2000)
def _resource(document: str) -> Resource:
    """Return a resource as the catalogue has it; the same document is read once."""
    return Resource.model_validate_json(document)


def unprovided() -> tuple[Unprovided, ...]:
    """Return the grants whose service is not published, the oldest first, with the last day for it."""
    calendar = calendars.current_calendar()
    rows = statements.rows(UNPROVIDED, [])
    return tuple(
        Unprovided(id, provider, service, resource, consumer, day, provided_by(calendar, day))
        for id, provider, service, resource, consumer, day in rows
    )
