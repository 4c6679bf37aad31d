"""The ledger at 10,000,000 entries: a proof that an entry is in it, that it only grew, and what an entry more costs.

The tree is filled row by row as the linker leaves it, by COPY: each leaf with its link, each complete subtree. The
floor of a proof is the bare statement that reads the hashes it is computed from. The floor of appending writes the same
rows (record and link) by bare psycopg, one statement for each table and transaction, its digests and leaves computed
beforehand; ours records the acts, gives them their place and keeps the subtrees. Durability is on for both.
"""

from __future__ import annotations

import datetime as dt
import random
import statistics
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from typing import Any

import psycopg

from benchmarks import case_city
from benchmarks.harness import percentile, report, seconds
from tongban.kernel.types import Actor, Subject

ENTRIES = 10_000_000
PROOFS = 400
BATCHES, ACTS = 40, 500
AT = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)
BY, ITEM = Actor("staff", "z-17", "章"), Subject("item", "food-business-licence")
LINKS = "COPY ledger_link (number, record_id, leaf) FROM STDIN (FORMAT BINARY)"
SUBTREES = "COPY ledger_subtree (level, index, hash) FROM STDIN (FORMAT BINARY)"
COLUMNS = "id, at, actor_kind, actor_id, actor_name, act, subject_kind, subject_id, detail, digest"
RECORDS = f"""
INSERT INTO ledger_record ({COLUMNS})
SELECT * FROM unnest(%s::uuid[], %s::timestamptz[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
    %s::text[], %s::jsonb[], %s::bytea[])
"""
PLACES = "INSERT INTO ledger_link (number, record_id, leaf) SELECT * FROM unnest(%s::bigint[], %s::uuid[], %s::bytea[])"


def measure() -> None:
    """Fill the tree, prove, append."""
    with case_city.database("tongban_bench_ledger") as address:
        with psycopg.connect(address, autocommit=True) as connection:
            fill(connection, ENTRIES)
            connection.execute("VACUUM ANALYZE ledger_link")
            connection.execute("VACUUM ANALYZE ledger_subtree")
        chance = random.Random(7)
        prove(chance, address)
        prove_growth(chance, address)
        append(address)


