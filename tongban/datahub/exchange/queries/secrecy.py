"""Which grants are kept secret, for those who answer for it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from tongban.datahub.exchange import models
from tongban.datahub.exchange.errors import SecrecyUnknown
from tongban.datahub.exchange.rules import secrecy as rules
from tongban.datahub.exchange.rules.protocol import member_of
from tongban.datahub.exchange.types import Secrecy
from tongban.datahub.resources import queries as resources
from tongban.datahub.resources.types import Grant
from tongban.kernel.types import Actor

SECRECY_LAWS = rules.LAWS


def secrecies(department: str = "") -> tuple[Secrecy, ...]:
    """Return the secrecies that were not ended by hand, of one department's systems or of all, the first to end first."""
    rows = models.Secrecy.objects.filter(ended_on=None).order_by("until", "id")
    found = (_secrecy(row) for row in rows)
    return tuple(one for one in found if not department or member_of(one.consumer) == department)


def kept_beside(grant: Grant, on: dt.date) -> Secrecy | None:
    """Return the running secrecy of another grant by which the same system asks the same service; None where the grant
    is kept secret itself, too.
    """
    same = {"consumer": grant.consumer, "provider": grant.provider, "service": grant.service}
    rows = models.Secrecy.objects.filter(ended_on=None, until__gte=on, **same).order_by("-since", "id")
    found = list(rows)
    return None if not found or any(row.grant == grant.id for row in found) else _secrecy(found[0])


def not_kept(secrecies: Iterable[Secrecy], on: dt.date) -> tuple[tuple[Grant, Secrecy], ...]:
    """Return the grants by which a system asks openly what it asks in secret by another, each with that secrecy."""
    ways = dict.fromkeys((one.consumer, one.provider, one.service) for one in secrecies if one.until >= on)
    given = [
        grant
        for consumer, provider, service in ways
        for grant in resources.grants(consumer=consumer, provider=provider, service=service)
        if grant.until >= on
    ]
    beside = ((grant, kept_beside(grant, on)) for grant in given)
    return tuple((grant, one) for grant, one in beside if one is not None)


def get_secrecy(id: uuid.UUID, *, by: Actor, at: dt.datetime) -> Secrecy:
    """Return a secrecy to who may act on it; raise SecrecyUnknown or NotAllowed."""
    row = models.Secrecy.objects.filter(id=id).first()
    if row is None:
        raise SecrecyUnknown
    resources.check_acts_for(by, member_of(row.consumer), at)
    return _secrecy(row)


def _secrecy(row: models.Secrecy) -> Secrecy:
    return Secrecy(
        row.id, row.grant, row.consumer, row.provider, row.service, row.law, row.reason, row.since, row.until,
        row.confirmed_until, row.ended_on,
    )  # fmt: skip
