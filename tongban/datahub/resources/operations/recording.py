"""How acts on requests and grants are noted, recorded and told."""

from __future__ import annotations

import datetime as dt

from tongban.datahub.resources import models
from tongban.datahub.resources.events import GrantChanged, GrantTaken
from tongban.datahub.resources.types import RequestAct
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.types import Actor, Subject

ONE_AFTER_THE_OTHER = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
"""Until the transaction ends; for what no row stands for yet."""
ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('data list ' || %s, 0))"
BESIDE_OTHERS = "SELECT pg_advisory_xact_lock_shared(hashtextextended('data list ' || %s, 0))"
"""One list is written as a whole, or its entries one by one by several people."""
GIVING = "SELECT pg_advisory_xact_lock_shared(hashtextextended('data grants', 0))"
TAKING = "SELECT pg_advisory_xact_lock(hashtextextended('data grants', 0))"
"""What the lists forbid is taken from all grants, those included that others are giving at the moment."""


def note(
    row: models.Request, act: RequestAct, text: str, by: Actor, at: dt.datetime, **detail: object
) -> None:
    """Note an act on a request and record it."""
    models.Note.objects.create(
        request=row, act=act.value, text=text, at=at, by_kind=by.kind, by_id=by.id, by_name=by.name
    )
    detail = {"department": row.department, "item": row.item, "resource": row.resource, **detail}
    ledger.record(
        act=f"data.request_{act.value}",
        subject=Subject("data-request", str(row.id)),
        by=by,
        at=at,
        detail=detail,
    )


def tell_grant(row: models.Grant, act: str, by: Actor, at: dt.datetime, why: str) -> None:
    """Record what happened to a grant, and tell those who hold it in memory."""
    detail = {
        "request_id": str(row.request_id),
        "consumer": row.consumer,
        "provider": row.provider,
        "service": row.service,
        "resource": row.resource,
        "fields": list(row.fields),
        "purpose": row.purpose,
        "items": list(row.items),
        "material": row.material,
        "basis": row.basis,
        "valid_from": row.valid_from.isoformat(),
        "until": row.until.isoformat(),
        "per_day": row.per_day,
        "limited_to": row.limited_to,
        "stopped_by": row.stopped_by,
        "why": why,
    }
    subject = Subject("data-grant", str(row.id))
    ledger.record(act=f"data.grant_{act}", subject=subject, by=by, at=at, detail=detail)
    event = GrantChanged(str(row.id), row.consumer, row.provider, row.service, row.state, why)
    outbox.publish(event, at=at)


def tell_holder(row: models.Grant, act: str, at: dt.datetime, why: str, fields: tuple[str, ...] = ()) -> None:
    """Tell who holds a grant that something was taken from it."""
    if row.request.wish:  # a district's node has copies, of whose end the city tells
        event = GrantTaken(str(row.id), row.request.department, row.resource, act, fields, row.per_day, why)
        outbox.publish(event, at=at)
