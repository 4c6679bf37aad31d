"""*My data* among millions of exchanges: the page ≤ 30 ms, and ≤ 1.5 × what it takes among a tenth of them.

The exchanges lie in partitions of three years, of one person for every twenty-five; the reader has sixty of them and what
officials looked at beside. The page is asked for by who has signed in, through every layer that a request passes; the
query is the list with its figures. The floor is the same SQL by plain psycopg, prepared. Among 5,000,000 by default::

    python -m benchmarks.my_data --records 50000000 --keep

``--keep`` leaves the filled database in the state folder, and takes it again the next time.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import psycopg

from benchmarks import exchanges
from benchmarks.harness import median_seconds, report
from tongban.kernel import clock
from tongban.runtime.environment import ROOT

RECORDS, SMALLER = 5_000_000, 10
GOAL, GROWTH = 30.0, 1.5
PER_PERSON, OWN, MONTHS = 25, 60, 36
READER = "p001"
NAME = "tongban_bench_my_data"
RECORD = """
INSERT INTO exchange_record (id, signed_at, at, key, nonce, consumer, provider, service, outcome, "grant", message_id,
    "user", issue, subject, signed, signature)
SELECT id, at, at, 1, n::text, 'SH/GOV/department-' || n %% 40 || '/cases', 'SH/GOV/department-' || n %% 23 || '/data',
    'resource-' || n %% 60, CASE WHEN n %% 50 = 0 THEN 'AccessDenied' ELSE '' END,
    CASE WHEN n %% 50 <> 0 THEN md5((n %% 500)::text)::uuid END, '', '', '', {subject}, '', ''
FROM (
    SELECT n, md5('{kind}' || n)::uuid AS id,
        %(now)s::timestamptz - %(days)s * interval '1 day' * (1 - n::float8 / %(last)s) - interval '1 minute' AS at
    FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
) AS drawn
"""
ANSWER = """
INSERT INTO exchange_answer (record, at, status, size, micros, digest, problem)
SELECT id, at, 200, 300, 2000, sha256(''), '' FROM exchange_record WHERE outcome = ''
"""
OTHERS = RECORD.format(kind="n", subject="sha256((n * 48271 %% %(people)s)::text::bytea)")
OWNS = RECORD.format(kind="own", subject="%(digest)s::bytea")


def measure(records: int = 0, *, keep: bool = False) -> None:
    """Measure page and query among a tenth of the exchanges, and among all."""
    count = records or int(os.environ.get("TONGBAN_BENCH_RECORDS", RECORDS))
    found: dict[int, tuple[float, ...]] = {}
    for size in (count // SMALLER, count):
        # Each in a process of its own: keys, plans and pages that one has learnt are of no use to the other.
        line = [
            sys.executable,
            "-m",
            "benchmarks.my_data",
            "--only",
            str(size),
            *(["--keep"] if keep else []),
        ]
        said = subprocess.run(line, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
        found[size] = tuple(json.loads(said.splitlines()[-1]))
    tell(count, found)


def tell(count: int, found: dict[int, tuple[float, ...]]) -> None:
    """Write the results of page and query."""
    small = found[count // SMALLER]
    page, query, floor = found[count]
    sizes = {"exchanges": count, "months": MONTHS, "own": OWN}
    for name, ours, before in (("my_data_page", page, small[0]), ("my_data_query", query, small[1])):
        growth = ours / before
        report(
            name, ours=ours * 1000, unit="ms", goal=f"<= {GOAL:g}", floor=floor * 1000, also=growth <= GROWTH,
            sizes=sizes, notes=f"at {count // SMALLER:,}: {before * 1000:.2f} ms, growth {growth:.2f} ×; goal also growth "
            f"<= {GROWTH}",
        )  # fmt: skip


def filled(records: int, *, keep: bool) -> AbstractContextManager[str]:
    """Give the address of a database with so many exchanges: one that was kept, or one that is filled now."""
    return exchanges.filled(f"{NAME}_{records}", lambda connection: _write(connection, records), keep=keep)


def _write(connection: exchanges.Connection, records: int) -> None:
    """Write exchanges and answers of three years."""
    days = MONTHS * 30.4
    values = {"now": clock.now(), "days": days, "first": 1, "last": records, "people": records // PER_PERSON}
    with exchanges.without_indexes(connection, months=MONTHS):
        connection.execute(OTHERS, values)
        connection.execute(OWNS, values | {"last": OWN, "digest": digest()})
        connection.execute(ANSWER)


def digest() -> bytes:
    """Return by what the exchange finds the reader."""
    from tongban.datahub.exchange import queries as exchange
    from tongban.foundation.identity.adapters.demonstration import population

    return exchange.digest_of(population().citizens[READER].number)


def measured(address: str) -> tuple[float, float, float]:
    """Return the medians of the page, of the query, and of the same SQL by plain psycopg, in seconds."""
    from django.test import Client

    client = Client(headers={"host": "127.0.0.1"})
    answer = client.post("/signin/persona", {"persona": READER})
    if answer.status_code != 303:
        raise RuntimeError(f"{READER} was not let in: {answer.status_code}")
    page = median_seconds(lambda: _page(client), repeat=100)
    return page, median_seconds(_query(), repeat=100), _floor(address)


def _page(client: Any) -> object:
    answer = client.get("/my-data?period=all")
    if answer.status_code != 200 or answer.content.count(b'id="r-') != 10:
        raise RuntimeError(f"/my-data: {answer.status_code}, {answer.content.count(b'id=r-')} lines")
    return answer


def _wanted() -> Any:
    from tongban.datahub.exchange.types import AboutWanted

    now = clock.now()
    return AboutWanted(now - dt.timedelta(days=3 * 366), now + dt.timedelta(minutes=1), limit=11)


def _query() -> Callable[[], object]:
    from tongban.datahub.exchange import queries as exchange

    subject, wanted, at = digest(), _wanted(), clock.now()
    if len(exchange.readings_about(subject, wanted, at=at)) != wanted.limit:
        raise RuntimeError("the reader's exchanges are not there")
    return lambda: (
        exchange.readings_about(subject, wanted, at=at),
        exchange.tally_about(subject, wanted, at=at),
    )


def _floor(address: str) -> float:
    """Return how long the statements of the query take by themselves."""
    sent: list[tuple[str, Any]] = []
    with exchanges.noted(sent):
        _query()()
    with psycopg.connect(address, autocommit=True) as connection:
        # The first one only looked whether the reader's exchanges are there.
        return median_seconds(
            lambda: [connection.execute(text, values, prepare=True).fetchall() for text, values in sent[1:]],  # type: ignore[call-overload]
            repeat=100,
        )


def main() -> None:
    """Measure with as many exchanges as are asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--records", type=int, default=0, help=f"exchanges (default {RECORDS:,})")
    parser.add_argument("--keep", action="store_true", help="keep the filled database for the next time")
    parser.add_argument("--only", type=int, default=0, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.only:
        with filled(arguments.only, keep=arguments.keep) as address:
            print(json.dumps(measured(address)))
        return
    measure(arguments.records, keep=arguments.keep)


if __name__ == "__main__":
    main()
