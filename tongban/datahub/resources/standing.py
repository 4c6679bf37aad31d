"""What stands in the tables, as records: used by queries and operations of this package."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import BaseModel

from tongban.datahub.resources import models
from tongban.datahub.resources.types import (
    DataDuty,
    DataTheme,
    Demand,
    Dispute,
    DisputeState,
    Grant,
    GrantState,
    Hold,
    LegalBasis,
    ListKind,
    Lists,
    Negative,
    Refusal,
    Request,
    RequestState,
    Resource,
    System,
    Wish,
)

R = TypeVar("R", bound=BaseModel)

TABLES: dict[ListKind, tuple[type[models.Entry], type[BaseModel]]] = {
    ListKind.SYSTEM: (models.System, System),
    ListKind.THEME: (models.Theme, DataTheme),
    ListKind.RESOURCE: (models.Resource, Resource),
    ListKind.DUTY: (models.Duty, DataDuty),
    ListKind.DEMAND: (models.Demand, Demand),
    ListKind.NEGATIVE: (models.Negative, Negative),
}
KINDS: dict[type[BaseModel], ListKind] = {record: kind for kind, (_, record) in TABLES.items()}


def listed(record: type[R], **having: object) -> tuple[R, ...]:
    """Return the entries of a list that stand, in its order, with these columns."""
    table = TABLES[KINDS[record]][0]
    manager: Any = table._default_manager
    rows = manager.filter(is_current=True, **having).order_by("position", "code")
    return tuple(record.model_validate(document) for document in rows.values_list("document", flat=True))


def lists(codes: Iterable[str] | None = None) -> Lists:
    """Return what answers stand on: of all resources, or of these."""
    one = {} if codes is None else {"code__in": list(codes)}
    of = {} if codes is None else {"resource__in": list(codes)}
    return Lists(
        resources={resource.code: resource for resource in listed(Resource, **one)},
        duties=listed(DataDuty, **of),
        negatives=listed(Negative, **of),
    )


def wish_document(wish: Wish) -> dict[str, object]:
    """Return a wish as it is kept with its request."""
    return {
        "department": wish.department,
        "item": wish.item,
        "material": wish.material,
        "purpose": wish.purpose,
        "basis": wish.basis.model_dump(mode="json", exclude_defaults=True),
        "resource": wish.resource,
        "fields": list(wish.fields),
        "elements": list(wish.elements),
        "per_day": wish.per_day,
        "until": wish.until.isoformat() if wish.until else None,
        "asked": wish.asked,
    }


def _wish(document: dict[str, Any]) -> Wish:
    until = document["until"]
    changed = {
        "basis": LegalBasis.model_validate(document["basis"]),
        "fields": tuple(document["fields"]),
        "elements": tuple(document["elements"]),
        "until": dt.date.fromisoformat(until) if until else None,
    }
    return Wish(**(document | changed))


def request(row: models.Request, grant: uuid.UUID | None = None) -> Request:
    """Return a request as a record."""
    return Request(
        id=row.id,
        demand=row.demand,
        wish=_wish(row.wish),
        consumer=row.consumer,
        state=RequestState(row.state),
        resource=row.resource or None,
        fields=tuple(row.fields),
        refused=tuple(
            Refusal(tuple(one["fields"]), one["law"], one["reason"], one["entry"]) for one in row.refused
        ),
        owner=row.owner,
        basis=row.basis,
        stated_at=row.stated_at,
        due_on=row.due_on,
        is_extended=row.is_extended,
        escalated_at=row.escalated_at,
        answered_at=row.answered_at,
        answer=row.answer,
        grant=grant,
        renews=row.renews_id,
        holds=tuple(Hold(one) for one in row.holds),
    )


def dispute(row: models.Dispute) -> Dispute:
    """Return a dispute as a record."""
    return Dispute(
        row.id, row.request_id, DisputeState(row.state), row.reason, row.opened_at, row.turned_at, row.due_on,
        row.escalated_at, row.closed_at,
    )  # fmt: skip


def grant(row: models.Grant) -> Grant:
    """Return a grant as a record."""
    return Grant(
        id=row.id,
        request=row.request_id,
        consumer=row.consumer,
        provider=row.provider,
        service=row.service,
        resource=row.resource,
        fields=tuple(row.fields),
        purpose=row.purpose,
        items=tuple(row.items),
        material=row.material,
        basis=row.basis,
        valid_from=row.valid_from,
        until=row.until,
        per_day=row.per_day,
        state=GrantState(row.state),
        ended_at=row.ended_at,
        why_ended=row.why_ended,
    )
