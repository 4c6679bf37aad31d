"""One attempt to deliver: called by the outbox's timer, in a transaction of its own, recorded whatever comes of it."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from tongban.foundation.messages import adapters, registry, rules
from tongban.foundation.messages.envelopes import TEXTS, address_of, texts_of
from tongban.foundation.messages.models import AttemptRow, DeliveryRow, Message
from tongban.foundation.messages.sending import Letter, Sender, Undeliverable
from tongban.foundation.messages.types import Channel, DeliveryState
from tongban.foundation.outbox import operations as outbox
from tongban.foundation.trust import operations as trust

TIMER = "messages.transmit"
LONGEST_ANSWER = 300


def plan(row: DeliveryRow, at: dt.datetime) -> None:
    """Have a delivery tried at a moment, in the caller's transaction."""
    outbox.schedule(TIMER, at, {"delivery": str(row.id)}, key=f"message:{row.id}")


def transmit(payload: Mapping[str, Any], *, at: dt.datetime) -> None:
    """Try one delivery. A failure is no error here: it is kept, and the next attempt planned."""
    row = DeliveryRow.objects.select_for_update().get(id=uuid.UUID(payload["delivery"]))
    if row.state == DeliveryState.SENT:
        return
    message = Message.objects.get(id=row.message_id)
    sender = adapters.sender(Channel(row.channel))
    number = row.attempts.count() + 1
    try:
        answer = sender.send(_letter(row, message))
    except Undeliverable as failure:
        _note(row, number, at, is_sent=False, answer=failure.answer)
        _try_again(row, number, at, is_final=failure.is_final)
        return
    _note(row, number, at, is_sent=True, answer=answer)
    _sent(row, message, sender, at)


def locked(texts: rules.Texts) -> bytes:
    """Return texts as they are stored."""
    return trust.encrypt(TEXTS, json.dumps(texts, ensure_ascii=False).encode())


def _letter(row: DeliveryRow, message: Message) -> Letter:
    text = texts_of(message)[row.language]
    link = rules.link(settings.SITE_ADDRESS, row.language, message.case)
    return Letter(str(row.id), address_of(row), text["title"], "\n".join(filter(None, (text["body"], link))))


def _note(row: DeliveryRow, number: int, at: dt.datetime, *, is_sent: bool, answer: str) -> None:
    AttemptRow.objects.create(
        delivery=row, number=number, at=at, is_sent=is_sent, answer=rules.one_line(answer)[:LONGEST_ANSWER]
    )


def _try_again(row: DeliveryRow, number: int, at: dt.datetime, *, is_final: bool) -> None:
    row.next_at = None if is_final else rules.next_attempt(number, at)
    if row.next_at is None:
        row.state = DeliveryState.FAILED
    else:
        plan(row, row.next_at)
    row.save(update_fields=["state", "next_at"])


def _sent(row: DeliveryRow, message: Message, sender: Sender, at: dt.datetime) -> None:
    row.state, row.sent_at, row.sent_by, row.next_at = DeliveryState.SENT, at, sender.name, None
    row.save(update_fields=["state", "sent_at", "sent_by", "next_at"])
    template = registry.TEMPLATES.get(message.template)
    if template and template.is_secret and sender.name != adapters.DEMONSTRATION:
        message.texts = locked({})
        message.save(update_fields=["texts"])
