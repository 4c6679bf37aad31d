"""Writes of trust: encrypt, make and rotate keys, make and revoke seals, sign, stamp, seal a PDF."""

from __future__ import annotations

import contextlib
import datetime as dt

from asn1crypto import x509
from django.db import IntegrityError, transaction

from tongban.foundation.ledger import operations as ledger
from tongban.foundation.ledger.types import Act
from tongban.foundation.statements import operations as writing
from tongban.foundation.trust import boxes, detached, keys, stamping
from tongban.foundation.trust.certificates import authority
from tongban.foundation.trust.certificates.issuing import Issuer, Wish, issue
from tongban.foundation.trust.errors import NoSuchSeal, SealExists, SealNotUsable
from tongban.foundation.trust.held import SEAL_KEY, Held, usable
from tongban.foundation.trust.models import Key, SealCertificate, Sealing, SealRow
from tongban.foundation.trust.node import NodeKey, node_key
from tongban.foundation.trust.pdf import sealing
from tongban.foundation.trust.suites import Suite, suite_named
from tongban.foundation.trust.types import INTERNATIONAL, NATIONAL, LogMark, Signature
from tongban.kernel.types import SYSTEM, Actor, Subject

__all__ = [
    "NodeKey",
    "change_master_key",
    "encrypt",
    "ensure_seal",
    "make_seal",
    "node_key",
    "renew_seal",
    "revoke_seal",
    "rotate_key",
    "seal_data",
    "seal_pdf",
    "sign",
    "sign_as_log",
    "signing",
    "time_stamp",
]

SEAL_YEARS = 5


def encrypt(purpose: str, data: bytes) -> bytes:
    """Return data encrypted with the purpose's current key; 33 bytes longer. ``queries.decrypt`` reads it."""
    return boxes.lock(purpose, data)


@transaction.atomic
def rotate_key(*, purpose: str, suite: str | None = None, by: Actor, at: dt.datetime) -> int:
    """Make a new current key for a purpose, in another suite if one is named; return its version.

    What older keys have encrypted stays readable. Other processes go over to it within half a minute.
    """
    before = keys.current(purpose)
    version = Key.objects.filter(purpose=purpose, kind="data").count() + 1
    keys.make(purpose, "data", version=version, suite=suite or before.suite.name)
    _record("key.rotate", Subject("key", purpose), by, at, version=version)
    return version


@transaction.atomic
def change_master_key(*, before: str, by: Actor, at: dt.datetime) -> int:
    """Wrap all data keys anew by the present master key; return how many the one before had wrapped."""
    count = keys.rewrap(before)
    keys.forget()
    _record("key.rewrap", Subject("key", "master"), by, at, count=count)
    return count


@transaction.atomic
def make_seal(
    *,
    code: str,
    name: str,
    department: str,
    suites: tuple[str, ...] = (INTERNATIONAL, NATIONAL),
    by: Actor = SYSTEM,
    at: dt.datetime,
) -> None:
    """Make an office's seal with a certificate in each suite; raise SealExists when the code is taken."""
    try:
        with transaction.atomic():
            row = SealRow.objects.create(code=code, name=name, department=department, made_at=at)
    except IntegrityError:
        raise SealExists(code) from None
    for suite in suites:
        _certify(row, suite_named(suite), at)
    _record("seal.make", _seal_subject(code), by, at, name=name, department=department)


def ensure_seal(*, code: str, name: str, department: str, by: Actor = SYSTEM, at: dt.datetime) -> None:
    """Have an office's seal made if there is none of this code; one that was revoked stays so.

    It is certified from the beginning of the year: what is dated earlier in the same year is covered.
    """
    if SealRow.objects.filter(code=code).exists():
        return
    begins = at.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    with contextlib.suppress(SealExists):  # somebody made it at the same moment
        make_seal(code=code, name=name, department=department, by=by, at=begins)


@transaction.atomic
def renew_seal(*, code: str, by: Actor, at: dt.datetime) -> None:
    """Give a seal new certificates; what it has sealed before stays verifiable."""
    row = _seal(code)
    for suite in sorted(set(row.certificates.values_list("suite", flat=True))):
        _certify(row, suite_named(suite), at)
    _record("seal.renew", _seal_subject(code), by, at)


@transaction.atomic
def revoke_seal(*, code: str, reason: str, by: Actor, at: dt.datetime) -> None:
    """Revoke a seal: what it signs from ``at`` on is not trusted; what it signed before stays so."""
    row = _seal(code)
    if row.revoked_at:
        raise SealNotUsable(row.name)
    row.revoked_at = at
    row.save(update_fields=["revoked_at"])
    row.certificates.filter(revoked_at=None).update(revoked_at=at)
    _record("seal.revoke", _seal_subject(code), by, at, reason=reason)


