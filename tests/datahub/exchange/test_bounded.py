"""One row of a department's database, however large it is or says to be: no more of it is in memory than a service may give."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.factories import exchange
from tests.factories.exchange import ADDRESS, Caller
from tests.fakes.lying_database import lying_database
from tongban.datahub.exchange.errors import ProviderFailed
from tongban.datahub.exchange.providers import databases
from tongban.datahub.exchange.types import ServiceKind

MEGABYTES = 1000
"""Of the kilobytes in which the kernel counts."""


@pytest.fixture
def market(db: None, database_server: str, settings: Any) -> Iterator[Caller]:
    settings.DEPARTMENT_DATABASES = {"market": database_server}
    caller = exchange.make_caller()
    exchange.make_grant()
    yield caller
    databases._forget("market")


def asked(market: Caller, statement: str, **more: str) -> tuple[str, Any]:
    exchange.make_service(
        kind=ServiceKind.QUERY,
        target=statement,
        database="market",
        seconds=20.0,
        parameters=("number", *more),
    )
    answer = market.call(f"{ADDRESS}?{urlencode({'number': '1', **more})}")
    return dict(answer.headers).get("X-Road-Error", "").rpartition(".")[2], json.loads(answer.body)


def forget_peak() -> int:
    """Have the kernel count the most memory anew; return what it is now, in kilobytes."""
    Path("/proc/self/clear_refs").write_text("5")
    return peak()


def peak() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


@pytest.mark.slow
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT repeat('x', 200000000) AS name WHERE %(number)s <> ''",
        "SELECT to_json(repeat('x', 200000000)) AS name WHERE %(number)s <> ''",
        "SELECT repeat('x', 20000000) AS name FROM generate_series(1, 10) WHERE %(number)s <> ''",
    ],
)
def test_two_hundred_megabytes(market: Caller, statement: str) -> None:
    before = forget_peak()
    assert asked(market, statement)[0] == "InvalidResponse"
    assert peak() - before < 60 * MEGABYTES
    assert databases._own.kept["market"].closed, "it was hung up on"
    assert asked(market, "SELECT 'x' AS name WHERE %(number)s <> ''") == ("", {"rows": [{"name": "x"}]})


@pytest.mark.slow
def test_a_row_that_says_to_be_of_a_gigabyte(market: Caller, settings: Any) -> None:
    with lying_database() as address:
        settings.DEPARTMENT_DATABASES = {"market": address}
        before = forget_peak()
        assert asked(market, "SELECT name FROM anything WHERE number = %(number)s")[0] == "InvalidResponse"
        assert peak() - before < 60 * MEGABYTES


def test_what_was_agreed_comes_whole(market: Caller) -> None:
    """Both ways in pieces: a value of nine megabytes, and one of a hundred thousand signs that is asked for."""
    _, found = asked(market, "SELECT repeat('x', 9000000) AS name WHERE %(number)s <> ''")
    assert len(found["rows"][0]["name"]) == 9_000_000
    _, found = asked(market, "SELECT %(word)s::text AS name WHERE %(number)s <> ''", word="9" * 100_000)
    assert found == {"rows": [{"name": "9" * 100_000}]}
    _, found = asked(market, "SELECT n::text AS name FROM generate_series(1, 10000) n WHERE %(number)s <> ''")
    assert [int(row["name"]) for row in found["rows"]] == list(range(1, 10_001))


@pytest.mark.parametrize(
    "value", [[1] * 500, [["x"] * 500], {"of": {"all": ["x"] * 500}}, [{"x": "y"}] * 500, "x" * 500]
)
def test_lists_and_objects_count_as_much_as_they_hold(db: None, value: object) -> None:
    service = replace(exchange.make_service(), database="market", most_bytes=1000)
    rows = iter([{"name": value}] * 100)
    with pytest.raises(ProviderFailed):
        databases._limited(rows, service)
    assert len(list(rows)) >= 97, "no more is read"
