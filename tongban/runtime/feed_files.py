"""Files as people have them, for feeds: changes in CSV or JSON lines, and files that are handed in part by part."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from tongban.datahub.subscriptions import operations
from tongban.datahub.subscriptions.rules.files import MOST_PART
from tongban.datahub.subscriptions.rules.publishing import MOST_CHANGES, read_change, read_changes
from tongban.datahub.subscriptions.types import Change, File, Published, Span
from tongban.kernel import clock
from tongban.kernel.errors import N_, Invalid
from tongban.kernel.types import Actor

ABOUT = ("@id", "@kind", "@at")
"""Columns of a table that are not fields of the resource."""


def changes_in(path: Path) -> list[Change]:
    """Return the changes that a file lists: a table with a line of names (.csv), else JSON lines or an array.

    A line without an id of its own is known by the file's content and its number, so that the same file a second time
    changes nothing. Raises Invalid.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Invalid("feed-file-unreadable", N_("读不到文件 {file}。"), file=path) from error
    if path.suffix.lower() != ".csv":
        return read_changes(content)
    return list(_rows(content))


def _rows(content: bytes) -> Iterator[Change]:
    digest = hashlib.sha256(content).hexdigest()[:16]
    try:
        text = io.StringIO(content.decode("utf-8-sig"), newline="")
    except UnicodeDecodeError:
        raise Invalid("feed-file-encoding", N_("文件不是 UTF-8 编码。")) from None
    for number, row in enumerate(csv.DictReader(text), 1):
        said = {name: value for name, value in row.items() if name and name not in ABOUT and value != ""}
        yield read_change(
            {
                "id": row.get("@id") or f"{digest}-{number}",
                "kind": row.get("@kind") or "changed",
                "at": row.get("@at") or None,
                "fields": said,
            },
            number,
        )


def publish(provider: str, feed: str, changes: list[Change], by: Actor) -> Published:
    """Publish changes, as many at once as one publication takes; what was published before it failed stays."""
    taken = known = 0
    rest = iter(changes)
    while part := list(islice(rest, MOST_CHANGES)):
        done = operations.publish_changes(provider=provider, feed=feed, changes=part, by=by, at=clock.now())
        taken, known = taken + done.taken, known + done.known
    return Published(taken, known)


def upload(provider: str, feed: str, path: Path, *, name: str, media: str, by: Actor) -> File:
    """Hand a file in, from where it stopped the last time; return it as it is then."""
    digest = _digest(path)
    file = operations.announce_file(
        provider=provider, feed=feed, name=name or path.name, size=path.stat().st_size, sha256=digest, media=media,
        by=by, at=clock.now(),
    )  # fmt: skip
    with path.open("rb") as opened:
        opened.seek(file.received)
        while file.received < file.size and (data := opened.read(MOST_PART)):
            span = Span(file.received, file.received + len(data) - 1)
            file = operations.receive_part(file=file.id, span=span, data=data, by=by, at=clock.now())
    return file


def _digest(path: Path) -> bytes:
    try:
        with path.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").digest()
    except OSError as error:
        raise Invalid("feed-file-unreadable", N_("读不到文件 {file}。"), file=path) from error
