"""A statement over rows of text and bytes, for the one path where every microsecond is a promise.

psycopg finds out the type of each value anew, each time it sends it; here the types are said once. What several threads
ask goes in as rows of one statement: most of what a statement costs, and the commit, is shared. It has a connection of its
own; inside a transaction it goes with that, on the caller's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import Connection
from psycopg.errors import OperationalError, error_from_result
from psycopg.pq import ConnStatus, ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGresult

from tongban.foundation.statements.own import OwnConnection

Values = tuple[Any, ...]
"""Of one row, in the order of the columns: text and numbers as PostgreSQL reads them, in bytes; or None."""
Row = tuple[bytes | None, ...]
"""What PostgreSQL says, as text."""
Send = Callable[[Connection[Any], Sequence[Values]], PGresult]
AS_THEY_ARE = ("bytea", "uuid")
"""Types whose values are sent in binary: the bytes themselves, the sixteen of a uuid."""
ASKED = "{asked}"
MOST = 8


class Prepared:
    """A statement that gives a row for each row it is asked with, in their order.

    In its text ``{asked}`` stands for the common table ``asked``: ``place``, which counts from 0, and the columns.
    """

    def __init__(self, name: str, sql: str, columns: Mapping[str, str]) -> None:
        self._name, self._sql, self._columns = name, sql, columns
        self._formats = [Format.BINARY if type in AS_THEY_ARE else Format.TEXT for type in columns.values()]
        self._kinds = {count: self._kind(count) for count in range(1, MOST + 1)}
        self._own = OwnConnection()

    def rows(self, many: Sequence[Values]) -> Sequence[Row | Error]:
        """Return what the statement gives for each, all in one transaction; failures are those of Django.

        When it fails nothing was done, and each is asked by itself: none fails for another's sake.
        """
        if len(many) > MOST:
            return [*self.rows(many[:MOST]), *self.rows(many[MOST:])]
        ours = connections[DEFAULT_DB_ALIAS]
        if ours.in_atomic_block:
            return self._tried(many, ours, self._part)
        with self._own.taken() as own:
            return self._tried(many, own, self._prepared)

    def _tried(self, many: Sequence[Values], on: BaseDatabaseWrapper, send: Send) -> Sequence[Row | Error]:
        try:
            return _sent(many, on, send)
        except Error:
            # Whether a connection that broke has committed nobody knows: nothing may be sent twice then.
            if len(many) == 1 or on.connection is None or on.connection.pgconn.status != ConnStatus.OK:
                raise
        return [_by_itself(values, on, send) for values in many]

    def _part(self, raw: Connection[Any], many: Sequence[Values]) -> PGresult:
        """Send it as a part of the caller's transaction, which a prepared statement that is gone would take along."""
        _, sql, formats = self._kinds[len(many)]
        if raw.pgconn.transaction_status == TransactionStatus.IDLE:
            raw.pgconn.exec_(b"BEGIN")  # psycopg would with the first statement that goes through it
        return raw.pgconn.exec_params(sql, _flat(many), None, formats)

    def _prepared(self, raw: Connection[Any], many: Sequence[Values]) -> PGresult:
        name, sql, formats = self._kinds[len(many)]
        known: set[bytes] = vars(raw).setdefault("tongban_prepared", set())
        if name not in known:
            made = raw.pgconn.prepare(name, sql)
            if made.status != ExecStatus.COMMAND_OK:
                return made
            known.add(name)
        return raw.pgconn.exec_prepared(name, _flat(many), formats)

    def _kind(self, count: int) -> tuple[bytes, bytes, list[Format]]:
        """Return name, text and formats of the statement for so many rows."""
        width = len(self._columns)
        rows = (
            ", ".join(
                [
                    str(row),
                    *(f"${row * width + n}::{type}" for n, type in enumerate(self._columns.values(), 1)),
                ]
            )
            for row in range(count)
        )
        columns = ", ".join(f'"{name}"' for name in ("place", *self._columns))
        asked = f"asked ({columns}) AS (VALUES {', '.join(f'({row})' for row in rows)})"
        return (
            f"{self._name}_{count}".encode(),
            self._sql.replace(ASKED, asked).encode(),
            self._formats * count,
        )


def _sent(many: Sequence[Values], on: BaseDatabaseWrapper, send: Send) -> list[Row]:
    raw: Connection[Any] = on.connection
    with on.wrap_database_errors:
        found = send(raw, many)
        if raw.pgconn.status != ConnStatus.OK:
            raise OperationalError(found.get_error_message())
        if found.status != ExecStatus.TUPLES_OK:
            raise error_from_result(found, encoding=raw.info.encoding)
    places = range(found.nfields)
    return [tuple([found.get_value(row, place) for place in places]) for row in range(len(many))]


def _by_itself(values: Values, on: BaseDatabaseWrapper, send: Send) -> Row | Error:
    try:
        return _sent([values], on, send)[0]
    except Error as why:
        return why


def _flat(many: Sequence[Values]) -> Values:
    return many[0] if len(many) == 1 else sum(many, ())
