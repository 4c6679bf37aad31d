"""Two suites of algorithms behind one protocol. Pure: bytes in, bytes out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Protocol

NONCE_BYTES = 12
TAG_BYTES = 16


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A pair of keys: ``private`` in the suite's own form, ``public`` an uncompressed point (65 bytes)."""

    private: bytes
    public: bytes


class Suite(Protocol):
    """What the rest of the package knows of a suite. ``number`` is the first byte of its ciphertexts."""

    name: str
    number: int
    key_bytes: int
    digest_oid: str
    signature_oid: str
    curve_oid: str

    def digest(self, data: bytes) -> bytes:
        """Return the digest of data, 32 bytes."""

    def make_pair(self) -> KeyPair:
        """Return a new pair of keys for signing."""

    def sign(self, private: bytes, data: bytes) -> bytes:
        """Return the signature over data, DER."""

    def verify(self, public: bytes, data: bytes, value: bytes) -> bool:
        """Return whether the signature is one over exactly this data by the owner of the public key."""

    def lock(self, key: bytes, nonce: bytes, data: bytes, context: bytes) -> bytes:
        """Return data encrypted with its tag; ``context`` must be the same when it is opened."""

    def unlock(self, key: bytes, nonce: bytes, locked: bytes, context: bytes) -> bytes:
        """Return the data; raise ValueError when anything was changed."""


@cache
def all_suites() -> tuple[Suite, ...]:
    """Return both suites."""
    from tongban.foundation.trust.suites.international import International
    from tongban.foundation.trust.suites.national import National

    return International(), National()


def suite_named(name: str) -> Suite:
    """Return the suite of a name; raise KeyError when there is none."""
    return {suite.name: suite for suite in all_suites()}[name]


def suite_numbered(number: int) -> Suite:
    """Return the suite of a ciphertext's first byte; raise KeyError when there is none."""
    return {suite.number: suite for suite in all_suites()}[number]
