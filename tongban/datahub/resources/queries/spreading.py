"""The catalogue and the grants as districts' nodes are told of them."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from tongban.datahub.resources import models

Document = dict[str, Any]
RESOURCE = (
    "document", "digest", "position", "is_current", "name", "department", "system", "theme", "sharing", "opening",
    "level",
)  # fmt: skip
GRANT = (
    "consumer", "provider", "service", "resource", "purpose", "material", "basis", "per_day", "state", "why_ended",
)  # fmt: skip


def resource_document(code: str) -> Document | None:
    """Return what is told of a resource."""
    row = models.Resource.objects.filter(code=code).first()
    return {name: getattr(row, name) for name in RESOURCE} if row else None


def grant_document(code: str) -> Document | None:
    """Return what the provider's node is told of a grant."""
    row = models.Grant.objects.filter(id=uuid.UUID(code)).select_related("request").first()
    if row is None:
        return None
    request = row.request
    return {name: getattr(row, name) for name in GRANT} | {
        "fields": list(row.fields),
        "items": list(row.items),
        "valid_from": row.valid_from.isoformat(),
        "until": row.until.isoformat(),
        "ended_at": _text(row.ended_at),
        "request": {
            "id": str(request.id),
            "department": request.department,
            "stated_at": _text(request.stated_at),
            "answered_at": _text(request.answered_at or request.stated_at),
        },
    }


def grants_of(provider: str) -> list[str]:
    """Return the ids of the grants over what a provider offers."""
    return [str(id) for id in models.Grant.objects.filter(provider=provider).values_list("id", flat=True)]


def spread_codes() -> dict[str, list[str]]:
    """Return the codes of all resources and grants, by kind."""
    grants = models.Grant.objects.order_by("id").values_list("id", flat=True)
    return {
        "resource": list(models.Resource.objects.order_by("position", "code").values_list("code", flat=True)),
        "grant": [str(id) for id in grants],
    }


def _text(moment: dt.datetime | None) -> str:
    return moment.astimezone(dt.UTC).isoformat() if moment else ""
