"""Checking the seals on a PDF: by whom, when, whether a byte has changed, whether the seal is this city's."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from io import BytesIO

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from tongban.foundation.trust.pdf import complete

ALLOWED_LATER = {ModificationLevel.NONE, ModificationLevel.LTA_UPDATES, ModificationLevel.FORM_FILLING}


@dataclass(frozen=True, slots=True)
class Found:
    """What one seal on a PDF shows by itself, before anybody looks into the register."""

    certificate: x509.Certificate
    reason: str
    stamped_at: dt.datetime | None
    is_intact: bool
    is_trusted: bool
    covers_all: bool


def check(pdf: bytes, root: x509.Certificate | None) -> tuple[Found, ...]:
    """Return the seals in the order in which they were put; raise ValueError when the file can not be read."""
    try:
        reader = PdfFileReader(BytesIO(pdf))
        signatures = list(reader.embedded_regular_signatures)
        return tuple(complete(_check(one, root)) for one in signatures)
    except RecursionError as error:
        raise ValueError("too deep") from error
    except Exception as error:
        # A file that somebody has changed may break the reader anywhere: whatever it raises, it is not intact.
        raise ValueError(str(error)) from error


async def _check(signature: EmbeddedPdfSignature, root: x509.Certificate | None) -> Found:
    stamped_at = _stamped_at(signature)
    context = ValidationContext(
        trust_roots=[root] if root else [],
        allow_fetching=False,
        # Valid when it was used is what counts; the stamp says when, and is itself checked.
        moment=stamped_at,
    )
    status = await async_validate_pdf_signature(signature, context)
    return Found(
        certificate=signature.signer_cert,
        reason=str(signature.sig_object.get("/Reason", "")),
        stamped_at=stamped_at,
        is_intact=_is_intact(status),
        is_trusted=bool(status.trusted and status.timestamp_validity and status.timestamp_validity.trusted),
        covers_all=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
    )


def _stamped_at(signature: EmbeddedPdfSignature) -> dt.datetime | None:
    tokens = [
        one["values"][0]
        for one in signature.signer_info["unsigned_attrs"]
        if one["type"].native == "signature_time_stamp_token"
    ]
    if not tokens:
        return None
    said = tokens[0]["content"]["encap_content_info"]["content"].parsed
    moment: dt.datetime = said["gen_time"].native
    return moment


def _is_intact(status: PdfSignatureStatus) -> bool:
    stamp = status.timestamp_validity
    return bool(
        status.intact
        and status.valid
        and (stamp is None or (stamp.intact and stamp.valid))
        and status.coverage in (SignatureCoverageLevel.ENTIRE_FILE, SignatureCoverageLevel.ENTIRE_REVISION)
        and status.modification_level in ALLOWED_LATER
    )
