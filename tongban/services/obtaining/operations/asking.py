"""Asking the providers: several at once, each by a call of the exchange of its own, for no longer than somebody waits.

A call is on record before its provider is asked, whatever happens to the caller: so each has a connection of its own.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
import threading
import time
import uuid
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import chain

from django.db import connections

from tongban.datahub.exchange import operations as exchange
from tongban.datahub.exchange.errors import Fault, NotAuthorised
from tongban.foundation.statements import operations as writing
from tongban.foundation.statements import queries as statements
from tongban.foundation.trust import operations as trust
from tongban.foundation.trust import queries as trust_queries
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.ids import new_id
from tongban.kernel.types import Subject
from tongban.services.obtaining import rules
from tongban.services.obtaining.queries import ASKED, OWNER, PURPOSE
from tongban.services.obtaining.types import Asked, Said, State

AT_ONCE = 4
"""Providers that are asked for one case at the same time, each for one paper after the other, as it has few places; each
call has a connection to the database of its own."""
CLAIMED = dt.timedelta(seconds=60)
"""Who asks has so long; after that somebody else may, for it has died."""
TO_ASK = """
SELECT id, provider FROM obtaining_want WHERE subject_kind = %s AND subject_id = %s AND state = 'wanted' AND not_before <= %s
ORDER BY wanted_at, id
"""
CLAIM = """
UPDATE obtaining_want SET attempts = attempts + 1, not_before = %s
WHERE id = %s AND state = 'wanted' AND not_before <= %s
RETURNING id, "grant", item, consumer, provider, service, parameters, owner, attempts, tries
"""
KEEP = """
UPDATE obtaining_want SET state = %s, not_before = %s, asked_at = %s, exchange = %s, content = %s, digest = %s,
    fields = %s, valid_until = %s, problem = %s, erase_on = %s
WHERE id = %s AND state = 'wanted' AND tries = %s
"""
log = logging.getLogger("tongban.obtaining")
_alone = ContextVar("alone", default=False)


@contextmanager
def in_this_transaction() -> Iterator[None]:
    """Have all calls of the block made one after the other in its own transaction: for who plays a past, or tests."""
    token = _alone.set(True)
    try:
        yield
    finally:
        _alone.reset(token)


def obtain(*, subject: Subject, issue: str, district: str = "", within: float, at: dt.datetime) -> None:
    """Ask for what is wanted for a case and may be asked now; return when all is answered or ``within`` seconds are over.

    Calls that take longer go on and are kept when they end. Each want is asked by one at a time, whoever else looks.
    Args: ``district`` is where the case is handled (six digits): its bodies are who is asked for.
    """
    by_provider: dict[str, list[uuid.UUID]] = defaultdict(list)
    for id, provider in statements.rows(TO_ASK, [subject.kind, subject.id, at]):
        by_provider[provider].append(id)
    if _alone.get():
        for id in chain.from_iterable(by_provider.values()):
            _ask(id, issue, district, at)
        return
    deadline, left = time.monotonic() + within, deque(by_provider.values())
    threads = [
        threading.Thread(target=_ask_apart, args=(left, issue, district, at), daemon=True)
        for _ in range(min(AT_ONCE, len(left)))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))


def _ask_apart(left: deque[list[uuid.UUID]], issue: str, district: str, at: dt.datetime) -> None:
    """Ask the providers that nobody else has taken yet, one after the other."""
    try:
        while (ids := _next(left)) is not None:
            for id in ids:
                _ask(id, issue, district, at)
    except Exception:
        # Claimed for a minute, it is asked again by the timer.
        log.exception("obtaining: for %s", issue)
    finally:
        connections.close_all()


def _next(left: deque[list[uuid.UUID]]) -> list[uuid.UUID] | None:
    try:
        return left.popleft()
    except IndexError:
        return None


def _ask(id: uuid.UUID, issue: str, district: str, at: dt.datetime) -> None:
    row = statements.one(CLAIM, [at + CLAIMED, id, at])
    if row is None:
        return
    own, grant, item, consumer, provider, service, sealed, owner, attempts, tries = row
    parameters = json.loads(trust_queries.decrypt(ASKED, bytes(sealed)))
    whose = json.loads(trust_queries.decrypt(OWNER, bytes(owner))) if owner else {}
    asked = Asked(own, grant, item, consumer, provider, service, parameters, attempts, tries, whose)
    number = new_id()
    said = _answer(asked, number, issue, district, at)
    _keep(asked, said, number, at)


def _answer(asked: Asked, number: uuid.UUID, issue: str, district: str, at: dt.datetime) -> Said:
    try:
        answer = exchange.call_as(
            number=number, consumer=asked.consumer, provider=asked.provider, service=asked.service,
            parameters=asked.parameters, grant=asked.grant, user=f"item:{asked.item}", issue=issue, district=district,
            at=at,
        )  # fmt: skip
    except NotAuthorised as refused:
        return Said(State.NO_ANSWER, problem=refused.type)
    except Fault as fault:
        return Said(State.WANTED, problem=fault.type)
    rows = json.loads(answer.body)["rows"] if answer.body else []
    return rules.judged(answer.status, rows, asked.parameters, at.astimezone(SHANGHAI).date(), asked.whose)


def _keep(asked: Asked, said: Said, number: uuid.UUID, at: dt.datetime) -> None:
    again = rules.next_try(asked.attempts, at) if said.state is State.WANTED else None
    state = State.NO_ANSWER if said.state is State.WANTED and again is None else said.state
    content = json.dumps(said.rows, ensure_ascii=False).encode() if said.rows else b""
    fields = list(dict.fromkeys(name for row in said.rows for name in row))
    values = [
        state.value, again or at, at, number, trust.encrypt(PURPOSE, content) if content else None,
        hashlib.sha256(content).hexdigest() if content else "", fields, said.valid_until, said.problem[:80],
        at.astimezone(SHANGHAI).date() + rules.KEPT if content else None, asked.id, asked.tries,
    ]  # fmt: skip
    writing.run(KEEP, values)
