"""Writes of the outbox: publish, subscribe, set and call off timers, deliver, try again."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from itertools import chain
from typing import Any

from django.db import connection, transaction

from tongban.foundation.ledger import operations as ledger
from tongban.foundation.outbox import rules
from tongban.foundation.outbox.marks import Marks as Marks
from tongban.foundation.outbox.models import Delivery
from tongban.foundation.outbox.registry import REGISTRY, timer_name
from tongban.foundation.outbox.turns import Turns
from tongban.foundation.outbox.types import Event, Handler, Share, Timer, TimerHandler
from tongban.foundation.statements import operations as statements
from tongban.kernel.types import Actor, Subject

CHANNEL = "tongban_outbox"
WAKE_PAUSE = 0.02  # seconds; the worker also looks by itself

HAPPENED = "INSERT INTO outbox_event (name, about, fields, at) VALUES (%s, %s, %s, %s) RETURNING number"
TELL = """
INSERT INTO outbox_delivery (event_id, handler, about, due_at, can_wait)
SELECT happened.number, handler, %s, %s, handler = ANY(%s::text[]) FROM happened, unnest(%s::text[]) AS handler
"""
HAPPENED_MANY = """
INSERT INTO outbox_event (name, about, fields, at)
SELECT name, about, fields::jsonb, %s
FROM unnest(%s::text[], %s::text[], %s::text[]) WITH ORDINALITY AS told (name, about, fields, place)
ORDER BY place RETURNING number, name, about
"""
TELL_MANY = """
INSERT INTO outbox_delivery (event_id, handler, about, due_at, can_wait)
SELECT happened.number, wanted.handler, happened.about, %s, wanted.handler = ANY(%s::text[])
FROM happened JOIN unnest(%s::text[], %s::text[]) AS wanted (name, handler) USING (name)
ORDER BY happened.number
"""
INTO_TIMERS = "INSERT INTO outbox_delivery (timer, handler, about, payload, due_at)"
OR_REPLACE = """
ON CONFLICT (timer) DO UPDATE SET handler = excluded.handler, payload = excluded.payload,
    due_at = excluded.due_at, attempts = 0, error = ''
"""
SCHEDULE = f"{INTO_TIMERS} VALUES {{}} {OR_REPLACE}"
ONE, FEW = "(%s, %s, %s, %s, %s)", 4
"""Few timers are written row by row: to make lists of them takes longer."""
SCHEDULE_MANY = f"""{INTO_TIMERS}
SELECT timer, handler, about, payload::jsonb, due_at
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::timestamptz[]) AS t (timer, handler, about, payload, due_at)
{OR_REPLACE}"""  # noqa: S608 - constants of ours
KEPT_DAYS = 90
# An ARRAY is made once; what stands in IN may be asked for again for each row, and then finds more.
PRUNE = """
DELETE FROM outbox_event WHERE number = ANY(ARRAY(
    SELECT number FROM outbox_event e WHERE at < %s
        AND NOT EXISTS (SELECT FROM outbox_delivery d WHERE d.event_id = e.number)
    ORDER BY number LIMIT %s FOR UPDATE SKIP LOCKED))
"""
CANCEL = "DELETE FROM outbox_delivery WHERE timer = %s"
CANCEL_MANY = "DELETE FROM outbox_delivery WHERE timer = ANY(%s)"


def subscribe(
    kind: type[Event], handler: Handler, *, name: str | None = None, is_alone: bool = False, is_patient: bool = False
) -> None:  # fmt: skip
    """Call the handler for every event of the kind, from now on; to be used at start only.

    ``name`` is kept with each delivery: give one that outlives a renaming. ``is_alone`` is for a handler that
    reaches outside of the database (a mail): nothing else then shares its transaction. ``is_patient`` is for long
    work that nobody waits for: it is done when nothing else is due.
    """
    name = name or f"{handler.__module__.removeprefix('tongban.')}.{handler.__name__}"
    REGISTRY.add(kind, handler, name, is_alone=is_alone, is_patient=is_patient)


def on_timer(name: str, handler: TimerHandler, *, is_alone: bool = False) -> None:
    """Call the handler when a timer of this name is due; to be used at start only."""
    REGISTRY.add_timer(name, handler, is_alone=is_alone)


def on_timers(name: str, handler: TimerHandler, *, at_once: Callable[[], int]) -> None:
    """Call the handler with a list of payloads, of all timers of this name that are due; to be used at start only.

    They share a transaction, with nothing else in it; if the handler fails, each is tried again by itself.
    ``at_once`` says how many at most: one where the handler reaches outside of the database.
    """
    REGISTRY.add_timer(name, handler, is_alone=True, at_once=at_once)


def publish(event: Event, *, at: dt.datetime, timer: Timer | None = None) -> None:
    """Tell all subscribers after the caller's transaction commits; nothing is told if it does not.

    ``timer`` is set as by ``schedule``, in the same statement.
    """
    timers = [timer] if timer else []
    statements.run_together([*publishing([event], at=at), *scheduling(timers)])


def publish_many(events: Sequence[Event], *, at: dt.datetime) -> None:
    """Tell all subscribers of several events, in their order, in one statement."""
    statements.run_together(publishing(events, at=at))


def publishing(events: Sequence[Event], *, at: dt.datetime) -> list[statements.Part]:
    """Return what ``publish_many`` writes as parts of the statement that writes what the events tell of."""
    _require_transaction()
    if any(REGISTRY.by_event.get(event.name) for event in events):
        transaction.on_commit(_wake, robust=True)
    if not events:
        return []
    return [_telling(events[0], at) if len(events) == 1 else _telling_many(events, at)]


def _telling(event: Event, at: dt.datetime) -> statements.Part:
    about, handlers = event.about, REGISTRY.by_event.get(event.name, [])
    values = [event.name, about, rules.to_json(event), at, about, at, REGISTRY.patient, handlers]
    return statements.Part(TELL, values, (("happened", HAPPENED),))


def _telling_many(events: Sequence[Event], at: dt.datetime) -> statements.Part:
    told = [
        [event.name for event in events],
        [event.about for event in events],
        [rules.to_json(event) for event in events],
    ]
    pairs = [
        (name, handler) for name in dict.fromkeys(told[0]) for handler in REGISTRY.by_event.get(name, [])
    ]
    wanted = [[name for name, _ in pairs], [handler for _, handler in pairs]]
    return statements.Part(
        TELL_MANY, [at, *told, at, REGISTRY.patient, *wanted], (("happened", HAPPENED_MANY),)
    )


def schedule(name: str, due_at: dt.datetime, payload: Mapping[str, Any], *, key: str) -> None:
    """Have the timer's handler called once at ``due_at`` or soon after; the same key again replaces it."""
    schedule_many([Timer(key, name, due_at, payload)])


