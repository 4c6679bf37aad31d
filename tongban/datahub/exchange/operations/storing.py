"""Recording what calls were answered, and making room for the months to come.

Whether a call was made is on record before its provider is asked. Its answer is written after it was sent, many at
once: a crash can lose the answers of a tenth of a second, which then read as “not known”, and never a call.
"""

from __future__ import annotations

import datetime as dt
import logging
import queue
import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import Error as DatabaseError
from django.db import connection, transaction

from tongban.foundation.statements import operations as statements
from tongban.kernel.types import Actor

EVERY = 0.1
MOST = 2000
QUEUED = 20_000
log = logging.getLogger(__name__)

INSERT = """
INSERT INTO exchange_answer (record, at, status, size, micros, digest, problem)
SELECT * FROM unnest(%s::uuid[], %s::timestamptz[], %s::smallint[], %s::int[], %s::int[], %s::bytea[], %s::varchar[])
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
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
    """Write what calls were answered, in one statement; what is there already stays."""
    columns = zip(
        *((one.record, one.at, one.status, one.size, one.micros, one.digest, one.problem) for one in told),
        strict=True,
    )
    statements.run(INSERT, [list(column) for column in columns])


class AnswerWriter:
    """Writes answers from a thread of its own, on a connection of its own, every tenth of a second."""

    def __init__(self) -> None:
        self._told: queue.Queue[Told] = queue.Queue(QUEUED)
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._ends = threading.Event()

    def put(self, told: Told) -> None:
        """Take one to be written; with the database away for long, wait for it rather than forget."""
        if self._thread is None:
            self._start()
        self._told.put(told, timeout=30)

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
        while not self._ends.is_set() or left or not self._told.empty():
            self._ends.wait(EVERY)
            left = self._write(left + self._taken(MOST - len(left)))
        connection.close()

    def _taken(self, most: int) -> list[Told]:
        taken: list[Told] = []
        while len(taken) < most:
            try:
                taken.append(self._told.get_nowait())
            except queue.Empty:
                break
        return taken

    def _write(self, told: list[Told]) -> list[Told]:
        """Return what has to be tried again."""
        if not told:
            return []
        try:
            write_answers(told)
        except DatabaseError:
            log.warning("exchange: %s answers wait for the database", len(told))
            connection.close()
            return [] if self._ends.is_set() else told
        return []


@transaction.atomic
def make_months(*, ahead: int = 13, by: Actor, at: dt.datetime) -> int:
    """Make the partitions of this month and the next ones that are missing; return how many months were made."""
    made = 0
    with connection.cursor() as cursor:
        for months in range(ahead + 1):
            cursor.execute(
                "SELECT exchange_make_month((date_trunc('month', %s::timestamptz) + make_interval(months => %s))::date)",
                [at, months],
            )
            made += bool(cursor.fetchone()[0])
    return made
