"""Reads of requests and grants."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from tongban.datahub.resources import models, standing
from tongban.datahub.resources.errors import GrantUnknown, RequestUnknown
from tongban.datahub.resources.rules import answering, clocks, renewing
from tongban.datahub.resources.rules.renewing import Proposal
from tongban.datahub.resources.types import (
    DataDuty,
    Grant,
    Lists,
    Request,
    RequestAct,
    RequestState,
    Verdict,
    Wish,
)
from tongban.datahub.resources.verdicts import stopped_before, verdict_on
from tongban.kernel.pages import Page

SIZE = 50


@dataclass(frozen=True, slots=True)
class Note:
    """One act on a request."""

    act: RequestAct
    text: str
    at: dt.datetime
    by: str
    is_by_lists: bool = False
    """Whether nobody did it: the lists or the clock answered."""


def try_demand(wish: Wish, *, at: dt.datetime) -> Verdict:
    """Return what the lists would say to a wish now, without stating it; raise Invalid for what there is not."""
    return verdict_on(wish, clocks.day_of(at))


def get_request(request_id: uuid.UUID) -> Request:
    """Return a request; raise NotFound."""
    row = models.Request.objects.select_related("grant").filter(id=request_id).first()
    if row is None:
        raise RequestUnknown
    return _request(row)


def requests(
    *,
    department: str = "",
    owner: str = "",
    state: RequestState | None = None,
    answered: bool | None = None,
    page: int = 1,
    size: int = SIZE,
) -> Page[Request]:
    """Return requests, newest first: stated by a department, to an owner, in a state, answered or not yet."""
    wanted = {"department": department, "owner": owner, "state": state.value if state else ""}
    rows = models.Request.objects.filter(**{name: value for name, value in wanted.items() if value})
    if answered is not None:
        rows = rows.filter(answered_at__isnull=not answered)
    total = rows.count()
    start = (page - 1) * size
    found = rows.select_related("grant").order_by("-stated_at", "-id")[start : start + size]
    return Page(items=tuple(_request(row) for row in found), total=total, number=page, size=size)


def duty_behind(request: Request, lists: Lists) -> DataDuty | None:
    """Return the duty that owes what is given of a request or waits; None where no duty owes it."""
    resource = lists.resources.get(request.resource or "")
    if resource is None:
        return None
    return answering.duty_owing(resource, request.fields, lists.duties, request.wish.item)


def answers_before(request: Request, *, most: int = 5) -> tuple[Request, ...]:
    """Return what owners answered to others who wanted the same resource, the newest first: like is answered alike."""
    rows = models.Request.objects.filter(
        resource=request.resource or "", state__in=[RequestState.GRANTED.value, RequestState.REFUSED.value]
    )
    found = rows.exclude(id=request.id).filter(notes__by_kind="staff", notes__act__in=["grant", "refuse"])
    return tuple(standing.request(row) for row in found.order_by("-answered_at", "id")[:most])


def revoked_before(request: Request) -> tuple[Grant, ...]:
    """Return the grants over the same resource that its owner has revoked from who asks, the newest first."""
    rows = stopped_before(request.wish.department, request.resource or "", request.consumer)
    return tuple(standing.grant(row) for row in rows)


def overdue_answers(*, at: dt.datetime, owner: str = "") -> tuple[Request, ...]:
    """Return the requests whose owner should have answered by now, the longest waiting first."""
    rows = models.Request.objects.filter(
        state=RequestState.QUEUED.value,
        due_on__lt=clocks.day_of(at),
        **({"owner": owner} if owner else {}),
    )
    return tuple(standing.request(row) for row in rows.order_by("due_on", "id"))


def notes(request_id: uuid.UUID) -> tuple[Note, ...]:
    """Return what was done with a request, in order."""
    rows = models.Note.objects.filter(request=request_id).order_by("at", "id")
    return tuple(
        Note(RequestAct(row.act), row.text, row.at, row.by_name or row.by_id, row.by_kind == "system")
        for row in rows
    )


def get_grant(grant_id: uuid.UUID) -> Grant:
    """Return a grant; raise NotFound."""
    row = models.Grant.objects.filter(id=grant_id).first()
    if row is None:
        raise GrantUnknown
    return standing.grant(row)


def grants(
    *, consumer: str = "", provider: str = "", service: str = "", resource: str = "", item: str = ""
) -> tuple[Grant, ...]:
    """Return the grants that are not ended, all or of a consumer, of a provider, of a service, for an item.

    The day has still to be looked at: ``is_valid_on``.
    """
    wanted = {"consumer": consumer, "provider": provider, "service": service, "resource": resource}
    rows = models.Grant.objects.filter(
        state="active", **{name: value for name, value in wanted.items() if value}
    )
    if item:
        rows = rows.filter(items__contains=[item])
    return tuple(standing.grant(row) for row in rows.order_by("id"))


def department_grants(
    *, consumers: str = "", owners: str = "", ended: bool = False, page: int = 1, size: int = SIZE
) -> Page[Grant]:
    """Return the grants that a department's systems hold, or that are over a department's resources, newest first.

    Args: with neither, those of all; ``ended`` returns those that have ended.
    """
    rows = (
        models.Grant.objects.exclude(state="active") if ended else models.Grant.objects.filter(state="active")
    )
    if consumers:
        rows = rows.filter(request__department=consumers)
    if owners:
        rows = rows.filter(resource__in=models.Resource.objects.filter(department=owners).values("code"))
    total, start = rows.count(), (page - 1) * size
    found = rows.order_by("-valid_from", "-id")[start : start + size]
    return Page(items=tuple(standing.grant(row) for row in found), total=total, number=page, size=size)


def renewal_of(grant_id: uuid.UUID) -> Request | None:
    """Return the request by which a grant is to be renewed, while it waits for its answer."""
    row = models.Request.objects.filter(renews=grant_id, state=RequestState.QUEUED.value).first()
    return standing.request(row) if row else None


def proposed_limit(calls: Iterable[int], most: int) -> Proposal | None:
    """Return the limit a day that past use asks for, never above ``most``; None where there is too little use to tell."""
    return renewing.proposed(tuple(calls), most)


def unused_grants(used: Collection[uuid.UUID], *, at: dt.datetime, owner: str = "") -> tuple[Grant, ...]:
    """Return the grants that stand for longer than ``QUIET`` and are none of those used since then, the oldest first."""
    since = clocks.day_of(at) - renewing.QUIET
    rows = models.Grant.objects.filter(state="active", valid_from__lte=since)
    if owner:
        rows = rows.filter(resource__in=models.Resource.objects.filter(department=owner).values("code"))
    found = (row for row in rows.order_by("valid_from", "id") if row.id not in used)
    return tuple(standing.grant(row) for row in found)


def spared(item: str, *, at: dt.datetime) -> dict[str, Grant]:
    """Return the materials of an item that are obtained and not asked for: material → the grant that stands today.

    Of several grants the one with most fields, then the oldest.
    """
    today = clocks.day_of(at)
    found: dict[str, Grant] = {}
    for grant in grants(item=item):
        if grant.is_valid_on(today):
            kept = found.setdefault(grant.material, grant)
            if len(grant.fields) > len(kept.fields):
                found[grant.material] = grant
    return found


def _request(row: models.Request) -> Request:
    grant = getattr(row, "grant", None)
    renewed = row.renews_id if row.state == RequestState.GRANTED.value else None
    return standing.request(row, grant.id if grant else renewed)