def schedule_many(timers: Sequence[Timer]) -> None:
    """Set several timers, each as ``schedule``, in one statement. No two may have the same key."""
    statements.run_together(scheduling(timers))


def scheduling(timers: Sequence[Timer]) -> list[statements.Part]:
    """Return what ``schedule_many`` writes as parts of a statement."""
    _require_transaction()
    if not timers:
        return []
    transaction.on_commit(_wake, robust=True)
    rows = [_timer_row(timer) for timer in timers]
    if len(rows) <= FEW:
        return [statements.Part(SCHEDULE.format(", ".join([ONE] * len(rows))), list(chain(*rows)))]
    return [statements.Part(SCHEDULE_MANY, [list(column) for column in zip(*rows, strict=True)])]


def _timer_row(timer: Timer) -> list[Any]:
    return [timer.key, timer_name(timer.name), timer.key, json.dumps(dict(timer.payload)), timer.due_at]


def cancel(key: str) -> bool:
    """Call a timer off; return whether it was still waiting."""
    _require_transaction()
    return statements.run(CANCEL, [key]) > 0


def cancelling(keys: Sequence[str]) -> list[statements.Part]:
    """Return the calling off of timers as parts of a statement."""
    _require_transaction()
    return [statements.Part(CANCEL_MANY, [list(keys)])] if keys else []


def deliver(
    *, at: dt.datetime, limit: int = 1000, since: dt.datetime | None = None, leaving: Sequence[str] = (),
    share: Share = Share.ALL, marks: Marks | None = None,
) -> int:  # fmt: skip
    """Deliver what is due, what that brings about included, and return how many deliveries worked.

    What can wait comes last, one at a time: after each it is looked whether anything else has come meanwhile.
    May run in several processes at once. What fails stays, with the error, and is tried again later.
    Args: ``since`` leaves alone what was due before, ``leaving`` the handlers of these names: they wait;
    ``share`` is for several workers that have divided what there is to do; ``marks`` are a worker's own, to go on from
    where it was.
    """
    done, turns = 0, Turns(at=at, since=since, leaving=leaving, share=share, marks=marks)
    before = _looks_again.set(True)
    try:
        while done < limit and (batch := turns.next(limit - done)) is not None:
            done += batch
    finally:
        _looks_again.reset(before)
    return done


@transaction.atomic
def prune(*, by: Actor, at: dt.datetime, limit: int = 10_000) -> int:
    """Forget the oldest events that all have been told of, after ``KEPT_DAYS``; return how many.

    An event is news, not history: what happened stands on the ledger. One that somebody has still to be told of
    stays, however old. At most ``limit`` at a time, so that nothing waits for long.
    """
    count = statements.run(PRUNE, [at - dt.timedelta(days=KEPT_DAYS), limit])
    if count:
        detail = {"count": count, "kept_days": KEPT_DAYS}
        ledger.record(act="outbox.prune", subject=Subject("outbox", "events"), by=by, at=at, detail=detail)
    return count


@transaction.atomic
def retry(*, number: int | None = None, by: Actor, at: dt.datetime) -> int:
    """Try failed deliveries again at once, one or all, counting from zero; return how many there are."""
    failed = Delivery.objects.filter(attempts__gt=0)
    if number is not None:
        failed = failed.filter(number=number)
    count = failed.update(due_at=at, attempts=0)
    if count:
        subject = Subject("delivery", str(number or "all"))
        ledger.record(act="outbox.retry", subject=subject, by=by, at=at, detail={"count": count})
        transaction.on_commit(_wake, robust=True)
    return count


def _require_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("events and timers belong into the transaction of the act that they tell of")


_woken_at = 0.0
_looks_again = ContextVar("looks_again", default=False)
"""Whether who publishes is delivering, and so finds by itself what that brings about."""


def _wake() -> None:
    """Wake the worker. After the commit and not within: NOTIFY makes the commits of a database queue up."""
    global _woken_at
    moment = time.monotonic()
    if _looks_again.get() or moment - _woken_at < WAKE_PAUSE:
        return
    _woken_at = moment
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")
