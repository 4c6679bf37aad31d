"""Services: published, changed, paused."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict

from django.db import transaction

from tongban.datahub.exchange.errors import ServiceUnknown, SubsystemUnknown
from tongban.datahub.exchange.events import RegisterChanged
from tongban.datahub.exchange.models import Service, Subsystem
from tongban.datahub.exchange.reach import check_reach
from tongban.datahub.exchange.rules.protocol import member_of
from tongban.datahub.exchange.rules.publishing import check_service
from tongban.datahub.exchange.types import Service as Published
from tongban.datahub.resources import queries as resources
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.types import Actor, Subject

KEPT = ("provider", "code", "version")


@transaction.atomic
def publish_service(*, service: Published, by: Actor, at: dt.datetime) -> int:
    """Publish a service, or change it, and return its version; ``service.version`` is ignored.

    Raises SubsystemUnknown, BadService naming what is wrong, or as ``check_reach`` does.
    """
    if not Subsystem.objects.filter(code=service.provider).exists():
        raise SubsystemUnknown(service.provider)
    resources.check_acts_for(by, member_of(service.provider), at)
    check_reach(service, by, at)
    row = Service.objects.select_for_update().filter(provider_id=service.provider, code=service.code).first()
    check_service(service, subject_before=row.subject if row else None)
    said = asdict(service)
    values = {name: value for name, value in said.items() if name not in KEPT} | {"kind": service.kind.value}
    if row is None:
        row = Service(provider_id=service.provider, code=service.code, version=0)
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
