"""Keys as people have them: PEM, a certificate in PEM, or a JSON Web Key. Pure."""

from __future__ import annotations

import base64
import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tongban.datahub.exchange.errors import KeyIsPrivate, NotAKey
from tongban.datahub.exchange.types import CERTIFICATE
from tongban.foundation.http_signatures import queries as signatures
from tongban.foundation.http_signatures.types import ECDSA_P256, ED25519

LONGEST = 20_000
HALF = 32
POINT = b"\x04"
"""Of a point on a curve that is written whole (SEC 1, 2.3.3)."""
SECRETS = ("PRIVATE KEY", '"d"')


@dataclass(frozen=True, slots=True)
class Pasted:
    """A key as it would be registered; a certificate has dates."""

    id: str
    algorithm: str
    public: bytes
    valid_from: dt.datetime | None = None
    valid_until: dt.datetime | None = None
    name: str = ""

    @property
    def is_certificate(self) -> bool:
        """Return whether it stands for connections by mutual TLS, and signs nothing."""
        return self.algorithm == CERTIFICATE


def read_pasted(text: str) -> Pasted:
    """Return what was pasted; raise KeyIsPrivate when it is what has to stay with its owner, else NotAKey."""
    if any(sign in text for sign in SECRETS):
        raise KeyIsPrivate
    try:
        return _read(text[:LONGEST].strip())
    except (ValueError, KeyError, TypeError):
        raise NotAKey from None


def _read(text: str) -> Pasted:
    if "BEGIN CERTIFICATE" in text:
        return _certificate(x509.load_pem_x509_certificate(text.encode()))
    if text.startswith("{"):
        return _key(*_of_jwk(json.loads(text)))
    return _key(*signatures.read_pem(text))


def _certificate(read: x509.Certificate) -> Pasted:
    der = read.public_bytes(Encoding.DER)
    dates = read.not_valid_before_utc, read.not_valid_after_utc
    return Pasted(signatures.key_id(der), CERTIFICATE, der, *dates, read.subject.rfc4514_string()[:200])


def _key(algorithm: str, public: bytes) -> Pasted:
    if not signatures.is_public_key(algorithm, public):
        raise ValueError("not on the curve")
    return Pasted(signatures.key_id(public), algorithm, public)


def _of_jwk(said: dict[str, Any]) -> tuple[str, bytes]:
    """Return algorithm and bytes of a JSON Web Key (RFC 7517, RFC 7518 6.2, RFC 8037 2)."""
    match said["kty"], said["crv"]:
        case "OKP", "Ed25519":
            return ED25519, _bytes(said["x"])
        case "EC", "P-256":
            return ECDSA_P256, POINT + _bytes(said["x"]) + _bytes(said["y"])
    raise ValueError("of another algorithm")


def _bytes(text: str) -> bytes:
    found = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if len(found) != HALF:
        raise ValueError("not 32 bytes")
    return found
