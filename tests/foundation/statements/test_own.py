from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection, connections, transaction

from tongban.foundation.statements import queries as statements

SECONDS = 30
BACKEND = "SELECT pg_backend_pid()"


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute(BACKEND)
        return int(cursor.fetchone()[0])


def in_a_thread(work: Callable[[], Any]) -> Any:
    """Return what a new thread gives, which has no connection yet."""
    found: list[Any] = []

    def run() -> None:
        try:
            found.append(work())
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(SECONDS)
    return found[0]


def looked_up() -> tuple[int, bool]:
    with statements.looking_up():
        found = backend()
    return found, connection.connection is None


@pytest.mark.usefixtures("transactional_db")
class TestLookingUp:
    def test_threads_read_on_one_connection_and_have_none_afterwards(self) -> None:
        first, second = in_a_thread(looked_up), in_a_thread(looked_up)
        assert first == second == (first[0], True)
        assert first[0] != backend()

    def test_who_has_a_connection_reads_on_that(self) -> None:
        own = backend()
        with transaction.atomic(), statements.looking_up():
            assert backend() == own

    def test_it_may_be_asked_for_inside_itself(self) -> None:
        def twice() -> tuple[int, int]:
            with statements.looking_up():
                return backend(), looked_up()[0]

        assert len(set(in_a_thread(twice))) == 1

    def test_one_that_was_cut_is_let_go(self) -> None:
        def cut() -> None:
            with statements.looking_up(), connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

        def try_to_cut() -> bool:
            with pytest.raises(OperationalError):
                cut()
            return True

        before, _ = in_a_thread(looked_up)
        assert in_a_thread(try_to_cut)
        assert in_a_thread(looked_up)[0] != before
