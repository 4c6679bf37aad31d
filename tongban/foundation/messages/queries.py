"""Reads of messages: an inbox, what became of each delivery, what demonstrations kept."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet

from tongban.foundation.messages import adapters, envelopes, rules
from tongban.foundation.messages.models import DeliveryRow, Message
from tongban.foundation.messages.types import (
    Attempt,
    Channel,
    Delivery,
    DeliveryState,
    InboxMessage,
    Kept,
)
from tongban.kernel.types import Subject


def inbox(
    subject: Subject,
    *,
    language: str = "zh",
    limit: int = 100,
    case: uuid.UUID | None = None,
    unread: bool = False,
) -> tuple[InboxMessage, ...]:
    """Return what a subject was told, newest first; about one case, if it is named; only what was not read."""
    rows = Message.objects.filter(to_kind=subject.kind, to_id=subject.id, is_in_inbox=True)
    if case is not None:
        rows = rows.filter(case=case)
    if unread:
        rows = rows.filter(read_at=None)
    return tuple(_inbox_message(row, language) for row in rows.order_by("-at", "-id")[:limit])


def unread_count(subject: Subject) -> int:
    """Return how many messages in the inbox have not been read."""
    unread = Message.objects.filter(to_kind=subject.kind, to_id=subject.id, is_in_inbox=True, read_at=None)
    return int(unread.count())


def deliveries(message: uuid.UUID) -> tuple[Delivery, ...]:
    """Return on which ways a message went, with every attempt."""
    return _deliveries(DeliveryRow.objects.filter(message=message))


def deliveries_of_case(case: uuid.UUID) -> tuple[Delivery, ...]:
    """Return all deliveries about a case."""
    return _deliveries(DeliveryRow.objects.filter(message__case=case))


def failed(limit: int = 100) -> tuple[Delivery, ...]:
    """Return the deliveries that were given up, newest first."""
    return _deliveries(DeliveryRow.objects.filter(state=DeliveryState.FAILED).order_by("-id")[:limit])


def kept_by_demonstration(
    channel: Channel, *, address: str | None = None, limit: int = 20
) -> tuple[Kept, ...]:
    """Return what the demonstration of a channel would have sent, newest first; to one address, if named."""
    rows = DeliveryRow.objects.filter(channel=channel, sent_by=adapters.DEMONSTRATION)
    rows = rows.select_related("message").order_by("-sent_at", "-id")
    found = (_kept(row) for row in rows[: limit if address is None else 500])
    return tuple(one for one in found if address is None or one.address == address)[:limit]


def _deliveries(rows: QuerySet) -> tuple[Delivery, ...]:
    return tuple(_delivery(row) for row in rows.prefetch_related("attempts"))


def _inbox_message(row: Message, language: str) -> InboxMessage:
    text = envelopes.texts_of(row)[language]
    about = Subject(row.about_kind, row.about_id) if row.about_kind else None
    return InboxMessage(
        row.id, row.template, text["title"], text["body"], row.case, row.at, row.read_at, about
    )


def _delivery(row: DeliveryRow) -> Delivery:
    attempts = sorted(row.attempts.all(), key=lambda attempt: attempt.number)
    return Delivery(
        id=row.id,
        message=row.message_id,
        channel=Channel(row.channel),
        address=rules.masked(envelopes.address_of(row)),
        state=DeliveryState(row.state),
        by=row.sent_by,
        sent_at=row.sent_at,
        next_at=row.next_at,
        attempts=tuple(Attempt(one.number, one.at, one.is_sent, one.answer) for one in attempts),
    )


def _kept(row: DeliveryRow) -> Kept:
    text = envelopes.texts_of(row.message)[row.language]
    return Kept(Channel(row.channel), envelopes.address_of(row), text["title"], text["body"], row.message.at)
