"""Writes of the ledger: record acts inside the caller's transaction; they get their place in the tree after it."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterable, Mapping

from django.db import connection, transaction

from tongban.foundation.ledger import pseudonyms, purging, rules
from tongban.foundation.ledger.linking import link_pending
from tongban.foundation.ledger.pace import Pace
from tongban.foundation.ledger.pseudonyms import set_keyed
from tongban.foundation.ledger.types import Act
from tongban.foundation.statements import operations as statements
from tongban.kernel.ids import new_id
from tongban.kernel.types import Actor, Subject

__all__ = ["link_pending", "purge", "record", "record_many", "recording", "set_keyed"]

BATCH = 5000
# A record and that it waits for its link, in one prepared statement: every act of the city sends it.
RECORD = """
WITH recorded AS (
    INSERT INTO ledger_record (id, at, actor_kind, actor_id, actor_name, act, subject_kind, subject_id, detail, digest)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id
)
INSERT INTO ledger_pending (record_id) SELECT id FROM recorded
"""
RECORD_MANY = """
INSERT INTO ledger_record (id, at, actor_kind, actor_id, actor_name, act, subject_kind, subject_id, detail, digest)
SELECT id, at, actor_kind, actor_id, actor_name, act, subject_kind, subject_id, detail, digest
FROM json_populate_recordset(NULL::ledger_record, %s::json) RETURNING id
"""
WAIT = "INSERT INTO ledger_pending (record_id) SELECT id FROM inserted"
# Linking costs a transaction of its own. In a spike one in many commits links for all; the worker does the rest.
_pace = Pace(burst=50, a_second=5)


def record(
    *, act: str, subject: Subject, by: Actor, at: dt.datetime, detail: Mapping[str, object] | None = None
) -> uuid.UUID:
    """Record one act in the caller's transaction, so that it stands exactly when the act stands; return its id."""
    id, by, subject, said = new_id(), *_called(by, subject, detail or {})
    digest = rules.digest(id, at, by, act, subject, said)
    text = json.dumps(said, ensure_ascii=False)
    values = (id, at, by.kind, by.id, by.name, act, subject.kind, subject.id, text, digest)
    statements.run(RECORD, values)
    _link_after_commit()
    return id


def record_many(*, acts: Iterable[Act], by: Actor, at: dt.datetime) -> None:
    """Record several acts of one actor at one moment, in their order."""
    said = [_said(act, act.by or by, at) for act in acts]
    # No savepoint: what fails here fails the acts that are recorded.
    with transaction.atomic(savepoint=False):
        for first in range(0, len(said), BATCH):
            statements.run_together([_part(said[first : first + BATCH])])
    _link_after_commit()


@transaction.atomic
def purge(*, id: uuid.UUID, law: str, by: Actor, at: dt.datetime) -> None:
    """Take the words out of a record older than three years, its detail and the name of who acted, by a law; its proof stays.

    Raises KeptLonger, LawMissing, NothingToPurge.
    """
    detail = purging.empty(id, law, at)
    record(act=purging.ACT, subject=Subject(purging.KIND, str(id)), by=by, at=at, detail=detail)


def recording(*, acts: Iterable[Act], by: Actor, at: dt.datetime) -> statements.Part:
    """Return the record of some acts, in their order, as a part of the statement that writes what they did.

    To be sent in the present transaction; a few acts, at least one.
    """
    _link_after_commit()
    return _part([_said(act, act.by or by, at) for act in acts])


def _part(said: list[dict[str, object]]) -> statements.Part:
    return statements.Part(WAIT, [json.dumps(said, ensure_ascii=False)], (("inserted", RECORD_MANY),))


def _said(act: Act, by: Actor, at: dt.datetime) -> dict[str, object]:
    id, by, subject, said = new_id(), *_called(by, act.subject, act.detail)
    digest = rules.digest(id, at, by, act.act, subject, said)
    return {
        "id": str(id), "at": at.isoformat(), "actor_kind": by.kind, "actor_id": by.id, "actor_name": by.name,
        "act": act.act, "subject_kind": subject.kind, "subject_id": subject.id, "detail": said,
        "digest": f"\\x{digest.hex()}",
    }  # fmt: skip


def _called(
    by: Actor, subject: Subject, detail: Mapping[str, object]
) -> tuple[Actor, Subject, dict[str, object]]:
    """Return an act's parts as they are written down: data subjects under their pseudonyms."""
    return pseudonyms.of_actor(by), pseudonyms.of_subject(subject), pseudonyms.within(detail)


def _link_after_commit() -> None:
    if not any(function is _link_soon for _, function, *_ in connection.run_on_commit):
        transaction.on_commit(_link_soon)


def _link_soon() -> None:
    if _pace.allows():
        link_pending()
