"""The map of flows among millions of exchanges: ≤ 120 ms as any page, and ≤ 1.5 × what it takes among a tenth of them.

The exchanges are those of thirty days, of 800 pairs of departments with 2,000 services between them, as many as the city's
list of demands is long; three of four are made for bodies of the districts. Measured are the map of the city and that of
its departments, of thirty days, of a day and of an hour, asked for by the data authority through every layer that a
request passes (the slowest counts), a busy provider's own statistics hour by hour, and how quickly exchanges are counted.
Floors: the statements of the page by plain psycopg; the statistics read from the records themselves, where a tenth has
few hours with calls and all have every hour; one statement that reads and groups all records with their answers. Among
5,000,000::

    python -m benchmarks.flows --records 5000000 --keep

``--keep`` leaves the filled database in the state folder, and takes it again the next time.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import subprocess
import sys
import time
from typing import Any

import psycopg

from benchmarks import exchanges
from benchmarks.harness import median_seconds, report
from tongban.kernel import clock
from tongban.runtime.environment import ROOT

RECORDS, SMALLER = 5_000_000, 10
PAGE_MS, STATISTICS_MS, COUNTED, GROWTH = 120.0, 60.0, 20_000, 1.5
DAYS, PAIRS, SERVICES = 30, 800, 2_000
# Each call is of a transaction of its own, long over: they are counted in the order in which they were made.
AUTHORITY = "staff-037"
PAGES = (
    ("/data/flows?span=month", 45), ("/data/flows?span=today", 20), ("/data/flows?span=hour", 20),
    ("/data/flows/departments?span=month", 200), ("/data/flows/departments?span=day", 200),
)  # fmt: skip
"""What is asked for, and how many lines and ribbons it draws at least."""
PROVIDER = "SH/GOV/provider-7/data"
NAME = "tongban_bench_flows"
RECORD = """
INSERT INTO exchange_record (id, signed_at, at, key, nonce, consumer, provider, service, outcome, "grant", message_id,
    "user", issue, signed, signature, xact)
SELECT md5('n' || n)::uuid, at, at, 1, n::text, 'SH/GOV/consumer-' || t %% 40 || '/cases',
    'SH/GOV/provider-' || t / 40 %% 20 || '/data', 'service-' || t, CASE WHEN n %% 50 = 0 THEN 'AccessDenied' ELSE '' END,
    CASE WHEN n %% 50 <> 0 THEN md5(t::text)::uuid END, '', '', '', '', '', n - 1000000000
FROM (
    SELECT n, n * 48271 %% %(services)s AS t,
        %(now)s::timestamptz - %(days)s * interval '1 day' * (1 - n::float8 / %(records)s) AS at
    FROM generate_series(1, %(records)s::bigint) AS n
) AS drawn
"""
REPRESENTED = """
INSERT INTO exchange_represented (record, party)
SELECT r.id, 'GOV/' || (%s::text[])[1 + r.nonce::bigint / 4 %% %s] || '-office'
FROM exchange_record r WHERE r.nonce::bigint %% 4 <> 0
"""
ANSWER = """
INSERT INTO exchange_answer (record, at, status, size, micros, digest, problem, xact)
SELECT id, at, CASE WHEN nonce::bigint % 71 = 0 THEN 500 ELSE 200 END, 300, 1000 + nonce::bigint * 7919 % 200000, sha256(''),
    CASE WHEN nonce::bigint % 71 = 0 THEN 'Server.ServerProxy.NetworkError' ELSE '' END, xact
FROM exchange_record WHERE outcome = ''
"""
OF_PROVIDER = """
SELECT r.consumer, r.service, date_trunc('hour', r.at), count(*), count(a.record),
    count(*) FILTER (WHERE r.outcome <> '' OR a.problem <> ''),
    percentile_disc(ARRAY[0.5, 0.95, 0.99, 1]) WITHIN GROUP (ORDER BY a.micros), sum(a.size)
