"""A connection's own cursor: what was read stays, a failure is Django's and over with its savepoint, a new connection sends too."""

from __future__ import annotations

import pytest
from django.db import DataError, connection, transaction

from tongban.foundation.statements import operations as writing
from tongban.foundation.statements import queries as statements

COUNT = "SELECT number, pg_typeof(number)::text FROM generate_series(1, %s) AS number"


@pytest.mark.django_db
def test_what_was_read_stays_when_more_is_sent() -> None:
    three = statements.rows(COUNT, [3])
    one = statements.one("SELECT %s::text", ["一"])
    assert writing.run("CREATE TEMPORARY TABLE kept ON COMMIT DROP AS SELECT 1", []) == 1
    assert three == [(1, "integer"), (2, "integer"), (3, "integer")]
    assert one == ("一",)


@pytest.mark.django_db
def test_values_of_another_type_in_the_same_place_are_sent_as_what_they_are() -> None:
    said = [statements.one("SELECT %s::text", [value]) for value in (1, "1", None, True, 2**40, "是")]
    assert said == [("1",), ("1",), (None,), ("true",), (str(2**40),), ("是",)]


@pytest.mark.django_db
def test_a_failure_is_one_of_django_and_the_next_statement_goes() -> None:
    with pytest.raises(DataError), transaction.atomic():
        statements.one("SELECT 1 / %s", [0])
    assert statements.one("SELECT 1 / %s", [1]) == (1,)


@pytest.mark.django_db(transaction=True)
def test_a_connection_made_anew_sends_the_same() -> None:
    assert statements.rows(COUNT, [1]) == [(1, "integer")]
    connection.close()
    assert statements.rows(COUNT, [2]) == [(1, "integer"), (2, "integer")]
