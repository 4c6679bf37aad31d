"""The words of trust: suites, seals, signatures and what checking them found."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

INTERNATIONAL = "international"
NATIONAL = "national"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate of a seal in one suite; ``der`` is X.509."""

    serial: str
    suite: str
    der: bytes
    valid_from: dt.datetime
    valid_until: dt.datetime
    revoked_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Seal:
    """An office's electronic seal (电子印章). It may have several certificates; the newest of a suite signs."""

    code: str
    name: str
    department: str
    made_at: dt.datetime
    revoked_at: dt.datetime | None
    certificates: tuple[Certificate, ...]

    @property
    def suites(self) -> tuple[str, ...]:
        """Return the suites in which the seal can sign."""
        return tuple(dict.fromkeys(certificate.suite for certificate in self.certificates))


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature over data: ``value`` is DER (r, s), ``time_stamp`` an RFC 3161 token over ``value``."""

    seal: str
    suite: str
    certificate: str
    value: bytes
    signed_at: dt.datetime
    time_stamp: bytes


@dataclass(frozen=True, slots=True)
class LogMark:
    """A signature of the ledger's own key: ``certificate`` is X.509, DER, ``value`` DER (r, s)."""

    suite: str
    certificate: bytes
    value: bytes

    @property
    def fingerprint(self) -> str:
        """Return the SHA-256 of the certificate, hexadecimal."""
        return hashlib.sha256(self.certificate).hexdigest()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What checking a signature found. ``problem`` is a sentence in Chinese, empty when all is well."""

    who: str
    department: str
    signed_at: dt.datetime | None
    is_intact: bool
    is_trusted: bool
    problem: str = ""

    @property
    def is_good(self) -> bool:
        """Return whether the signature can be relied upon."""
        return self.is_intact and self.is_trusted


@dataclass(frozen=True, slots=True)
class PdfSeal:
    """One seal on a PDF. ``signed_at`` is the moment in the time stamp, not the signer's word."""

    who: str
    department: str
    seal: str
    reason: str
    signed_at: dt.datetime | None
    is_intact: bool
    is_trusted: bool
    problem: str = ""


@dataclass(frozen=True, slots=True)
class PdfVerdict:
    """What checking a PDF found.

    ``is_intact``: no byte that a seal covers has changed, and nothing was added after the last seal.
    ``is_trusted``: every seal is one of this city's, valid when it was used.
    ``is_original``: byte for byte a file that was sealed here (the register of sealings knows its digest).
    """

    seals: tuple[PdfSeal, ...]
    is_intact: bool
    is_trusted: bool
    is_original: bool
    problem: str = ""

    @property
    def is_good(self) -> bool:
        """Return whether the file can be relied upon."""
        return bool(self.seals) and self.is_intact and self.is_trusted


@dataclass(frozen=True, slots=True)
class KeyState:
    """A data key as the keeper may know it: never the key itself."""

    number: int
    purpose: str
    kind: str
    suite: str
    version: int
    made_at: dt.datetime
    is_current: bool
