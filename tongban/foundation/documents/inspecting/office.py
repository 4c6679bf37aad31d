"""Office files are archives: their table is read, not their content, within limits; macros and embedded files refused."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

from tongban.foundation.documents.errors import Active, Damaged, Locked, TooMuchInside, UnknownKind
from tongban.foundation.documents.types import Kind

MOST_PARTS = 3000
MOST_BYTES = 200 * 1024 * 1024
LARGEST_LINKS = 1024 * 1024
MAIN_PARTS = {"word/document.xml": Kind.DOCX, "xl/workbook.xml": Kind.XLSX}
ACTIVE_PARTS = re.compile(
    r"(?i)(vbaproject|vbadata|/activex/|/embeddings/|\.bin$|\.exe$|\.js$|\.vbs$|\.zip$)"
)
PRINTER = re.compile(r"(?i)/printersettings/[^/]+\.bin$")
# A link that is followed when the file is opened: a template, a frame, an object from elsewhere.
ACTIVE_LINKS = re.compile(
    rb"(?is)<Relationship\b(?=[^>]*TargetMode\s*=\s*.External)"
    rb"(?=[^>]*/(?:attachedTemplate|frame|oleObject|subDocument|externalLinkPath|package)\b)"
)


def office_kind(data: bytes) -> Kind:
    """Return whether the archive is a DOCX or an XLSX; raise one of ``errors`` when it is not to be kept."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return _kind(archive)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, OSError, EOFError, KeyError, ValueError) as error:
        raise Damaged from error
    except (NotImplementedError, RuntimeError) as error:
        raise Locked from error


def _kind(archive: zipfile.ZipFile) -> Kind:
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
        raise TooMuchInside
    names = {part.filename for part in parts}
    kind = next((kind for part, kind in MAIN_PARTS.items() if part in names), None)
    if kind is None or "[Content_Types].xml" not in names:
        raise UnknownKind
    if archive.comment or any(_is_unsound(part) for part in parts):
        raise Active
    for part in parts:
        if part.filename.endswith(".rels"):
            _check_links(archive, part)
    return kind


def _is_unsound(part: zipfile.ZipInfo) -> bool:
    name = part.filename
    is_outside = name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name)
    return is_outside or bool(ACTIVE_PARTS.search(f"/{name}") and not PRINTER.search(f"/{name}"))


def _check_links(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    if part.file_size > LARGEST_LINKS:
        raise TooMuchInside
    if ACTIVE_LINKS.search(archive.read(part)):
        raise Active
