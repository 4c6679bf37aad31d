"""Changes told to a webhook: lag ≤ 100 ms median at a moderate rate; ≥ 3,000 events/s at full rate with batches.

Three processes: who publishes (this one), the courier, a receiver that reads every event; the database beside them, all on
the same cores, with durability on. Lag is from before the publishing operation begins to the arrival of the event, at a
hundred publications a second of one change each. At full rate batches are published while the courier delivers, from the
first publication to the last arrival. Every event is encrypted at rest, cut to the granted fields, signed, on record.
The floor reads as many rows by plain SQL and posts the same batches by ``http.client`` to the same receiver, in a bare loop;
it is compared with delivering what was published before.
"""

from __future__ import annotations

import datetime as dt
import http.client
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks import case_city
from benchmarks.harness import percentile, report
from benchmarks.spent import a_call, parent_of, spent
from tongban.kernel import clock
from tongban.kernel.types import SYSTEM
from tongban.runtime import boot

GOAL_LAG, GOAL_RATE = 100.0, 3000
RATE, SECONDS = 100, 10.0
COUNT, BATCH = 30_000, 500
LIMIT = 180.0
PROVIDER, CONSUMER, FEED = "SH/GOV/gaj/people", "SH/GOV/scjg/desk", "residents"
FIELDS = ("number", "name", "address")
TABLE = "CREATE TABLE bench_change (position bigint PRIMARY KEY, event text NOT NULL)"
READ = "SELECT position, event FROM bench_change WHERE position > %s ORDER BY position LIMIT %s"


def measure() -> None:
    """Measure lag, full rate, catching up, and the floor."""
    with boot.database_url(), case_city.database("tongban_bench_subscriptions") as address:
        prepare()
        with running("benchmarks.subscriptions_receiver") as (_, port):
            with running("benchmarks.subscriptions_courier"):
                subscribe(f"http://127.0.0.1:{port}/hook")
                lags = measure_lag(int(port))
                full, cost = measure_full(int(port), address)
                behind = measure_catching_up(int(port))
            floor = measure_floor(address, int(port))
    tell(lags, full, behind, floor, cost)


def tell(lags: list[float], full: float, behind: float, floor: float, cost: dict[str, float]) -> None:
    """Write both results."""
    report(
        "subscription_lag", ours=statistics.median(lags) * 1000, unit="ms", goal=f"<= {GOAL_LAG:g}",
        sizes={"a_second": RATE, "events": len(lags)},
        notes=f"from before publishing to arrival; p99 {percentile(lags, 0.99) * 1000:.1f} ms, longest {max(lags) * 1000:.0f} ms",
    )  # fmt: skip
    report(
        "subscription_events", ours=full, unit="/s", goal=f">= {GOAL_RATE}", floor=floor,
        sizes={"events": COUNT, "batch": BATCH},
        notes=f"published and delivered at once; delivered from what lay there: {behind:.0f}/s = {behind / floor:.2f} of the "
        f"floor; processor time an event: {cost['client']:.0f} µs publishing, {cost['server']:.0f} µs courier and receiver, "
        f"{cost['postgres']:.0f} µs database",
        details={"catching_up": round(behind), "floor": round(floor), "processor_us": cost},
    )  # fmt: skip


