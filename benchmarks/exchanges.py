"""Databases with millions of exchanges, for benchmarks: filled once, kept if one likes.

Rows are written before their indexes, months of partitions as far back as they reach.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from benchmarks.harness import pack_folder
from tongban.kernel import clock
from tongban.kernel.types import SYSTEM
from tongban.runtime import boot
from tongban.runtime.database import create_database

PARENTS = ("exchange_record", "exchange_answer")
INDEXES = """
SELECT c.relname, pg_get_indexdef(i.indexrelid), k.conname, pg_get_constraintdef(k.oid), t.relname
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid WHERE t.relname = ANY(%s) ORDER BY c.relname
"""
Connection = psycopg.Connection[Any]


@contextmanager
def filled(name: str, fill: Callable[[Connection], None], *, keep: bool) -> Iterator[str]:
    """Yield the address of a database that ``fill`` has filled: one that was kept, or one that is filled now."""
    os.environ |= {"TONGBAN_DEMONSTRATION": "yes", "TONGBAN_DEMO_CASES": "0"}
    with boot.database_url() as url:
        address = urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        if not _is_kept(url, name):
            _drop(url, name)
            create_database(url, name)
        os.environ["DATABASE_URL"] = address
        boot.set_up_django()
        try:
            boot.bring_tables_up_to_date()
            _fill(address, name, fill)
            yield address
        finally:
            boot.disconnect()
            if not keep:
                _drop(url, name)


def _is_kept(url: str, name: str) -> bool:
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
        ).fetchone()
    return found is not None and found[0] == "filled"


def _drop(url: str, name: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _fill(address: str, name: str, fill: Callable[[Connection], None]) -> None:
    from tongban.runtime.publishing import load_city

    if _is_kept(address, name):
        return
    with psycopg.connect(address, autocommit=True) as connection:
        load_city(pack_folder(), by=SYSTEM, at=clock.now())
        fill(connection)
        connection.execute(sql.SQL("COMMENT ON DATABASE {} IS 'filled'").format(sql.Identifier(name)))


@contextmanager
def without_indexes(connection: Connection, *, months: int) -> Iterator[None]:
    """Make the partitions of so many months back; their indexes are made when the rows are there."""
    now = clock.now()
    for month in range(months + 1):
        connection.execute(
            "SELECT exchange_make_month(%s::date)", [(now - dt.timedelta(days=30.4 * month)).date()]
        )
    made = connection.execute(INDEXES, [list(PARENTS)]).fetchall()
    for index, _, constraint, _, table in made:
        connection.execute(
            f"ALTER TABLE {table} DROP CONSTRAINT {constraint}" if constraint else f"DROP INDEX {index}"
        )
    yield
    for _, definition, constraint, said, table in made:
        connection.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT {constraint} {said}" if constraint else whole(definition)
        )
    for parent in PARENTS:
        connection.execute(f"VACUUM ANALYZE {parent}")


def whole(definition: str) -> str:
    """Return what makes an index with those of all partitions: PostgreSQL tells that of the parent alone."""
    return definition.replace(" ON ONLY ", " ON ")


@contextmanager
def noted(sent: list[tuple[str, Any]]) -> Iterator[None]:
    """Note the statements that read rows meanwhile, to send them by plain psycopg after."""
    from tongban.datahub.exchange.queries import counting
    from tongban.foundation.statements import queries as statements

    rows, read = statements.rows, counting.read

    def noting(real: Callable[..., Any]) -> Any:
        def note(text: str, values: Any) -> Any:
            sent.append((text, values))
            return real(text, values)

        return note

    statements.rows, counting.read = noting(rows), noting(read)
    try:
        yield
    finally:
        statements.rows, counting.read = rows, read
