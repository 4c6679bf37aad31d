"""How a record becomes a digest: the entry of the tree. Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Mapping

from tongban.kernel.types import Actor, Subject

CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(
    id: uuid.UUID, at: dt.datetime, by: Actor, act: str, subject: Subject, detail: Mapping[str, object]
) -> bytes:
    """Return the SHA-256 of a record in canonical JSON (sorted keys, UTF-8, moments in UTC)."""
    fields = [
        str(id),
        at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        [by.kind, by.id, by.name],
        act,
        [subject.kind, subject.id],
        detail,
    ]
    return hashlib.sha256(CANONICAL.encode(fields).encode()).digest()
