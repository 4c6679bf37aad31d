"""Opening what is stored: the texts of a message, the address of a delivery."""

from __future__ import annotations

import json

from tongban.foundation.messages import rules
from tongban.foundation.messages.models import DeliveryRow, Message
from tongban.foundation.trust import queries as trust

TEXTS = "messages.texts"
ADDRESS = "messages.address"


def texts_of(message: Message) -> rules.Texts:
    """Return a message's texts by language; none when they were forgotten."""
    return texts_in(message.texts)


def texts_in(locked: bytes) -> rules.Texts:
    """Return the texts that are stored like this."""
    found: rules.Texts = json.loads(trust.decrypt(TEXTS, bytes(locked)))
    return found


def address_of(row: DeliveryRow) -> str:
    """Return the address of a delivery."""
    return address_in(row.address)


def address_in(locked: bytes) -> str:
    """Return the address that is stored like this."""
    return trust.decrypt(ADDRESS, bytes(locked)).decode()
