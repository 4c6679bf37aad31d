"""A key's last day, told ahead: to put another one beside it takes a department some weeks."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from tongban.datahub.exchange.events import KeyEnding
from tongban.datahub.exchange.models import Key
from tongban.datahub.exchange.queries.registry import key_of
from tongban.datahub.exchange.rules import lasting
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.types import SYSTEM, Actor

TIMER = "exchange.key_ending"


def watch_key(*, key: str, until: dt.datetime, by: Actor, at: dt.datetime) -> None:
    """Have the end of a key told ahead, in the transaction that registers it; this node's own are renewed by itself."""
    if by.kind != SYSTEM.kind:
        _tell_next(key, until, at)


@transaction.atomic
def tell_key_ending(*, key: str, by: Actor = SYSTEM, at: dt.datetime) -> bool:
    """Tell that a key ends soon, and again later; return whether so: not of one that is revoked, or over."""
    row = Key.objects.filter(id=key, revoked_at=None, valid_until__gt=at).first()
    if row is None:
        return False
    until = key_of(row).last_day.isoformat()
    outbox.publish(KeyEnding(row.id, row.subsystem_id, until), at=at)
    _tell_next(key, row.valid_until, at)
    return True


def _tell_next(key: str, until: dt.datetime, at: dt.datetime) -> None:
    tell_at = lasting.next_telling(until, at)
    if tell_at is not None:
        outbox.schedule(TIMER, tell_at, {"key": key}, key=f"exchange-key:{key}")
