"""Keys as people have them: PEM, a certificate in PEM, or a JSON Web Key. Pure."""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tongban.datahub.exchange.errors import KeyIsPrivate, NotAKey
from tongban.datahub.exchange.types import CERTIFICATE
from tongban.foundation.http_signatures import queries as signatures
from tongban.foundation.http_signatures.types import ECDSA_P256, ED25519, SM2

LONGEST = 20_000
HALF = 32
CURVES = {"P-256": ECDSA_P256, "SM2": SM2}
POINT = b"\x04"
"""Of a point on a curve that is written whole (SEC 1, 2.3.3)."""
SECRET = re.compile(r'PRIVATE KEY|"d"\s*:')
"""What stands in a private key, even in one that can not be read."""
PRIVATE = "d"
"""Of a JSON Web Key, however it is written there (RFC 7518 6.2.2; of SM2 likewise)."""


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
    if SECRET.search(text):
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
    """Return algorithm and bytes of a JSON Web Key (RFC 7517, RFC 7518 6.2, RFC 8037 2).

    No RFC knows SM2: the curve is called as drafts and this node's own keys call it. Raises KeyIsPrivate.
    """
    if PRIVATE in said:
        raise KeyIsPrivate
    match said["kty"], said["crv"]:
        case "OKP", "Ed25519":
            return ED25519, _bytes(said["x"])
        case "EC", "P-256" | "SM2" as curve:
            return CURVES[curve], POINT + _bytes(said["x"]) + _bytes(said["y"])
    raise ValueError("of another algorithm")


def _bytes(text: str) -> bytes:
    found = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if len(found) != HALF:
        raise ValueError("not 32 bytes")
    return found
