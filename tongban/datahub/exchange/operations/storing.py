"""Recording what calls were answered, and making room for the months to come.

Whether a call was made is on record before its provider is asked. Its answer is written after it was sent, many at
once: a crash can lose the answers of a tenth of a second, which then read as “not known”, and never a call.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
import uuid
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import Error as DatabaseError
from django.db import IntegrityError, OperationalError, connection, transaction

from tongban.foundation.statements import operations as statements
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.types import Actor

EVERY = 0.1
MOST = 2000
QUEUED = 20_000
log = logging.getLogger(__name__)

COPY = "COPY exchange_answer (record, at, status, size, micros, digest, problem) FROM STDIN"
INSERT = """
INSERT INTO exchange_answer (record, at, status, size, micros, digest, problem)
VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""


PATIENCE = "SET LOCAL lock_timeout = '2s'"
"""A month is made far ahead; those who call meanwhile would queue behind who waits for the table."""
MAKE_MONTH = "SELECT exchange_make_month((%s::date + make_interval(months => %s))::date)"


@dataclass(slots=True)  # not frozen: made with every call, three times as fast
class Told:
    """What a call was answered: status, bytes, microseconds, SHA-256 of the body, X-Road's error type if any."""

    record: uuid.UUID
    at: dt.datetime
    status: int
    size: int
    micros: int
    digest: bytes
    problem: str


def write_answers(told: Sequence[Told]) -> None:
    """Write what calls were answered; what is there already stays."""
    for one in told:
        values = (one.record, one.at, one.status, one.size, one.micros, one.digest, one.problem)
        statements.run(INSERT, values)


def copy_answers(told: Sequence[Told]) -> None:
    """Write many at once; when one of them is there already, none."""
    text = "".join(
        f"{one.record}\t{one.at.isoformat()}\t{one.status}\t{one.size}\t{one.micros}\t\\\\x{one.digest.hex()}\t{one.problem}\n"
        for one in told
    )
    # COPY goes past Django, which would otherwise name its failures.
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(COPY) as copy:
        copy.write(text)


class AnswerWriter:
    """Writes answers from a thread of its own, on a connection of its own, every tenth of a second."""

    def __init__(self) -> None:
        self._told: deque[Told] = deque()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._ends = threading.Event()

    def put(self, told: Told) -> None:
        """Take one to be written; when too many wait, callers are slowed and nothing is forgotten."""
        if self._ends.is_set():
            # A call that was under way when the server began to end.
            write_answers([told])
            return
        if self._thread is None:
            self._start()
        if len(self._told) > QUEUED:
            time.sleep(EVERY)
        self._told.append(told)

    def end(self, *, seconds: float = 5) -> None:
        """Write what is left and end the thread."""
        self._ends.set()
        if self._thread is not None:
            self._thread.join(seconds)

    def _start(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="exchange-answers", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        left: list[Told] = []
        while not self._ends.is_set() or left or self._told:
            self._ends.wait(EVERY)
            left = self._write(left + self._taken(MOST - len(left)))
        connection.close()

    def _taken(self, most: int) -> list[Told]:
        return [self._told.popleft() for _ in range(min(most, len(self._told)))]

    def _write(self, told: list[Told]) -> list[Told]:
        """Return what has to be tried again."""
        if not told:
            return []
        try:
            _write_once(told)
        except DatabaseError:
            log.warning("exchange: %s answers wait for the database", len(told))
            connection.close()
            return [] if self._ends.is_set() else told
        return []


def _write_once(told: Sequence[Told]) -> None:
    try:
        copy_answers(told)
    except IntegrityError:
        # The commit before was made though its confirmation was lost.
        write_answers(told)


def make_months(*, ahead: int = 13, by: Actor, at: dt.datetime) -> int:
    """Make the partitions of last month, this one and the next ones that are missing; return how many months were made.

    Whoever signed a moment ago by a clock that is slow may have signed last month. No call ever waits for a month, nor
    is refused for want of one: what has none goes into the default partition, and stays there with its month.
    """
    first = at.astimezone(SHANGHAI).date().replace(day=1)
    return sum(_has_made_month(first, months) for months in range(-1, ahead + 1))


def _has_made_month(first: dt.date, months: int) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(PATIENCE)
            cursor.execute(MAKE_MONTH, [first, months])
            return bool(cursor.fetchone()[0])
    except (IntegrityError, OperationalError) as why:
        # Calls of that month are in the default partition, or one that takes long is under way: it can wait.
        log.warning("exchange: no partition for %s + %s months: %s", first, months, why)
        return False
