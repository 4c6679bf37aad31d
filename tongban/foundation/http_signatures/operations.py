"""Signing: what a sender does."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from tongban.foundation.http_signatures import algorithms
from tongban.foundation.http_signatures.algorithms import PrivateKey
from tongban.foundation.http_signatures.digests import content_digest
from tongban.foundation.http_signatures.lines import signature_base
from tongban.foundation.http_signatures.types import Message

__all__ = ["PrivateKey", "make_pair", "public_bytes", "signed_headers"]

make_pair = algorithms.make_pair
public_bytes = algorithms.public_bytes


def signed_headers(
    message: Message,
    body: bytes = b"",
    *,
    components: Sequence[str],
    key: str,
    private: PrivateKey,
    created: int,
    nonce: str | None = None,
    expires: int | None = None,
    algorithm: str | None = None,
    tag: str | None = None,
    label: str = "sig",
) -> dict[str, str]:
    """Return the headers to add to a message: the signature, and the digest of a body unless it has one.

    ``components`` are names without quotes; a body's digest is always covered. ``created`` and ``expires`` are seconds
    since 1970.
    """
    added: dict[str, str] = {}
    if body and "content-digest" not in message.headers:
        added["content-digest"] = content_digest(body)
    if body and "content-digest" not in components:
        components = (*components, "content-digest")
    quoted, listed = _quoted(tuple(components))
    said = (
        ("created", created), ("expires", expires), ("keyid", key), ("alg", algorithm), ("nonce", nonce), ("tag", tag),
    )  # fmt: skip
    parameters = listed + "".join([f";{name}={_written(value)}" for name, value in said if value is not None])
    whole = replace(message, headers={**message.headers, **added}) if added else message
    base = signature_base(whole, quoted, parameters)
    value = base64.b64encode(algorithms.sign(private, base)).decode()
    return {**added, "signature-input": f"{label}={parameters}", "signature": f"{label}=:{value}:"}


@lru_cache(maxsize=1000)
def _quoted(components: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """Return the components as the base names them, and their list."""
    quoted = tuple(f'"{name}"' for name in components)
    return quoted, f"({' '.join(quoted)})"


def _written(value: object) -> str:
    return str(value) if isinstance(value, int) else f'"{value}"'
