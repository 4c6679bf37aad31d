from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction

from tongban.foundation.statements.operations import Prepared

TABLE = "CREATE TABLE IF NOT EXISTS statements_prepared (number int PRIMARY KEY, said bytea)"
WRITE = """
WITH {asked}, made AS (
    INSERT INTO statements_prepared SELECT number, said FROM asked RETURNING number
)
SELECT asked.number, pg_current_xact_id(), asked.word FROM asked JOIN made USING (number) ORDER BY place
"""
COLUMNS = {"number": "int", "said": "bytea", "word": "text"}


@pytest.fixture
def table(transactional_db: None) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE statements_prepared")


def row(number: int, word: bytes | None = b"x") -> tuple[object, ...]:
    return b"%d" % number, b"\0\xff", word


def count() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM statements_prepared WHERE said = '\\x00ff'")
        return int(cursor.fetchone()[0])


def test_rows_go_together_and_come_back_in_their_order(table: None) -> None:
    statement = Prepared("test_write", WRITE, COLUMNS)
    assert statement.rows([row(1, None)])[0][::2] == (b"1", None)
    said = statement.rows([row(number, b"%d!" % number) for number in (5, 3, 4)])
    assert [one[::2] for one in said] == [(b"5", b"5!"), (b"3", b"3!"), (b"4", b"4!")]
    assert len({one[1] for one in said}) == 1  # one transaction
    assert count() == 4


def test_more_than_fit_are_sent_in_parts(table: None) -> None:
    said = Prepared("test_write", WRITE, COLUMNS).rows([row(number) for number in range(20)])
    assert [one[0] for one in said] == [b"%d" % number for number in range(20)]


def test_one_that_fails_takes_none_along(table: None) -> None:
    statement = Prepared("test_write", WRITE, COLUMNS)
    statement.rows([row(2)])
    first, second, third, fourth = statement.rows([row(1), row(2), (b"many", b"", b""), row(3)])
    assert (first[0], fourth[0]) == (b"1", b"3")
    assert isinstance(second, DatabaseError)
    assert isinstance(third, DatabaseError)
    with pytest.raises(DatabaseError):
        statement.rows([row(2)])


def test_it_is_prepared_again_when_psycopg_has_let_go_of_it(table: None) -> None:
    statement = Prepared("test_write", WRITE, COLUMNS)
    statement.rows([row(1)])
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    assert statement.rows([row(2)])[0][0] == b"2"
    statement.rows([row(3), row(4)])
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    assert len(statement.rows([row(5), row(6)])) == 2


def test_in_a_transaction_it_is_part_of_it(table: None) -> None:
    statement = Prepared("test_write", WRITE, COLUMNS)
    with transaction.atomic():
        statement.rows([row(1), row(2)])
        transaction.set_rollback(True)
    assert count() == 0


def test_what_a_lost_connection_may_have_done_is_not_done_again(table: None) -> None:
    slow = WRITE.replace("FROM asked RETURNING", "FROM asked, pg_sleep(30) RETURNING")
    statement = Prepared("test_slow", slow, COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    killer = threading.Thread(target=_end, args=(backend,))
    killer.start()
    with pytest.raises(OperationalError):
        statement.rows([row(1), row(2)])
    killer.join(30)
    connection.close()
    assert count() == 0


def _end(backend: int) -> None:
    """End the connection as soon as its statement is under way."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            for _ in range(1000):
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = %s AND wait_event = 'PgSleep'",
                    [backend],
                )
                if cursor.fetchone():
                    return
                cursor.execute("SELECT pg_sleep(0.02)")
    finally:
        other.close()
