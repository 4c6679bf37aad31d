"""SM4-GCM (GB/T 32907), SM2 (GB/T 32918) with SM3 (GB/T 32905): what GB/T 39786 expects of a government system."""

from __future__ import annotations

import gmssl_pyx
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from tongban.foundation.trust.suites import TAG_BYTES, KeyPair
from tongban.foundation.trust.types import NATIONAL

POINT = b"\x04"
PRIVATE_BYTES = 32


class National:
    """The national suite. A private key is its 32 bytes and the point (SM2 signs with both)."""

    name = NATIONAL
    number = 2
    key_bytes = 16
    digest_oid = "1.2.156.10197.1.401"
    signature_oid = "1.2.156.10197.1.501"
    curve_oid = "1.2.156.10197.1.301"

    def digest(self, data: bytes) -> bytes:
        """Return the SM3 of data."""
        sm3 = hashes.Hash(hashes.SM3())
        sm3.update(data)
        return sm3.finalize()

    def make_pair(self) -> KeyPair:
        """Return a new pair on the SM2 curve."""
        public, private = gmssl_pyx.sm2_key_generate()
        return KeyPair(private + public, POINT + public)

    def sign(self, private: bytes, data: bytes) -> bytes:
        """Return the SM2 signature over data, with the signer's identity of GB/T 35275, DER."""
        return gmssl_pyx.sm2_sign(private[:PRIVATE_BYTES], private[PRIVATE_BYTES:], data)

    def verify(self, public: bytes, data: bytes, value: bytes) -> bool:
        """Return whether the signature holds."""
        try:
            return bool(gmssl_pyx.sm2_verify(public.removeprefix(POINT), data, value))
        except (gmssl_pyx.GmsslInnerError, ValueError):
            return False

    def lock(self, key: bytes, nonce: bytes, data: bytes, context: bytes) -> bytes:
        """Return data encrypted by SM4-GCM, the tag at the end."""
        encryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(context)
        return encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def unlock(self, key: bytes, nonce: bytes, locked: bytes, context: bytes) -> bytes:
        """Return the data; raise ValueError when anything was changed."""
        data, tag = locked[:-TAG_BYTES], locked[-TAG_BYTES:]
        try:
            decryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce, tag)).decryptor()
            decryptor.authenticate_additional_data(context)
            return decryptor.update(data) + decryptor.finalize()
        except InvalidTag as error:
            raise ValueError("tag") from error
