"""PDFs are walked through object by object: nothing may act by itself, hide a file, or unfold without end."""

from __future__ import annotations

import re
import time
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfDecodeLimitError, PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from tongban.foundation.documents.errors import Active, Damaged, Locked, TooManyPages, TooMuchInside
from tongban.foundation.documents.types import MOST_PAGES

MOST_OBJECTS = 200_000
MOST_SECONDS = 8.0
LONGEST_TAIL = 1024

ACTIVE_KEYS = {
    "/JS",
    "/JavaScript",
    "/EmbeddedFile",
    "/EmbeddedFiles",
    "/EF",
    "/XFA",
    "/RichMediaContent",
    "/RichMediaSettings",
}
ACTIVE_ACTIONS = {
    "/JavaScript",
    "/Launch",
    "/SubmitForm",
    "/ImportData",
    "/GoToE",
    "/GoToR",
    "/Rendition",
    "/RichMediaExecute",
}
ACTIVE_TYPES = {"/FileAttachment", "/RichMedia", "/3D", "/Movie", "/Screen"}
# A reader that mends a broken file looks for objects by itself, also for those that no table lists.
ACTIVE_BYTES = re.compile(rb"/(?:JavaScript|Launch|JS\s*[(<\d])")
ESCAPE = re.compile(rb"#([0-9a-fA-F]{2})")


def pages_of(data: bytes) -> int:
    """Return how many pages the PDF has; raise one of ``errors`` when it is not to be kept."""
    _check_whole(data)
    return _read(data, _walk)


def pages_said(data: bytes) -> int:
    """Return how many pages the PDF says it has, for one whose maker is known; raise Damaged."""
    return _read(data, lambda reader: int(reader.root["/Pages"]["/Count"]))


def _read(data: bytes, count: Callable[[PdfFileReader], int]) -> int:
    try:
        reader = PdfFileReader(BytesIO(data), strict=False)
        if reader.encrypted:
            raise Locked
        return count(reader)
    except PdfDecodeLimitError as error:
        raise TooMuchInside from error
    except (PdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, AssertionError) as error:
        raise Damaged from error
    except (OSError, ArithmeticError, RecursionError, MemoryError, NotImplementedError) as error:
        raise Damaged from error
    except Exception as error:
        if type(error).__module__ == "zlib":
            raise Damaged from error
        raise


def _check_whole(data: bytes) -> None:
    end = data.rfind(b"%%EOF")
    if end < 0:
        raise Damaged
    if len(data) - end > LONGEST_TAIL or zipfile.is_zipfile(BytesIO(data)):
        # Another file behind the PDF: one content for us and one for somebody else's reader.
        raise Active
    plain = ESCAPE.sub(lambda found: bytes([int(found.group(1), 16)]), data) if b"#" in data else data
    if ACTIVE_BYTES.search(plain):
        raise Active


def _walk(reader: PdfFileReader) -> int:
    deadline, pages = time.monotonic() + MOST_SECONDS, 0
    for count, node in enumerate(_dictionaries(reader)):
        if count > MOST_OBJECTS or time.monotonic() > deadline:
            raise TooMuchInside
        _check_harmless(node)
        pages += node.get("/Type") == "/Page"
    if pages == 0:
        raise Damaged
    if pages > MOST_PAGES:
        raise TooManyPages
    return pages


def _dictionaries(reader: PdfFileReader) -> Iterator[generic.DictionaryObject]:
    """Yield every dictionary that can be reached from the root, each once."""
    waiting: list[Any] = [reader.trailer_view.raw_get("/Root")]
    seen: set[tuple[int, int]] = set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, generic.IndirectObject):
            if (node.idnum, node.generation) in seen:
                continue
            seen.add((node.idnum, node.generation))
            node = node.get_object()
        if isinstance(node, generic.DictionaryObject):
            yield node
            waiting.extend(node.raw_get(key) for key in node)
        elif isinstance(node, generic.ArrayObject):
            waiting.extend(node.raw_get(place) for place in range(len(node)))


def _check_harmless(node: generic.DictionaryObject) -> None:
    if ACTIVE_KEYS & set(node):
        raise Active
    if node.get("/S") in ACTIVE_ACTIONS or node.get("/Subtype") in ACTIVE_TYPES:
        raise Active
