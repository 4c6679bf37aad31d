"""Publishing a service by its description."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from tongban.datahub.exchange.errors import BadDescription
from tongban.datahub.exchange.models import Description, Service
from tongban.datahub.exchange.operations.publishing import publish_service
from tongban.datahub.exchange.rules.openapi.describing import Described
from tongban.datahub.exchange.types import Service as Published
from tongban.datahub.exchange.types import ServiceKind
from tongban.foundation.ledger import operations as ledger
from tongban.kernel.types import Actor, Subject


def described_service(
    *, provider: str, code: str, resource: str, described: Described, subject: str = "", seconds: float = 5.0
) -> Published:
    """Return the service that a description says; raise BadDescription with all that is wrong."""
    if described.errors:
        raise BadDescription(described.errors)
    return Published(
        provider=provider,
        code=code,
        version=0,
        kind=ServiceKind.UPSTREAM,
        target=described.server,
        resource=resource,
        parameters=described.parameters,
        subject=subject,
        seconds=seconds,
        paths=described.paths,
        renames=described.renames,
    )


@transaction.atomic
def publish_described(
    *,
    provider: str,
    code: str,
    resource: str,
    described: Described,
    content: Mapping[str, Any],
    text: bytes,
    by: Actor,
    at: dt.datetime,
    subject: str = "",
    seconds: float = 5.0,
) -> int:
    """Publish a department's own service as its OpenAPI file describes it, and return its version.

    Nothing but what the file names can be asked then. Raises BadDescription with all that is wrong, SubsystemUnknown
    or BadService.
    """
    service = described_service(
        provider=provider, code=code, resource=resource, described=described, subject=subject, seconds=seconds
    )
    version = publish_service(service=service, by=by, at=at)
    digest = hashlib.sha256(text).hexdigest()
    row = Service.objects.get(provider_id=provider, code=code)
    Description.objects.update_or_create(
        service=row, defaults={"document": dict(content), "digest": digest, "at": at}
    )
    ledger.record(
        act="exchange.service_described",
        subject=Subject("service", f"{provider}/{code}"),
        by=by,
        at=at,
        detail={"digest": digest, "version": version},
    )
    return version
