"""How codes leave the house: through foundation/messages."""

from __future__ import annotations

import datetime as dt


def send_code_to(*, channel: str, address: str, code: str, minutes: int, at: dt.datetime) -> None:
    """Hand a code to messages for a phone or mail address that may belong to no account yet."""
