"""The answer to a wish as it stands in the tables: lists, item and past together. Used by queries and operations."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db.models import Count, Min, Q, QuerySet, Sum

from tongban.datahub.resources import items, models, standing
from tongban.datahub.resources.rules import answering, consumers, holding
from tongban.datahub.resources.types import GrantState, Past, Stop, Verdict, Wish


def verdict_on(wish: Wish, on: dt.date, *, consumer: str = "", renews: uuid.UUID | None = None) -> Verdict:
    """Return what is answered to a wish on a day; raise Invalid where it names what there is not.

    Args: ``consumer`` will ask; ``renews`` is the grant that is to go on.
    """
    lists = standing.lists([wish.resource] if wish.resource else None)
    found = answering.answer(wish, lists, on)
    if found.resource is None or not found.fields:
        return found
    duty = answering.duty_owing(lists.resources[found.resource], found.fields, lists.duties, wish.item)
    past = _past(wish, found.resource, on, consumer, renews)
    return holding.held(found, wish, items.facts_of(wish.item), past, duty)


def stopped_before(department: str, resource: str, consumer: str) -> tuple[models.Grant, ...]:
    """Return the grants over a resource that its owner has revoked from who asks again, the newest first."""
    rows = _given(department, resource, consumer).filter(stopped_by=Stop.OWNER.value)
    return tuple(rows.order_by("-ended_at", "id"))


def _given(department: str, resource: str, consumer: str) -> QuerySet[models.Grant]:
    rows = models.Grant.objects.filter(request__department=department, resource=resource)
    of_district = consumers.district_member(department, consumer)
    return rows.filter(consumer__contains=f"/{of_district}/") if of_district else rows


def _past(wish: Wish, resource: str, on: dt.date, consumer: str, renews: uuid.UUID | None) -> Past:
    of_item = Q(items__contains=[wish.item])
    stands = of_item & Q(state=GrantState.ACTIVE.value, until__gte=on)
    found = _given(wish.department, resource, consumer).aggregate(
        stopped=Count("id", filter=Q(stopped_by=Stop.OWNER.value)),
        standing=Sum("per_day", filter=stands & ~Q(id=renews) if renews else stands),
        limited=Min("limited_to", filter=of_item),
    )
    return Past(bool(found["stopped"]), found["standing"] or 0, found["limited"])
