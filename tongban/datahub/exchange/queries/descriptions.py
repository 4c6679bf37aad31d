"""What services can be asked: for consumers, and for departments that are about to publish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tongban.datahub.exchange import known, models
from tongban.datahub.exchange.errors import ServiceUnknown
from tongban.datahub.exchange.rules import samples
from tongban.datahub.exchange.rules.openapi import comparing, describing, reading, writing
from tongban.datahub.exchange.rules.openapi.describing import Described
from tongban.datahub.exchange.rules.openapi.reading import Document, Unreadable
from tongban.datahub.exchange.types import Finding, Row, Service
from tongban.datahub.resources import queries as resources
from tongban.datahub.resources.types import Resource


def find_description(provider: str, code: str) -> dict[str, Any] | None:
    """Return the OpenAPI description of a service, None when there is no such service."""
    service = known.find_service(provider, code)
    return description_of(service, provider) if service else None


def description_of(service: Service, provider: str) -> dict[str, Any]:
    """Return the description of a service as consumers read it under an address of this provider."""
    row = models.Description.objects.filter(
        service__provider=service.provider, service__code=service.code
    ).first()
    if row and service.paths:
        return writing.published(row.document, provider, service.code)
    found = resources.find_resources([service.resource]).get(service.resource)
    title, fields = (found.name, found.fields) if found else (service.code, ())
    return writing.written(service, title, fields)


def read_description(
    text: bytes, *, resource: str, server: str = "", subject: str = "", mapped: Mapping[str, str] = {}
) -> tuple[Described, dict[str, Any]]:
    """Return what an OpenAPI file says of a service of a resource, and its content.

    ``server``, ``subject`` and ``mapped`` are as with ``describe``. Raises ResourceUnknown.
    """
    fields = resources.get_resource(resource).field_codes
    try:
        document = reading.read(text)
    except Unreadable as why:
        return Described(findings=[why.finding]), {}
    said = describing.describe(document, fields=fields, server=server, subject=subject, mapped=mapped)
    return said, document.data if isinstance(document.data, dict) else {}


def samples_of(provider: str, code: str) -> Sequence[Row]:
    """Return the rows with which the sandbox answers for a service; raise ServiceUnknown."""
    service = known.find_service(provider, code)
    if service is None:
        raise ServiceUnknown(f"{provider}/{code}")
    return sample_rows(provider, code, resources.get_resource(service.resource))


def sample_rows(provider: str, code: str, resource: Resource) -> Sequence[Row]:
    """Return the rows that a department has given for the sandbox of a service, or those made for its resource."""
    given = models.Sample.objects.filter(service__provider=provider, service__code=code).first()
    if given is None:
        return samples.made(resource)
    codes = [field.code for field in resource.fields]
    return [{code: row[code] for code in codes if code in row} for row in given.rows]


def changes_of_description(provider: str, code: str, after: Described) -> list[Finding]:
    """Return what a new description changes against the one that is published."""
    row = models.Description.objects.filter(service__provider=provider, service__code=code).first()
    if row is None:
        return []
    before = describing.describe(Document(row.document), fields=(), server="http://before")
    return comparing.differences(before, after)
