"""Writes of messages: register templates and address books, send, mark as read, try again what failed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from django.db import transaction

from tongban.foundation.ledger import operations as ledger
from tongban.foundation.ledger.types import Act
from tongban.foundation.messages import envelopes, registry, rules, transmitting
from tongban.foundation.messages.errors import NoSuchMessage
from tongban.foundation.messages.models import DeliveryRow, Message
from tongban.foundation.messages.registry import AddressBook
from tongban.foundation.messages.types import Channel, DeliveryState, Template
from tongban.foundation.outbox import operations as outbox
from tongban.foundation.statements import operations as writing
from tongban.foundation.trust import operations as trust
from tongban.foundation.trust import queries as trust_queries
from tongban.kernel.ids import new_id
from tongban.kernel.types import SYSTEM, Actor, Subject

# Every turn of every case says something: the message, all its ways and what follows in one prepared statement.
MESSAGE = """
INSERT INTO messages_message (id, to_kind, to_id, template, texts, is_in_inbox, "case", about_kind, about_id, at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
WAYS = """
INSERT INTO messages_delivery (id, message_id, channel, address, language, state, sent_by, next_at) VALUES """
NOTHING = Subject("", "")
WAY = "(%s, %s, %s, %s, %s, 'waiting', '', %s)"


def register(*templates: Template) -> None:
    """Make templates known; to be used at start only. Raises ValueError when a code is taken."""
    for template in templates:
        if registry.TEMPLATES.setdefault(template.code, template) != template:
            raise ValueError(f"two templates are called {template.code}")


def register_address_book(kind: str, book: AddressBook) -> None:
    """Have addresses of subjects of a kind looked up by ``book``; to be used at start only."""
    registry.ADDRESS_BOOKS[kind] = book


def send(
    *,
    to: Subject,
    template: str,
    values: Mapping[str, object],
    case: uuid.UUID | None = None,
    about: Subject | None = None,
    at: dt.datetime,
) -> uuid.UUID:
    """Put a message into an inbox and on its way to every address there is; return its number.

    Part of the caller's transaction: what is rolled back was never said. Args: ``about`` is the matter, where it is no case.
    """
    known = registry.TEMPLATES[template]
    addresses = registry.addresses_of(to)
    found = {Channel.SMS: addresses.phone, Channel.MAIL: addresses.mail}
    ways = [(channel, found[channel], addresses.language) for channel in known.channels if found[channel]]
    return _send(to, known, values, case, ways, at, about=about, is_in_inbox=not known.is_secret)


def send_to_address(
    *,
    channel: Channel,
    address: str,
    template: str,
    values: Mapping[str, object],
    language: str = "zh",
    at: dt.datetime,
) -> uuid.UUID:
    """Send to an address that may belong to nobody yet, such as a code for signing in; in no inbox."""
    known = registry.TEMPLATES[template]
    nobody = Subject("address", trust_queries.blind_index(envelopes.ADDRESS, address))
    ways = [(channel, address, language)]
    return _send(nobody, known, values, None, ways, at, is_in_inbox=False)


def mark_read(*, id: uuid.UUID, owner: Subject, at: dt.datetime) -> None:
    """Mark a message in the owner's inbox as read; raise NoSuchMessage when it is not there."""
    mine = Message.objects.filter(id=id, to_kind=owner.kind, to_id=owner.id, is_in_inbox=True)
    if not mine.filter(read_at=None).update(read_at=at) and not mine.exists():
        raise NoSuchMessage


def mark_all_read(*, owner: Subject, at: dt.datetime) -> int:
    """Mark everything in the owner's inbox as read; return how many were not."""
    unread = Message.objects.filter(to_kind=owner.kind, to_id=owner.id, is_in_inbox=True, read_at=None)
    return int(unread.update(read_at=at))


@transaction.atomic
def retry_failed(*, by: Actor, at: dt.datetime) -> int:
    """Try again what was given up; return how many deliveries."""
    rows = list(DeliveryRow.objects.select_for_update().filter(state=DeliveryState.FAILED))
    for row in rows:
        row.state, row.next_at = DeliveryState.WAITING, at
        row.save(update_fields=["state", "next_at"])
        transmitting.plan(row, at)
    subject = Subject("messages", "failed")
    ledger.record(act="message.retry", subject=subject, by=by, at=at, detail={"count": len(rows)})
    return len(rows)


Way = tuple[Channel, str, str]
"""A channel, the address there, the language."""


def _send(
    to: Subject, template: Template, values: Mapping[str, object], case: uuid.UUID | None, ways: Sequence[Way],
    at: dt.datetime, *, is_in_inbox: bool, about: Subject | None = None,
) -> uuid.UUID:  # fmt: skip
    """Write the message with its ways, have each tried when it may be, and record it, all in one statement."""
    id, ids = new_id(), [new_id() for _ in ways]
    texts = transmitting.locked(rules.texts(template, dict(values)))
    matter = about or NOTHING
    said = [id, to.kind, to.id, template.code, texts, is_in_inbox, case, matter.kind, matter.id, at]
    parts = [writing.Part(MESSAGE, said)]
    # No savepoint: what fails here fails the act that has something to say.
    with transaction.atomic(savepoint=False):
        if ways:
            first = [rules.first_attempt(way[0], at, is_secret=template.is_secret) for way in ways]
            timers = [transmitting.timer(one, moment) for one, moment in zip(ids, first, strict=True)]
            parts += [_ways(id, ids, ways, first), *outbox.scheduling(timers)]
        detail = {"template": template.code, "to": to}
        sent = Act("message.send", Subject("message", str(id)), detail)
        writing.run_together([*parts, ledger.recording(acts=[sent], by=SYSTEM, at=at)])
    return id


def _ways(
    message: uuid.UUID, ids: Sequence[uuid.UUID], ways: Sequence[Way], first: Sequence[dt.datetime]
) -> writing.Part:
    values: list[object] = []
    for id, (channel, address, language), moment in zip(ids, ways, first, strict=True):
        locked = trust.encrypt(envelopes.ADDRESS, address.encode())
        values += [id, message, str(channel), locked, language, moment]
    return writing.Part(WAYS + ", ".join([WAY] * len(ids)), values)
