"""One transaction of the worker: take what is due about one thing, call its handlers, strike it off.

The deliveries taken together are about one thing (one case), so that a transaction holds locks on one only.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import traceback
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from tongban.foundation.outbox import rules
from tongban.foundation.outbox.registry import REGISTRY, Subscription
from tongban.foundation.statements import operations as writing
from tongban.kernel.errors import NotFound

BATCH = 50
LONGEST_ERROR = 4000
EVER = dt.datetime(1, 1, 2, tzinfo=dt.UTC)
log = logging.getLogger("tongban.outbox")

# A delivery waits for all earlier ones of the same handler about the same thing, also for those in trouble.
# The head comes first in the batch: it waits for none, so that every batch gets on.
TAKE = """
WITH head AS (
    SELECT d.about, d.number FROM outbox_delivery d
    WHERE d.due_at <= %(at)s AND d.due_at >= %(since)s AND d.handler <> ALL(%(leaving)s) AND NOT EXISTS (
        SELECT 1 FROM outbox_delivery e
        WHERE e.about = d.about AND e.handler = d.handler AND e.number < d.number)
    ORDER BY d.due_at, d.number LIMIT 1 FOR UPDATE SKIP LOCKED
)
SELECT d.number, d.handler, d.attempts, d.payload, e.fields, e.at,
    (SELECT count(*) FROM outbox_delivery b
     WHERE b.about = d.about AND b.handler = d.handler AND b.number < d.number) AS behind
FROM head JOIN outbox_delivery d ON d.about = head.about LEFT JOIN outbox_event e ON e.number = d.event_id
WHERE d.due_at <= %(at)s AND d.due_at >= %(since)s AND d.handler <> ALL(%(leaving)s)
ORDER BY d.number <> head.number, d.number LIMIT %(limit)s FOR UPDATE OF d SKIP LOCKED
"""
STRIKE_OFF = "DELETE FROM outbox_delivery WHERE number = ANY(%s)"
FAILED = "UPDATE outbox_delivery SET attempts = %s, error = %s, due_at = %s WHERE number = %s"


@dataclass(frozen=True, slots=True)
class _Taken:
    number: int
    handler: str
    attempts: int
    payload: Any
    fields: Any
    at: dt.datetime | None
    behind: int


def deliver_batch(
    *, at: dt.datetime, limit: int, since: dt.datetime | None = None, leaving: Sequence[str] = ()
) -> int | None:
    """Deliver a batch and return how many deliveries worked; None when nothing is due."""
    with transaction.atomic():
        taken = _take(at, min(limit, BATCH), since or EVER, leaving)
        if not taken:
            return None
        done: list[int] = []
        done_by: Counter[str] = Counter()
        for one in taken:
            if one.behind > done_by[one.handler]:
                continue
            is_alone = _is_alone(one.handler)
            if is_alone and done:
                break
            if _deliver(one, at):
                done.append(one.number)
                done_by[one.handler] += 1
            if is_alone:
                break
        _strike_off(done)
    return len(done)


def _take(at: dt.datetime, limit: int, since: dt.datetime, leaving: Sequence[str]) -> list[_Taken]:
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"at": at, "limit": limit, "since": since, "leaving": list(leaving)})
        # Django's cursor leaves JSON as text.
        return [_Taken(*row) for row in cursor.fetchall()]


def _strike_off(numbers: list[int]) -> None:
    if numbers:
        writing.run(STRIKE_OFF, [numbers])


def _deliver(one: _Taken, at: dt.datetime) -> bool:
    try:
        # A savepoint: what a failing handler has done is undone, what others did stays.
        with transaction.atomic():
            if one.at is None:
                # A timer is over before its handler begins, which may set the same one again.
                _strike_off([one.number])
            _call(_subscription(one.handler), one, at)
    except Exception:
        _note_failure(one, traceback.format_exc(), at)
        return False
    return True


def _call(subscription: Subscription, one: _Taken, at: dt.datetime) -> None:
    if subscription.kind is None:
        subscription.handler(_plain(one.payload), at=at)
    else:
        subscription.handler(rules.from_json(subscription.kind, _plain(one.fields)), at=one.at)


def _plain(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _is_alone(handler: str) -> bool:
    subscription = REGISTRY.by_name.get(handler)
    return subscription is not None and subscription.is_alone


def _subscription(name: str) -> Subscription:
    if name not in REGISTRY.by_name:
        raise NotFound("no-such-handler", "没有名为 {name} 的事件处理程序。", name=name)
    return REGISTRY.by_name[name]


def _note_failure(one: _Taken, error: str, at: dt.datetime) -> None:
    attempts = one.attempts + 1
    next_at = rules.next_attempt(attempts, at)
    log.warning("delivery %s to %s failed (attempt %s)", one.number, one.handler, attempts, exc_info=True)
    with connection.cursor() as cursor:
        cursor.execute(FAILED, [attempts, error[-LONGEST_ERROR:], next_at, one.number])
