"""What was granted has to be provided: a clock from the grant until the owner has published its service."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from tongban.datahub.exchange.events import ProvidingOverdue
from tongban.datahub.exchange.models import Service
from tongban.datahub.exchange.rules import providing
from tongban.datahub.exchange.rules.protocol import member_of
from tongban.datahub.resources import queries as resources
from tongban.datahub.resources.types import Grant, GrantState
from tongban.foundation.calendars import queries as calendars
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.types import SYSTEM, Actor, Subject

TIMER = "exchange.provide"


@transaction.atomic
def watch_grant(*, grant_id: uuid.UUID, by: Actor = SYSTEM, at: dt.datetime) -> dt.date | None:
    """Begin the clock of a grant whose service is not published; return its last day, None where there is no need."""
    grant = resources.get_grant(grant_id)
    if _is_provided(grant):
        return None
    due_on = providing.provided_by(calendars.current_calendar(), at.astimezone(SHANGHAI).date())
    payload = {"grant": str(grant.id), "on": due_on.isoformat()}
    outbox.schedule(TIMER, providing.end_of(due_on), payload, key=f"exchange-provide:{grant.id}")
    return due_on


@transaction.atomic
def check_provided(*, grant_id: uuid.UUID, on: dt.date, by: Actor = SYSTEM, at: dt.datetime) -> bool:
    """Tell supervision where a grant stands whose service is still not published on its last day; return whether so."""
    grant = resources.get_grant(grant_id)
    if grant.state is not GrantState.ACTIVE or _is_provided(grant):
        return False
    detail = {"provider": grant.provider, "service": grant.service, "due_on": on.isoformat()}
    ledger.record(
        act="exchange.not_provided", subject=Subject("data-grant", str(grant.id)), by=by, at=at, detail=detail
    )
    department = member_of(grant.provider)
    event = ProvidingOverdue(
        str(grant.id), department, grant.resource, member_of(grant.consumer), on.isoformat()
    )
    outbox.publish(event, at=at)
    return True


def _is_provided(grant: Grant) -> bool:
    return Service.objects.filter(
        provider_id=grant.provider, code=grant.service, resource=grant.resource
    ).exists()
