"""What is kept at a district's node of the city's catalogue and of its grants."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from tongban.datahub.resources import models
from tongban.kernel.types import Actor

Document = Mapping[str, Any]


@transaction.atomic
def keep_resource(*, code: str, document: Document, by: Actor, at: dt.datetime) -> None:
    """Keep a resource of the catalogue as the city's node has it."""
    models.Resource.objects.update_or_create(code=code, defaults=dict(document))


@transaction.atomic
def keep_grant(*, code: str, document: Document, by: Actor, at: dt.datetime) -> None:
    """Keep a grant over what a provider of this node offers; its request is kept as far as the grant needs it."""
    said = dict(document)
    request = said.pop("request")
    models.Request.objects.get_or_create(
        id=uuid.UUID(request["id"]),
        defaults={
            "department": request["department"],
            "item": said["items"][0] if said["items"] else "",
            "material": said["material"],
            "wish": {},
            "consumer": said["consumer"],
            "state": "granted",
            "resource": said["resource"],
            "fields": said["fields"],
            "stated_at": dt.datetime.fromisoformat(request["stated_at"]),
            "answered_at": dt.datetime.fromisoformat(request["answered_at"]),
        },
    )
    for day in ("valid_from", "until"):
        said[day] = dt.date.fromisoformat(said[day])
    said["ended_at"] = dt.datetime.fromisoformat(said["ended_at"]) if said["ended_at"] else None
    models.Grant.objects.update_or_create(
        id=uuid.UUID(code), defaults={**said, "request_id": uuid.UUID(request["id"])}
    )
