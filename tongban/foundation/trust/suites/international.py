"""AES-256-GCM (NIST SP 800-38D), ECDSA P-256 with SHA-256 (FIPS 186-5), by OpenSSL."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)

from tongban.foundation.trust.suites import KeyPair
from tongban.foundation.trust.types import INTERNATIONAL

ECDSA = ec.ECDSA(hashes.SHA256())


class International:
    """The suite that every PDF reader and browser knows. Private keys are PKCS #8."""

    name = INTERNATIONAL
    number = 1
    key_bytes = 32
    digest_oid = "2.16.840.1.101.3.4.2.1"
    signature_oid = "1.2.840.10045.4.3.2"
    curve_oid = "1.2.840.10045.3.1.7"

    def digest(self, data: bytes) -> bytes:
        """Return the SHA-256 of data."""
        return hashlib.sha256(data).digest()

    def make_pair(self) -> KeyPair:
        """Return a new pair on P-256."""
        key = ec.generate_private_key(ec.SECP256R1())
        private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        return KeyPair(private, key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))

    def sign(self, private: bytes, data: bytes) -> bytes:
        """Return the ECDSA signature over data, DER."""
        return loaded(private).sign(data, ECDSA)

    def verify(self, public: bytes, data: bytes, value: bytes) -> bool:
        """Return whether the signature holds."""
        try:
            key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
            key.verify(value, data, ECDSA)
        except (InvalidSignature, ValueError):
            return False
        return True

    def lock(self, key: bytes, nonce: bytes, data: bytes, context: bytes) -> bytes:
        """Return data encrypted by AES-256-GCM, the tag at the end."""
        return _cipher(key).encrypt(nonce, data, context)

    def unlock(self, key: bytes, nonce: bytes, locked: bytes, context: bytes) -> bytes:
        """Return the data; raise ValueError when anything was changed."""
        try:
            return _cipher(key).decrypt(nonce, locked, context)
        except InvalidTag as error:
            raise ValueError("tag") from error


@lru_cache(maxsize=256)
def _cipher(key: bytes) -> AESGCM:
    # Made anew, it takes as long as what it encrypts here.
    return AESGCM(key)


@lru_cache(maxsize=256)
def loaded(private: bytes) -> ec.EllipticCurvePrivateKey:
    """Return a private key ready for use."""
    # To read and check a key takes longer than to sign with it.
    key = load_der_private_key(private, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)  # noqa: S101 - make_pair makes no others
    return key
