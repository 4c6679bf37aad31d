"""Writes of the ledger: record acts inside the caller's transaction, link them after it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping

from django.db import connection, transaction

from tongban.foundation.ledger import rules
from tongban.foundation.ledger.models import Link, Pending, Record
from tongban.foundation.ledger.pace import Pace
from tongban.foundation.ledger.types import Act
from tongban.foundation.statements import operations as statements
from tongban.kernel.ids import new_id
from tongban.kernel.types import Actor, Subject

LINKER_LOCK = 0x7469_6C65_6467  # any constant of our own; one linker at a time
BATCH = 5000
# A record and that it waits for its link, in one prepared statement: every act of the city sends it.
RECORD = """
WITH recorded AS (
    INSERT INTO ledger_record (id, at, actor_kind, actor_id, actor_name, act, subject_kind, subject_id, detail, digest)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id
)
INSERT INTO ledger_pending (record_id) SELECT id FROM recorded
"""
WAIT = "INSERT INTO ledger_pending (record_id) SELECT id FROM inserted"
# Linking costs a transaction of its own. In a spike one in many commits links for all; the worker does the rest.
_pace = Pace(burst=50, a_second=5)


def record(
    *, act: str, subject: Subject, by: Actor, at: dt.datetime, detail: Mapping[str, object] | None = None
) -> None:
    """Record one act in the caller's transaction: it stands exactly when the act stands."""
    id = new_id()
    fields = dict(detail or {})
    digest = rules.digest(id, at, by, act, subject, fields)
    text = json.dumps(fields, ensure_ascii=False)
    values = (id, at, by.kind, by.id, by.name, act, subject.kind, subject.id, text, digest)
    statements.run(RECORD, values)
    _link_after_commit()


def record_many(*, acts: Iterable[Act], by: Actor, at: dt.datetime) -> None:
    """Record several acts of one actor at one moment, in their order."""
    rows = [_row(act, by, at) for act in acts]
    with transaction.atomic():
        for first in range(0, len(rows), BATCH):
            statements.insert_many(rows[first : first + BATCH], then=WAIT)
    _link_after_commit()


def _link_after_commit() -> None:
    if not any(function is _link_soon for _, function, *_ in connection.run_on_commit):
        transaction.on_commit(_link_soon)


def _link_soon() -> None:
    if _pace.allows():
        link_pending()


def link_pending() -> int:
    """Link what is pending to the chain and return how many records were linked.

    Another linker at work is left to it: what it does not see, the next one will.
    """
    linked = 0
    while batch := _link_batch():
        linked += batch
        if batch < BATCH:
            break
    return linked


@transaction.atomic
def _link_batch() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LINKER_LOCK])
        if not cursor.fetchone()[0]:
            return 0
    waiting = list(Pending.objects.order_by("record_id").values_list("record_id", "record__digest")[:BATCH])
    if not waiting:
        return 0
    last = Link.objects.order_by("-number").values_list("number", "value").first()
    number, value = last or (0, rules.GENESIS)
    links = []
    for record_id, digest in waiting:
        number, value = number + 1, rules.link(bytes(value), bytes(digest))
        links.append(Link(number=number, record_id=record_id, value=value))
    Link.objects.bulk_create(links)
    Pending.objects.filter(record_id__in=[record_id for record_id, _ in waiting]).delete()
    return len(links)


def _row(act: Act, by: Actor, at: dt.datetime) -> Record:
    id = new_id()
    return Record(
        id=id,
        at=at,
        actor_kind=by.kind,
        actor_id=by.id,
        actor_name=by.name,
        act=act.act,
        subject_kind=act.subject.kind,
        subject_id=act.subject.id,
        detail=dict(act.detail),
        digest=rules.digest(id, at, by, act.act, act.subject, act.detail),
    )
