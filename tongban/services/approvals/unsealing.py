"""How letters are read again, and how an applicant's name is found without being stored."""

from __future__ import annotations

from tongban.foundation.trust import queries as trust

TEXT, APPLICANT = "approvals.letter", "approvals.applicant"


def open_text(blob: bytes | memoryview) -> str:
    """Return a text that was encrypted."""
    return trust.decrypt(TEXT, bytes(blob)).decode()


def name_index(name: str) -> str:
    """Return the keyed index of a name."""
    return trust.blind_index(APPLICANT, name)
