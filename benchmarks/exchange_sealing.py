"""Sealing exchanges into the ledger: rows (calls and answers) a second of one core, and what a proof and an audit cost.

Counted in processor time, of this process and of its connection's in PostgreSQL, since the sealer runs beside the gateway:
what it takes is taken from the calls. The floor is the bare SHA-256 of the same bytes, one for each digest that a leaf is
made of. At 4,000 calls a second there are 8,000 rows to seal: ``details`` says which share of a core that is.
"""

from __future__ import annotations

import os
import statistics
import time
import uuid
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any

import psycopg

from benchmarks import case_city
from benchmarks.harness import percentile, report, seconds
from benchmarks.spent import spent

CALLS = 200_000
CALLS_A_SECOND = 4_000
PROOFS = 300
RECORDS = """
COPY exchange_record (id, signed_at, at, key, nonce, consumer, provider, service, outcome, "grant", message_id, "user",
    issue, subject, signed, signature) FROM STDIN
"""
ANSWERS = "COPY exchange_answer (record, at, status, size, micros, digest, problem) FROM STDIN"
SIGNED_BYTES = 420
"""What a caller signs in the demonstration, encrypted."""


def measure() -> None:
    """Write exchanges as the gateway does, seal them, prove some, audit all."""
    with case_city.database("tongban_bench_sealing") as address:
        with psycopg.connect(address, autocommit=True) as connection:
            ids = fill(connection, CALLS)
            connection.execute("VACUUM ANALYZE exchange_record")
            connection.execute("VACUUM ANALYZE exchange_answer")
        seal()
        prove(ids[:: CALLS // (PROOFS + 40)])
        audit()


def fill(connection: psycopg.Connection[Any], count: int) -> Sequence[uuid.UUID]:
    """Write so many calls with their answers and return their ids."""
    from tongban.kernel import clock
    from tongban.kernel.ids import new_id

    ids, at, grant = [new_id() for _ in range(count)], clock.now(), new_id()
    with connection.cursor().copy(RECORDS) as copy:
        for number, id in enumerate(ids):
            copy.write_row((
                id, at, at, 1, f"{number:032x}", "SH/GOV/scjg/desk", "SH/GOV/gaj/people", "person", "", grant,
                str(id), "CNz-17", "SH2026-000001", id.bytes * 2, os.urandom(SIGNED_BYTES), os.urandom(64),
            ))  # fmt: skip
    with connection.cursor().copy(ANSWERS) as copy:
        for id in ids:
            copy.write_row((id, at, 200, 331, 1234, sha256(id.bytes).digest(), ""))
    return ids


def seal() -> None:
    """Seal all of it."""
    from tongban.datahub.exchange import operations
    from tongban.kernel import clock

    operations.seal(at=clock.now())  # compiles, and makes the keys
    rows = 0

    def work() -> None:
        nonlocal rows
        while sealed := operations.seal(at=clock.now()):
            rows += sealed

    used = processor_seconds(work)
    ours, floor = rows / used, bare()
    share = 2 * CALLS_A_SECOND / ours
    report(
        "exchange_sealing", ours=ours, floor=floor, unit="rows/s of a core", goal=">= 20000", sizes={"rows": rows},
        notes=f"{share:.1%} of a core at {CALLS_A_SECOND} calls/s", details={"share_of_a_core": round(share, 4)},
    )  # fmt: skip


def bare() -> float:
    """Return for how many rows a second the bare digests can be computed: frame, content, commitment, leaf, node."""
    frame, content, inner = os.urandom(260), os.urandom(330), os.urandom(65)

    def work() -> None:
        for _ in range(CALLS):
            sha256(frame).digest()
            sha256(content).digest()
            for _ in range(3):
                sha256(inner).digest()

    began = time.process_time()
    work()
    return CALLS / (time.process_time() - began)


def processor_seconds(work: Callable[[], object]) -> float:
    """Return the processor time that work took of this process and of its connection's."""
    from tongban.foundation.statements import queries as statements

    (backend,) = statements.one("SELECT pg_backend_pid()", []) or (0,)
    before = spent(backend)
    work()
    after = spent(backend)
    return sum(after[name] - before[name] for name in ("client", "postgres"))


def prove(ids: Sequence[uuid.UUID]) -> None:
    """Prove some of them, computed anew from what is on record; the floor only reads their batches."""
    from tongban.datahub.exchange import queries
    from tongban.foundation.attestation import operations as attestation
    from tongban.foundation.ledger import operations as ledger
    from tongban.foundation.statements import queries as statements
    from tongban.kernel import clock

    ledger.link_pending()
    attestation.sign_head(at=clock.now())
    wanted, least = iter(ids), iter(ids)

    def check() -> None:
        proof = queries.proof_of(next(wanted))
        assert proof is not None and proof.holds

    def read() -> None:
        statements.rows(
            "SELECT ids, leaves FROM exchange_batch WHERE (kind, last_xact, last_id) >= (%s, 0, %s)"
            " ORDER BY kind, last_xact, last_id LIMIT 2",
            ["answer", next(least)],
        )

    times, floor = seconds(check, repeat=PROOFS), seconds(read, repeat=PROOFS)
    report(
        "exchange_proof", ours=statistics.median(times) * 1000, floor=statistics.median(floor) * 1000, unit="ms",
        goal="<= 5", sizes={"calls": CALLS, "proofs": PROOFS},
        notes=f"p99 {percentile(times, 0.99) * 1000:.2f} ms",
    )  # fmt: skip


def audit() -> None:
    """Hold all of it against the ledger."""
    from tongban.datahub.exchange import queries

    found: list[Any] = []
    used = processor_seconds(lambda: found.append(queries.audit_exchanges()))
    assert not found[0].differences and found[0].sealed == 2 * CALLS
    report(
        "exchange_audit", ours=found[0].sealed / used, unit="rows/s of a core", goal=">= 20000",
        sizes={"rows": found[0].sealed}, notes="computed anew and held against the ledger",
    )  # fmt: skip