def sign(
    seal_code: str,
    data: bytes,
    *,
    suite: str = INTERNATIONAL,
    reason: str = "",
    by: Actor = SYSTEM,
    at: dt.datetime,
) -> Signature:
    """Return the seal's signature over data with a time stamp; its use is registered."""
    signature, use = signing(seal_code, data, suite=suite, reason=reason, by=by, at=at)
    # No savepoint: what fails here fails the act that wanted the signature.
    with transaction.atomic(savepoint=False):
        writing.run_together(use)
    return signature


def signing(
    seal_code: str,
    data: bytes,
    *,
    suite: str = INTERNATIONAL,
    reason: str = "",
    by: Actor = SYSTEM,
    at: dt.datetime,
) -> tuple[Signature, list[writing.Part]]:
    """Return what ``sign`` does, and the register of the use, to be written by the caller with what was signed."""
    held = usable(seal_code, suite, at)
    value = suite_named(suite).sign(held.private, data)
    token = stamping.stamp(held.stamper, value, at)
    return Signature(seal_code, suite, held.serial, value, at, token), _using(held, data, reason, by, at)


def sign_as_log(data: bytes, *, suite: str = INTERNATIONAL) -> LogMark:
    """Return the signature over data by the ledger's own key. It is no office's seal, and its use not registered."""
    official = authority.official("log", suite_named(suite))
    return LogMark(suite, official.der, official.suite.sign(official.private, data))


def time_stamp(data: bytes, *, suite: str = INTERNATIONAL, at: dt.datetime) -> bytes:
    """Return an RFC 3161 token over data by the embedded authority, DER."""
    return stamping.stamp(authority.official("tsa", suite_named(suite)), data, at)


def seal_data(data: bytes, *, seal: str, reason: str, by: Actor = SYSTEM, at: dt.datetime) -> bytes:
    """Return the seal's signature beside data (CAdES B-T, DER), checked by ``queries.check_sealed``; its use is registered.

    Raises NoSuchSeal, SealNotUsable.
    """
    held = usable(seal, INTERNATIONAL, at)
    made = detached.seal(held, data, at)
    with transaction.atomic(savepoint=False):
        writing.run_together(_using(held, data, reason, by, at))
    return made


def seal_pdf(
    pdf: bytes,
    *,
    seal: str,
    reason: str,
    box: sealing.Box | None = None,
    page: int = -1,
    by: Actor = SYSTEM,
    at: dt.datetime,
) -> bytes:
    """Return the PDF with the seal on it (PAdES B-T): its picture on the page, its use registered.

    ``box`` is left, bottom, right, top in points; without it the lower right corner of the page.
    Raises NoSuchSeal, SealNotUsable, NotAPdf.
    """
    held = usable(seal, INTERNATIONAL, at)
    order = sealing.Order(
        pdf=pdf,
        name=held.name,
        reason=reason,
        at=at,
        certificate=bytes(held.certificate),
        private=held.private,
        box=box,
        page=page,
    )
    sealed = sealing.seal(order, held.stamper)
    # No savepoint: what fails here fails the act that wanted the seal.
    with transaction.atomic(savepoint=False):
        writing.run_together(_using(held, sealed, reason, by, at))
    return sealed


def _seal(code: str) -> SealRow:
    row = SealRow.objects.filter(code=code).first()
    if row is None:
        raise NoSuchSeal(code)
    return row


def _certify(row: SealRow, suite: Suite, at: dt.datetime) -> None:
    root, pair = authority.official("root", suite), suite.make_pair()
    begins = at.replace(microsecond=0)
    ends = min(begins + dt.timedelta(days=365 * SEAL_YEARS), authority.ENDS)
    wish = Wish(row.name, row.department or row.name, "seal", begins, ends)
    der = issue(suite, wish, pair, Issuer(root.certificate, root.private))
    SealCertificate.objects.create(
        seal=row,
        suite=suite.name,
        serial=f"{x509.Certificate.load(der).serial_number:x}",
        certificate=der,
        private=boxes.lock(SEAL_KEY, pair.private),
        valid_from=begins,
        valid_until=ends,
    )


def _using(held: Held, data: bytes, reason: str, by: Actor, at: dt.datetime) -> list[writing.Part]:
    digest = suite_named(held.suite).digest(data)
    use = Sealing(seal_id=held.seal, suite=held.suite, digest=digest, reason=reason[:300], at=at)
    act = Act("seal.use", _seal_subject(held.seal), {"digest": digest.hex(), "reason": reason})
    return [writing.inserting([use]), ledger.recording(acts=[act], by=by, at=at)]


def _seal_subject(code: str) -> Subject:
    return Subject("seal", code)


def _record(act: str, subject: Subject, by: Actor, at: dt.datetime, **detail: object) -> None:
    ledger.record(act=act, subject=subject, by=by, at=at, detail=detail)
