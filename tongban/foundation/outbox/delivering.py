"""One transaction of the worker: take what is due, call its handlers, strike it off.

The deliveries taken together are about one thing (one case), so that a transaction holds locks on one only; or they
are timers of one handler that takes several at once. No handler has a savepoint, since they seldom fail: where one
does, all of the transaction is undone, the failure noted by itself, and the others taken again.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from tongban.foundation.outbox import rules
from tongban.foundation.outbox.marks import Mark
from tongban.foundation.outbox.registry import REGISTRY, Subscription
from tongban.foundation.statements import operations as writing
from tongban.kernel.errors import NotFound

BATCH = 50
LONGEST_ERROR = 4000
log = logging.getLogger("tongban.outbox")

# A queue is full and empty by turns, and what PostgreSQL has counted of it may be of a moment when nothing was waiting: then it
# takes any index for as good as another, and reads the whole of it for each delivery that waits. So each of these looks has
# one index only that it can go by: OFFSET and LATERAL keep what is looked for from being joined in some other order, a row is
# compared with a row, least() and coalesce() hide what another index has too, and what is locked is struck off by its place.
#
# A delivery waits for all earlier ones of the same handler about the same thing, also for those in trouble.
BEFORE = "e.about = {0}.about AND e.handler = {0}.handler AND (e.about, e.handler, e.number) < ({0}.about, {0}.handler, {0}.number)"
HEAD = f"""
    SELECT d.number, d.handler, d.about, d.due_at FROM outbox_delivery d
    WHERE d.can_wait = %(can_wait)s AND d.due_at <= %(at)s AND d.due_at >= %(first)s
        AND d.handler <> ALL(%(leaving)s)
        AND NOT EXISTS (SELECT FROM outbox_delivery e WHERE {BEFORE.format("d")} OFFSET 0)
    ORDER BY d.due_at, d.number LIMIT 1 FOR UPDATE SKIP LOCKED
