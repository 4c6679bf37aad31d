"""An attempt to deliver: called by the outbox's timers, recorded whatever comes of it.

What leaves has a transaction of its own, so that a process that dies repeats one letter at most; what is only kept
goes many at a time.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from tongban.foundation.messages import adapters, registry, rules
from tongban.foundation.messages.envelopes import TEXTS, address_in, texts_in
from tongban.foundation.messages.models import AttemptRow, DeliveryRow, Message
from tongban.foundation.messages.sending import Letter, Undeliverable
from tongban.foundation.messages.types import Channel, DeliveryState
from tongban.foundation.outbox import operations as outbox
from tongban.foundation.outbox.types import Timer
from tongban.foundation.statements import operations as writing
from tongban.foundation.statements import queries as statements
from tongban.foundation.trust import operations as trust
from tongban.kernel.law import law

TIMER = "messages.transmit"
LONGEST_ANSWER = 300


# One statement reads and locks what the attempts need, one writes that they worked: there are several for each case.
READ = """
SELECT d.id, d.state, d.channel, d.address, d.language, m.id, m.template, m.texts, m."case",
    (SELECT count(*) FROM messages_attempt a WHERE a.delivery_id = d.id)
FROM messages_delivery d JOIN messages_message m ON m.id = d.message_id
WHERE d.id = ANY(%s::uuid[]) ORDER BY d.id FOR UPDATE OF d
"""
SENT = """
WITH sent AS (
    SELECT id, number, sender, answer
    FROM unnest(%(ids)s::uuid[], %(numbers)s::int[], %(senders)s::text[], %(answers)s::text[])
        AS said (id, number, sender, answer)
), tried AS (
    INSERT INTO messages_attempt (delivery_id, number, at, is_sent, answer)
    SELECT id, number, %(at)s, true, answer FROM sent
)
UPDATE messages_delivery d SET state = 'sent', sent_at = %(at)s, sent_by = sent.sender, next_at = NULL
FROM sent WHERE d.id = sent.id
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


@dataclass(frozen=True, slots=True)
class _Sent:
    """An attempt that worked, and what the other side answered."""

    one: _Try
    by: str
    answer: str


def timer(id: uuid.UUID, at: dt.datetime) -> Timer:
    """Return the timer by which a delivery is tried at a moment."""
    return Timer(f"message:{id}", TIMER, at, {"delivery": str(id)})


def plan(row: DeliveryRow, at: dt.datetime) -> None:
    """Have a delivery tried at a moment, in the caller's transaction."""
    outbox.schedule_many([timer(row.id, at)])


def transmit(payloads: Sequence[Mapping[str, Any]], *, at: dt.datetime) -> None:
    """Try deliveries. A failure is no error here: it is kept, and the next attempt planned."""
    ids = {payload["delivery"] for payload in payloads}
    found = [_Try(*row) for row in statements.rows(READ, [list(ids)])]
    if len(found) < len(ids):
        raise DeliveryRow.DoesNotExist(ids - {str(one.id) for one in found})
    tried = [_tried(one, at) for one in found if one.state != DeliveryState.SENT]
    _note_sent([sent for sent in tried if sent is not None], at)


def _tried(one: _Try, at: dt.datetime) -> _Sent | None:
    sender = adapters.sender(Channel(one.channel))
    try:
        return _Sent(one, sender.name, sender.send(_letter(one)))
    except Undeliverable as failure:
        row = DeliveryRow.objects.get(id=one.id)
        _note(row, one.attempts + 1, at, is_sent=False, answer=failure.answer)
        _try_again(row, one.attempts + 1, at, is_final=failure.is_final)
        return None


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
def _note_sent(sent: Sequence[_Sent], at: dt.datetime) -> None:
    if sent:
        writing.run(SENT, {
            "at": at, "ids": [said.one.id for said in sent], "numbers": [said.one.attempts + 1 for said in sent],
            "senders": [said.by for said in sent],
            "answers": [rules.one_line(said.answer)[:LONGEST_ANSWER] for said in sent],
        })  # fmt: skip
    for said in sent:
        template = registry.TEMPLATES.get(said.one.template)
        if template and template.is_secret and said.by != adapters.DEMONSTRATION:
            Message.objects.filter(id=said.one.message).update(texts=locked({}))
