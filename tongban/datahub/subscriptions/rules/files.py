"""How a file is announced, and how it is cut into pieces. Pure."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator

from tongban.datahub.subscriptions.errors import BadFile, BadPart, WrongOffset
from tongban.datahub.subscriptions.types import File, Span

MOST_BYTES = 50_000_000_000
MOST_PART = 8_388_608
"""Of one part: it is verified as a whole before any of it is kept."""
PIECE = 1_048_576
SHA256 = 32
MEDIA = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,60}")


def check_announced(name: str, media: str, size: int, sha256: bytes) -> None:
    """Raise BadFile naming the first part that is wrong."""
    is_plain = name.isprintable() and not set(name) & set('/\\"') and name.strip(". ") != ""
    parts = [
        ("name", 0 < len(name) <= 200 and is_plain),
        ("media", bool(MEDIA.fullmatch(media)) and len(media) <= 100),
        ("size", 0 < size <= MOST_BYTES),
        ("sha256", len(sha256) == SHA256),
    ]
    wrong = next((what for what, is_right in parts if not is_right), None)
    if wrong:
        raise BadFile(wrong)


def is_new(span: Span, size: int, received: int) -> bool:
    """Return whether a part is the next one, False when it is there already.

    Raises WrongOffset when it is neither, BadPart when it has not as many bytes as it says, or too many.
    """
    if span.size != size or size > MOST_PART:
        raise BadPart("Content-Length")
    if span.last < received:
        return False
    if span.first != received:
        raise WrongOffset(received)
    return True


def pieces(first: int, data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield a part in pieces with where each begins."""
    for start in range(0, len(data), PIECE):
        yield first + start, data[start : start + PIECE]


def announcement(file: File) -> dict[str, object]:
    """Return what is told of a file that is ready."""
    return {
        "id": str(file.id),
        "name": file.name,
        "media": file.media,
        "size": file.size,
        "sha-256": base64.b64encode(file.sha256).decode(),
        "href": f"{file.feed.source}/files/{file.id}",
    }
