"""Answers are written by a thread, many at once: all of them, also at the end, and when the database was away."""

from __future__ import annotations

import datetime as dt
import time
import uuid
from collections.abc import Iterator

import pytest
from django.db import IntegrityError, OperationalError, connection

from tongban.datahub.exchange.operations import AnswerWriter, storing
from tongban.datahub.exchange.operations.storing import Told

AT = dt.datetime(2026, 11, 22, 14, 0, tzinfo=dt.UTC)
pytestmark = pytest.mark.django_db(transaction=True)


def told(problem: str = "") -> Told:
    return Told(uuid.uuid4(), AT, 200, 17, 1234, b"\x00\\\t\n" * 8, problem)


def written() -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT record, at, status, size, micros, digest, problem FROM exchange_answer")
        return [(*row[:5], bytes(row[5]), row[6]) for row in cursor.fetchall()]


def as_rows(answers: list[Told]) -> set[tuple[object, ...]]:
    return {
        (one.record, one.at, one.status, one.size, one.micros, one.digest, one.problem) for one in answers
    }


@pytest.fixture(autouse=True)
def _emptied() -> Iterator[None]:
    """Tables that Django does not manage are not emptied by it."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("TRUNCATE exchange_answer")
        cursor.execute("SET session_replication_role = DEFAULT")


@pytest.fixture
def writer() -> Iterator[AnswerWriter]:
    made = AnswerWriter()
    yield made
    made.end(seconds=10)


@pytest.mark.slow
def test_what_is_told_is_written_whole(writer: AnswerWriter) -> None:
    answers = [told(), told("Server.ServerProxy.NetworkError")]
    for one in answers:
        writer.put(one)
    deadline = time.monotonic() + 10
    while len(written()) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert set(written()) == as_rows(answers)


def test_the_end_writes_what_is_left(writer: AnswerWriter) -> None:
    answers = [told() for _ in range(5000)]
    for one in answers:
        writer.put(one)
    writer.end(seconds=10)
    late = told()
    writer.put(late)
    assert set(written()) == as_rows([*answers, late])


@pytest.mark.slow
def test_a_commit_whose_confirmation_was_lost_is_not_written_twice(
    writer: AnswerWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy, failures = storing.copy_answers, [True, False]

    def lose(answers: list[Told]) -> None:
        copy(answers)
        if failures.pop(0) if failures else False:
            raise OperationalError("the connection was lost")

    monkeypatch.setattr(storing, "copy_answers", lose)
    answers = [told() for _ in range(3)]
    for one in answers:
        writer.put(one)
    time.sleep(0.5)
    last = told()
    writer.put(last)
    writer.end(seconds=10)
    assert set(written()) == as_rows([*answers, last])
    assert len(written()) == 4


@pytest.mark.slow
def test_many_that_wait_slow_who_brings_more(monkeypatch: pytest.MonkeyPatch) -> None:
    writer = AnswerWriter()
    monkeypatch.setattr(storing, "QUEUED", 1)
    monkeypatch.setattr(writer, "_start", lambda: None)
    began = time.monotonic()
    for _ in range(4):
        writer.put(told())
    assert time.monotonic() - began >= storing.EVERY * 2


@pytest.mark.slow
def test_a_database_that_fails_again_while_one_by_one_is_tried_is_waited_for(
    writer: AnswerWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, failures = storing.write_answers, [True]

    def fail(answers: list[Told]) -> None:
        if failures:
            failures.clear()
            raise OperationalError("the connection was lost")
        write(answers)

    first, last = told(), told()
    write([first])
    monkeypatch.setattr(storing, "write_answers", fail)
    for one in (first, last):
        writer.put(one)
    until = time.monotonic() + 30
    while len(written()) < 2 and time.monotonic() < until:
        time.sleep(0.05)
    assert (failures, set(written())) == ([], as_rows([first, last]))


def test_what_is_no_digest_is_not_written() -> None:
    with pytest.raises(IntegrityError, match="exchange_answer_digest"):
        storing.write_answers([Told(uuid.uuid4(), AT, 200, 17, 1234, b"short", "")])
