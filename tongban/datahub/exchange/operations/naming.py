"""Recording who else was named in an answer: whose number it gave, though it was asked about somebody else."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection

from tongban.datahub.exchange.queries.about import digest_of
from tongban.foundation.statements import operations as statements
from tongban.kernel.ids import new_id
from tongban.kernel.law import law

NAMED = """
INSERT INTO exchange_named (id, record, at, subject)
SELECT id, %s, %s, decode(subject, 'hex') FROM unnest(%s::uuid[], %s::text[]) AS told (id, subject)
"""


@law(
    "exchange-named-recorded",
    basis="个人信息保护法 44、45",
    says="Whoever's number an answer gives finds the call, though it was asked about somebody else: on record before the "
    "answer is sent",
)
def record_named(record: uuid.UUID, numbers: Collection[str], *, at: dt.datetime) -> None:
    """Record whose resident identity numbers the answer of a call gives; ``at`` is the moment of the call."""
    subjects = sorted({digest_of(number).hex() for number in numbers})
    ids = [str(new_id()) for _ in subjects]
    statements.run(NAMED, [record, at, ids, subjects])
