"""Putting a seal on a PDF, as an incremental update: what was there before stays byte for byte."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from io import BytesIO

from asn1crypto import keys, tsp, x509
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tongban.foundation.trust import stamping
from tongban.foundation.trust.certificates.authority import Official
from tongban.foundation.trust.errors import NotAPdf
from tongban.foundation.trust.pdf import complete
from tongban.foundation.trust.pdf.picture import DIAMETER_MM, seal_picture

POINTS_A_MM = 72 / 25.4
MARGIN_MM = 22.0
BYTES_RESERVED = 16 * 1024
"""For the signature with its time stamp, in hexadecimal; more than twice what they take."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be sealed with what. ``box``: left, bottom, right, top in points; None: the lower right corner."""

    pdf: bytes
    name: str
    reason: str
    at: dt.datetime
    certificate: x509.Certificate
    private: bytes
    box: Box | None = None
    page: int = -1


def seal(order: Order, stamper: Official) -> bytes:
    """Return the PDF with the seal; raise NotAPdf when it can not be read."""
    try:
        return complete(_seal(order, stamper))
    except (PdfError, SigningError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotAPdf from error


async def _seal(order: Order, stamper: Official) -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(order.pdf))
    count = len(list(writer.prev.embedded_signatures))
    field = f"Seal{count + 1}"
    signer = _SignerAt(
        signers.PdfSignatureMetadata(
            field_name=field,
            md_algorithm="sha256",
            reason=order.reason or None,
            name=order.name,
            subfilter=fields.SigSeedSubFilter.PADES,
        ),
        signer=_signer(order, stamper),
        timestamper=_Stamper(stamper, order.at),
        stamp_style=StaticStampStyle(
            background=_Picture(seal_picture(order.name)), border_width=0, background_opacity=1.0
        ),
        new_field_spec=fields.SigFieldSpec(
            field, on_page=order.page, box=_rounded(order.box or _corner(writer, order.page, count))
        ),
    )
    signer.at = order.at
    sealed = await signer.async_sign_pdf(writer, bytes_reserved=BYTES_RESERVED)
    return bytes(sealed.getbuffer())


class _SignerAt(signers.PdfSigner):
    """Writes the moment of the act into the file, not the machine's."""

    at: dt.datetime

    def init_signing_session(
        self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False
    ) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.at
        return session


class _Stamper(TimeStamper):
    """The embedded authority in the place of one on the network."""

    def __init__(self, official: Official, at: dt.datetime) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._official, self._at = official, at

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return stamping.answer(self._official, req, self._at)


class _Picture(PdfContent):
    """The first page of a PDF in memory."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__()
        self._pdf = pdf

    def render(self) -> bytes:
        writer = self._ensure_writer
        picture = writer.import_page_as_xobject(PdfFileReader(BytesIO(self._pdf)), page_ix=0)
        self.resources.xobject["/Seal"] = picture
        side = DIAMETER_MM * POINTS_A_MM
        self.box = BoxConstraints(width=side, height=side)
        return b"/Seal Do"


def _signer(order: Order, stamper: Official) -> signers.SimpleSigner:
    store = SimpleCertificateStore()
    store.register(stamper.certificate)
    return signers.SimpleSigner(
        signing_cert=order.certificate,
        signing_key=keys.PrivateKeyInfo.load(order.private),
        cert_registry=store,
        embed_roots=False,
    )


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
