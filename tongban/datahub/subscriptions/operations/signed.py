"""What subsystems do by a signed call: the call goes on record with what it does, or neither happens."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

from django.db import transaction

from tongban.datahub.exchange.queries import Signer
from tongban.datahub.subscriptions import models, records
from tongban.datahub.subscriptions.errors import FileUnknown
from tongban.datahub.subscriptions.operations import files, publishing
from tongban.datahub.subscriptions.operations.calls import Done, granted, note_call
from tongban.datahub.subscriptions.rules import cutting
from tongban.datahub.subscriptions.rules.publishing import read_changes
from tongban.datahub.subscriptions.types import Feed, File, FileState, Published, Span
from tongban.kernel.types import Actor


@transaction.atomic
def publish_called(
    *, provider: str, feed: str, body: bytes, signer: Signer, by: Actor, at: dt.datetime
) -> Published:
    """Publish the changes of a body, JSON lines or an array; raises as ``publish_changes`` does, and CallReplayed."""
    changes = read_changes(body)
    done = publishing.publish_changes(provider=provider, feed=feed, changes=changes, by=by, at=at)
    note_call(signer, Done("publish", _feed(provider, feed), count=done.taken), by, at)
    return done


@transaction.atomic
def announce_called(
    *, provider: str, feed: str, name: str, size: int, sha256: bytes, media: str, signer: Signer, by: Actor,
    at: dt.datetime,
) -> File:  # fmt: skip
    """Announce a file; raises as ``announce_file`` does, and CallReplayed."""
    said = {"name": name, "size": size, "sha256": sha256, "media": media}
    file = files.announce_file(provider=provider, feed=feed, **said, by=by, at=at)  # type: ignore[arg-type]
    note_call(signer, Done("announce", file.feed, file=file.id), by, at)
    return file


@transaction.atomic
def receive_called(
    *, file: uuid.UUID, span: Span, data: bytes, signer: Signer, by: Actor, at: dt.datetime
) -> File:
    """Keep the next part of a file; raises as ``receive_part`` does, and CallReplayed."""
    found = files.receive_part(file=file, span=span, data=data, by=by, at=at)
    note_call(signer, Done("upload", found.feed, span.first, span.last, span.size, file=found.id), by, at)
    return found


def look_at_file(*, file: uuid.UUID, signer: Signer, by: Actor, at: dt.datetime) -> File:
    """Return a file to its provider however far it is, to a consumer who may have it once it is ready.

    Raises FileUnknown, NoGrant, FileNeedsAllFields, CallReplayed.
    """
    row = models.FileRow.objects.select_related("feed").filter(id=file).first()
    if row is None or (row.state != FileState.READY.value and signer.subsystem != row.feed.provider_id):
        raise FileUnknown
    feed = records.feed(row.feed)
    done = Done("look", feed, file=row.id)
    if signer.subsystem != feed.provider:
        done = replace(done, grant=granted(done, cutting.check_file, signer, by, at).id)
    note_call(signer, done, by, at)
    return records.file(row)


def list_files(*, provider: str, feed: str, signer: Signer, by: Actor, at: dt.datetime) -> tuple[File, ...]:
    """Return a feed's ready files to a consumer who may have them, all of them to their provider."""
    found = _feed(provider, feed)
    rows = models.FileRow.objects.select_related("feed").filter(feed_id=found.id).order_by("-begun_at", "-id")
    done = Done("list", found)
    if signer.subsystem != provider:
        done = replace(done, grant=granted(done, cutting.check_file, signer, by, at).id)
        rows = rows.filter(state=FileState.READY.value)
    note_call(signer, done, by, at)
    return tuple(records.file(row) for row in rows[:1000])


def _feed(provider: str, code: str) -> Feed:
    return records.feed(records.feed_row(provider, code))
