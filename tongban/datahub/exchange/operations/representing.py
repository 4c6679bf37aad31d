"""Noting for which body of government a call is made, for the figures by district (``counting``).

It is written before the call, so that whoever counts the call finds it. Calls of one's own account pay nothing for it.
"""

from __future__ import annotations

import uuid

from tongban.foundation.statements import operations as statements

NOTE = "INSERT INTO exchange_represented (record, party) VALUES (%s, %s) ON CONFLICT DO NOTHING"


def note_represented(number: uuid.UUID, party: str) -> None:
    """Note the body that the call of this number is made for, as the caller has signed it: GOV and its code."""
    statements.run(NOTE, [number, party])
