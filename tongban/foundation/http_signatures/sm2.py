"""SM2 with SM3 (GB/T 32918.2): sign by GmSSL, verify by the OpenSSL that Python itself uses, else by GmSSL.

OpenSSL verifies in half the time, lets other threads run meanwhile, and writes nothing: GmSSL has a line for standard
error about each signature that does not hold, which is whatever anybody sends. Some systems' OpenSSL has no SM2.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from weakref import finalize

import gmssl_pyx

IDENTITY = gmssl_pyx.SM2_DEFAULT_SIGNER_ID
"""Of whoever signs, where nothing else was agreed: 1234567812345678 (GB/T 35276)."""
CURVE = bytes.fromhex(
    "fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc"  # a
    "28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93"  # b
    "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7"  # the base point
    "bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0"
)
"""a, b and the base point of the curve (GB/T 32918.5), as they are hashed."""
POINT = b"\x04"
"""How a public key begins that is written out: both coordinates follow."""
MOST_KEYS = 4096
PUBLIC, TEXT, BYTES = 0x86, 4, 5
"""EVP_PKEY_PUBLIC_KEY, OSSL_PARAM_UTF8_STRING, OSSL_PARAM_OCTET_STRING."""
UNMODIFIED = ctypes.c_size_t(-1).value


class _Parameter(ctypes.Structure):
    """OSSL_PARAM."""

    _fields_ = (
        ("key", ctypes.c_char_p), ("type", ctypes.c_uint), ("data", ctypes.c_void_p), ("size", ctypes.c_size_t),
        ("returned", ctypes.c_size_t),
    )  # fmt: skip


def digest(public: bytes, data: bytes) -> bytes:
    """Return what is signed of data: SM3 over who signs, with which key on which curve, and the data (GB/T 32918.2 5.5)."""
    return bytes(gmssl_pyx.sm3_hash(signer(public) + data))


def sign(private: bytes, public: bytes, data: bytes) -> bytes:
    """Return the signature, DER; ``private`` is 32 bytes, ``public`` the point with its first byte.

    By its digest: GmSSL takes ten times as long when it is given the public key too.
    """
    return bytes(gmssl_pyx.sm2_sign_sm3_digest(private, digest(public, data)))


def verify(public: bytes, data: bytes, value: bytes) -> bool:
    """Return whether the signature holds; raise ValueError for a public key that is none."""
    return verifier()(public, digest(public, data), value)


def is_point(public: bytes) -> bool:
    """Return whether this is a point of the curve, written out."""
    try:
        return public.startswith(POINT) and len(gmssl_pyx.normalize_sm2_public_key(public)) + 1 == len(public)
    except gmssl_pyx.InvalidValueError:
        return False


@lru_cache(maxsize=MOST_KEYS)
def signer(public: bytes) -> bytes:
    """Return the digest of who signs, which comes before the data."""
    length = (8 * len(IDENTITY)).to_bytes(2, "big")
    return bytes(gmssl_pyx.sm3_hash(length + IDENTITY + CURVE + public.removeprefix(POINT)))


Verifier = Callable[[bytes, bytes, bytes], bool]
"""Given the public key, the digest and the signature."""


def by_gmssl(public: bytes, digest: bytes, value: bytes) -> bool:
    """Return whether the signature over a digest holds, by GmSSL."""
    try:
        return bool(gmssl_pyx.sm2_verify_sm3_digest(public.removeprefix(POINT), digest, value))
    except gmssl_pyx.GmsslInnerError:
        return False


@lru_cache(maxsize=1)
def verifier() -> Verifier:
    """Return how this machine verifies: OpenSSL, GmSSL where it has no SM2."""
    try:
        return OpenSSL().verify
    except (AttributeError, ImportError, OSError, ValueError):
        return by_gmssl


class _Key:
    """A public key as OpenSSL holds it, let go of with this object."""

    def __init__(self, pointer: ctypes.c_void_p, free: Callable[[ctypes.c_void_p], None]) -> None:
        self.pointer = pointer
        finalize(self, free, pointer)


class OpenSSL:
    """The library behind Python's own ``hashlib``; raises one of several errors where that has no SM2."""

    def __init__(self) -> None:
        import _hashlib

        library = ctypes.CDLL(_hashlib.__file__)
        pointer, size, number = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int

        def function(name: str, result: Any, *arguments: Any) -> Any:
            found = getattr(library, name)
            found.restype, found.argtypes = result, arguments
            return found

        self._named = function("EVP_PKEY_CTX_new_from_name", pointer, pointer, ctypes.c_char_p, pointer)
        self._of_key = function("EVP_PKEY_CTX_new_from_pkey", pointer, pointer, pointer, pointer)
        self._begin_reading = function("EVP_PKEY_fromdata_init", number, pointer)
        self._read = function("EVP_PKEY_fromdata", number, pointer, pointer, number, pointer)
        self._begin = function("EVP_PKEY_verify_init", number, pointer)
        self._verify = function("EVP_PKEY_verify", number, pointer, pointer, size, pointer, size)
        self._free = function("EVP_PKEY_CTX_free", None, pointer)
        self._free_key = function("EVP_PKEY_free", None, pointer)
        self._forget_errors = function("ERR_clear_error", None)
        self._key = lru_cache(maxsize=MOST_KEYS)(self._loaded)
        self._key(POINT + CURVE[-64:])

    def verify(self, public: bytes, digest: bytes, value: bytes) -> bool:
        """Return whether the signature over a digest holds; raise ValueError for a key that is no point of the curve."""
        key = self._key(public)
        context = self._of_key(None, key.pointer, None)
        try:
            good: bool = (
                self._begin(context) == 1 == self._verify(context, value, len(value), digest, len(digest))
            )
        finally:
            self._free(context)
        if not good:
            self._forget_errors()  # whoever asks the library next in this thread would take them for its own
        return good

    def _loaded(self, public: bytes) -> _Key:
        context, made = self._named(None, b"SM2", None), ctypes.c_void_p()
        group, point = ctypes.create_string_buffer(b"SM2"), ctypes.create_string_buffer(public, len(public))
        parts = (_Parameter * 3)(
            _Parameter(b"group", TEXT, ctypes.addressof(group), 3, UNMODIFIED),
            _Parameter(b"pub", BYTES, ctypes.addressof(point), len(public), UNMODIFIED),
            _Parameter(),
        )
        try:
            is_read = (
                self._begin_reading(context) == 1 == self._read(context, ctypes.byref(made), PUBLIC, parts)
            )
        finally:
            self._free(context)
        if not is_read:
            self._forget_errors()
            raise ValueError("not a point of the curve")
        return _Key(made, self._free_key)
