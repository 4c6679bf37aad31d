"""Where a published service may lead the node: into the department's own systems, and nobody else's."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit

from tongban.datahub.exchange.errors import AddressIsNew, NotTheirDatabase, NotTheirResource
from tongban.datahub.exchange.models import Service as ServiceRow
from tongban.datahub.exchange.rules.protocol import member_of
from tongban.datahub.exchange.types import Service, ServiceKind
from tongban.datahub.resources import queries as resources
from tongban.foundation.identity import queries as identity
from tongban.foundation.identity.types import May
from tongban.kernel.law import law
from tongban.kernel.types import Actor


@law(
    "exchange-own-systems",
    basis="数据安全法 38、39",
    says="A department's data officer publishes the department's own data, from its own databases and the systems that "
    "the data authority knows of",
)
def check_reach(service: Service, by: Actor, at: dt.datetime) -> None:
    """Raise NotTheirResource, NotTheirDatabase or AddressIsNew where a member of staff would lead the node elsewhere.

    Who operates the node answers for what it may reach, and is not asked.
    """
    if by.kind != "staff":
        return
    department = member_of(service.provider)
    found = resources.find_resources([service.resource]).get(service.resource)
    if found is None or found.department != department:
        raise NotTheirResource(service.resource)
    if service.kind is ServiceKind.QUERY and not is_own_database(service.database, department):
        raise NotTheirDatabase(service.database)
    is_new = service.kind is ServiceKind.UPSTREAM and _origin(service.target) not in _known(department)
    if is_new and not identity.staff_access(by.id, at=at).may(May.DATA_AUTHORITY):
        raise AddressIsNew(_origin(service.target))


def is_own_database(name: str, department: str) -> bool:
    """Return whether a database is a department's: called as the department, or so with a dot and more behind it."""
    return name.partition(".")[0] == department


def _known(department: str) -> set[str]:
    rows = ServiceRow.objects.filter(
        provider__code__contains=f"/{department}/", kind=ServiceKind.UPSTREAM.value
    )
    return {
        _origin(target) for provider, target in rows.values_list("provider_id", "target")
        if member_of(provider) == department
    }  # fmt: skip


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
