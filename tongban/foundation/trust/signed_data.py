"""SignedData (RFC 5652) with one signer, as a time stamp and as the seal of a PDF has it (ETSI EN 319 122-1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from asn1crypto import algos, x509

from tongban.foundation.trust import encoding as der
from tongban.foundation.trust.suites import Suite, suite_named
from tongban.foundation.trust.types import INTERNATIONAL

DATA, TIME_STAMP, SIGNED_DATA = "1.2.840.113549.1.7.1", "1.2.840.113549.1.9.16.1.4", "1.2.840.113549.1.7.2"
CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
SIGNING_CERTIFICATE, STAMP_TOKEN = "1.2.840.113549.1.9.16.2.47", "1.2.840.113549.1.9.16.2.14"
ALGORITHM_PROTECTION = "1.2.840.113549.1.9.52"


@dataclass(frozen=True, slots=True)
class Signer:
    """A certificate's parts as they are written in everything that it signs."""

    suite: Suite
    certificate: bytes
    subject: bytes
    id: bytes
    digest_algorithm: bytes
    signature_algorithm: bytes
    which: bytes
    protection: bytes


@dataclass(frozen=True, slots=True)
class Content:
    """What is signed: its type, its digest, and itself where it travels along."""

    type: str
    digest: bytes
    data: bytes | None = None


@lru_cache(maxsize=1024)
def signer(suite_name: str, certificate: bytes) -> Signer:
    """Return the parts of a certificate, read once."""
    suite, read = suite_named(suite_name), x509.Certificate.load(certificate)
    digest = algos.DigestAlgorithm({"algorithm": suite.digest_oid}).dump()
    signature = algos.SignedDigestAlgorithm({"algorithm": suite.signature_oid}).dump()
    # SHA-256 is what is meant where nothing is said (RFC 5035), and DER does not say what is meant anyway.
    named = () if suite_name == INTERNATIONAL else (digest,)
    which = der.sequence(der.sequence(der.sequence(*named, der.octets(suite.digest(certificate)))))
    return Signer(
        suite, certificate, read.subject.dump(), der.sequence(read.issuer.dump(), der.integer(read.serial_number)),
        digest, signature, _attribute(SIGNING_CERTIFICATE, which),
        # RFC 6211: nobody may name weaker algorithms than those that were used.
        _attribute(ALGORITHM_PROTECTION, der.sequence(digest, der.element(0xA1, signature[2:]))),
    )  # fmt: skip


def signed_data(
    by: Signer,
    private: bytes,
    content: Content,
    *,
    certificates: Sequence[bytes] = (),
    stamp: Callable[[bytes], bytes] | None = None,
) -> bytes:
    """Return the ContentInfo, DER.

    ``certificates`` are those beside the signer's own; ``stamp`` makes a time stamp over the signature.
    """
    value = by.suite.sign(private, der.set_of(*attributes(by, content)))
    return assembled(by, content, value, certificates=certificates, token=stamp(value) if stamp else None)


def attributes(by: Signer, content: Content) -> tuple[bytes, ...]:
    """Return the attributes that are signed."""
    return (
        _attribute(CONTENT_TYPE, der.oid(content.type)),
        _attribute(MESSAGE_DIGEST, der.octets(content.digest)),
        by.which,
        by.protection,
    )


def assembled(
    by: Signer,
    content: Content,
    value: bytes,
    *,
    certificates: Sequence[bytes] = (),
    token: bytes | None = None,
) -> bytes:
    """Return the ContentInfo around a signature, DER; ``token`` is the time stamp over it."""
    unsigned = () if token is None else (der.element(0xA1, _attribute(STAMP_TOKEN, token)),)
    one = der.sequence(
        der.integer(1), by.id, by.digest_algorithm, der.element(0xA0, *sorted(attributes(by, content))),
        by.signature_algorithm, der.octets(value), *unsigned,
    )  # fmt: skip
    inner = () if content.data is None else (der.explicit(0, der.octets(content.data)),)
    whole = der.sequence(
        der.integer(1 if content.type == DATA else 3), der.set_of(by.digest_algorithm),
        der.sequence(der.oid(content.type), *inner),
        der.element(0xA0, *sorted((by.certificate, *certificates))), der.set_of(one),
    )  # fmt: skip
    return der.sequence(der.oid(SIGNED_DATA), der.explicit(0, whole))


def _attribute(type_: str, value: bytes) -> bytes:
    return der.sequence(der.oid(type_), der.set_of(value))
