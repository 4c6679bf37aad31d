"""The pieces of a file, read one after the other: never more than one of them is in memory."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from tongban.datahub.subscriptions.types import Span
from tongban.foundation.statements import queries as reading
from tongban.foundation.trust import queries as trust

PURPOSE = "subscriptions.file"
# The piece that holds a byte: the last one that begins at it or before.
HOLDING = """
SELECT first, data FROM subscriptions_piece WHERE file_id = %s AND first <= %s ORDER BY first DESC LIMIT 1
"""


class Missing(RuntimeError):
    """A byte that should be there is not: somebody has erased it behind our back."""


def of(file: uuid.UUID, span: Span) -> Iterator[bytes]:
    """Yield the bytes of a file from the first to the last of a span; each piece is a statement of its own."""
    place = span.first
    while place <= span.last:
        found = reading.one(HOLDING, [file, place])
        if found is None:
            raise Missing(str(file))
        first, data = found
        taken = trust.decrypt(PURPOSE, data)[place - first : span.last - first + 1]
        if not taken:
            raise Missing(str(file))
        yield taken
        place += len(taken)
