"""From a kind of paper and its values to a PDF/A-2b file.

One compiler a thread is kept: it holds fonts and templates, so a further page takes milliseconds. Values reach the
template as JSON and are text there, whatever signs they have: nothing a person writes becomes markup.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import typst

from tongban.services.licences.documents import fonts
from tongban.services.licences.documents.codes import code_rows
from tongban.services.licences.documents.values import check_values, clean
from tongban.services.licences.errors import CannotDraw
from tongban.services.licences.types import Kind

TEMPLATES = Path(__file__).parent / "templates"
STANDARD: Final = "a-2b"
# PDF/A-2b wants no tags, and a page with its tags is twice as large and slow.
TAGS = False
GETA = "〓"
MOST_MISSING = 40
DARK, LIGHT = 0, 255
NO_FONT = re.compile(r'the text `"(.+?)"` could not be displayed')
ESCAPED = re.compile(r"\\u\{([0-9a-fA-F]+)\}")

_own = threading.local()


def draw(kind: Kind, values: Mapping[str, object], *, at: dt.datetime) -> bytes:
    """Return the paper as PDF/A-2b; the same values at the same moment give the same bytes.

    A sign that no font has stands as 〓, the printers' mark for it. Raises Invalid, FontsMissing, CannotDraw.
    """
    check_values(kind, values)
    text = json.dumps({**clean(values), "qr": _qr(str(values.get("link", "")))}, ensure_ascii=False)
    for _ in range(MOST_MISSING):
        try:
            return _compile(kind, text, at)
        except typst.TypstError as error:
            missing = _sign_without_font(str(error))
            if missing is None or missing not in text:
                raise CannotDraw(kind.value, str(error)[:300]) from error
            text = text.replace(missing, GETA)
    raise CannotDraw(kind.value, GETA)


def _compile(kind: Kind, text: str, at: dt.datetime) -> bytes:
    made = _compiler().compile(
        input=str(TEMPLATES / f"{kind.value}.typ"), format="pdf", pdf_standards=STANDARD, pdf_tags=TAGS,
        timestamp=int(at.timestamp()), sys_inputs={"values": text},
    )  # fmt: skip
    assert isinstance(made, bytes)  # noqa: S101 - one PDF comes as one piece
    return made


def _sign_without_font(error: str) -> str | None:
    found = NO_FONT.search(error)
    if found is None:
        return None
    escaped = ESCAPED.fullmatch(found[1])
    return chr(int(escaped[1], 16)) if escaped else found[1]


def _compiler() -> typst.Compiler:
    found: typst.Compiler | None = getattr(_own, "compiler", None)
    if found is None:
        found = typst.Compiler(
            root=str(TEMPLATES), font_paths=[str(fonts.folder())], ignore_system_fonts=True,
        )  # fmt: skip
        _own.compiler = found
    return found


def _qr(link: str) -> Mapping[str, object] | str:
    """Return the code as bytes of light: as an SVG each one would cost the compiler as much as the page."""
    if not link:
        return ""
    rows = code_rows(link)
    return {"size": len(rows), "light": [DARK if dark == "1" else LIGHT for row in rows for dark in row]}
