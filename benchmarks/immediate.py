"""A whole life of one immediate item: ≥ 60/s on two cores, from the first click to the closed case.

A company files the sale of packaged food (15 fields, 2 papers) of the demonstration pack: begun, filled in, each paper
spared with a reason or given from what was uploaded earlier, handed in; accepted by a clerk and granted on the spot
by who decides, both in sealed writing; the licence issued, with number, signature and time stamp; the applicant told;
the case closed. The applicants' and the desk's acts run in processes as the city's workers have, what follows in
``tongban work`` beside them, as everywhere. A life counts when its case is closed and its licence and message are there.

The licence is the signed record. Its page (PDF) waits until nothing else does, or until somebody opens it: how many
were made within the time, and how many lives a second there are with every page made, is in ``details``.

The floor writes the rows that one such life leaves, by bare psycopg: one statement a row as anybody would, prepared,
no check, nothing read, changed or signed, in one transaction for each act of a person. ``synchronous_commit`` is on for
both.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from benchmarks import case_city, plain_rows
from benchmarks.harness import percentile, report
from tongban.kernel import clock
from tongban.kernel.types import Actor, Subject

PROCESSES, THREADS = 2, 2
EACH = 150
GOAL = 60
SERVICE, SITUATION, DISTRICT = Subject("item", "packaged-food-filing"), "first", "310104"
CLERK, DECIDER = Actor("staff", "staff-013"), Actor("staff", "staff-015")
"""Reviewer and decider of the market regulation, as the demonstration pack has them."""
ACTS = 6
"""Transactions of the floor: begin, fill in, hand in, accept, decide; and the worker's, as one."""
PATIENCE = 300.0
"""Seconds after which what has not come does not come any more."""

CLOSED = """
SELECT count(*) FROM cases_case c WHERE c.state = 'closed'
    AND EXISTS (SELECT FROM licences_licence l WHERE l.case_id = c.id)
    AND EXISTS (SELECT FROM messages_message m WHERE m."case" = c.id)
"""
LIVED = "SELECT count(*) FROM cases_case"
SEALED = "SELECT count(*) FROM licences_licence WHERE document IS NOT NULL"
WHOLE = """
SELECT count(*), count(DISTINCT c.number), count(DISTINCT b.id), count(DISTINCT d.id), count(DISTINCT l.id),
    count(DISTINCT e.id), count(DISTINCT l.document)
FROM cases_case c JOIN approvals_branch b ON b.round_id = c.id JOIN approvals_decision d ON d.branch_id = b.id
JOIN licences_licence l ON l.case_id = c.id JOIN cases_event e ON e.case_id = c.id AND e.act = 'close'
"""
MESSAGES = 'SELECT count(*), count(DISTINCT ("case", template)) FROM messages_message'
TOLD = 5
"""Messages of a life: handed in, accepted, decided, closed, and how it was."""


def measure() -> None:
    """Live many lives, the worker beside, and say how many were whole a second."""
    count = PROCESSES * THREADS * EACH
    with case_city.city("tongban_bench_immediate") as address, worker():
        party = case_city.company()
        more = {
            "by": [party.by.kind, party.by.id], "document": str(case_city.document(party)),
            "applicant": [party.applicant.kind, party.applicant.id],
        }  # fmt: skip
        for _ in range(3):
            live(more)
        wait_for_all()
        rows, statements = one_life(address, more)
        clients, answers = started(address, more)
        before = found(CLOSED)
        began = time.perf_counter()
        times = finished(clients, answers)
        acts = time.perf_counter() - began
        wait_for(CLOSED, before + count)
        taken = time.perf_counter() - began
        pages = found(SEALED) - before
        wait_for(SEALED, before + count)
        sealed = time.perf_counter() - began
        check(before + count)
        floor = plain_rows.write_again(
            address, rows, transactions=ACTS, clients=PROCESSES * THREADS, each=EACH
        )
    report(
        "immediate_life", ours=count / taken, unit="/s", goal=f">= {GOAL}", floor=floor,
        sizes={"clients": PROCESSES * THREADS, "lives": count, "rows": len(rows)},
        notes=f"the acts of people: p50 {percentile(times, 0.5) * 1000:.0f} ms, {statements} statements; "
        f"{count / sealed:.0f}/s with every page",
        details={"acts": round(count / acts, 1), "pages_within": pages, "with_every_page": round(count / sealed, 1),
                 "statements": statements},
    )  # fmt: skip


@contextmanager
def worker() -> Iterator[None]:
    """Keep ``tongban work`` running beside, as ``tongban run`` does."""
    from tongban.runtime.processes import Work

    work = Work()
    work.start()
    try:
        yield
    finally:
        work.end()


