"""Files of feeds and their bytes."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from tongban.datahub.subscriptions import models, pieces, records
from tongban.datahub.subscriptions.errors import FileUnknown
from tongban.datahub.subscriptions.types import File, FileState, Span


def get_file(id: uuid.UUID) -> File:
    """Return a file, however far it is; raise FileUnknown."""
    row = models.FileRow.objects.select_related("feed").filter(id=id).first()
    if row is None:
        raise FileUnknown
    return records.file(row)


def files(provider: str, feed: str, *, state: FileState | None = None, limit: int = 100) -> tuple[File, ...]:
    """Return the files of a feed, the newest first, of one state or of all."""
    rows = models.FileRow.objects.select_related("feed").filter(feed__provider_id=provider, feed__code=feed)
    rows = rows.filter(state=state.value) if state else rows
    return tuple(records.file(row) for row in rows.order_by("-begun_at", "-id")[:limit])


def bytes_of(file: File, span: Span) -> Iterator[bytes]:
    """Yield some bytes of a file, a piece at a time; that they are given has to be on record before."""
    return pieces.of(file.id, span)