FROM exchange_record r LEFT JOIN exchange_answer a ON a.record = r.id AND a.at = r.at
WHERE r.provider = %s AND r.at >= %s AND r.signed_at >= %s GROUP BY 1, 2, 3
"""
ALL = """
SELECT count(*) FROM (
    SELECT date_trunc('minute', r.at), r.consumer, r.provider, r.service, r.outcome, a.problem, count(*), sum(a.size)
    FROM exchange_record r LEFT JOIN exchange_answer a ON a.record = r.id AND a.at = r.at GROUP BY 1, 2, 3, 4, 5, 6
) AS grouped
"""


def measure(records: int = 0, *, keep: bool = False) -> None:
    """Measure among a tenth of the exchanges, and among all."""
    count = records or int(os.environ.get("TONGBAN_BENCH_RECORDS", RECORDS))
    found: dict[int, dict[str, float]] = {}
    for size in (count // SMALLER, count):
        # Each in a process of its own: plans and pages that one has learnt are of no use to the other.
        line = [sys.executable, "-m", "benchmarks.flows", "--only", str(size), *(["--keep"] if keep else [])]
        said = subprocess.run(line, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
        found[size] = json.loads(said.splitlines()[-1])
    tell(count, found[count // SMALLER], found[count])


def tell(count: int, small: dict[str, float], all: dict[str, float]) -> None:
    """Write the results."""
    sizes = {"exchanges": count, "days": DAYS, "pairs": PAIRS, "services": SERVICES}
    for name, goal in (("page", PAGE_MS), ("statistics", STATISTICS_MS)):
        growth = all[name] / small[name]
        report(
            f"flows_{name}", ours=all[name] * 1000, unit="ms", goal=f"<= {goal:g}", floor=all[f"{name}_floor"] * 1000,
            also=growth <= GROWTH or name != "page", sizes=sizes, notes=f"at {count // SMALLER:,}: {small[name] * 1000:.2f} ms, "
            f"growth {growth:.2f} ×" + (f"; goal also growth <= {GROWTH}" if name == "page" else ""),
        )  # fmt: skip
    report("flows_counting", ours=all["counting"], unit="rows/s", goal=f">= {COUNTED}", floor=all["counting_floor"],
           sizes=sizes, notes="records and answers; 8,000 a second are 4,000 calls")  # fmt: skip


def fill(connection: exchanges.Connection, records: int) -> None:
    """Write the exchanges of the last days."""
    from tongban.foundation.government import queries as government

    values = {"now": clock.now(), "days": DAYS, "records": records, "services": SERVICES}
    with exchanges.without_indexes(connection, months=2):
        connection.execute(RECORD, values)
        connection.execute(ANSWER)
    slugs = [one.slug for one in government.districts()]
    connection.execute(REPRESENTED, [slugs, len(slugs)])
    connection.execute("VACUUM ANALYZE exchange_represented")


def measured(address: str, records: int) -> dict[str, float]:
    """Return seconds of page and statistics and rows counted a second, each with its floor."""
    with psycopg.connect(address, autocommit=True) as connection:
        counting, counting_floor = _counting(connection, records)
        pages = [_page(connection, *page) for page in PAGES]
        statistics, statistics_floor = _statistics(connection)
    page, page_floor = max(pages)
    return {"page": page, "page_floor": page_floor, "statistics": statistics, "statistics_floor": statistics_floor,
            "counting": counting, "counting_floor": counting_floor}  # fmt: skip


def _counting(connection: exchanges.Connection, records: int) -> tuple[float, float]:
    from tongban.datahub.exchange import operations as exchange

    began = time.perf_counter()
    rows = exchange.recount(at=clock.now())
    ours = rows / (time.perf_counter() - began)
    if rows < records * 1.9:
        raise RuntimeError(f"{rows} of {records} exchanges and their answers were counted")
    for table in ("exchange_counted", "exchange_flow", "exchange_district", "exchange_failure"):
        connection.execute(f"VACUUM ANALYZE {table}")
    began = time.perf_counter()
    connection.execute(ALL).fetchall()
    return ours, rows / (time.perf_counter() - began)


def _page(connection: exchanges.Connection, address: str, ribbons: int) -> tuple[float, float]:
    from django.test import Client

    client = Client(headers={"host": "127.0.0.1"})
    answer = client.post("/signin/persona", {"persona": AUTHORITY})
    if answer.status_code != 303:
        raise RuntimeError(f"{AUTHORITY} was not let in: {answer.status_code}")

    def ask() -> object:
        answer = client.get(address)
        drawn = answer.content.count(b"<path class=")
        if answer.status_code != 200 or drawn < ribbons:
            raise RuntimeError(f"{address}: {answer.status_code}, {drawn} lines of {ribbons}")
        return answer

    ours = median_seconds(ask, repeat=60)
    return ours, _floor(connection, ask)


def _floor(connection: exchanges.Connection, ask: Any) -> float:
    sent: list[tuple[str, Any]] = []
    with exchanges.noted(sent):
        ask()
    return median_seconds(
        lambda: [connection.execute(text, values).fetchall() for text, values in sent],  # type: ignore[call-overload]
        repeat=60,
    )


def _statistics(connection: exchanges.Connection) -> tuple[float, float]:
    from tongban.datahub.exchange import queries as exchange
    from tongban.datahub.exchange.types import Side

    until = clock.now()
    since = until - dt.timedelta(hours=24)

    def ask() -> object:
        found = exchange.performance_of(PROVIDER, side=Side.PROVIDER, since=since, until=until, hourly=True)
        if len(found) < SERVICES / 20:
            raise RuntimeError(f"{PROVIDER}: {len(found)} lines")
        return found

    floor = median_seconds(
        lambda: connection.execute(OF_PROVIDER, [PROVIDER, since, since]).fetchall(), repeat=5, warm=1
    )
    return median_seconds(ask, repeat=60), floor


def main() -> None:
    """Measure with as many exchanges as are asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--records", type=int, default=0, help=f"exchanges (default {RECORDS:,})")
    parser.add_argument("--keep", action="store_true", help="keep the filled database for the next time")
    parser.add_argument("--only", type=int, default=0, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.only:
        name = f"{NAME}_{wanted.only}"
        with exchanges.filled(name, lambda one: fill(one, wanted.only), keep=wanted.keep) as address:
            print(json.dumps(measured(address, wanted.only)))
        return
    measure(wanted.records, keep=wanted.keep)


if __name__ == "__main__":
    main()
