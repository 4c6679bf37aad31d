"""How sealed names and forms are read. Writing them is ``sealing``: reading never needs what writes."""

from __future__ import annotations

import json

from tongban.foundation.trust import queries as trust
from tongban.services.cases.types import FieldValue

NAME, FORM, TEXT = "cases.name", "cases.form", "cases.text"


def open_text(blob: bytes | memoryview, purpose: str = TEXT) -> str:
    """Return a text that was sealed."""
    return trust.decrypt(purpose, bytes(blob)).decode()


def open_name(blob: bytes | memoryview) -> str:
    """Return an applicant's name."""
    return open_text(blob, NAME)


def open_fields(blob: bytes | memoryview) -> dict[str, FieldValue]:
    """Return the form that was sealed."""
    plain = json.loads(trust.decrypt(FORM, bytes(blob)))
    return {
        code: FieldValue(value, source, bool(disputed), version)
        for code, (value, source, disputed, version) in plain.items()
    }
