"""Putting a seal on a PDF, as an incremental update: what was there before stays byte for byte."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from threading import Lock

from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigAppearanceSetup, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.stamp import StaticStampStyle

from tongban.foundation.trust import stamping
from tongban.foundation.trust.certificates.authority import Official
from tongban.foundation.trust.errors import NotAPdf
from tongban.foundation.trust.pdf.picture import DIAMETER_MM, seal_picture
from tongban.foundation.trust.signed_data import DATA, Content, signed_data, signer

POINTS_A_MM = 72 / 25.4
MARGIN_MM = 22.0
BYTES_RESERVED = 16 * 1024
"""For the signature with its time stamp, in hexadecimal; more than twice what they take."""

_one_reader = Lock()
"""Whoever reads an object for the first time moves the place in the file for all."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be sealed with what. ``box``: left, bottom, right, top in points; None: the lower right corner."""

    pdf: bytes
    name: str
    reason: str
    at: dt.datetime
    certificate: bytes
    private: bytes
    box: Box | None = None
    page: int = -1


def seal(order: Order, stamper: Official) -> bytes:
    """Return the PDF with the seal; raise NotAPdf when it can not be read."""
    try:
        return _seal(order, stamper)
    except (PdfError, SigningError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotAPdf from error


def _seal(order: Order, stamper: Official) -> bytes:
    writer = _Addition(BytesIO(order.pdf))
    writer.register_extension(ESIC_EXTENSION_1)
    count = len(list(writer.prev.embedded_signatures))
    field = f"Seal{count + 1}"
    box = _rounded(order.box or _corner(writer, order.page, count))
    embedder = PdfCMSEmbedder(fields.SigFieldSpec(field, on_page=order.page, box=box)).write_cms(
        field, writer
    )
    next(embedder)
    embedder.send(_setup(order))
    prepared, sealed = embedder.send(SigIOSetup(md_algorithm="sha256"))
    embedder.send(_signature(order, stamper, prepared.document_digest))
    return bytes(sealed.getbuffer())


def _setup(order: Order) -> SigObjSetup:
    """Return what stands in the file beside the signature: who, why, the moment of the act, the picture."""
    said = SignatureObject(
        timestamp=order.at, subfilter=fields.SigSeedSubFilter.PADES, name=order.name, reason=order.reason or None,
        bytes_reserved=BYTES_RESERVED,
    )  # fmt: skip
    style = StaticStampStyle(background=_Picture(order.name), border_width=0, background_opacity=1.0)
    return SigObjSetup(said, appearance_setup=SigAppearanceSetup(style, timestamp=order.at, name=order.name))


def _signature(order: Order, stamper: Official, digest: bytes) -> bytes:
    """Return the signature over the file with its time stamp."""
    by = signer(stamper.suite.name, order.certificate)
    return signed_data(
        by, order.private, Content(DATA, digest), certificates=(stamper.der,),
        stamp=lambda value: stamping.stamp(stamper, value, order.at),
    )  # fmt: skip


class _Addition(IncrementalPdfFileWriter):
    """Adds to a file and leaves what it says of itself, so that a PDF/A stays one."""

    def _update_meta(self) -> None:
        """Leave the description alone: pyHanko would add its own name and the machine's time, and rewrite the rest."""


@lru_cache(maxsize=64)
def _picture(name: str) -> PdfFileReader:
    """Return the picture of a body's seal; what has been read of it once is kept."""
    return PdfFileReader(BytesIO(seal_picture(name)))


class _Picture(PdfContent):
    """The picture of a body's seal, as the appearance of its signature."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def render(self) -> bytes:
        writer = self._ensure_writer
        with _one_reader:
            picture = writer.import_page_as_xobject(_picture(self._name), page_ix=0)
        self.resources.xobject["/Seal"] = picture
        side = DIAMETER_MM * POINTS_A_MM
        self.box = BoxConstraints(width=side, height=side)
        return b"/Seal Do"


def _corner(writer: IncrementalPdfFileWriter, page: int, count: int) -> Box:
    """Return the lower right corner of the page; a further seal goes to the left of those that are there."""
    side = DIAMETER_MM * POINTS_A_MM
    _, _, right, _ = _media_box(writer, page)
    margin = MARGIN_MM * POINTS_A_MM
    left = max(right - margin - side * (1 + count), 0)
    return (left, margin, left + side, margin + side)


def _media_box(writer: IncrementalPdfFileWriter, page: int) -> Box:
    node = writer.find_page_for_modification(page)[0].get_object()
    while "/MediaBox" not in node and "/Parent" in node:
        node = node["/Parent"]
    left, bottom, right, top = (float(number) for number in node["/MediaBox"])
    return (left, bottom, right, top)


def _rounded(box: Box) -> tuple[int, int, int, int]:
    left, bottom, right, top = (round(number) for number in box)
    return (left, bottom, right, top)
