"""What a container of evidence says of the two rows of an exchange, as JSON, and the leaves that follow from it. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from tongban.datahub.exchange.rules import sealing
from tongban.datahub.exchange.types import Kind, Sealed

FRAMES = {
    Kind.CALL: (
        "id",
        "signed_at",
        "at",
        "key",
        "nonce",
        "consumer",
        "provider",
        "service",
        "outcome",
        "grant",
    ),
    Kind.ANSWER: ("id", "at", "status", "size", "micros", "problem"),
    Kind.NAMED: ("id", "record", "at"),
}
CONTENTS = {
    Kind.CALL: ("message_id", "user", "issue", "subject", "kept", "signature"),
    Kind.ANSWER: ("digest",),
    Kind.NAMED: ("subject",),
}
"""Moments are microseconds since 1970; ``subject`` is a keyed digest, ``kept`` that of what was signed as it is encrypted."""


def said_row(
    frame: Sequence[object], content: Sequence[object], salt: bytes, sealed: Sealed
) -> dict[str, object]:
    """Return what the container says of a row; frame and content are the database's, their mark in front of the frame."""
    return {
        "frame": dict(zip(FRAMES[sealed.kind], frame, strict=True)),
        "content": dict(zip(CONTENTS[sealed.kind], content, strict=True)),
        "salt": salt.hex(),
        "batch": sealing.said_batch(sealed.batch, sealed.kind, sealed.size, sealed.root),
        "index": sealed.index,
        "path": [one.hex() for one in sealed.path],
    }


def leaf_from(kind: Kind, said: Mapping[str, Any]) -> bytes:
    """Return the leaf that follows from what is said of a row; raise KeyError or ValueError when it is incomplete."""
    frame = [said["frame"][name] for name in FRAMES[kind]]
    content = [said["content"][name] for name in CONTENTS[kind]]
    committed = sealing.commitment(bytes.fromhex(said["salt"]), sealing.digest_of(content))
    return sealing.leaf(sealing.digest_of([f"exchange-{kind.value}-1", *frame]), committed)


def is_in_batch(kind: Kind, said: Mapping[str, Any]) -> bool:
    """Return whether the row's leaf leads to the root of its batch."""
    path, index, size = [bytes.fromhex(one) for one in said["path"]], said["index"], said["batch"]["size"]
    if type(index) is not int or type(size) is not int:  # “true” and 1.0 are numbers, too
        return False
    found = sealing.root_from(leaf_from(kind, said), index, size, path)
    return found is not None and found.hex() == said["batch"]["root"]


def fingerprint(data: bytes) -> str:
    """Return SHA-256, hexadecimal."""
    return hashlib.sha256(data).hexdigest()
