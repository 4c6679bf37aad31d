"""Files: announced, received part by part, checked as a whole, given to who was granted all of the resource."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid

from django.db import transaction

from tongban.datahub.exchange.queries import Signer
from tongban.datahub.subscriptions import models, pieces, records
from tongban.datahub.subscriptions.access import check_speaks_for
from tongban.datahub.subscriptions.errors import FileUnknown
from tongban.datahub.subscriptions.events import FilePublished, FileReceived
from tongban.datahub.subscriptions.operations.calls import Done, granted, note_use
from tongban.datahub.subscriptions.operations.publishing import take
from tongban.datahub.subscriptions.rules import cutting
from tongban.datahub.subscriptions.rules import files as rules
from tongban.datahub.subscriptions.types import Change, File, FileState, Kind, Span
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.outbox import operations as outbox
from tongban.foundation.trust import operations as trust
from tongban.kernel.ids import new_id
from tongban.kernel.types import SYSTEM, Actor, Subject

MEDIA = "application/octet-stream"
GONE = (FileState.BROKEN.value, FileState.FORGOTTEN.value)


@transaction.atomic
def announce_file(
    *, provider: str, feed: str, name: str, size: int, sha256: bytes, media: str = MEDIA, by: Actor, at: dt.datetime
) -> File:  # fmt: skip
    """Announce a file of a feed by its name, its size in bytes and its digest, and return it.

    Announced before and not complete, it is the same file: it goes on where it stopped. Raises FeedUnknown, NotAllowed,
    BadFile.
    """
    row = records.feed_row(provider, feed)
    check_speaks_for(by, provider, at)
    rules.check_announced(name, media, size, sha256)
    said = {"id": new_id(), "media": media, "size": size, "begun_at": at}
    standing = models.FileRow.objects.exclude(state__in=GONE)
    found, is_new = standing.get_or_create(feed=row, name=name, sha256=sha256, defaults=said)
    if is_new:
        detail = {"name": name, "size": size, "sha256": sha256.hex(), "media": media}
        _record("file_announced", found, by, at, **detail)
    return records.file(found)


@transaction.atomic
def receive_part(*, file: uuid.UUID, span: Span, data: bytes, by: Actor, at: dt.datetime) -> File:
    """Keep the next part of a file and return how far it is; one that is there already changes nothing.

    Raises FileUnknown, NotAllowed, BadPart, WrongOffset.
    """
    row = _locked(file)
    check_speaks_for(by, row.feed.provider_id, at)
    if rules.is_new(span, len(data), row.received):
        models.Piece.objects.bulk_create(
            models.Piece(file=row, first=first, size=len(piece), data=trust.encrypt(pieces.PURPOSE, piece))
            for first, piece in rules.pieces(span.first, data)
        )
        row.received += span.size
        if row.received == row.size:
            row.state = FileState.CHECKING.value
            _record("file_received", row, by, at, size=row.size)
            outbox.publish(FileReceived(str(row.id)), at=at)
        row.save(update_fields=["received", "state"])
    return records.file(row)


@transaction.atomic
def check_file(*, file: uuid.UUID, by: Actor = SYSTEM, at: dt.datetime) -> File:
    """Compute a received file's digest: as announced, it is ready and told to the feed; else it is broken and erased."""
    row = _locked(file)
    if row.state == FileState.CHECKING.value:
        digest = hashlib.sha256()
        for piece in pieces.of(row.id, Span(0, row.size - 1)):
            digest.update(piece)
        if digest.digest() == bytes(row.sha256):
            _publish(row, by, at)
        else:
            _break(row, digest.hexdigest(), by, at)
    return records.file(row)


def open_file(*, file: uuid.UUID, span: Span, signer: Signer, by: Actor, at: dt.datetime) -> File:
    """Put on record that a consumer is given some bytes of a file, and return it; the bytes are read after it.

    Raises FileUnknown, NoGrant, FileNeedsAllFields, GrantUsedUp, CallReplayed.
    """
    row = models.FileRow.objects.select_related("feed").filter(id=file, state=FileState.READY.value).first()
    if row is None:
        raise FileUnknown
    done = Done("download", records.feed(row.feed), span.first, span.last, span.size, file=row.id)
    grant = granted(done, cutting.check_file, signer, by, at)
    note_use(signer, done, grant, by, at)
    return records.file(row)


def _publish(row: models.FileRow, by: Actor, at: dt.datetime) -> None:
    row.state, row.ready_at = FileState.READY.value, at
    row.save(update_fields=["state", "ready_at"])
    feed = records.feed(row.feed)
    _record("file_ready", row, by, at, sha256=bytes(row.sha256).hex())
    outbox.publish(FilePublished(f"{feed.provider}/{feed.code}", str(row.id)), at=at)
    said = rules.announcement(records.file(row))
    change = Change(f"file:{row.id}", Kind.FILE, said, at)
    take(feed, [change], [json.dumps(said, ensure_ascii=False).encode()], by, at)


def _break(row: models.FileRow, digest: str, by: Actor, at: dt.datetime) -> None:
    row.state, row.received = FileState.BROKEN.value, 0
    row.save(update_fields=["state", "received"])
    models.Piece.objects.filter(file=row).delete()
    _record("file_broken", row, by, at, sha256=digest)


def _locked(id: uuid.UUID) -> models.FileRow:
    rows = models.FileRow.objects.select_for_update(of=("self",)).select_related("feed")
    row: models.FileRow | None = rows.filter(id=id).exclude(state__in=GONE).first()
    if row is None:
        raise FileUnknown
    return row


def _record(act: str, row: models.FileRow, by: Actor, at: dt.datetime, **detail: object) -> None:
    said = {"feed": f"{row.feed.provider_id}/{row.feed.code}", **detail}
    ledger.record(act=f"feed.{act}", subject=Subject("feed-file", str(row.id)), by=by, at=at, detail=said)
