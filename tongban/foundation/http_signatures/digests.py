"""Content-Digest (RFC 9530): the digest of a body as a header, so that a signature covers the body too. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from typing import Any

import http_sf

from tongban.foundation.http_signatures.errors import DigestMissing, DigestWrong

ALGORITHMS = {"sha-512": hashlib.sha512, "sha-256": hashlib.sha256}
LONGEST = 4096
PLAIN = re.compile(r"(sha-256|sha-512)=:([A-Za-z0-9+/]+={0,2}):")


def content_digest(body: bytes, algorithm: str = "sha-256") -> str:
    """Return the header's value for a body."""
    return f"{algorithm}=:{base64.b64encode(ALGORITHMS[algorithm](body).digest()).decode()}:"


def check_digest(body: bytes, header: str | None) -> None:
    """Return when every digest known here fits the body; raise DigestMissing or DigestWrong."""
    if header and (plain := PLAIN.fullmatch(header)):
        if content_digest(body, plain[1]) != header:
            raise DigestWrong
        return
    known = {name: value for name, value in _read(header or "").items() if name in ALGORITHMS}
    if not known:
        raise DigestMissing
    for name, value in known.items():
        if not hmac.compare_digest(ALGORITHMS[name](body).digest(), value):
            raise DigestWrong


def _read(header: str) -> dict[str, bytes]:
    def refuse(_name: str, _where: str) -> None:
        raise DigestMissing

    if len(header) > LONGEST:
        raise DigestMissing
    try:
        found: Any = http_sf.parse(header.encode("ascii"), tltype="dictionary", on_duplicate_key=refuse)
    except (http_sf.StructuredFieldError, UnicodeEncodeError):
        raise DigestMissing from None
    members = {name: value[0] if isinstance(value, tuple) else value for name, value in dict(found).items()}
    return {name: value for name, value in members.items() if isinstance(value, bytes)}
