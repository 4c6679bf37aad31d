"""Reads of trust: decrypt, find blindly, look at seals, check signatures, time stamps and PDFs."""

from __future__ import annotations

import datetime as dt
import hashlib

from asn1crypto import x509

from tongban.foundation.trust import boxes, detached, keys, rules, stamping
from tongban.foundation.trust.certificates.authority import root_certificate
from tongban.foundation.trust.certificates.issuing import is_signed_by, point_of
from tongban.foundation.trust.errors import CannotDecrypt, NoSuchSeal
from tongban.foundation.trust.models import Authority, Key, SealCertificate, Sealing, SealRow
from tongban.foundation.trust.pdf import checking
from tongban.foundation.trust.suites import suite_named
from tongban.foundation.trust.types import (
    INTERNATIONAL,
    Certificate,
    KeyState,
    PdfSeal,
    PdfVerdict,
    Seal,
    Signature,
    Verdict,
)
from tongban.kernel.errors import N_

CHANGED = N_("内容在用印之后被改动过。")
NOT_OURS = N_("印章不是本平台签发的。")
NOT_VALID = N_("用印时印章已停用或证书不在有效期内。")
NO_STAMP = N_("没有可信的时间戳。")
NO_SEAL = N_("文件上没有印章。")
UNREADABLE = N_("文件已损坏或不是 PDF，无法核验。")
ADDED = N_("最后一次用印之后，文件又被添加了内容。")


def decrypt(purpose: str, blob: bytes) -> bytes:
    """Return the data; raise CannotDecrypt when it was changed or belongs to another purpose."""
    return boxes.unlock(purpose, bytes(blob))


def is_current(purpose: str, blob: bytes) -> bool:
    """Return whether the current key encrypted this; if not, its owner may encrypt it anew."""
    try:
        return rules.take_apart(bytes(blob)).key == keys.current(purpose).number
    except ValueError:
        raise CannotDecrypt(purpose) from None


def blind_index(purpose: str, text: str) -> str:
    """Return what a text is found by without being stored: HMAC-SHA-256 of its normal form, 64 signs.

    Normal: NFKC, upper case, without spaces. The key of an index is never rotated: all rows would change.
    """
    return rules.blind(keys.current(purpose, "index").secret, text)


def keyed_digest(purpose: str, data: bytes) -> str:
    """Return by what the same content is recognised, and by nobody without the key: 64 signs."""
    return rules.keyed_digest(keys.current(purpose, "index").secret, data)


def get_seal(code: str) -> Seal:
    """Return a seal; raise NoSuchSeal."""
    row = SealRow.objects.filter(code=code).prefetch_related("certificates").first()
    if row is None:
        raise NoSuchSeal(code)
    return _seal(row)


def find_seal(code: str) -> Seal | None:
    """Return a seal, or None."""
    row = SealRow.objects.filter(code=code).prefetch_related("certificates").first()
    return _seal(row) if row else None


def seals() -> tuple[Seal, ...]:
    """Return all seals by code."""
    return tuple(_seal(row) for row in SealRow.objects.order_by("code").prefetch_related("certificates"))


def key_states() -> tuple[KeyState, ...]:
    """Return what keys there are, by purpose and version."""
    rows = list(Key.objects.order_by("purpose", "kind", "version"))
    newest = {(row.purpose, row.kind): row.number for row in rows}
    return tuple(
        KeyState(
            number=row.number,
            purpose=row.purpose,
            kind=row.kind,
            suite=row.suite,
            version=row.version,
            made_at=row.made_at,
            is_current=newest[row.purpose, row.kind] == row.number,
        )
        for row in rows
    )


def root(suite: str = INTERNATIONAL) -> bytes | None:
    """Return the authority's root certificate, DER, for whoever wants to check without us."""
    found = root_certificate(suite_named(suite))
    return found.dump() if found else None


def verify(data: bytes, signature: Signature) -> Verdict:
    """Return whether the signature is one of a seal of ours over exactly this data, and when it was made."""
    held = SealCertificate.objects.filter(serial=signature.certificate).select_related("seal").first()
    suite = suite_named(signature.suite)
    above = root_certificate(suite)
    if held is None or above is None or held.suite != signature.suite:
        return Verdict("", "", None, is_intact=False, is_trusted=False, problem=NOT_OURS)
    who, department = held.seal.name, held.seal.department
    certificate = x509.Certificate.load(bytes(held.certificate))
    if not suite.verify(point_of(certificate), data, signature.value):
        return Verdict(who, department, None, is_intact=False, is_trusted=False, problem=CHANGED)
    try:
        at = stamping.check(suite, signature.time_stamp, signature.value, above).at
    except ValueError:
        return Verdict(who, department, None, is_intact=True, is_trusted=False, problem=NO_STAMP)
    problem = _problem(held, at) or ("" if is_signed_by(suite, certificate, above) else NOT_OURS)
    return Verdict(who, department, at, is_intact=True, is_trusted=not problem, problem=problem)


