"""Pulling: who can not be reached from outside asks for what came after a point; its own cursor is all there is to keep."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tongban.datahub.exchange.queries import Signer
from tongban.datahub.subscriptions import points, records
from tongban.datahub.subscriptions.operations.calls import Done, granted, note_call, note_use
from tongban.datahub.subscriptions.operations.delivering import events_of
from tongban.datahub.subscriptions.rules import cloudevents, cutting
from tongban.datahub.subscriptions.types import Cursor
from tongban.kernel.types import Actor

MOST = 1_000


@dataclass(frozen=True, slots=True)
class Pulled:
    """Events as a batch, and the position to ask after the next time."""

    body: bytes
    position: int
    count: int


def check_pull(*, provider: str, feed: str, signer: Signer, by: Actor, at: dt.datetime) -> None:
    """Raise, and put on record, what ``pull`` would refuse for want of a grant: nobody waits for changes in vain."""
    granted(Done("pull", records.feed(records.feed_row(provider, feed))), cutting.check_keys, signer, by, at)


def pull(
    *, provider: str, feed: str, after: int, limit: int, signer: Signer, by: Actor, at: dt.datetime
) -> Pulled:
    """Return the events after a position, with the fields that are granted now; on record like a delivery.

    Raises FeedUnknown, NoGrant, KeyNotGranted, NoSuchPoint, GrantUsedUp, CallReplayed.
    """
    row = records.feed_row(provider, feed)
    found = records.feed(row)
    grant = granted(Done("pull", found), cutting.check_keys, signer, by, at)
    cursor = points.after_position(row, after)
    most = max(1, min(limit, MOST))
    end, events = events_of(found, points.changes_after(found.id, cursor, most), grant, most)
    last = (end or Cursor(after, at)).position
    done = Done("pull", found, after + 1, last, len(events), grant.id, fields=grant.fields)
    if events:
        note_use(signer, done, grant, by, at)
    else:
        note_call(signer, done, by, at)
    _, body = cloudevents.body_of(events, is_single=False)
    return Pulled(body, last, len(events))
