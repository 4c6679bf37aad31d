"""Which grants are kept secret, for those who answer for it."""

from __future__ import annotations

import datetime as dt
import uuid

from tongban.datahub.exchange import models
from tongban.datahub.exchange.errors import SecrecyUnknown
from tongban.datahub.exchange.rules import secrecy as rules
from tongban.datahub.exchange.rules.protocol import member_of
from tongban.datahub.exchange.types import Secrecy
from tongban.datahub.resources import queries as resources
from tongban.kernel.types import Actor

SECRECY_LAWS = rules.LAWS


def secrecies(department: str = "") -> tuple[Secrecy, ...]:
    """Return the secrecies that were not ended by hand, of one department's systems or of all, the first to end first."""
    rows = models.Secrecy.objects.filter(ended_on=None).order_by("until", "id")
    found = (_secrecy(row) for row in rows)
    return tuple(one for one in found if not department or member_of(one.consumer) == department)


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
