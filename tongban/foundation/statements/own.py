"""Connections that all threads of a process use in turn.

Threads that gather what they ask have one statement under way at a time, whichever of them sends it. Were each to send it
on its own connection, every thread would have it planned anew, once for each number of rows, and every time another of
PostgreSQL's processes would be woken whose memory has gone cold: together twice the work. What a process looks up once
a second, whichever thread comes first, needs no more than one either.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.pq import ConnStatus

_all: list[OwnConnection] = []
_of_parents: list[BaseDatabaseWrapper] = []


class OwnConnection:
    """Opened when it is first needed, again after it broke, and by each process for itself."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection: BaseDatabaseWrapper | None = None
        _all.append(self)

    @contextmanager
    def taken(self) -> Iterator[BaseDatabaseWrapper]:
        """Yield it, connected, to this thread alone; one that is broken afterwards is let go. Raises what Django raises."""
        with self._lock:
            own = self._connection or self._made()
            try:
                own.ensure_connection()
                yield own
            finally:
                if own.connection is not None and own.connection.pgconn.status != ConnStatus.OK:
                    own.close()

    def close(self) -> None:
        """Close it; whoever needs it next opens another."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    def leave_to_parent(self) -> None:
        """Forget it in a process that was forked: it is the parent's, and closing it would tell the server so."""
        if self._connection is not None:
            _of_parents.append(self._connection)
        self._lock, self._connection = threading.Lock(), None

    def _made(self) -> BaseDatabaseWrapper:
        self._connection = connections.create_connection(DEFAULT_DB_ALIAS)
        self._connection.inc_thread_sharing()
        return self._connection


_looking_up = OwnConnection()


@contextmanager
def looking_up() -> Iterator[None]:
    """Let a thread that has no connection yet read on the one that is there for all; another thread waits meanwhile."""
    ours = connections[DEFAULT_DB_ALIAS]
    if ours.connection is not None:
        yield
        return
    with _looking_up.taken() as shared:
        connections[DEFAULT_DB_ALIAS] = shared
        try:
            yield
        finally:
            connections[DEFAULT_DB_ALIAS] = ours


def disconnect() -> None:
    """Close all such connections of this process."""
    for one in _all:
        one.close()


def _leave_to_parent() -> None:
    for one in _all:
        one.leave_to_parent()


os.register_at_fork(after_in_child=_leave_to_parent)
