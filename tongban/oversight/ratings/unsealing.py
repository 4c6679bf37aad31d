"""How what people wrote is read again. Writing it is in operations: reading never needs what writes."""

from __future__ import annotations

from tongban.foundation.trust import queries as trust

WORDS = "ratings.words"


def open_words(blob: bytes | memoryview) -> str:
    """Return what somebody wrote."""
    return trust.decrypt(WORDS, bytes(blob)).decode()
