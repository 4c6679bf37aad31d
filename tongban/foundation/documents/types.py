"""The words of documents: kinds, a stored document, limits."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from enum import StrEnum

from tongban.kernel.types import Actor, Subject

LARGEST_BYTES = 20 * 1024 * 1024
"""The largest file that is taken. Channels refuse a larger request before they read it."""
MOST_PAGES = 500
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 16_000
LONGEST_NAME = 120


class Kind(StrEnum):
    """What is taken."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    DOCX = "docx"
    XLSX = "xlsx"

    @property
    def media_type(self) -> str:
        """Return the media type under which a browser gets it."""
        return MEDIA_TYPES[self]

    @property
    def extension(self) -> str:
        """Return the ending of its name."""
        return "jpg" if self is Kind.JPEG else self.value


OFFICE = "application/vnd.openxmlformats-officedocument"
MEDIA_TYPES = {
    Kind.PDF: "application/pdf",
    Kind.PNG: "image/png",
    Kind.JPEG: "image/jpeg",
    Kind.DOCX: f"{OFFICE}.wordprocessingml.document",
    Kind.XLSX: f"{OFFICE}.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Document:
    """A stored document. ``size`` in bytes and ``sha256`` are those of what is stored, not of what came in."""

    id: uuid.UUID
    sha256: str
    kind: Kind
    pages: int
    size: int
    name: str
    purpose: str
    owner: Subject
    series: uuid.UUID
    version: int
    stored_at: dt.datetime
    stored_by: Actor
    retain_until: dt.date | None
    erased_at: dt.datetime | None