"""  # noqa: S608 - constants of ours
STRIKE_OFF = """
struck AS (
    DELETE FROM outbox_delivery d WHERE d.ctid = ANY(ARRAY(SELECT place FROM ready))
    RETURNING d.number, d.handler, d.attempts, d.payload, d.due_at, d.event_id
)
"""
# Taken and struck off in one statement: what fails is undone with it. The head is always in the batch: it waits for
# none, so that every batch gets on. The others are found by what they are about. Of them those are ready that have all before
# them in the batch. What waits for one in trouble is left out: it would fill the batch and could not be delivered.
TAKE = f"""
WITH head AS ({HEAD}), held AS (
    SELECT w.handler, w.number FROM head CROSS JOIN LATERAL (
        SELECT w.handler, min(w.number) AS number FROM outbox_delivery w
        WHERE w.about = head.about AND coalesce(w.due_at, 'infinity') > %(at)s GROUP BY w.handler
    ) w
), here AS (
    SELECT d.* FROM head CROSS JOIN LATERAL (
        SELECT d.ctid AS place, d.number, d.handler, d.about FROM outbox_delivery d LEFT JOIN held ON held.handler = d.handler
        WHERE d.about = head.about AND (held.number IS NULL OR d.number < held.number)
            AND least(d.can_wait) = %(can_wait)s AND least(d.due_at) BETWEEN %(since)s AND %(at)s
            AND d.handler <> ALL(%(leaving)s)
            AND (d.number = head.number OR head.handler <> ALL(%(alone)s) AND d.handler <> ALL(%(alone)s))
        ORDER BY d.number <> head.number, d.number LIMIT %(limit)s FOR UPDATE OF d SKIP LOCKED
    ) d
), counted AS (
    SELECT here.*, row_number() OVER (PARTITION BY handler ORDER BY number) AS which FROM here
), ready AS (
    SELECT place FROM counted
    WHERE which > (SELECT count(*) FROM outbox_delivery e WHERE {BEFORE.format("counted")})
), {STRIKE_OFF}
SELECT struck.number, struck.handler, struck.attempts, struck.payload, struck.due_at, happened.fields, happened.at
FROM struck LEFT JOIN LATERAL (
    SELECT fields, at FROM outbox_event WHERE number = struck.event_id OFFSET 0
) happened ON true
"""  # noqa: S608 - constants of ours
# A timer is the only delivery about its key, so that nothing can be before it.
TAKE_TIMERS = f"""
WITH ready AS (
    SELECT ctid AS place FROM outbox_delivery
    WHERE NOT can_wait AND due_at <= %(at)s AND due_at >= %(first)s AND handler = %(handler)s AND timer IS NOT NULL
    ORDER BY due_at, number LIMIT %(limit)s FOR UPDATE SKIP LOCKED
), {STRIKE_OFF}
SELECT number, handler, attempts, payload, due_at, NULL, NULL FROM struck
"""  # noqa: S608 - constants of ours
# Another worker may have tried it meanwhile: a failure counts once.
FAILED = """
UPDATE outbox_delivery SET attempts = attempts + 1, error = %s, due_at = %s WHERE number = %s AND attempts = %s
"""


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be delivered: due at a moment, not before another; ``leaving`` the handlers of these names.

    Either what somebody may wait for, or what can wait. A ``mark`` says from where on to look, where that is rationed.
    """

    at: dt.datetime
    since: dt.datetime
    leaving: Sequence[str] = ()
    can_wait: bool = False
    mark: Mark | None = None

    @property
    def values(self) -> dict[str, Any]:
        """Return it as values of a statement."""
        return {
            "at": self.at, "since": self.since, "leaving": list(self.leaving), "can_wait": self.can_wait
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Taken:
    number: int
    handler: str
    attempts: int
    payload: Any
    due_at: dt.datetime
    fields: Any
    at: dt.datetime | None


class _Failed(Exception):
    """A handler has failed: everything in its transaction is undone."""

    def __init__(self, one: _Taken) -> None:
        super().__init__(one.handler)
        self.one, self.error = one, traceback.format_exc()


def deliver_batch(due: Due, limit: int) -> int | None:
    """Deliver what is due about one thing and return how many deliveries worked; None when nothing is due.

    Nothing worked where one failed; what was done before it is undone, and due as before.
    """
    try:
        return _deliver_batch(due, min(limit, BATCH))
    except _Failed as failure:
        if connection.connection is None:
            raise failure.__cause__ or failure from None  # no failure of the handler: the database has gone
        _note_failure(failure, due.at)
    return 0


@transaction.atomic
def deliver_timers(handler: str, due: Due, limit: int) -> int | None:
    """Deliver timers of one handler, all in one call, and return how many; None when none is due.

    Raises what the handler raises: then none of them was delivered.
    """
    taken = _take(TAKE_TIMERS, due, handler=handler, limit=limit)
    if not taken:
        return None
    _subscription(handler).handler([_plain(one.payload) for one in taken], at=due.at)
    return len(taken)


@transaction.atomic
def is_anything_due(due: Due) -> bool:
    """Return whether something is due that no other worker is at."""
    found = _looked(HEAD, due, {}, place=3)
    transaction.set_rollback(True)  # only looked: nothing to be written to the disk
    return bool(found)


@transaction.atomic
def _deliver_batch(due: Due, limit: int) -> int | None:
    taken = _take(TAKE, due, alone=REGISTRY.alone(), limit=limit)
    for one in taken:
        try:
            _call(_subscription(one.handler), one, due.at)
        except Exception as error:
            raise _Failed(one) from error
    return len(taken) or None


def _take(sql: str, due: Due, **values: Any) -> list[_Taken]:
    return sorted((_Taken(*row) for row in _looked(sql, due, values, place=4)), key=lambda one: one.number)


def _looked(sql: str, due: Due, values: dict[str, Any], *, place: int) -> list[tuple[Any, ...]]:
    """Return what is found from the mark on, or from the beginning; at the place of its row stands when it was due."""
    first, began = due.mark.first(due.since, due.at) if due.mark else due.since, time.monotonic()
    found = _rows(sql, {**due.values, **values, "first": first})
    if due.mark:
        due_at = min((row[place] for row in found), default=due.at)
        due.mark.note(is_whole=first == due.since, took=time.monotonic() - began, due_at=due_at)
    return found


def _rows(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    # Planned each time: a queue is empty and full by turns, and a plan kept from when it was empty reads all of it.
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _call(subscription: Subscription, one: _Taken, at: dt.datetime) -> None:
    if subscription.kind is not None:
        subscription.handler(rules.from_json(subscription.kind, _plain(one.fields)), at=one.at)
    elif subscription.at_once is not None:
        subscription.handler([_plain(one.payload)], at=at)
    else:
        subscription.handler(_plain(one.payload), at=at)


def _plain(value: Any) -> Any:
    # Django's connection leaves JSON as text.
    return json.loads(value) if isinstance(value, str) else value


def _subscription(name: str) -> Subscription:
    if name not in REGISTRY.by_name:
        raise NotFound("no-such-handler", "没有名为 {name} 的事件处理程序。", name=name)
    return REGISTRY.by_name[name]


def _note_failure(failure: _Failed, at: dt.datetime) -> None:
    one, attempts = failure.one, failure.one.attempts + 1
    log.warning(
        "delivery %s to %s failed (attempt %s)", one.number, one.handler, attempts, exc_info=failure.__cause__
    )
    next_at = rules.next_attempt(attempts, at)
    writing.run(FAILED, [failure.error[-LONGEST_ERROR:], next_at, one.number, one.attempts])
