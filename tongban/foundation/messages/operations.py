"""Writes of messages: register templates and address books, send, mark as read, try again what failed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping

from django.db import transaction

from tongban.foundation.ledger import operations as ledger
from tongban.foundation.messages import envelopes, registry, rules, transmitting
from tongban.foundation.messages.errors import NoSuchMessage
from tongban.foundation.messages.models import DeliveryRow, Message
from tongban.foundation.messages.registry import AddressBook
from tongban.foundation.messages.types import Channel, DeliveryState, Template
from tongban.foundation.trust import operations as trust
from tongban.foundation.trust import queries as trust_queries
from tongban.kernel.types import SYSTEM, Actor, Subject


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
    at: dt.datetime,
) -> uuid.UUID:
    """Put a message into an inbox and on its way to every address there is; return its number.

    Part of the caller's transaction: what is rolled back was never said.
    """
    known = registry.TEMPLATES[template]
    addresses = registry.addresses_of(to)
    with transaction.atomic():
        message = _message(to, known, values, case, at, is_in_inbox=not known.is_secret)
        for channel in known.channels:
            address = addresses.phone if channel is Channel.SMS else addresses.mail
            if address:
                first = rules.first_attempt(channel, at, is_secret=known.is_secret)
                _deliver(message, channel, address, addresses.language, first)
        _record(message, at)
    return message.id


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
    with transaction.atomic():
        message = _message(nobody, known, values, None, at, is_in_inbox=False)
        _deliver(
            message, channel, address, language, rules.first_attempt(channel, at, is_secret=known.is_secret)
        )
        _record(message, at)
    return message.id


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


def _message(
    to: Subject,
    template: Template,
    values: Mapping[str, object],
    case: uuid.UUID | None,
    at: dt.datetime,
    *,
    is_in_inbox: bool,
) -> Message:
    return Message.objects.create(
        to_kind=to.kind,
        to_id=to.id,
        template=template.code,
        texts=transmitting.locked(rules.texts(template, dict(values))),
        is_in_inbox=is_in_inbox,
        case=case,
        at=at,
    )


def _deliver(message: Message, channel: Channel, address: str, language: str, at: dt.datetime) -> None:
    row = DeliveryRow.objects.create(
        message=message,
        channel=channel,
        address=trust.encrypt(envelopes.ADDRESS, address.encode()),
        language=language,
        state=DeliveryState.WAITING,
        next_at=at,
    )
    transmitting.plan(row, at)


def _record(message: Message, at: dt.datetime) -> None:
    detail = {"template": message.template, "to": [message.to_kind, message.to_id]}
    subject = Subject("message", str(message.id))
    ledger.record(act="message.send", subject=subject, by=SYSTEM, at=at, detail=detail)
