"""The turn of a month: whoever signs by a clock that is slow or fast is on record in the month of the signature."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection

from tests.factories import exchange
from tests.factories.exchange import ADDRESS, NUMBER, OFFICER, Caller
from tongban.datahub.exchange import operations
from tongban.foundation.statements import queries as statements
from tongban.kernel import clock
from tongban.kernel.clock import SHANGHAI

PLACES = """
SELECT r.tableoid::regclass::text, a.tableoid::regclass::text, r.outcome, a.status
FROM exchange_record r JOIN exchange_answer a ON a.record = r.id AND a.at = r.at ORDER BY r.id
"""
SECOND = dt.timedelta(seconds=1)
NEW_YEAR = dt.datetime(2031, 1, 1, tzinfo=SHANGHAI)
UTC_NEW_YEAR = dt.datetime(2031, 1, 1, tzinfo=dt.UTC)
LEAP_DAY_OVER = dt.datetime(2032, 3, 1, tzinfo=SHANGHAI)


def caller_at(monkeypatch: pytest.MonkeyPatch, at: dt.datetime) -> Caller:
    monkeypatch.setattr(clock, "now", lambda: at.astimezone(SHANGHAI))
    exchange.make_service()
    exchange.make_grant()
    return exchange.make_caller()


def call(caller: Caller, off: int) -> int:
    """Return the status of a call by a clock that is off by so many seconds."""
    return caller.call(created=int(clock.now().timestamp()) + off).status


@pytest.mark.parametrize(
    ("at", "off", "signed", "answered"),
    [
        (NEW_YEAR - SECOND, 0, "2030_12", "2030_12"),
        (NEW_YEAR - SECOND, 59, "2031_01", "2030_12"),
        (NEW_YEAR, 0, "2031_01", "2031_01"),
        (NEW_YEAR + SECOND, -299, "2030_12", "2031_01"),
        (UTC_NEW_YEAR - SECOND, 59, "2031_01", "2031_01"),
        (UTC_NEW_YEAR, -299, "2031_01", "2031_01"),
        (LEAP_DAY_OVER - SECOND, 59, "2032_03", "2032_02"),
        (LEAP_DAY_OVER, -299, "2032_02", "2032_03"),
    ],
)
def test_at_the_turn_of_a_month_calls_are_answered_and_stand_in_their_month(
    db: None, monkeypatch: pytest.MonkeyPatch, at: dt.datetime, off: int, signed: str, answered: str
) -> None:
    operations.make_months(by=OFFICER, at=at)
    assert call(caller_at(monkeypatch, at), off) == 200
    assert statements.rows(PLACES, []) == [
        (f"exchange_record_{signed}", f"exchange_answer_{answered}", "", 200)
    ]


@pytest.mark.parametrize("off", [-301, 61])
def test_beyond_that_a_clock_is_wrong(db: None, monkeypatch: pytest.MonkeyPatch, off: int) -> None:
    caller = caller_at(monkeypatch, NEW_YEAR)
    assert call(caller, off) == 400
    assert statements.rows(PLACES, []) == []


@pytest.mark.parametrize("ahead", [13, 0, -1])
def test_a_replay_in_the_next_month_is_one(db: None, monkeypatch: pytest.MonkeyPatch, ahead: int) -> None:
    """Both months made, only the first, none: a record stands in the month of its signature, or in none's."""
    at = dt.datetime(2061, 12, 31, 23, 59, 59, tzinfo=SHANGHAI)
    if ahead >= 0:
        operations.make_months(by=OFFICER, at=at, ahead=ahead)
    caller = caller_at(monkeypatch, at)
    request = caller.environ(f"{ADDRESS}?number={NUMBER}")
    assert caller.send(dict(request)).status == 200
    monkeypatch.setattr(clock, "now", lambda: at + 2 * SECOND)
    assert [caller.send(dict(request)).status, call(caller, 0)] == [400, 200]
    assert len(statements.rows(PLACES, [])) == 2


def test_a_month_that_nobody_made_refuses_no_call_and_stands_in_no_other_months_way(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = dt.datetime(2041, 5, 31, 23, 59, 58, tzinfo=SHANGHAI)
    caller = caller_at(monkeypatch, at)
    assert [call(caller, 0), call(caller, 30)] == [200, 200]
    default = ("exchange_record_default", "exchange_answer_default", "", 200)
    assert statements.rows(PLACES, []) == [default, default]
    # May and June have calls in the default partition; the others are made.
    assert operations.make_months(by=OFFICER, at=at) == 13
    assert call(caller, 0) == 200
    assert statements.rows(PLACES, []) == [default] * 3
    assert operations.make_months(by=OFFICER, at=at) == 0


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_month_waits_for_whoever_uses_the_table_and_nobody_for_the_month(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at = dt.datetime(2051, 5, 1, tzinfo=SHANGHAI)
    monkeypatch.setattr(operations.storing, "PATIENCE", "SET LOCAL lock_timeout = '50ms'")
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("LOCK TABLE exchange_record IN ACCESS SHARE MODE")
            assert operations.make_months(by=OFFICER, at=at, ahead=0) == 0
            cursor.execute("COMMIT")
    finally:
        other.close()
    assert operations.make_months(by=OFFICER, at=at, ahead=0) == 2
    with connection.cursor() as cursor:
        cursor.execute(
            "DROP TABLE exchange_record_2051_04, exchange_answer_2051_04, exchange_record_2051_05, exchange_answer_2051_05"
        )
