"""Taking the words out of an old record, by law: its detail and the name of who acted; its leaf and the rest of it stay.

The digest that is the leaf can then not be computed any more from what is left. So the act that purges says the digest
of what is left, and is itself a leaf: who changes that afterwards contradicts it.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping

from django.db import connection, transaction

from tongban.foundation.ledger import rules
from tongban.foundation.ledger.errors import NothingToPurge
from tongban.foundation.ledger.models import Record
from tongban.kernel.types import Actor, Subject

ACT, KIND = "ledger.purged", "ledger-record"
EMPTY = "UPDATE ledger_record SET actor_name = '', detail = '{\"purged\": true}' WHERE id = %s"


@transaction.atomic
def empty(id: uuid.UUID, law: str, at: dt.datetime) -> dict[str, str]:
    """Take the words out of a record and return what the act that purges has to say of it.

    Raises KeptLonger, LawMissing, NothingToPurge when there is no such record, or it has no place yet, or it was done.
    """
    row = Record.objects.filter(id=id, link__isnull=False).select_for_update().first()
    if row is None or is_purged(row):
        raise NothingToPurge
    rules.check_may_purge(row.at, law, at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tongban.purge', 'on', true)")
        cursor.execute(EMPTY, [id])
        cursor.execute("SELECT set_config('tongban.purge', '', true)")
    return {"law": law, "left": left(row).hex()}


def is_purged(row: Record) -> bool:
    """Return whether the words of a record are gone."""
    return bool(row.detail == rules.PURGED)


def left(row: Record) -> bytes:
    """Return the digest of what stays of a record."""
    by, subject = Actor(row.actor_kind, row.actor_id), Subject(row.subject_kind, row.subject_id)
    return rules.digest(row.id, row.at, by, row.act, subject, rules.PURGED)


def said() -> Mapping[uuid.UUID, str]:
    """Return what the ledger says is left of the records that it says were purged, by their ids."""
    rows = Record.objects.filter(subject_kind=KIND, act=ACT).values_list("subject_id", "detail")
    return {uuid.UUID(id): str(detail.get("left", "")) for id, detail in rows}
