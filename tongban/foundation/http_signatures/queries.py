"""Reading and verifying: what a receiver asks."""

from __future__ import annotations

from collections.abc import Callable

from tongban.foundation.http_signatures import algorithms, fields, rules
from tongban.foundation.http_signatures.digests import check_digest, content_digest
from tongban.foundation.http_signatures.errors import (
    CoversTooLittle,
    HeaderCameEmpty,
    KeyUnknown,
    SignatureWrong,
    WrongAlgorithm,
)
from tongban.foundation.http_signatures.lines import signature_base
from tongban.foundation.http_signatures.pem import read_pem, write_pem
from tongban.foundation.http_signatures.types import Key, Message, Policy, Signed
from tongban.foundation.http_signatures.wishes import check_wish, read_wish

__all__ = [
    "base_of",
    "check_digest",
    "check_wish",
    "content_digest",
    "is_public_key",
    "is_signed",
    "key_id",
    "read_pem",
    "read_wish",
    "signature_base",
    "verified",
    "write_pem",
]

is_public_key = algorithms.is_public_key
is_signed = algorithms.verify
key_id = algorithms.key_id


def base_of(message: Message) -> bytes:
    """Return the text that a message's signature signs, whether it holds or not: what senders and receivers compare."""
    signed = fields.read(message.headers)
    return signature_base(message, signed.components, signed.parameters)


def verified(
    message: Message, body: bytes, *, find_key: Callable[[str], Key | None], policy: Policy, moment: float
) -> tuple[Signed, bytes]:
    """Return the message's signature and the text it signs, once it is known to hold and the body to be the one signed.

    ``moment`` is now, in seconds since 1970. Cheap checks come first: who sends rubbish costs no arithmetic.
    Raises the errors of this package. Whether the number used once was used before, the caller has to know.
    """
    signed = fields.read(message.headers)
    rules.check_policy(message, signed, policy, moment)
    key = find_key(signed.key or "")
    if key is None:
        raise KeyUnknown(signed.key or "")
    if signed.algorithm is not None and signed.algorithm != key.algorithm:
        raise WrongAlgorithm(signed.algorithm, key.algorithm)
    if body or "content-digest" in message.headers:
        if '"content-digest"' not in signed.components:
            raise CoversTooLittle("content-digest")
        check_digest(body, message.headers.get("content-digest"))
    base = signature_base(message, signed.components, signed.parameters)
    if not algorithms.verify(key, base, signed.value):
        raise _wrong(message, signed)
    return signed, base


def _wrong(message: Message, signed: Signed) -> SignatureWrong | HeaderCameEmpty:
    empty = (
        name for name, value in message.headers.items() if not value and f'"{name}"' in signed.components
    )
    name = next(empty, None)
    return HeaderCameEmpty(name) if name else SignatureWrong()
