"""How letters are kept: encrypted, since they name the applicant."""

from __future__ import annotations

from tongban.foundation.trust import operations as trust

TEXT = "approvals.letter"


def seal_text(text: str) -> bytes:
    """Return a text as it is kept."""
    return trust.encrypt(TEXT, text.encode())
