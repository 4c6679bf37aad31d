"""The form of a ciphertext, of a wrapped key and of what is looked for blindly. Pure."""

from __future__ import annotations

import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tongban.foundation.trust.suites import NONCE_BYTES, TAG_BYTES, Suite, suite_numbered

HEAD_BYTES = 5
WRAPPING = b"tongban key wrapping"


@dataclass(frozen=True, slots=True)
class Ciphertext:
    """Parts of a ciphertext: the suite's number (1 byte), the key's (4 bytes), nonce (12), data with tag (16)."""

    suite: Suite
    key: int
    nonce: bytes
    locked: bytes


def lock(suite: Suite, key_number: int, key: bytes, purpose: str, data: bytes) -> bytes:
    """Return the ciphertext; purpose and key number are bound to it as associated data."""
    head = bytes([suite.number]) + key_number.to_bytes(4, "big")
    nonce = secrets.token_bytes(NONCE_BYTES)
    return head + nonce + suite.lock(key, nonce, data, head + purpose.encode())


def take_apart(blob: bytes) -> Ciphertext:
    """Return the parts of a ciphertext; raise ValueError when it can not be one."""
    if len(blob) < HEAD_BYTES + NONCE_BYTES + TAG_BYTES:
        raise ValueError("too short")
    try:
        suite = suite_numbered(blob[0])
    except KeyError:
        raise ValueError("unknown suite") from None
    rest = blob[HEAD_BYTES:]
    return Ciphertext(
        suite, int.from_bytes(blob[1:HEAD_BYTES], "big"), rest[:NONCE_BYTES], rest[NONCE_BYTES:]
    )


def unlock(parts: Ciphertext, key: bytes, purpose: str) -> bytes:
    """Return the data; raise ValueError when it was changed or was encrypted for another purpose."""
    head = bytes([parts.suite.number]) + parts.key.to_bytes(4, "big")
    return parts.suite.unlock(key, parts.nonce, parts.locked, head + purpose.encode())


def normal(text: str) -> str:
    """Return the form under which a text is found: NFKC, upper case, without spaces."""
    if text.isascii():
        return "".join(text.upper().split())
    raised = unicodedata.normalize("NFKC", text).upper()
    return unicodedata.normalize("NFKC", "".join(unicodedata.normalize("NFKC", raised).split()))


def blind(key: bytes, text: str) -> str:
    """Return the keyed digest (HMAC-SHA-256, 64 hexadecimal signs) of a text in its normal form."""
    return keyed_digest(key, normal(text).encode())


def keyed_digest(key: bytes, data: bytes) -> str:
    """Return HMAC-SHA-256 of data, 64 hexadecimal signs."""
    digest = _keyed(key).copy()
    digest.update(data)
    return digest.hexdigest()


@lru_cache(maxsize=256)
def _keyed(key: bytes) -> hmac.HMAC:
    # Unlike ``hmac.digest``, a copy lets no other thread go before its own, for a microsecond of work.
    return hmac.new(key, digestmod="sha256")


def wrapping_key(master: str) -> bytes:
    """Return the key that wraps data keys, from the master key's text."""
    return HKDF(hashes.SHA256(), 32, None, WRAPPING).derive(master.encode())


def fingerprint(master: str) -> bytes:
    """Return 8 bytes by which a master key is recognised; they say nothing about it."""
    return HKDF(hashes.SHA256(), 8, None, b"tongban master fingerprint").derive(master.encode())
