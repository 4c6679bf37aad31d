"""Services: published, changed, paused."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, replace

from django.db import transaction

from tongban.datahub.exchange.errors import BadService, ServiceUnknown, SubjectMissing, SubsystemUnknown
from tongban.datahub.exchange.events import RegisterChanged
from tongban.datahub.exchange.models import Service, Subsystem
from tongban.datahub.exchange.providers import registers
from tongban.datahub.exchange.reach import check_reach
from tongban.datahub.exchange.rules.protocol import member_of
from tongban.datahub.exchange.rules.publishing import check_service
from tongban.datahub.exchange.types import Service as Published
from tongban.datahub.exchange.types import ServiceKind
from tongban.datahub.resources import queries as resources
from tongban.datahub.resources.types import About, Resource
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.law import law
from tongban.kernel.types import Actor, Subject

KEPT = ("provider", "code", "version")


def check_publishable(*, service: Published, by: Actor, at: dt.datetime) -> None:
    """Raise whatever publishing a service is refused for, once its subsystem is registered.

    That is BadService naming what is wrong, SubjectStands, SubjectMissing, NotAllowed, or as ``check_reach`` does.
    """
    resources.check_acts_for(by, member_of(service.provider), at)
    check_reach(service, by, at)
    row = Service.objects.filter(provider_id=service.provider, code=service.code).first()
    check_service(service, subject_before=row.subject if row else None)
    check_register(service)
    check_subject(service)


@transaction.atomic
def publish_service(*, service: Published, by: Actor, at: dt.datetime) -> int:
    """Publish a service, or change it, and return its version; ``service.version`` is ignored.

    Raises SubsystemUnknown, or as ``check_publishable`` does.
    """
    if not Subsystem.objects.filter(code=service.provider).exists():
        raise SubsystemUnknown(service.provider)
    row = Service.objects.select_for_update().filter(provider_id=service.provider, code=service.code).first()
    check_publishable(service=service, by=by, at=at)
    return put(row or Service(provider_id=service.provider, code=service.code, version=0), service, by, at)


def put(row: Service, service: Published, by: Actor, at: dt.datetime) -> int:
    """Write a service as its next version, with the personal fields that its resource has now; return the version."""
    said = asdict(replace(service, personal=personal_fields(get_resource(service))))
    values = {name: value for name, value in said.items() if name not in KEPT} | {"kind": service.kind.value}
    for name, value in values.items():
        setattr(row, name, list(value) if isinstance(value, tuple) else value)
    row.version += 1
    row.save()
    _record(
        "exchange.service_published",
        service.provider,
        service.code,
        by,
        at,
        values | {"version": row.version},
    )
    return row.version


def check_register(service: Published) -> None:
    """Raise BadService where a service is to answer from a register that this node does not have."""
    if service.kind is ServiceKind.REGISTER and service.target not in registers.names():
        raise BadService("target")


@law(
    "exchange-persons-by-name",
    basis="个人信息保护法 44、45",
    says="A service about persons is asked about one whom the call names; whole lists go by feeds, where each change "
    "has its own",
)
def check_subject(service: Published) -> None:
    """Raise SubjectMissing where a service about persons does not declare which parameter names them, or BadService."""
    if names_nobody(service, get_resource(service)):
        raise SubjectMissing(service.resource)


def names_nobody(service: Published, resource: Resource) -> bool:
    """Return whether a service gives persons' data and declares no parameter that names them."""
    return not service.subject and resource.is_personal and resource.subject is About.PERSON


def personal_fields(resource: Resource) -> tuple[str, ...]:
    """Return the fields of a resource that are personal information, or say whose a record is."""
    return tuple(one.code for one in resource.fields if one.personal or one.owner)


def get_resource(service: Published) -> Resource:
    """Return the resource of a service; raise BadService where the catalogue has none: nobody knew what may leave."""
    found = resources.find_resources([service.resource]).get(service.resource)
    if found is None:
        raise BadService("resource")
    return found


@transaction.atomic
def enable_service(
    *, provider: str, code: str, is_enabled: bool, reason: str, by: Actor, at: dt.datetime
) -> None:
    """Pause a service, or let it go on: the next call hears it. Raises ServiceUnknown."""
    changed = Service.objects.filter(provider_id=provider, code=code).update(is_enabled=is_enabled)
    if not changed:
        raise ServiceUnknown(f"{provider}/{code}")
    resources.check_acts_for(by, member_of(provider), at)
    act = "exchange.service_enabled" if is_enabled else "exchange.service_paused"
    _record(act, provider, code, by, at, {"reason": reason})


def _record(
    act: str, provider: str, code: str, by: Actor, at: dt.datetime, detail: dict[str, object]
) -> None:
    ledger.record(act=act, subject=Subject("service", f"{provider}/{code}"), by=by, at=at, detail=detail)
    outbox.publish(RegisterChanged(f"{provider}/{code}", "service"), at=at)
