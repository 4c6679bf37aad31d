"""The rows that a piece of work left behind, and how fast bare psycopg writes the same ones again.

The rows are found by the transactions that wrote them. They go into tables of the same columns and indexes, in a
schema beside; nothing is unique or referred to there, so that one life can be written many times.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

import psycopg
from psycopg import sql

BESIDE = "plain"
TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind = 'r' ORDER BY 1
"""
INDEXES = """
SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relname = %s
"""


@dataclass(frozen=True, slots=True)
class Row:
    """A row as text, and which transaction wrote it."""

    transaction: int
    table: str
    text: str


def now(connection: psycopg.Connection) -> int:
    """Return the number of this transaction: what is written later has a higher one."""
    found = connection.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
    connection.commit()
    assert found is not None
    return int(found[0])


def rows_since(connection: psycopg.Connection, transaction: int) -> list[Row]:
    """Return what was written after a transaction and is still there, in the order of writing."""
    found = []
    for (table,) in connection.execute(TABLES).fetchall():
        query = sql.SQL("SELECT xmin::text::bigint, t::text FROM {} t WHERE xmin::text::bigint > %s")
        written = connection.execute(query.format(sql.Identifier(table)), [transaction])
        found += [Row(number, table, text) for number, text in written]
    return sorted(found, key=lambda row: row.transaction)


def write_again(address: str, rows: list[Row], *, transactions: int, clients: int, each: int) -> float:
    """Return how many times a second the rows are written, in so many transactions each time."""
    with psycopg.connect(address, autocommit=True) as connection:
        _tables_beside(connection, {row.table for row in rows})
    parts = [
        rows[number * len(rows) // transactions :][: len(rows) // transactions + 1]
        for number in range(transactions)
    ]
    gate = threading.Barrier(clients + 1)
    threads = [threading.Thread(target=_write, args=(address, parts, each, gate)) for _ in range(clients)]
    for thread in threads:
        thread.start()
    gate.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    return clients * each / (time.perf_counter() - began)


def _tables_beside(connection: psycopg.Connection, tables: set[str]) -> None:
    connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(BESIDE)))
    for table in sorted(tables):
        beside, original = sql.Identifier(BESIDE, table), sql.Identifier("public", table)
        connection.execute(sql.SQL("CREATE TABLE {} (LIKE {})").format(beside, original))
        for (definition,) in connection.execute(INDEXES, [table]).fetchall():
            _, _, rest = definition.partition(" USING ")
            connection.execute(sql.SQL("CREATE INDEX ON {} USING {}").format(beside, sql.SQL(rest)))


def _write(address: str, parts: list[list[Row]], each: int, gate: threading.Barrier) -> None:
    statements = {
        row.table: sql.SQL("INSERT INTO {} SELECT (%s::{}).*").format(
            sql.Identifier(BESIDE, row.table), sql.Identifier("public", row.table)
        ).as_string()
        for part in parts
        for row in part
    }  # fmt: skip
    with psycopg.connect(address) as connection:
        connection.prepare_threshold = 0
        gate.wait()
        for _ in range(each):
            for part in parts:
                for row in part:
                    connection.execute(statements[row.table], [row.text])
                connection.commit()