def fill(connection: psycopg.Connection[Any], count: int) -> None:
    """Write so many leaves with their subtrees, without records: a proof reads none."""
    from tongban.foundation.ledger import nodes, tree

    levels = [bytearray() for _ in range(len(nodes.KEPT) + 1)]
    span = tree.WIDTH << nodes.STEP
    connection.execute("SET session_replication_role = replica")
    with connection.cursor().copy(LINKS) as copy:
        copy.set_types(["int8", "uuid", "bytea"])
        for number in range(1, count + 1):
            leaf = tree.leaf_hash(b"%d" % number)
            levels[0] += leaf
            copy.write_row((number, record_id(number), leaf))
    for place in range(len(nodes.KEPT)):
        below = bytes(levels[place])
        for at in range(0, len(below) // span * span, span):
            levels[place + 1] += tree.subtree(below[at : at + span])
    with connection.cursor().copy(SUBTREES) as copy:
        copy.set_types(["int2", "int8", "bytea"])
        for place, level in enumerate(nodes.KEPT, 1):
            for index in range(len(levels[place]) // tree.WIDTH):
                made = levels[place][index * tree.WIDTH : (index + 1) * tree.WIDTH]
                copy.write_row((level, index, bytes(made)))
    connection.execute("SET session_replication_role = DEFAULT")


def record_id(number: int) -> uuid.UUID:
    """Return the id of the record that has a number."""
    return uuid.UUID(bytes=sha256(b"record %d" % number).digest()[:16])


def prove(chance: random.Random, address: str) -> None:
    """Prove entries anywhere in the tree."""
    from tongban.foundation.ledger import queries, tree

    wanted = iter([chance.randrange(ENTRIES) for _ in range(PROOFS + 20)])
    times = seconds(lambda: queries.prove(record_id(next(wanted) + 1), ENTRIES), repeat=PROOFS)
    steps = [tree.inclusion(chance.randrange(ENTRIES), ENTRIES) for _ in range(PROOFS)]
    floor = bare(address, steps)
    said("ledger_inclusion_proof", times, floor, "<= 1")


def prove_growth(chance: random.Random, address: str) -> None:
    """Prove that the tree began with smaller ones."""
    from tongban.foundation.ledger import queries, tree

    wanted = iter([chance.randrange(1, ENTRIES) for _ in range(PROOFS + 20)])
    times = seconds(lambda: queries.prove_growth(next(wanted), ENTRIES), repeat=PROOFS)
    steps = [tree.consistency(chance.randrange(1, ENTRIES), ENTRIES) for _ in range(PROOFS)]
    floor = bare(address, steps)
    said("ledger_consistency_proof", times, floor, "<= 10")


def said(name: str, times: list[float], floor: list[float], goal: str) -> None:
    """Report the median of a proof beside its floor."""
    report(
        name, ours=statistics.median(times) * 1000, floor=statistics.median(floor) * 1000, unit="ms", goal=goal,
        sizes={"entries": ENTRIES, "proofs": len(times)}, notes=f"p99 {percentile(times, 0.99) * 1000:.2f} ms",
    )  # fmt: skip


def bare(address: str, proofs: Sequence[Sequence[Sequence[Any]]]) -> list[float]:
    """Return how long it takes only to read the hashes of proofs."""
    from tongban.foundation.ledger import nodes

    times = []
    with psycopg.connect(address, autocommit=True) as connection:
        for steps in proofs:
            ranges = [nodes._range(node) for step in steps for node in step]
            levels, firsts, lasts = (list(one) for one in zip(*ranges, strict=True))
            began = time.perf_counter()
            connection.execute(nodes.STORED, [levels, firsts, lasts], prepare=True).fetchall()
            times.append(time.perf_counter() - began)
    return times


def append(address: str) -> None:
    """Record acts in batches, and write the same rows by hand, in turns."""
    from tongban.foundation.ledger import operations, queries
    from tongban.foundation.ledger.types import Act

    ours: list[float] = []
    floor: list[float] = []
    acts = [Act("item.publish", ITEM, {"number": number, "words": "一次办好"}) for number in range(ACTS)]

    def record() -> None:
        operations.record_many(acts=acts, by=BY, at=AT)
        operations.link_pending()

    record()
    with psycopg.connect(address) as connection:
        for batch in range(BATCHES):
            ours.append(timed(record))
            write = by_hand(connection, acts, start=-(batch + 1) * ACTS)
            floor.append(timed(write))
    assert queries.head().size == ENTRIES + (BATCHES + 1) * ACTS
    mine, least = statistics.median(ours), statistics.median(floor)
    report(
        "ledger_append", ours=mine / least, unit="x of its INSERT", goal="<= 1.2",
        sizes={"entries": ENTRIES, "batches": BATCHES, "acts": ACTS},
        notes=f"{ACTS / mine:.0f} records/s, by hand {ACTS / least:.0f}/s",
        details={"records_per_second": round(ACTS / mine), "by_hand": round(ACTS / least)},
    )  # fmt: skip


def timed(work: Callable[[], object]) -> float:
    """Return how long it took, in seconds."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def by_hand(connection: psycopg.Connection[Any], acts: Sequence[Any], start: int) -> Callable[[], None]:
    """Return what writes such rows; their numbers are below zero, so that they are in nobody's way."""
    rows = list(_rows(acts))
    columns = [list(column) for column in zip(*rows, strict=True)]
    leaves = [sha256(b"\x00" + row[-1]).digest() for row in rows]

    def write() -> None:
        with connection.transaction():
            connection.execute(RECORDS, columns, prepare=True)
            connection.execute(
                PLACES, [list(range(start, start + len(rows))), columns[0], leaves], prepare=True
            )
        connection.commit()

    return write


def _rows(acts: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    from tongban.foundation.ledger import rules
    from tongban.kernel.ids import new_id

    for act in acts:
        id = new_id()
        digest = rules.digest(id, AT, BY, act.act, act.subject, act.detail)
        said = '{"number": %d, "words": "一次办好"}' % act.detail["number"]  # noqa: UP031 - JSON has braces
        yield id, AT, BY.kind, BY.id, BY.name, act.act, ITEM.kind, ITEM.id, said, digest
