"""What comes in, looked through before it is kept. Pure: bytes in, bytes out; no database, no network."""

from __future__ import annotations

from dataclasses import dataclass

from tongban.foundation.documents.errors import Empty, TooLarge, UnknownKind
from tongban.foundation.documents.types import LARGEST_BYTES, Kind

MAGIC = {
    b"%PDF-": Kind.PDF,
    b"\x89PNG\r\n\x1a\n": Kind.PNG,
    b"\xff\xd8\xff": Kind.JPEG,
    b"PK\x03\x04": Kind.DOCX,
}


@dataclass(frozen=True, slots=True)
class Inspected:
    """What is to be kept: its kind, the bytes (an image's are new ones), the number of pages."""

    kind: Kind
    data: bytes
    pages: int


def inspect(data: bytes) -> Inspected:
    """Return what is to be kept of a file; raise one of ``errors`` when it can not be taken."""
    check_size(len(data))
    kind = next((kind for magic, kind in MAGIC.items() if data.startswith(magic)), None)
    if kind is Kind.PDF:
        from tongban.foundation.documents.inspecting.pdf import pages_of

        return Inspected(kind, data, pages_of(data))
    if kind in (Kind.PNG, Kind.JPEG):
        from tongban.foundation.documents.inspecting.images import draw_anew

        return Inspected(kind, draw_anew(data, kind), 1)
    if kind is Kind.DOCX:
        from tongban.foundation.documents.inspecting.office import office_kind

        return Inspected(office_kind(data), data, 1)
    raise UnknownKind


def inspect_ours(data: bytes) -> Inspected:
    """Return a PDF that the office itself has made a moment ago: what it holds is known, and any change breaks its seal."""
    check_size(len(data))
    if not data.startswith(b"%PDF-"):
        raise UnknownKind
    from tongban.foundation.documents.inspecting.pdf import pages_said

    return Inspected(Kind.PDF, data, pages_said(data))


def check_size(size: int) -> None:
    """Raise Empty or TooLarge when a file of so many bytes is not taken."""
    if size == 0:
        raise Empty
    if size > LARGEST_BYTES:
        raise TooLarge
