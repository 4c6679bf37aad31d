"""The three algorithms: sign, verify, make a pair. Pure; by OpenSSL, and GmSSL for SM2."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache

import gmssl_pyx
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tongban.foundation.http_signatures import sm2
from tongban.foundation.http_signatures.types import ECDSA_P256, ED25519, SM2, Key

ECDSA = ec.ECDSA(hashes.SHA256())
HALF = 32
PrivateKey = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | bytes
"""For SM2 the 32 bytes of the scalar and the 64 of the point: it signs with both."""


def verify(key: Key, base: bytes, value: bytes) -> bool:
    """Return whether the signature over the base holds."""
    try:
        if key.algorithm == SM2:
            return sm2.verify(key.public, base, value)
        public = _loaded(key.algorithm, key.public)
        if isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(_der(value), base, ECDSA)
        else:
            public.verify(value, base)
    except (InvalidSignature, ValueError):
        return False
    return True


def sign(private: PrivateKey, base: bytes) -> bytes:
    """Return the signature over the base, as RFC 9421 3.3 wants it: for P-256 r and s of 32 bytes each."""
    if isinstance(private, ec.EllipticCurvePrivateKey):
        r, s = decode_dss_signature(private.sign(base, ECDSA))
        return r.to_bytes(HALF, "big") + s.to_bytes(HALF, "big")
    if isinstance(private, bytes):
        return sm2.sign(private[:HALF], sm2.POINT + private[HALF:], base)
    return private.sign(base)


def make_pair(algorithm: str) -> tuple[PrivateKey, bytes]:
    """Return a new private key and its public part."""
    if algorithm == SM2:
        public, private = gmssl_pyx.sm2_key_generate()
        return private + public, sm2.POINT + public
    made: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey
    made = (
        ed25519.Ed25519PrivateKey.generate()
        if algorithm == ED25519
        else ec.generate_private_key(ec.SECP256R1())
    )
    return made, public_bytes(made)


def public_bytes(private: PrivateKey) -> bytes:
    """Return the public part of a private key, as ``Key.public`` has it."""
    if isinstance(private, bytes):
        return sm2.POINT + private[HALF:]
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def key_id(public: bytes) -> str:
    """Return the id of a public key: SHA-256 in base64url, 43 signs. One key has one id everywhere."""
    return base64.urlsafe_b64encode(hashlib.sha256(public).digest()).decode().rstrip("=")


def is_public_key(algorithm: str, public: bytes) -> bool:
    """Return whether these bytes are a public key for the algorithm."""
    if algorithm == SM2:
        return sm2.is_point(public)
    try:
        _loaded(algorithm, public)
    except (ValueError, KeyError):
        return False
    return True


@lru_cache(maxsize=4096)
def _loaded(algorithm: str, public: bytes) -> ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey:
    # To read a point and check that it is on the curve takes as long as a tenth of a verification.
    if algorithm == ECDSA_P256:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
    if algorithm == ED25519:
        return ed25519.Ed25519PublicKey.from_public_bytes(public)
    raise KeyError(algorithm)


def _der(value: bytes) -> bytes:
    if len(value) != 2 * HALF:
        raise ValueError("not r and s of 32 bytes each")
    return encode_dss_signature(int.from_bytes(value[:HALF], "big"), int.from_bytes(value[HALF:], "big"))