def certificate_of_log(fingerprint: str) -> bytes:
    """Return the certificate of the ledger's key that has this SHA-256, DER; raise KeyError when there is none."""
    rows = Authority.objects.filter(role="log").values_list("certificate", flat=True)
    return {hashlib.sha256(bytes(row)).hexdigest(): bytes(row) for row in rows}[fingerprint]


def is_signed_by_log(data: bytes, value: bytes, certificate: bytes, root: bytes, *, suite: str) -> bool:
    """Return whether the certificate's key has signed exactly this data, and this root the certificate. No database."""
    try:
        chosen = suite_named(suite)
        own, above = x509.Certificate.load(certificate), x509.Certificate.load(root)
        return chosen.verify(point_of(own), data, value) and is_signed_by(chosen, own, above)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError):
        return False


def verify_time_stamp(data: bytes, token: bytes, *, suite: str = INTERNATIONAL) -> dt.datetime | None:
    """Return the moment that a token of ours gives to exactly this data, or None."""
    above = root_certificate(suite_named(suite))
    try:
        return stamping.check(suite_named(suite), token, data, above).at if above else None
    except ValueError:
        return None


def stamped_at(data: bytes, token: bytes, root: bytes, *, suite: str = INTERNATIONAL) -> dt.datetime | None:
    """Return the moment that a token under this root gives to exactly this data, or None. No database."""
    try:
        return stamping.check(suite_named(suite), token, data, x509.Certificate.load(root)).at
    except (ValueError, KeyError, TypeError):
        return None


def check_sealed(data: bytes, seal: bytes, root: bytes, *, suite: str = INTERNATIONAL) -> Verdict:
    """Return who has sealed exactly this data (``seal_data``), and when, under this root certificate. No database.

    Whether the seal was revoked only the city can say.
    """
    try:
        found = detached.check(suite_named(suite), seal, data, x509.Certificate.load(root))
    except (ValueError, TypeError):
        return Verdict("", "", None, is_intact=False, is_trusted=False, problem=CHANGED)
    said = found.certificate.subject.native
    who, department = str(said.get("common_name", "")), str(said.get("organization_name", ""))
    return Verdict(who, department, found.at, is_intact=True, is_trusted=True)


def verify_pdf(pdf: bytes) -> PdfVerdict:
    """Return who sealed the PDF, when, whether it is intact, trusted, and one that was sealed here."""
    suite = suite_named(INTERNATIONAL)
    try:
        found = checking.check(pdf, root_certificate(suite))
    except ValueError:
        return PdfVerdict((), is_intact=False, is_trusted=False, is_original=False, problem=UNREADABLE)
    if not found:
        return PdfVerdict((), is_intact=False, is_trusted=False, is_original=False, problem=NO_SEAL)
    marks = tuple(_pdf_seal(one) for one in found)
    problem = next((mark.problem for mark in marks if mark.problem), "")
    covers_all = any(one.covers_all for one in found)
    return PdfVerdict(
        seals=marks,
        is_intact=covers_all and all(mark.is_intact for mark in marks),
        is_trusted=all(mark.is_trusted for mark in marks),
        is_original=Sealing.objects.filter(digest=suite.digest(pdf)).exists(),
        problem=problem or ("" if covers_all else ADDED),
    )


def _pdf_seal(found: checking.Found) -> PdfSeal:
    serial = f"{found.certificate.serial_number:x}"
    held = SealCertificate.objects.filter(serial=serial).select_related("seal").first()
    is_ours = held is not None and bytes(held.certificate) == found.certificate.dump()
    problem = _pdf_problem(found, held if is_ours else None)
    subject = found.certificate.subject.native
    return PdfSeal(
        who=held.seal.name if held and is_ours else str(subject.get("common_name", "")),
        department=held.seal.department if held and is_ours else str(subject.get("organization_name", "")),
        seal=held.seal_id if held and is_ours else "",
        reason=found.reason,
        signed_at=found.stamped_at,
        is_intact=found.is_intact,
        is_trusted=problem in ("", CHANGED) and found.is_trusted,
        problem=problem,
    )


def _pdf_problem(found: checking.Found, held: SealCertificate | None) -> str:
    if not found.is_intact:
        return CHANGED
    if held is None:
        return NOT_OURS
    if found.stamped_at is None or not found.is_trusted:
        return NO_STAMP
    return _problem(held, found.stamped_at)


def _problem(held: SealCertificate, at: dt.datetime) -> str:
    is_valid = held.valid_from <= at <= held.valid_until and not (held.revoked_at and held.revoked_at <= at)
    return "" if is_valid else NOT_VALID


def _seal(row: SealRow) -> Seal:
    certificates = sorted(row.certificates.all(), key=lambda one: (one.valid_from, one.id), reverse=True)
    return Seal(
        code=row.code,
        name=row.name,
        department=row.department,
        made_at=row.made_at,
        revoked_at=row.revoked_at,
        certificates=tuple(_certificate(one) for one in certificates),
    )


def _certificate(row: SealCertificate) -> Certificate:
    return Certificate(
        serial=row.serial,
        suite=row.suite,
        der=bytes(row.certificate),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        revoked_at=row.revoked_at,
    )
