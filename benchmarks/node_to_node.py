"""A signed call that goes from one node to another: ≥ 1,500/s on two cores.

The caller's node verifies it, records it, signs that it hands it on, and asks the provider's node; that one verifies both
signatures, authorises by the grant, counts, records, answers with the granted fields, and signs; the caller's node verifies
that, and records it. Two statements that wait for the disk, two signatures made and four verified. The floor is two bare WSGI
functions that do the same signatures by the bare library and one INSERT each (``benchmarks/node_to_node_served.py``).
Both nodes, the database and the clients share the cores; each node has a database of its own. There are as many clients as
a node hands calls to another at once.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from psycopg import sql

from benchmarks.gateway import COVERED
from benchmarks.harness import report
from benchmarks.load import Load, send
from tongban.runtime import boot
from tongban.runtime.environment import ROOT
from tongban.runtime.processes import free_port

GOAL = 1500
CLIENTS, SECONDS, WARM, TURNS = 24, 5.0, 1.5, 3
MOST_A_SECOND = 5_000
CONSUMER, PROVIDER = "SH/GOV/scjg/desk", "SH/GOV/pudong/people"
ADDRESS = f"/r1/{PROVIDER}/person"
NODES = ("city", "pudong")
RECORDED = """
SELECT count(*), count(DISTINCT nonce), count(*) FILTER (WHERE outcome = ''),
    (SELECT coalesce(sum(calls), 0) FROM exchange_meter)
FROM exchange_record
"""


def measure() -> None:
    """Measure ours and the floor in turns, the best of three each."""
    from tongban.foundation.http_signatures import operations as signatures

    private, public = signatures.make_pair("ecdsa-p256-sha256")
    loads: dict[str, list[Load]] = {"ours": [], "floor": []}
    with boot.database_url():
        for _ in range(TURNS):
            for kind, made in loads.items():
                with databases() as urls, serving(kind, urls, public) as (port, key):
                    requests = signed_requests(f"127.0.0.1:{port}", key, private)
                    made.append(
                        send(
                            f"http://127.0.0.1:{port}", requests, clients=CLIENTS, seconds=SECONDS, warm=WARM
                        )
                    )
                    if kind == "ours":
                        check(urls, len(made[-1].times))
    best, bare = (max(loads[kind], key=lambda one: one.rate) for kind in ("ours", "floor"))
    errors = sum(one.errors for made in loads.values() for one in made)
    report(
        "node_to_node", ours=best.rate, unit="/s", goal=f">= {GOAL}", floor=bare.rate, also=not errors,
        sizes={"clients": CLIENTS, "nodes": 2, "calls": sum(len(one.times) for one in loads["ours"])},
        notes=f"p50 {best.at(0.5):.1f} ms, p99 {best.at(0.99):.1f} ms (floor {bare.at(0.99):.1f} ms), {errors} errors",
        details={kind: [round(one.rate) for one in made] for kind, made in loads.items()},
    )  # fmt: skip


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """Yield the addresses of two empty databases, which go away afterwards."""
    server = os.environ["DATABASE_URL"].rpartition("/")[0]
    urls = {node: f"{server}/tongban_bench_node_{node}" for node in NODES}
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        names = [sql.Identifier(url.rpartition("/")[2]) for url in urls.values()]
        for name in names:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
            connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        try:
            yield urls
        finally:
            for name in names:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


@contextmanager
def serving(kind: str, urls: dict[str, str], public: bytes) -> Iterator[tuple[int, str]]:
    """Yield the caller's node's port and the id of the caller's key, while both nodes are served by a process of ours."""
    first = free_port(18300)
    ports = {"city": first, "pudong": free_port(first + 1)}
    with TemporaryDirectory() as state:
        said = {"kind": kind, "state": state, "databases": urls, "ports": ports, "public": public.hex()}
        line = [sys.executable, "-m", "benchmarks.node_to_node_served", json.dumps(said)]
        process = subprocess.Popen(line, cwd=ROOT, text=True, stdout=subprocess.PIPE, start_new_session=True)
        try:
            assert process.stdout
            key = process.stdout.readline().strip()
            if not key:
                raise RuntimeError("the nodes did not start")
            yield ports["city"], key
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
            Path(state).mkdir(exist_ok=True)


def signed_requests(host: str, key: str, private: Any) -> list[bytes]:
    """Return more different requests than can be sent, signed now."""
    import uuid

    from tongban.foundation.http_signatures import operations as signatures
    from tongban.foundation.http_signatures.types import Message

    made, created = [], int(time.time())
    for number in range(int((SECONDS + WARM) * MOST_A_SECOND)):
        query, id = f"number={number % 10_000:018d}", uuid.uuid4().hex
        headers = {"x-road-client": CONSUMER, "x-road-id": id, "x-road-issue": "SH2026-7"}
        message = Message(headers, method="GET", scheme="http", authority=host, path=ADDRESS, query=query)
        added = signatures.signed_headers(
            message, components=COVERED, key=key, private=private, created=created, nonce=id
        )
        lines = "".join(f"{name}: {value}\r\n" for name, value in (headers | added).items())
        made.append(f"GET {ADDRESS}?{query} HTTP/1.1\r\nHost: {host}\r\n{lines}\r\n".encode())
    return made


def check(urls: dict[str, str], answered: int) -> None:
    """Fail unless every answered call is on record at both nodes, once, and was counted at the provider's."""
    found: dict[str, Any] = {}
    for node, url in urls.items():
        with psycopg.connect(url) as connection:
            found[node] = connection.execute(RECORDED).fetchone()
    assert all(recorded == once >= answered for recorded, once, *_ in found.values()), (found, answered)
    _, _, authorised, counted = found["pudong"]
    assert counted == authorised >= answered, (found, answered)
