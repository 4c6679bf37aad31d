"""How identity's encrypted columns are read, and found by a keyed index. Here are the purposes named to trust."""

from __future__ import annotations

import json

from tongban.foundation.trust import queries as trust

PERSON = "identity.person"
CONTACT = "identity.contact"
FORM = "identity.form"
SECRET = "identity.second-factor"  # noqa: S105 - the name of a purpose


def unseal(purpose: str, blob: bytes | memoryview | None) -> dict[str, str]:
    """Return the values that were encrypted for this purpose; of nothing, none."""
    found: dict[str, str] = json.loads(trust.decrypt(purpose, bytes(blob))) if blob is not None else {}
    return found


def index(kind: str, text: str) -> str:
    """Return the keyed index by which a number, name, phone or mail is found."""
    return trust.blind_index(f"identity.{kind}", text)
