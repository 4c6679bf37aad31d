"""One attempt to deliver: called by the outbox's timer, in a transaction of its own, recorded whatever comes of it."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from tongban.foundation.messages import adapters, registry, rules
from tongban.foundation.messages.envelopes import TEXTS, address_in, texts_in
from tongban.foundation.messages.models import AttemptRow, DeliveryRow, Message
from tongban.foundation.messages.sending import Letter, Sender, Undeliverable
from tongban.foundation.messages.types import Channel, DeliveryState
from tongban.foundation.outbox import operations as outbox
from tongban.foundation.outbox.types import Timer
from tongban.foundation.statements import operations as writing
from tongban.foundation.statements import queries as statements
from tongban.foundation.trust import operations as trust
from tongban.kernel.law import law

TIMER = "messages.transmit"
LONGEST_ANSWER = 300


# One statement reads and locks what an attempt needs, one writes that it worked: there are several for each case.
READ = """
SELECT d.id, d.state, d.channel, d.address, d.language, m.id, m.template, m.texts, m."case",
    (SELECT count(*) FROM messages_attempt a WHERE a.delivery_id = d.id)
FROM messages_delivery d JOIN messages_message m ON m.id = d.message_id WHERE d.id = %s FOR UPDATE OF d
"""
SENT = """
WITH tried AS (
    INSERT INTO messages_attempt (delivery_id, number, at, is_sent, answer)
    VALUES (%(id)s, %(number)s, %(at)s, true, %(answer)s)
)
UPDATE messages_delivery SET state = 'sent', sent_at = %(at)s, sent_by = %(by)s, next_at = NULL WHERE id = %(id)s
"""


@dataclass(frozen=True, slots=True)
class _Try:
    id: uuid.UUID
    state: str
    channel: str
    address: bytes
    language: str
    message: uuid.UUID
    template: str
    texts: bytes
    case: uuid.UUID | None
    attempts: int


def timer(id: uuid.UUID, at: dt.datetime) -> Timer:
    """Return the timer by which a delivery is tried at a moment."""
    return Timer(f"message:{id}", TIMER, at, {"delivery": str(id)})


def plan(row: DeliveryRow, at: dt.datetime) -> None:
    """Have a delivery tried at a moment, in the caller's transaction."""
    outbox.schedule_many([timer(row.id, at)])


def transmit(payload: Mapping[str, Any], *, at: dt.datetime) -> None:
    """Try one delivery. A failure is no error here: it is kept, and the next attempt planned."""
    found = statements.one(READ, [payload["delivery"]])
    if found is None:
        raise DeliveryRow.DoesNotExist(payload["delivery"])
    one = _Try(*found)
    if one.state == DeliveryState.SENT:
        return
    sender = adapters.sender(Channel(one.channel))
    try:
        answer = sender.send(_letter(one))
    except Undeliverable as failure:
        row = DeliveryRow.objects.get(id=one.id)
        _note(row, one.attempts + 1, at, is_sent=False, answer=failure.answer)
        _try_again(row, one.attempts + 1, at, is_final=failure.is_final)
        return
    _sent(one, sender, answer, at)


def locked(texts: rules.Texts) -> bytes:
    """Return texts as they are stored."""
    return trust.encrypt(TEXTS, json.dumps(texts, ensure_ascii=False).encode())


def _letter(one: _Try) -> Letter:
    text = texts_in(one.texts)[one.language]
    link = rules.link(settings.SITE_ADDRESS, one.language, one.case)
    address = address_in(one.address)
    return Letter(str(one.id), address, text["title"], "\n".join(filter(None, (text["body"], link))))


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


@law("message-code-forgotten", basis="个人信息保护法 19、47", says="The text of a code is forgotten once it is sent; of "
     "what is kept, addresses and texts lie encrypted")  # fmt: skip
def _sent(one: _Try, sender: Sender, answer: str, at: dt.datetime) -> None:
    said = {"id": one.id, "number": one.attempts + 1, "at": at, "by": sender.name}
    writing.run(SENT, said | {"answer": rules.one_line(answer)[:LONGEST_ANSWER]})
    template = registry.TEMPLATES.get(one.template)
    if template and template.is_secret and sender.name != adapters.DEMONSTRATION:
        Message.objects.filter(id=one.message).update(texts=locked({}))
