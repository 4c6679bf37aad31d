"""Telling people of readings by departments, where they wish it: once each, a few seconds after it is on record.

The readings of all that wish it are looked for together, in the order in which they were committed: up to the last
transaction of which it is certain that all before it are over. A call is on record when its provider is asked, whom its
answer names when that has come, perhaps a minute later: by their moments such rows would be passed by. What the law keeps
secret is not found; it is told by the page alone, on the day when it may be seen. A delivery is on record before it is
sent: of feeds is told a look later, when it is mostly known whether anything was sent.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Sequence

from django.db import transaction

from tongban.datahub.exchange import operations as calling
from tongban.datahub.exchange import queries as exchange
from tongban.datahub.exchange.types import Committed
from tongban.datahub.resources import queries as resources
from tongban.datahub.subscriptions import queries as feeds
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.messages import operations as messages
from tongban.kernel.types import SYSTEM, Actor, Subject
from tongban.services.disclosures import models, tellings
from tongban.services.disclosures.queries.readings import member
from tongban.services.disclosures.reach import opened

FURTHEST = dt.timedelta(days=1)


@transaction.atomic
def wish_to_be_told(*, subject: Subject, tell: bool, by: Actor, at: dt.datetime) -> None:
    """Have somebody told of each reading by a department from now on, or of none; raise ReadingNotThere."""
    owner = opened(subject, by=by, at=at).owner
    if tell:
        fields = {"owner_kind": subject.kind, "owner_id": subject.id, "since": at}
        models.Wish.objects.get_or_create(digest=owner.digest, defaults=fields)
    else:
        models.Wish.objects.filter(digest=owner.digest).delete()
    ledger.record(act="disclosures.wish", subject=subject, by=by, at=at, detail={"tell": tell})


@transaction.atomic
def tell_readings(*, by: Actor = SYSTEM, at: dt.datetime) -> int:
    """Tell all that wish it of what was read since the last time; return how many were told."""
    row, _ = models.Told.objects.select_for_update().get_or_create(id=1, defaults={"until": at})
    upto = calling.horizon()
    called, sent = (
        _since(row.mark, upto, row, at),
        _since(row.feeds_mark, min(row.mark or upto, upto), row, at),
    )
    wishes = {bytes(one.digest): one for one in models.Wish.objects.all()}
    people = list(wishes)
    found = exchange.new_about(people, called, at=at) + feeds.new_told(people, sent, at=at) if people else ()
    by_owner: dict[bytes, list[tuple[uuid.UUID, str]]] = defaultdict(list)
    for digest, id, consumer in found:
        by_owner[digest].append((id, consumer))
    for digest, calls in by_owner.items():
        tell(wishes[digest], [consumer for _, consumer in calls], at)
    row.until, row.mark, row.feeds_mark = at, called.upto, sent.upto
    row.save(update_fields=["until", "mark", "feeds_mark"])
    if by_owner:
        detail = {"until": at.isoformat(), "told": len(by_owner)}
        ledger.record(
            act="disclosures.told", subject=Subject("readings", "told"), by=by, at=at, detail=detail
        )
    return len(by_owner)


def _since(mark: int | None, upto: int, row: models.Told, at: dt.datetime) -> Committed:
    """Return what is looked at now: what came behind a mark; by moments where there was none in this database.

    In a copy that was restored elsewhere transactions may be counted from before the mark.
    """
    if mark is None or mark > upto:
        return Committed(-1, upto, max(row.until, at - FURTHEST))
    return Committed(mark, upto, at - FURTHEST)


def tell(wish: models.Wish, consumers: Sequence[str], at: dt.datetime) -> None:
    """Tell one who wishes it of as many readings, by who made each."""
    systems = resources.find_systems(set(consumers))
    who = [tellings.name_of(member(one), systems[one].name if one in systems else one) for one in consumers]
    messages.send(
        to=Subject(wish.owner_kind, wish.owner_id), template=tellings.READ.code, at=at,
        values={"who": "、".join(dict.fromkeys(who)), "count": len(who)},
    )  # fmt: skip
