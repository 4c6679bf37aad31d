"""Reads of documents. To read a content is itself an act: it stands on the ledger, with its purpose."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db.models import Q

from tongban.foundation.documents.errors import NoSuchDocument
from tongban.foundation.documents.models import Stored
from tongban.foundation.documents.records import CONTENT, document
from tongban.foundation.documents.types import Document
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.trust import queries as trust
from tongban.kernel import clock
from tongban.kernel.law import law
from tongban.kernel.types import Actor, Subject


@law("document-reading-recorded", basis="个人信息保护法 51、54", says="Documents are kept encrypted; who reads one, and "
     "for what, is on record")  # fmt: skip
def read(id: uuid.UUID, *, by: Actor, purpose: str, at: dt.datetime | None = None) -> bytes:
    """Return the content, and record who read it for what; raise NoSuchDocument.

    Whether this actor may read it is decided by whoever owns the case or licence that it belongs to.
    """
    row = Stored.objects.filter(id=id, erased_at=None).select_related("content").first()
    if row is None or row.content is None:
        raise NoSuchDocument
    data = trust.decrypt(CONTENT, bytes(row.content.data))
    subject, moment = Subject("document", str(id)), at or clock.now()
    ledger.record(act="document.read", subject=subject, by=by, at=moment, detail={"purpose": purpose})
    return data


def get(id: uuid.UUID) -> Document:
    """Return what is known of a document, without its content; raise NoSuchDocument."""
    row = Stored.objects.filter(id=id).first()
    if row is None:
        raise NoSuchDocument
    return document(row)


def find_many(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Document]:
    """Return those documents of the ids that there are, in one statement."""
    return {row.id: document(row) for row in Stored.objects.filter(id__in=list(ids))}


def ids_owned_by(owners: Iterable[Subject], *, limit: int = 1000) -> tuple[uuid.UUID, ...]:
    """Return which documents were handed in by, or issued to, any of these; the newest, erased ones too."""
    wanted = Q(pk__in=[])
    for one in owners:
        wanted |= Q(owner_kind=one.kind, owner_id=one.id)
    rows = Stored.objects.filter(wanted).order_by("-stored_at", "-id")
    return tuple(rows.values_list("id", flat=True)[:limit])


def documents_of(owner: Subject, *, purpose: str | None = None, limit: int = 200) -> tuple[Document, ...]:
    """Return an owner's documents that are still there, newest first: earlier uploads, to be offered again."""
    rows = Stored.objects.filter(owner_kind=owner.kind, owner_id=owner.id, erased_at=None)
    if purpose is not None:
        rows = rows.filter(purpose=purpose)
    return tuple(document(row) for row in rows.order_by("-stored_at", "-id")[:limit])


def versions(id: uuid.UUID) -> tuple[Document, ...]:
    """Return all versions of a document, oldest first; those erased are marked."""
    series = Stored.objects.filter(id=id).values_list("series", flat=True)
    return tuple(document(row) for row in Stored.objects.filter(series__in=series).order_by("version"))
