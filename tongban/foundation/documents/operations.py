"""Writes of documents: store, erase, erase what need not be kept any longer."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid

from django.db import transaction

from tongban.foundation.documents import adapters
from tongban.foundation.documents.errors import AnotherOwner, Infected, MustBeKept, NoSuchDocument
from tongban.foundation.documents.inspecting import Inspected, inspect, inspect_ours
from tongban.foundation.documents.inspecting.names import safe_name
from tongban.foundation.documents.models import Content, Stored
from tongban.foundation.documents.records import CONTENT, FACTS, document
from tongban.foundation.documents.types import Document
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.ledger.types import Act
from tongban.foundation.statements import operations as statements
from tongban.foundation.statements import queries as reading
from tongban.foundation.trust import operations as trust
from tongban.foundation.trust import queries as trust_queries
from tongban.kernel import clock
from tongban.kernel.ids import new_id
from tongban.kernel.law import law
from tongban.kernel.types import Actor, Subject

# Two at once with the same content: the second finds the first one's row.
KEEP = "INSERT INTO documents_content (address, data, stored_at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
LOCK = "SELECT 1 FROM documents_content WHERE address = %s FOR UPDATE"


def store(
    *,
    data: bytes,
    name: str,
    purpose: str,
    owner: Subject,
    replaces: uuid.UUID | None = None,
    retain_until: dt.date | None = None,
    is_ours: bool = False,
    by: Actor,
    at: dt.datetime,
) -> Document:
    """Check a file and keep it; return the document.

    ``replaces`` makes it the next version of another document of the same owner. ``is_ours`` is for what the
    office itself has made (a sealed licence): it is kept byte for byte, and not looked through.
    Raises one of ``errors``, all Invalid, with a sentence for the person who sent the file.
    """
    # Before the transaction: looking through a file takes longer than anything in it.
    found = inspect_ours(data) if is_ours else inspect(data)
    if not is_ours and (virus := adapters.scanner().find_virus(data)):
        raise Infected(virus)
    # A savepoint only for what may fail: a document that can not be replaced.
    with transaction.atomic(savepoint=replaces is not None):
        before = _replaced(replaces, owner) if replaces else None
        row = _row(found, name, owner, before, at, by)
        row.purpose, row.retain_until = purpose, retain_until
        detail = {"purpose": purpose, "kind": found.kind.value, "size": row.size, "version": row.version}
        stored = Act("document.store", Subject("document", str(row.id)), {"owner": owner, **detail})
        statements.run_together([
            *_keeping(row.content_id, found.data, at),
            statements.inserting([row]),
            ledger.recording(acts=[stored], by=by, at=at),
        ])  # fmt: skip
    return document(row)


@transaction.atomic
def erase(*, id: uuid.UUID, reason: str, by: Actor, at: dt.datetime) -> None:
    """Erase a document's content; that there was one stays on record. Raises MustBeKept, NoSuchDocument."""
    row = Stored.objects.select_for_update().filter(id=id, erased_at=None).first()
    if row is None:
        raise NoSuchDocument
    if row.retain_until and at.astimezone(clock.SHANGHAI).date() <= row.retain_until:
        raise MustBeKept(row.retain_until)
    _erase(row, reason, by, at)


@law("document-erased-when-due", basis="个人信息保护法 19、47", says="A document is kept as long as it must be, and "
     "erased when its time is over; that there was one stays on record")  # fmt: skip
@transaction.atomic
def erase_due(*, limit: int = 500, by: Actor, at: dt.datetime) -> int:
    """Erase documents whose time of retention is over; return how many."""
    today = at.astimezone(clock.SHANGHAI).date()
    due = Stored.objects.select_for_update(skip_locked=True).filter(erased_at=None, retain_until__lt=today)
    rows = list(due.order_by("retain_until")[:limit])
    for row in rows:
        _erase(row, "retention is over", by, at)
    return len(rows)


def _row(
    found: Inspected, name: str, owner: Subject, before: Stored | None, at: dt.datetime, by: Actor
) -> Stored:
    id = new_id()
    facts = {
        "name": safe_name(name, found.kind),
        "sha256": hashlib.sha256(found.data).hexdigest(),
    }
    return Stored(
        id=id,
        content_id=trust_queries.keyed_digest(CONTENT, found.data),
        kind=found.kind.value,
        size=len(found.data),
        pages=found.pages,
        facts=trust.encrypt(FACTS, json.dumps(facts, ensure_ascii=False).encode()),
        owner_kind=owner.kind,
        owner_id=owner.id,
        series=before.series if before else id,
        version=before.version + 1 if before else 1,
        stored_at=at,
        actor_kind=by.kind,
        actor_id=by.id,
    )


def _keeping(address: str, data: bytes, at: dt.datetime) -> list[statements.Part]:
    """Return what is to be written of a content: nothing where it is there already."""
    return [] if _lock(address) else [statements.Part(KEEP, [address, trust.encrypt(CONTENT, data), at])]


def _lock(address: str) -> bool:
    """Return whether the content is there, held against being erased while another document takes it up."""
    return reading.one(LOCK, [address]) is not None


def _replaced(id: uuid.UUID, owner: Subject) -> Stored:
    named = Stored.objects.filter(id=id).first()
    if named is None:
        raise NoSuchDocument
    newest = Stored.objects.select_for_update().filter(series=named.series).order_by("-version")[0]
    if (newest.owner_kind, newest.owner_id) != (owner.kind, owner.id):
        raise AnotherOwner
    return newest


def _erase(row: Stored, reason: str, by: Actor, at: dt.datetime) -> None:
    content, row.content_id, row.erased_at = row.content_id, None, at
    _lock(content)
    row.save(update_fields=["content", "erased_at"])
    if not Stored.objects.filter(content_id=content).exists():
        Content.objects.filter(address=content).delete()
    _record("document.erase", row.id, by, at, reason=reason)


def _record(act: str, id: uuid.UUID, by: Actor, at: dt.datetime, **detail: object) -> None:
    ledger.record(act=act, subject=Subject("document", str(id)), by=by, at=at, detail=detail)
