"""Services go by what the catalogue says of their resource now: which fields are personal, whether it is about persons."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from tongban.datahub.exchange import known
from tongban.datahub.exchange.events import ServiceStopped
from tongban.datahub.exchange.models import Service
from tongban.datahub.exchange.operations.publishing import enable_service, names_nobody, personal_fields, put
from tongban.datahub.exchange.types import ServiceKind
from tongban.datahub.resources import queries as resources
from tongban.datahub.resources.types import Resource
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.law import law
from tongban.kernel.types import SYSTEM, Actor

WHY = "个人信息保护法 44、45：目录写明是个人的数据，服务没有声明查的是谁"


@law(
    "exchange-follows-catalogue",
    basis="个人信息保护法 4、44、45",
    says="What becomes personal information in the catalogue is guarded as such by every service of it; a service that "
    "gives persons' data and names none is paused",
)
@transaction.atomic
def follow_resource(*, resource: str, by: Actor = SYSTEM, at: dt.datetime) -> int:
    """Have the services of this node that give a resource go by its entry; return how many changed."""
    found = resources.find_resources([resource]).get(resource)
    if found is None:  # taken off: its services guard what they guarded
        return 0
    rows = Service.objects.select_for_update().filter(resource=resource).exclude(kind=ServiceKind.NODE.value)
    return sum(_follow(row, found, by, at) for row in rows.order_by("provider_id", "code"))


def _follow(row: Service, resource: Resource, by: Actor, at: dt.datetime) -> bool:
    service = known.service_of(row)
    stops = service.is_enabled and names_nobody(service, resource)
    if service.personal == personal_fields(resource) and not stops:
        return False
    put(row, service, by, at)
    if stops or not service.is_enabled:
        enable_service(
            provider=service.provider, code=service.code, is_enabled=False, reason=WHY if stops else "", by=by, at=at
        )  # fmt: skip
    if stops:
        outbox.publish(ServiceStopped(service.provider, service.code, service.resource), at=at)
    return True
