"""Writes of grants: given by an answer, narrowed or revoked by law, ended by time."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from tongban.datahub.resources import models, standing
from tongban.datahub.resources.access import access_of
from tongban.datahub.resources.errors import GrantEnded, GrantUnknown, ResourceUnknown
from tongban.datahub.resources.events import GrantEnding
from tongban.datahub.resources.operations.recording import GIVING, TAKING, tell_grant, tell_holder
from tongban.datahub.resources.operations.rows import refuse_barred
from tongban.datahub.resources.rules import answering, clocks, life_cycle, renewing
from tongban.datahub.resources.types import GrantState, Refusal, Resource, Stop, System
from tongban.foundation.outbox import operations as outbox
from tongban.foundation.statements import queries as statements
from tongban.kernel.errors import N_, Invalid
from tongban.kernel.law import law
from tongban.kernel.types import SYSTEM, Actor

TIMER = "data.grant"
ENDING_TIMER = "data.grant_ending"
MOST_AT_ONCE = 1000


@law("data-purpose-bound", basis="上海市数据条例 40", says="What is shared serves the purpose and the items it was granted "
     "for, in so many calls a day, until a day")  # fmt: skip
def open_grant(
    row: models.Request,
    fields: tuple[str, ...],
    until: dt.date | None,
    per_day: int | None,
    by: Actor,
    at: dt.datetime,
) -> models.Grant:
    """Give the grant of a request, in the transaction of its answer; raise Invalid for more than was wanted."""
    wish, today = standing.request(row).wish, clocks.day_of(at)
    # From here on nobody takes anything from grants before this one stands; what was forbidden before is seen now.
    statements.one(GIVING, [])
    refuse_barred(row, fields, at)
    if per_day is not None and not 1 <= per_day <= wish.per_day:
        raise Invalid("data-per-day", N_("每日调用次数要在 1 到 {most} 之间。"), most=wish.per_day)
    days = [day for day in (until, wish.until) if day is not None]
    said: dict[str, Any] = {
        "fields": list(fields), "purpose": wish.purpose, "basis": wish.basis.words, "per_day": per_day or wish.per_day,
        "until": clocks.valid_until(min(days, default=None), today),
    }  # fmt: skip
    said["limited_to"] = per_day if per_day is not None and per_day < wish.per_day else None
    if row.renews_id is not None and (kept := _renewed(row.renews_id, said)):
        tell_grant(kept, "renewed", by, at, row.basis)
        _watch(kept, at)
        return kept
    resource, system = _source(row.resource)
    grant = models.Grant.objects.create(
        request=row, consumer=row.consumer, provider=system.subsystem, service=resource.service_code,
        resource=resource.code, items=[wish.item], material=wish.material, valid_from=today, **said,
    )  # fmt: skip
    tell_grant(grant, "given", by, at, row.basis)
    _watch(grant, at)
    return grant


def _renewed(grant_id: uuid.UUID, said: Mapping[str, Any]) -> models.Grant | None:
    """Return the grant as it goes on; None where it has ended meanwhile, so that another one is given."""
    row = models.Grant.objects.select_for_update().get(id=grant_id)
    if row.state != GrantState.ACTIVE.value:
        return None
    if row.limited_to is not None and said["limited_to"] is None:  # the owner may raise it; nobody lifts it
        said = {**said, "limited_to": max(row.limited_to, said["per_day"])}
    for name, value in said.items():
        setattr(row, name, value)
    row.save(update_fields=list(said))
    return row


def _watch(grant: models.Grant, at: dt.datetime) -> None:
    """Have a grant end by its day, and who holds it told before."""
    outbox.schedule(TIMER, clocks.end_of(grant.until), {}, key=_key(grant))
    tell_at = clocks.end_of(grant.until - renewing.TOLD_BEFORE)
    if tell_at > at:
        payload = {"grant": str(grant.id), "until": grant.until.isoformat()}
        outbox.schedule(ENDING_TIMER, tell_at, payload, key=_ending_key(grant))


def _ending_key(grant: models.Grant) -> str:
    return f"data-grant-ending:{grant.id}"


def _key(grant: models.Grant) -> str:
    return f"data-grant:{grant.id}"


def _source(code: str) -> tuple[Resource, System]:
    found = standing.listed(Resource, code=code)
    if not found:
        raise ResourceUnknown(code)
    systems = standing.listed(System, code=found[0].system)
    if not systems:
        raise ResourceUnknown(code)
    return found[0], systems[0]


@law("data-stopped-at-once", basis="上海市数据条例 39", says="Who takes more than its duty makes necessary is stopped at "
     "once: the owner or the data authority revokes the grant, with the reason")  # fmt: skip
@transaction.atomic
def revoke_grant(*, grant_id: uuid.UUID, why: str, by: Actor, at: dt.datetime) -> None:
    """End a grant at once, by its owner's data officer or the data authority."""
    row = _locked(grant_id)
    life_cycle.check_acts_for(access_of(by, at), _owner(row))
    _revoke(row, Stop.OWNER, why, by, at)


