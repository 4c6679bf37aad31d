from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction

from tongban.foundation.statements.operations import Prepared, disconnect

TABLE = "CREATE TABLE IF NOT EXISTS statements_prepared (number int PRIMARY KEY, said bytea)"
WRITE = """
WITH {asked}, made AS (
    INSERT INTO statements_prepared SELECT number, said FROM asked RETURNING number
)
SELECT asked.number, pg_current_xact_id(), asked.word FROM asked JOIN made USING (number) ORDER BY place
"""
WHO = "WITH {asked} SELECT pg_backend_pid() FROM asked ORDER BY place"
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


def test_threads_share_a_connection_of_its_own(table: None) -> None:
    statement, found = Prepared("test_who", WHO, COLUMNS), list[bytes | None]()

    def ask(number: int) -> None:
        found.extend(one[0] for one in statement.rows([row(number)]) if not isinstance(one, Exception))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(found) == 4
    assert len(set(found)) == 1
    assert found[0] not in {one[0] for one in Prepared("test_who", WHO, COLUMNS).rows([row(1)])}


def test_what_could_not_be_prepared_is_prepared_when_it_can(table: None) -> None:
    statement = Prepared("test_late", WRITE.replace("statements_prepared", "statements_late"), COLUMNS)
    with pytest.raises(DatabaseError):
        statement.rows([row(1)])
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE statements_late (LIKE statements_prepared)")
    try:
        assert statement.rows([row(1)])[0][0] == b"1"
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE statements_late")


def test_a_process_that_was_forked_leaves_the_connection_to_its_parent(table: None) -> None:
    statement = Prepared("test_who", WHO, COLUMNS)
    ((ours, *_),) = statement.rows([row(1)])
    child = os.fork()
    if child == 0:
        try:
            ((theirs, *_),) = statement.rows([row(2)])
            disconnect()
            os._exit(0 if theirs != ours else 1)
        finally:
            os._exit(2)
    assert os.waitpid(child, 0)[1] == 0
    assert statement.rows([row(3)])[0][0] == ours


def test_in_a_transaction_it_is_part_of_it(table: None) -> None:
    statement = Prepared("test_write", WRITE, COLUMNS)
    with transaction.atomic():
        statement.rows([row(1), row(2)])
        transaction.set_rollback(True)
    assert count() == 0


def test_what_a_lost_connection_may_have_done_is_not_done_again(table: None) -> None:
    slow = WRITE.replace("FROM asked RETURNING", "FROM asked, pg_sleep(30 * (number % 2)) RETURNING")
    statement = Prepared("test_slow", slow, COLUMNS)
    killer = threading.Thread(target=_end)
    killer.start()
    with pytest.raises(OperationalError):
        statement.rows([row(1), row(3)])
    killer.join(30)
    assert count() == 0
    assert statement.rows([row(2)])[0][0] == b"2"  # on a new one


def _end() -> None:
    """End the connection as soon as its statement is under way."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            for _ in range(1000):
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
                    " AND datname = current_database()"
                )
                if cursor.fetchone():
                    return
                cursor.execute("SELECT pg_sleep(0.02)")
    finally:
        other.close()