@contextmanager
def running(module: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Yield a process of ours and the first line that it says; it ends when its input does."""
    with subprocess.Popen(
        [sys.executable, "-m", module], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin and process.stdout
        yield process, process.stdout.readline().strip()
        process.stdin.close()


def prepare() -> None:
    """Register who takes part, declare the feed, grant all of it."""
    from tongban.datahub.exchange import operations as exchange
    from tongban.datahub.resources import models
    from tongban.datahub.resources import operations as resources
    from tongban.datahub.resources.types import DataTheme, Resource, System
    from tongban.datahub.subscriptions import operations

    at, today = clock.now(), clock.today()
    for code in (CONSUMER, PROVIDER):
        exchange.register_subsystem(code=code, name=code, by=SYSTEM, at=at)
    fields = [{"code": code, "name": code, "level": 2, "key": code == "number"} for code in FIELDS]
    said = {
        "code": "people", "name": "人口", "department": "gaj", "system": "people", "kind": "base", "theme": "people",
        "summary": "人口。", "format": "service", "subject": "person", "fields": fields, "sharing": "unconditional",
        "update": "realtime", "level": 2,
    }  # fmt: skip
    resources.load_data(
        systems=[System(code="people", name="人口", department="gaj", kind="register", subsystem=PROVIDER)],
        themes=[DataTheme(code="people", name="人口", english="People")],
        resources=[Resource.model_validate(said)], by=SYSTEM, at=at,
    )  # fmt: skip
    operations.declare_feed(
        provider=PROVIDER, code=FEED, resource="people", subject="number", by=SYSTEM, at=at
    )
    request = models.Request.objects.create(
        department="scjg", item="x", material="y", wish={}, consumer=CONSUMER, state="granted", stated_at=at, answered_at=at,
        resource="people",
    )  # fmt: skip
    models.Grant.objects.create(
        request=request, consumer=CONSUMER, provider=PROVIDER, service="people", resource="people", fields=list(FIELDS),
        purpose="核验", items=["x"], material="y", basis="上海市数据条例 38", valid_from=today,
        until=today + dt.timedelta(days=30), per_day=100_000_000,
    )  # fmt: skip


def subscribe(address: str) -> None:
    """Have the receiver told, and wait until it has said that it wants to be."""
    from tongban.datahub.subscriptions import operations, queries
    from tongban.datahub.subscriptions.types import State

    said = {"provider": PROVIDER, "feed": FEED, "consumer": CONSUMER, "address": address, "batch": BATCH}
    id = operations.subscribe(**said, by=SYSTEM, at=clock.now())  # type: ignore[arg-type]
    os.environ["TONGBAN_BENCH_SUBSCRIPTION"] = str(id)
    deadline = time.monotonic() + LIMIT
    while queries.get_subscription(id).state is not State.ACTIVE:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def publish(first: int, count: int) -> None:
    """Publish changes numbered from the first, each with the moment before it was published."""
    from tongban.datahub.subscriptions import operations
    from tongban.datahub.subscriptions.types import Change, Kind

    now = str(time.time_ns())
    changes = [
        Change(
            f"c{number}",
            Kind.CHANGED,
            {"number": f"{number % 1000:018d}", "name": f"居民{number}", "address": now},
        )
        for number in range(first, first + count)
    ]
    operations.publish_changes(provider=PROVIDER, feed=FEED, changes=changes, by=SYSTEM, at=clock.now())


def measure_lag(port: int) -> list[float]:
    """Return the lag of each event in seconds, at a moderate rate."""
    count = int(RATE * SECONDS)
    publish(1, 1)  # everything is warm then
    wait_for(port, 1)
    ask(port, "/forget")
    began = time.perf_counter()
    for number in range(count):
        time.sleep(max(0.0, began + number / RATE - time.perf_counter()))
        publish(2 + number, 1)
    return [lag / 1e9 for _, lag in wait_for(port, count)]


def measure_full(port: int, address: str) -> tuple[float, dict[str, float]]:
    """Return events a second when publishing and delivering go on together, and processor time an event."""
    import psycopg

    ask(port, "/forget")
    with psycopg.connect(address) as connection:
        postmaster = parent_of(connection.info.backend_pid)
    before, began = spent(postmaster), time.perf_counter()
    for first in range(100_000, 100_000 + COUNT, BATCH):
        publish(first, BATCH)
    came = wait_for(port, COUNT)
    taken, after = time.perf_counter() - began, spent(postmaster)
    ids = [id for id, _ in came]
    assert ids == sorted(set(ids)), "an event came twice or out of order"
    return COUNT / taken, a_call(before, after, COUNT)


def measure_catching_up(port: int) -> float:
    """Return events a second when all of them lie there already."""
    import uuid

    from tongban.datahub.subscriptions import operations, queries

    last = queries.get_feed(PROVIDER, FEED).position
    id = uuid.UUID(os.environ["TONGBAN_BENCH_SUBSCRIPTION"])
    ask(port, "/forget")
    began = time.perf_counter()
    operations.replay(subscription=id, after=last - COUNT, by=SYSTEM, at=clock.now())
    wait_for(port, COUNT)
    return COUNT / (time.perf_counter() - began)


def measure_floor(address: str, port: int) -> float:
    """Return events a second of a bare loop: rows by plain SQL, the same batches by ``http.client``."""
    import psycopg

    said = {
        "specversion": "1.0",
        "source": f"/feeds/{PROVIDER}/{FEED}",
        "datacontenttype": "application/json",
    }
    data = {"number": "1" * 18, "name": "居民1", "address": str(time.time_ns())}
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(TABLE)
        with connection.cursor() as cursor, cursor.copy("COPY bench_change FROM STDIN") as copy:
            for position in range(1, COUNT + 1):
                event = {**said, "id": str(position), "sequence": f"{position:020d}", "type": "tongban.row.changed",
                         "subject": "x" * 22, "time": "2026-03-02T01:30:00.000000Z", "data": data}  # fmt: skip
                copy.write_row([position, json.dumps(event, ensure_ascii=False)])
        connection.execute("ANALYZE bench_change")
        sender = http.client.HTTPConnection("127.0.0.1", port)
        position, began = 0, time.perf_counter()
        while rows := connection.execute(READ, [position, BATCH], prepare=True).fetchall():
            body = f"[{','.join(event for _, event in rows)}]".encode()
            sender.request("POST", "/hook", body, {"Content-Type": "application/cloudevents-batch+json"})
            sender.getresponse().read()
            position = rows[-1][0]
        return COUNT / (time.perf_counter() - began)


def wait_for(port: int, count: int) -> list[tuple[int, int]]:
    """Return what has come, once that many events have."""
    deadline = time.monotonic() + LIMIT
    while len(came := ask(port, "/report")) < count:
        assert time.monotonic() < deadline, f"{len(came)} of {count} events have come"
        time.sleep(0.2)
    return came


def ask(port: int, path: str) -> Any:
    """Return what the receiver says."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT)
    connection.request("GET", path)
    said = json.loads(connection.getresponse().read())
    connection.close()
    return said
