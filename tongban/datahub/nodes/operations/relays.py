"""What is kept of each call that went from node to node: the other node's number for it, and its signature.

Written after the answer, many at once, like the answers themselves: whoever needs to show later that a call is on record
at both nodes has the other's own word for it.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import uuid
from collections import deque
from dataclasses import dataclass

from django.db import Error as DatabaseError
from django.db import IntegrityError, connection, transaction

from tongban.foundation.http_signatures.types import Signed
from tongban.kernel.types import Actor

EVERY = 0.1
MOST = 2000
MOST_WAITING = 100_000
NOTHING = r"\N"
COPY = "COPY nodes_relay (record, at, node, is_out, number, said, signature) FROM STDIN"
INSERT = """
INSERT INTO nodes_relay (record, at, node, is_out, number, said, signature) VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING
"""
MONTHS = """
SELECT count(*) FILTER (WHERE nodes_make_month((date_trunc('month', %s::timestamptz) + make_interval(months => ahead))::date))
FROM generate_series(0, %s) ahead
"""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Noted:
    """One relay: ``record`` is the call's number here, ``number`` its number at the other node."""

    record: uuid.UUID
    at: dt.datetime
    node: str
    is_out: bool
    number: uuid.UUID | None
    said: bytes
    signature: bytes

    @classmethod
    def out(cls, record: uuid.UUID, at: dt.datetime, node: str, number: str, signed: Signed) -> Noted:
        """Return that a call went to a node, which answered with this signature."""
        return cls(record, at, node, True, _uuid(number), signed.parameters.encode(), signed.value)

    @classmethod
    def came(cls, record: uuid.UUID, at: dt.datetime, node: str, number: uuid.UUID, signed: Signed) -> Noted:
        """Return that a call came from a node, which signed that it hands it on."""
        return cls(record, at, node, False, number, signed.parameters.encode(), signed.value)


class RelayWriter:
    """Writes them from a thread of its own, on a connection of its own, every tenth of a second."""

    def __init__(self) -> None:
        self._noted: deque[Noted] = deque(maxlen=MOST_WAITING)
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._ends = threading.Event()

    def put(self, noted: Noted) -> None:
        """Take one to be written."""
        self._noted.append(noted)
        if self._thread is None:
            self._start()

    def end(self, *, seconds: float = 5) -> None:
        """Write what is left and end the thread."""
        self._ends.set()
        if self._thread is not None:
            self._thread.join(seconds)

    def write(self) -> None:
        """Write what has come until now, on this thread's connection."""
        while batch := [self._noted.popleft() for _ in range(min(MOST, len(self._noted)))]:
            try:
                copy(batch)
            except IntegrityError:
                # The commit before was made though its confirmation was lost.
                write(batch)
            except DatabaseError:
                self._noted.extendleft(reversed(batch))
                raise

    def _start(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="nodes-relays", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while not self._ends.is_set() or self._noted:
            self._ends.wait(EVERY)
            try:
                self.write()
            except DatabaseError:
                log.warning("nodes: %s relays wait for the database", len(self._noted))
                connection.close()
                if self._ends.is_set():
                    break
        connection.close()


def copy(noted: list[Noted]) -> None:
    """Write many at once; when one of them is there already, none."""
    text = "".join([
        f"{one.record}\t{one.at.isoformat()}\t{one.node}\t{one.is_out}\t{one.number or NOTHING}"
        f"\t\\\\x{one.said.hex()}\t\\\\x{one.signature.hex()}\n"
        for one in noted
    ])  # fmt: skip
    # COPY goes past Django, which would otherwise name its failures.
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(COPY) as table:
        table.write(text)


def write(noted: list[Noted]) -> None:
    """Write them; what is there already stays."""
    rows = [(one.record, one.at, one.node, one.is_out, one.number, one.said, one.signature) for one in noted]
    with connection.cursor() as cursor:
        cursor.executemany(INSERT, rows)


@transaction.atomic
def make_months(*, ahead: int = 13, by: Actor, at: dt.datetime) -> int:
    """Make the partitions of this month and the next ones that are missing; return how many were made."""
    with connection.cursor() as cursor:
        cursor.execute(MONTHS, [at, ahead])
        return int(cursor.fetchone()[0])


RELAYS = RelayWriter()
"""This process's."""


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
