"""Files: announced and uploaded in parts by their provider, listed and downloaded by consumers."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterable
from functools import partial
from typing import Any

from tongban.channels.gateway.feeds.requests import Asked, Given, Stream
from tongban.datahub.subscriptions import operations, queries
from tongban.datahub.subscriptions.errors import BadFile, FileUnknown, NotSatisfiable
from tongban.datahub.subscriptions.types import File, Span
from tongban.kernel.errors import N_, Conflict

MOST = 2
"""Who downloads slowly holds a thread of the server, of which a process has four."""


class Sending:
    """The downloads of a process: so many at once, and one for each who downloads, so that nobody has all the places."""

    def __init__(self, most: int) -> None:
        self._most, self._who, self._lock = most, set[str](), threading.Lock()

    def begin(self, who: str) -> None:
        """Take a place; raise TooManyDownloads when there is none."""
        with self._lock:
            if who in self._who or len(self._who) >= self._most:
                raise TooManyDownloads
            self._who.add(who)

    def end(self, who: str) -> None:
        """Give the place back."""
        with self._lock:
            self._who.discard(who)


SENDING = Sending(MOST)


class TooManyDownloads(Conflict):
    """Others download just now."""

    status = 503

    def __init__(self) -> None:
        super().__init__("too-many-downloads", N_("正在下载文件的人较多，请几秒后再试。"))


def announce(asked: Asked) -> Given:
    """Announce a file, or find one that was announced before and is not complete."""
    said, place = asked.document(), asked.place
    file = operations.announce_called(
        provider=place.provider, feed=place.feed, name=_text(said, "name"), size=_size(said),
        sha256=_sha256(_text(said, "sha-256")), media=_text(said, "media", "application/octet-stream"),
        signer=asked.by, by=asked.actor, at=asked.at,
    )  # fmt: skip
    where = f"{file.feed.source}/files/{file.id}"
    return Given.json(201, document(file), ("Location", where), ("Upload-Offset", str(file.received)))


def receive(asked: Asked) -> Given:
    """Keep the next part of a file: its place in Content-Range, its digest signed with the request."""
    file = queries.get_file(_id(asked))
    span = queries.part_of(asked.message.headers.get("content-range", ""), file.size)
    file = operations.receive_called(
        file=file.id, span=span, data=asked.body, signer=asked.by, by=asked.actor, at=asked.at
    )
    return Given.json(200, document(file), ("Upload-Offset", str(file.received)))


def look(asked: Asked) -> Given:
    """Answer how far a file is, to its provider; to a consumer, what it is."""
    file = _looked_at(asked)
    return Given(200, (*facts(file), ("Upload-Offset", str(file.received))), [b""])


def listed(asked: Asked) -> Given:
    """Answer with the files of a feed, the newest first."""
    place = asked.place
    found = operations.list_files(
        provider=place.provider, feed=place.feed, signer=asked.by, by=asked.actor, at=asked.at
    )
    return Given.json(200, {"files": [document(one) for one in found]})


def download(asked: Asked) -> Given:
    """Answer with a file or a part of it (RFC 9110 14); what is given is on record before.

    That there is nothing to give tells what the file is, and needs the grant as well: it is on record as a look.
    """
    file = queries.get_file(_id(asked))
    if asked.message.headers.get("if-none-match") == etag(file):
        return not_modified(_looked_at(asked))
    try:
        span = span_wanted(asked, file)
    except NotSatisfiable:
        _looked_at(asked)
        raise
    whole = Span(0, file.size - 1)
    sending, who = SENDING, asked.by.subsystem
    sending.begin(who)
    try:
        operations.open_file(file=file.id, span=span or whole, signer=asked.by, by=asked.actor, at=asked.at)
    except BaseException:
        sending.end(who)
        raise
    return sent(file, span, Stream(queries.bytes_of(file, span or whole), partial(sending.end, who)))


def _looked_at(asked: Asked) -> File:
    return operations.look_at_file(file=_id(asked), signer=asked.by, by=asked.actor, at=asked.at)


def span_wanted(asked: Asked, file: File) -> Span | None:
    """Return which bytes of a file are asked for, None for all; raise NotSatisfiable."""
    headers = asked.message.headers
    is_same = headers.get("if-range", etag(file)) == etag(file)
    return queries.wanted(headers.get("range", ""), file.size) if is_same else None


def sent(file: File, span: Span | None, body: Iterable[bytes]) -> Given:
    """Return an answer with a file, or with a part of it."""
    part = (("Content-Range", f"bytes {span.first}-{span.last}/{file.size}"),) if span else ()
    return Given(206 if span else 200, (*facts(file, span), *part), body)


def not_modified(file: File) -> Given:
    """Return an answer that the file is the one which the asker has."""
    return Given(304, (("ETag", etag(file)),), [b""])


def document(file: File) -> dict[str, object]:
    """Return a file as programs see it."""
    return {
        "id": str(file.id),
        "name": file.name,
        "media": file.media,
        "size": file.size,
        "sha-256": _base64(file.sha256),
        "received": file.received,
        "state": file.state.value,
        "ready-at": file.ready_at.isoformat() if file.ready_at else None,
    }


def etag(file: File) -> str:
    """Return the strong validator of a file: its digest."""
    return f'"{file.sha256.hex()}"'


def facts(file: File, span: Span | None = None) -> tuple[tuple[str, str], ...]:
    """Return the headers that say what a file is, and how much of it comes."""
    return (
        ("Content-Type", file.media),
        ("Content-Length", str(span.size if span else file.size)),
        ("Accept-Ranges", "bytes"),
        ("ETag", etag(file)),
        ("Repr-Digest", f"sha-256=:{_base64(file.sha256)}:"),
        ("Cache-Control", "private, no-store"),
        ("X-Content-Type-Options", "nosniff"),
    )


def _id(asked: Asked) -> Any:
    file = asked.place.file
    if (
        file is None
        or queries.get_file(file).feed.source != f"/feeds/{asked.place.provider}/{asked.place.feed}"
    ):
        raise FileUnknown
    return file


def _text(said: dict[str, Any], name: str, default: str | None = None) -> str:
    found = said.get(name, default)
    if not isinstance(found, str):
        raise BadFile(name)
    return found


def _size(said: dict[str, Any]) -> int:
    found = said.get("size")
    if not isinstance(found, int) or isinstance(found, bool):
        raise BadFile("size")
    return found


def _sha256(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise BadFile("sha-256") from None


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