@transaction.atomic
def give_up_grant(*, grant_id: uuid.UUID, why: str, by: Actor, at: dt.datetime) -> None:
    """End a grant by who holds it: their own data officer, when it was misused or is of no use any more."""
    row = _locked(grant_id)
    life_cycle.check_acts_for(access_of(by, at), row.request.department)
    _revoke(row, Stop.HOLDER, why, by, at)


@transaction.atomic
def reduce_grant(*, grant_id: uuid.UUID, per_day: int, why: str, by: Actor, at: dt.datetime) -> None:
    """Lower how many calls a day a grant allows, by its owner's data officer or the data authority."""
    row = _locked(grant_id)
    life_cycle.check_acts_for(access_of(by, at), _owner(row))
    if row.state != GrantState.ACTIVE.value:
        raise GrantEnded
    renewing.check_may_reduce(row.per_day, per_day, why)
    row.per_day = row.limited_to = per_day
    row.save(update_fields=["per_day", "limited_to"])
    tell_grant(row, "reduced", by, at, why)
    tell_holder(row, "reduced", at, why)


def tell_ending(*, grant_id: uuid.UUID, until: dt.date, at: dt.datetime) -> bool:
    """Tell who holds a grant that it ends soon; return whether it still does."""
    row = (
        models.Grant.objects.filter(id=grant_id, state="active", until=until)
        .select_related("request")
        .first()
    )
    if row is None:
        return False
    outbox.publish(GrantEnding(str(row.id), row.request.department, row.resource, until.isoformat()), at=at)
    return True


def _locked(grant_id: uuid.UUID) -> models.Grant:
    row = models.Grant.objects.select_for_update().filter(id=grant_id).first()
    if row is None:
        raise GrantUnknown
    return row


def _revoke(row: models.Grant, stop: Stop, why: str, by: Actor, at: dt.datetime) -> None:
    if row.state != GrantState.ACTIVE.value:
        raise GrantEnded
    if not why.strip():
        raise Invalid("data-says-nothing", N_("要写明理由。"))
    _end(row, GrantState.REVOKED, why, by, at, stop)
    if stop is not Stop.HOLDER:  # who gave it up knows
        tell_holder(row, GrantState.REVOKED.value, at, why)


def _owner(row: models.Grant) -> str:
    found = models.Resource.objects.filter(code=row.resource).values_list("department", flat=True).first()
    return found or ""


def _end(
    row: models.Grant, state: GrantState, why: str, by: Actor, at: dt.datetime, stop: Stop | None = None
) -> None:
    row.state, row.ended_at, row.why_ended = state.value, at, why
    row.stopped_by = stop.value if stop else ""
    row.save(update_fields=["state", "ended_at", "why_ended", "stopped_by"])
    outbox.cancel(_key(row))
    outbox.cancel(_ending_key(row))
    tell_grant(row, state.value, by, at, why)


@transaction.atomic
def expire_grants(*, by: Actor = SYSTEM, at: dt.datetime) -> int:
    """End the grants whose last day is over; return how many. A call checks the day by itself: this tidies up."""
    today = clocks.day_of(at)
    rows = models.Grant.objects.select_for_update(skip_locked=True).filter(state="active", until__lt=today)
    ended = list(rows.order_by("until", "id")[:MOST_AT_ONCE])
    for row in ended:
        _end(row, GrantState.EXPIRED, row.until.isoformat(), by, at)
    return len(ended)


@law("data-negative-acts-at-once", basis="上海市数据条例 38", says="What gets onto the negative list is not shared any more: "
     "grants over it lose these fields, or end")  # fmt: skip
@transaction.atomic
def enforce_negatives(*, by: Actor, at: dt.datetime) -> int:
    """Take from the standing grants what may not be shared any more; return how many were touched."""
    statements.one(TAKING, [])
    today, touched = clocks.day_of(at), 0
    codes = models.Grant.objects.filter(state="active").values_list("resource", flat=True).distinct()
    lists = standing.lists(codes)
    for row in models.Grant.objects.select_for_update().filter(state="active").order_by("id"):
        resource = lists.resources.get(row.resource)
        refused = answering.refusals(resource, tuple(row.fields), lists, today) if resource else ()
        if refused:
            _take(row, refused, by, at)
            touched += 1
    return touched


def _take(row: models.Grant, refused: tuple[Refusal, ...], by: Actor, at: dt.datetime) -> None:
    barred = {field for one in refused for field in one.fields}
    why = "；".join(dict.fromkeys(one.law for one in refused))
    told = "；".join(dict.fromkeys(f"{one.law}，{one.reason}" for one in refused))
    left = [field for field in row.fields if field not in barred]
    if not left:
        _end(row, GrantState.REVOKED, why, by, at, Stop.LAW)
        tell_holder(row, GrantState.REVOKED.value, at, told)
        return
    taken = tuple(field for field in row.fields if field in barred)
    row.fields = left
    row.save(update_fields=["fields"])
    tell_grant(row, "narrowed", by, at, why)
    tell_holder(row, "narrowed", at, told, taken)