def live(more: dict[str, Any]) -> None:
    """Do what people do in one life; the worker does the rest."""
    from tongban.services.approvals import operations as approvals
    from tongban.services.cases import operations as cases

    by, applicant, key = Actor(*more["by"]), Subject(*more["applicant"]), str(uuid.uuid4())
    case_id = cases.start(
        service=SERVICE, applicant=applicant, situation=SITUATION, district=DISTRICT, key=key, by=by, at=clock.now(),
    )  # fmt: skip
    fill_in(case_id, by, uuid.UUID(more["document"]))
    cases.submit(case_id=case_id, idempotency_key=key, by=by, at=clock.now())
    cases.accept(case_id=case_id, by=CLERK, at=clock.now())
    approvals.grant_on_the_spot(case_id=case_id, by=DECIDER, at=clock.now())


def fill_in(case_id: uuid.UUID, by: Actor, document: uuid.UUID) -> None:
    """Look at the draft as its page does, write the fields that are empty, give the papers that are asked for."""
    from tongban.services.cases import operations, queries

    missing = queries.pre_review(case_id, by=by, at=clock.now()).missing
    values = {one.code: f"{one.code} 一二三" for one in missing if one.kind == "field"}
    operations.save_fields(case_id=case_id, values=values, by=by, at=clock.now())
    for paper in queries.get_case(case_id, by=by, at=clock.now()).materials:
        if paper.is_open:
            operations.attach(
                case_id=case_id,
                item=paper.item,
                material=paper.code,
                document=document,
                by=by,
                at=clock.now(),
            )


def started(address: str, more: dict[str, Any]) -> tuple[list[Any], Any]:
    """Start the clients and return when all are warm and their warm-up has been worked off."""
    context = multiprocessing.get_context("spawn")
    gate, answers = context.Barrier(PROCESSES + 1), context.Queue()
    clients = [context.Process(target=client, args=(address, more, gate, answers)) for _ in range(PROCESSES)]
    for one in clients:
        one.start()
    gate.wait()
    wait_for_all()
    gate.wait()
    return clients, answers


def finished(clients: list[Any], answers: Any) -> list[float]:
    """Return how long the acts of people took in each life, when all are done."""
    times = [one for _ in clients for one in answers.get()]
    for one in clients:
        one.join()
    return times


def client(address: str, more: dict[str, Any], gate: Any, answers: Any) -> None:
    """Live lives in one process of several threads."""
    os.environ["DATABASE_URL"] = address
    from tongban.runtime import boot

    boot.set_up_django()
    from django.db import connections

    taken: list[float] = []
    ready = threading.Barrier(THREADS + 1)

    def work() -> None:
        live(more)  # warm, not counted
        ready.wait()
        ready.wait()
        for _ in range(EACH):
            began = time.perf_counter()
            live(more)
            taken.append(time.perf_counter() - began)
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    ready.wait()
    gate.wait()
    gate.wait()
    ready.wait()
    for thread in threads:
        thread.join()
    answers.put(taken)


def one_life(address: str, more: dict[str, Any]) -> tuple[list[plain_rows.Row], int]:
    """Live once, alone, and return the rows it leaves and how many statements the acts of people send."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with psycopg.connect(address) as own:
        last = plain_rows.now(own)
        with CaptureQueriesContext(connection) as captured:
            live(more)
        wait_for_all()
        return plain_rows.rows_since(own, last), len(captured)


def found(query: str) -> int:
    """Return how many lives have come so far."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0])


def wait_for_all() -> None:
    """Return when every life that was begun has come to its end, with its page."""
    lives = found(LIVED)
    wait_for(CLOSED, lives)
    wait_for(SEALED, lives)


def wait_for(query: str, count: int) -> None:
    """Return when so many lives have come so far."""
    until = time.monotonic() + PATIENCE
    while found(query) < count:
        if time.monotonic() > until:
            raise SystemExit(f"{found(query)} of {count} lives came to their end in {PATIENCE:.0f} s")
        time.sleep(0.05)


def check(count: int) -> None:
    """Fail unless every life is whole: each of its facts there once, and nothing of it waits."""
    from django.db import connection

    for query, expected in ((WHOLE, count), (MESSAGES, TOLD * count)):
        with connection.cursor() as cursor:
            cursor.execute(query)
            (wrong,) = cursor.fetchall()
        if set(wrong) != {expected}:
            raise SystemExit(f"{count} lives were lived; of their facts there are {wrong}")


if __name__ == "__main__":
    measure()
