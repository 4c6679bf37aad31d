"""A document's row as the record that others get."""

from __future__ import annotations

import json
from typing import Any

from tongban.foundation.documents.models import Stored
from tongban.foundation.documents.types import Document, Kind
from tongban.foundation.trust import queries as trust
from tongban.kernel.types import Actor, Subject

CONTENT = "documents.content"
FACTS = "documents.facts"


def document(row: Stored) -> Document:
    """Return the record of a row; its name is decrypted."""
    facts: dict[str, Any] = json.loads(trust.decrypt(FACTS, bytes(row.facts)))
    return Document(
        id=row.id,
        sha256=facts["sha256"],
        kind=Kind(row.kind),
        pages=row.pages,
        size=row.size,
        name=facts["name"],
        purpose=row.purpose,
        owner=Subject(row.owner_kind, row.owner_id),
        series=row.series,
        version=row.version,
        stored_at=row.stored_at,
        stored_by=Actor(row.actor_kind, row.actor_id),
        retain_until=row.retain_until,
        erased_at=row.erased_at,
    )
