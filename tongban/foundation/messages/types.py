"""The words of messages: channels, templates, addresses, what a person finds in the inbox."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from enum import StrEnum

from tongban.kernel.types import Subject


class Channel(StrEnum):
    """A way on which a message leaves the site."""

    MAIL = "mail"
    SMS = "sms"


class DeliveryState(StrEnum):
    """How far a delivery has come."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Template:
    """A message that is always worded the same. Title and body are Chinese, marked, with ``{named}`` places.

    ``channels`` are used when the person has an address there; the inbox always has it. ``is_secret``: the text
    (a code) is forgotten once it is sent, and is in no inbox.
    """

    code: str
    title: str
    body: str
    channels: tuple[Channel, ...] = (Channel.SMS, Channel.MAIL)
    is_secret: bool = False


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a person or company can be reached; empty where it can not. ``language`` is ``zh`` or ``en``."""

    mail: str = ""
    phone: str = ""
    language: str = "zh"


@dataclass(frozen=True, slots=True)
class InboxMessage:
    """A message as it stands in the inbox, in the reader's language, worded as when it was sent."""

    id: uuid.UUID
    template: str
    title: str
    body: str
    case: uuid.UUID | None
    at: dt.datetime
    read_at: dt.datetime | None
    about: Subject | None = None
    """The matter, where it is no case."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to deliver."""

    number: int
    at: dt.datetime
    is_sent: bool
    answer: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message on its way by one channel. ``address`` is masked. ``by`` names the adapter that sent it."""

    id: uuid.UUID
    message: uuid.UUID
    channel: Channel
    address: str
    state: DeliveryState
    by: str
    sent_at: dt.datetime | None
    next_at: dt.datetime | None
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """What a demonstration adapter would have sent, in words."""

    channel: Channel
    address: str
    title: str
    body: str
    at: dt.datetime
