"""A statement over rows of text and bytes, for the one path where every microsecond is a promise.

psycopg finds out the type of each value anew, each time it sends it; here the types are said once. What several threads
ask goes in as rows of one statement: most of what a statement costs, and the commit, is shared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, Error, connections
from psycopg import Connection
from psycopg.errors import OperationalError, error_from_result
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGresult

Values = tuple[Any, ...]
"""Of one row, in the order of the columns: text and numbers as PostgreSQL reads them, in bytes; or None."""
Row = tuple[bytes | None, ...]
"""What PostgreSQL says, as text."""
AS_THEY_ARE = ("bytea", "uuid")
"""Types whose values are sent in binary: the bytes themselves, the sixteen of a uuid."""
ASKED = "{asked}"
MOST = 8
GONE = b"26000"
"""No such prepared statement: after a rollback psycopg lets go of all that were prepared."""


class Prepared:
    """A statement that gives a row for each row it is asked with, in their order.

    In its text ``{asked}`` stands for the common table ``asked``: ``place``, which counts from 0, and the columns.
    """

    def __init__(self, name: str, sql: str, columns: Mapping[str, str]) -> None:
        self._name, self._sql, self._columns = name, sql, columns
        self._formats = [Format.BINARY if type in AS_THEY_ARE else Format.TEXT for type in columns.values()]
        self._kinds = {count: self._kind(count) for count in range(1, MOST + 1)}

    def rows(self, many: Sequence[Values]) -> Sequence[Row | Error]:
        """Return what the statement gives for each, all in one transaction; failures are those of Django.

        When it fails nothing was done, and each is asked by itself: none fails for another's sake.
        """
        if len(many) > MOST:
            return [*self.rows(many[:MOST]), *self.rows(many[MOST:])]
        try:
            return self._sent(many)
        except Error:
            raw = connections[DEFAULT_DB_ALIAS].connection
            # Whether a connection that broke has committed nobody knows: nothing may be sent twice then.
            if len(many) == 1 or raw is None or raw.pgconn.status != ConnStatus.OK:
                raise
        return [self._by_itself(values) for values in many]

    def _by_itself(self, values: Values) -> Row | Error:
        try:
            return self._sent([values])[0]
        except Error as why:
            return why

    def _sent(self, many: Sequence[Values]) -> list[Row]:
        ours = connections[DEFAULT_DB_ALIAS]
        if ours.connection is None:
            ours.connect()
        raw: Connection[Any] = ours.connection
        with ours.wrap_database_errors:
            found = self._result(raw, many, is_alone=not ours.in_atomic_block)
            if raw.pgconn.status != ConnStatus.OK:
                raise OperationalError(found.get_error_message())
            if found.status != ExecStatus.TUPLES_OK:
                raise error_from_result(found, encoding=raw.info.encoding)
        places = range(found.nfields)
        return [tuple([found.get_value(row, place) for place in places]) for row in range(len(many))]

    def _result(self, raw: Connection[Any], many: Sequence[Values], *, is_alone: bool) -> PGresult:
        name, sql, formats = self._kinds[len(many)]
        values = many[0] if len(many) == 1 else sum(many, ())
        if not is_alone:
            if raw.pgconn.transaction_status == TransactionStatus.IDLE:
                raw.pgconn.exec_(b"BEGIN")  # psycopg would with the first statement that goes through it
            # A prepared statement that is gone would take the caller's transaction with it.
            return raw.pgconn.exec_params(sql, values, None, formats)
        known: set[bytes] = vars(raw).setdefault("tongban_prepared", set())
        if name not in known:
            raw.pgconn.prepare(name, sql)
            known.add(name)
        found = raw.pgconn.exec_prepared(name, values, formats)
        if found.error_field(DiagnosticField.SQLSTATE) == GONE:
            raw.pgconn.prepare(name, sql)
            found = raw.pgconn.exec_prepared(name, values, formats)
        return found

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
