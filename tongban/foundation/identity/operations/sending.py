"""How codes and warnings leave the house: through foundation/messages."""

from __future__ import annotations

import datetime as dt
import uuid

from tongban.foundation.identity import letters
from tongban.foundation.messages import operations as messages
from tongban.foundation.messages.types import Channel
from tongban.kernel.types import Subject

CHANNELS = {"phone": Channel.SMS, "mail": Channel.MAIL}


def send_code_to(*, channel: str, address: str, code: str, minutes: int, at: dt.datetime) -> None:
    """Hand a code to messages for a phone or mail address that may belong to no account yet."""
    messages.send_to_address(
        channel=CHANNELS[channel],
        address=address,
        template=letters.CODE.code,
        values={"code": code, "minutes": minutes},
        at=at,
    )


def warn(account: uuid.UUID, what: str, at: dt.datetime) -> None:
    """Tell the owner of an account that a way in was changed, in case it was not they who did it."""
    to = Subject("account", str(account))
    messages.send(to=to, template=letters.WAY_IN_CHANGED.code, values={"what": what}, at=at)
