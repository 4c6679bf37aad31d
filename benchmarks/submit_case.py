"""Submit an application with 16 clients: ≥ 450/s, and ≥ 0.35 of the same rows in plain SQL.

A company's legal representative hands in the food licence of the demonstration pack (30 fields, 8 papers): every
check, the number, the filing, the event, the ledger, the outbox, the timer of the five days. Two processes of eight
threads, as the city's two workers have. The floor writes the same rows by bare psycopg, one statement a row as
anybody would, prepared, one transaction a case, no check at all. ``synchronous_commit`` is on for both.
"""

from __future__ import annotations

import json
import multiprocessing
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

import psycopg

from benchmarks import case_city
from benchmarks.harness import percentile, report
from tongban.kernel.types import Subject

PROCESSES, THREADS = 2, 8
EACH = 250
SERVICE, SITUATION = Subject("item", "food-business-licence"), "catering"
GOAL, GOAL_RATIO = 450, 0.35

Job = tuple[str, list[str], dict[str, Any]]


def measure() -> None:
    """Measure ours and the floor in turns on the same machine, the best of three each."""
    count = PROCESSES * THREADS * EACH
    with case_city.city("tongban_bench_cases") as address:
        party = case_city.company()
        template = case_city.draft(party, SERVICE, situation=SITUATION, district="310104")
        statements = count_statements(case_city.copies(template, 3), party)
        row = _row_of(template)
        ours: list[float] = []
        floor: list[float] = []
        taken: list[float] = []
        for _ in range(3):
            rate, times = _run(
                our_client, address, case_city.copies(template, count), {"by": [party.by.kind, party.by.id]}
            )
            ours.append(rate)
            taken = times if rate == max(ours) else taken
            rate, _ = _run(plain_client, address, case_city.copies(template, count), row)
            floor.append(rate)
        check(count * 3)
    ratio = max(ours) / max(floor)
    report(
        "submit_case", ours=max(ours), unit="/s", goal=f">= {GOAL}", floor=max(floor), also=ratio >= GOAL_RATIO,
        sizes={"clients": PROCESSES * THREADS, "cases": count, "fields": row["fields"], "papers": row["papers"]},
        notes=f"p50 {percentile(taken, 0.5) * 1000:.1f} ms, p99 {percentile(taken, 0.99) * 1000:.1f} ms, "
        f"{statements} statements; goal also ratio >= {GOAL_RATIO}",
        details={"ours": [round(one) for one in ours], "floor": [round(one) for one in floor], "statements": statements},
    )  # fmt: skip


def _run(
    client: Callable[[Job, Any, Any], None], address: str, ids: list[uuid.UUID], more: dict[str, Any]
) -> tuple[float, list[float]]:
    """Return how many were done a second, and how long each took."""
    context = multiprocessing.get_context("spawn")
    gate, answers = context.Barrier(PROCESSES + 1), context.Queue()
    parts = [[str(one) for one in ids[number::PROCESSES]] for number in range(PROCESSES)]
    workers = [context.Process(target=client, args=((address, part, more), gate, answers)) for part in parts]
    for worker in workers:
        worker.start()
    gate.wait()
    began = time.perf_counter()
    times = [one for _ in workers for one in answers.get()]
    taken = time.perf_counter() - began
    for worker in workers:
        worker.join()
    return len(times) / taken, times


def our_client(job: Job, gate: Any, answers: Any) -> None:
    """Hand in by the operation, in one process of several threads."""
    import os

    address, ids, more = job
    os.environ["DATABASE_URL"] = address
    from tongban.runtime import boot

    boot.set_up_django()
    from django.db import connections

    from tongban.kernel.types import Actor
    from tongban.services.cases import operations

    by = Actor(*more["by"])

    def submit(id: str) -> None:
        operations.submit(case_id=uuid.UUID(id), idempotency_key=id, by=by, at=case_city.AT)

    def warm() -> None:
        from tongban.foundation.calendars import queries as calendars
        from tongban.services.cases import models

        calendars.current_calendar()
        models.Case.objects.filter(id=uuid.uuid4()).first()

    _threads(ids, submit, warm, connections.close_all, gate, answers)


def _threads(
    ids: list[str],
    work: Callable[[str], None],
    warm: Callable[[], None],
    end: Callable[[], None],
    gate: Any,
    answers: Any,
) -> None:
    taken: list[float] = []
    ready = threading.Barrier(THREADS + 1)

    def run(part: list[str]) -> None:
        warm()
        ready.wait()
        ready.wait()
        for id in part:
            began = time.perf_counter()
            work(id)
            taken.append(time.perf_counter() - began)
        end()

    threads = [threading.Thread(target=run, args=(ids[number::THREADS],)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    ready.wait()
    gate.wait()
    ready.wait()
    for thread in threads:
        thread.join()
    answers.put(taken)


PLAIN = (
    "UPDATE cases_case SET state = 'received', number = %(number)s, received_at = %(at)s, completeness_due = %(due)s,"
    " submission_key = %(key)s, events_count = events_count + 1 WHERE id = %(case)s",
    "INSERT INTO cases_filing (id, case_id, number, at, document, materials, digest)"
    " VALUES (%(id)s, %(case)s, 1, %(at)s, %(document)s, %(materials)s, %(digest)s)",
    "INSERT INTO cases_event (id, case_id, number, act, before, after, at, by_kind, by_id, by_name, role, facts, detail)"
    " VALUES (%(id)s, %(case)s, 1000, 'submit', 'draft', 'received', %(at)s, 'person', %(by)s, '', 'applicant', %(digest)s, %(detail)s)",
    "INSERT INTO ledger_record (id, at, actor_kind, actor_id, actor_name, act, subject_kind, subject_id, detail, digest)"
    " VALUES (%(id)s, %(at)s, 'person', %(pseudonym)s, '', 'case.submit', 'case', %(key)s, %(detail)s, %(sha)s)",
    "INSERT INTO ledger_pending (record_id) VALUES (%(id)s)",
    "INSERT INTO outbox_event (name, about, fields, at) VALUES ('case.submitted', %(key)s, %(detail)s, %(at)s)",
    "INSERT INTO outbox_delivery (timer, handler, about, payload, due_at)"
    " VALUES (%(key)s, 'timer:case.completeness', %(key)s, %(detail)s, %(at)s)",
)

TOLD = (
    "INSERT INTO outbox_delivery (event_id, handler, about, due_at)"
    " VALUES (currval('outbox_event_number_seq'), %(handler)s, %(key)s, %(at)s)"
)


def plain_client(job: Job, gate: Any, answers: Any) -> None:
    """Write the same rows by psycopg."""
    address, ids, row = job
    local = threading.local()

    def warm() -> None:
        local.connection = psycopg.connect(address)
        local.connection.prepare_threshold = 0

    def write(id: str) -> None:
        number = str(10**15 + uuid.uuid4().int % (9 * 10**15))
        values = row | {
            "case": id, "id": uuid.uuid4(), "key": f"{id}-{number}", "number": number, "at": case_city.AT,
            "due": case_city.AT.date(), "document": bytes(row["size"]), "sha": bytes(32), "digest": "0" * 64,
            "pseudonym": "0" * 64,
        }  # fmt: skip
        for statement in PLAIN:
            local.connection.execute(statement, values)
        for handler in row["handlers"]:
            local.connection.execute(TOLD, values | {"handler": handler})
        local.connection.commit()

    _threads(ids, write, warm, lambda: local.connection.close(), gate, answers)


def _row_of(template: uuid.UUID) -> dict[str, Any]:
    from tongban.foundation.outbox.registry import REGISTRY
    from tongban.services.cases import models
    from tongban.services.cases.events import CaseSubmitted

    case = models.Case.objects.get(id=template)
    papers = models.Material.objects.filter(case_id=template)
    seen = [[one.item, one.code, one.state, one.kind, str(one.document)] for one in papers]
    return {
        "size": len(bytes(models.Form.objects.get(case_id=template).document)),
        "materials": json.dumps(seen),
        "detail": json.dumps({"number": "1" * 16, "service": SERVICE.id}),
        "by": case.filed_by_id,
        "fields": len(case.form),
        "papers": len(seen),
        "handlers": list(REGISTRY.by_event[CaseSubmitted.name]),
    }


def count_statements(ids: list[uuid.UUID], party: case_city.Party) -> int:
    """Return how many statements one submission sends, transaction and linking included."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tongban.services.cases import operations

    for id in ids[:-1]:
        operations.submit(case_id=id, by=party.by, at=case_city.AT)
    with CaptureQueriesContext(connection) as captured:
        operations.submit(case_id=ids[-1], by=party.by, at=case_city.AT)
    for one in captured.captured_queries:
        print("   ", one["sql"].replace("\n", " ")[:110])
    return len(captured)


def check(count: int) -> None:
    """Fail unless everything that was acknowledged is there, once, with all that belongs to it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(DISTINCT c.number), count(f.id), count(e.id), count(d.number) FROM cases_case c"
            " LEFT JOIN cases_filing f ON f.case_id = c.id LEFT JOIN cases_event e ON e.case_id = c.id AND e.act = 'submit'"
            " LEFT JOIN outbox_delivery d ON d.timer = 'case:' || c.id || ':completeness'"
            " WHERE c.submission_key LIKE 'person:%'"
        )
        found = cursor.fetchone()
    if set(found) != {count}:
        raise SystemExit(f"{count} were acknowledged; rows: {found}")


if __name__ == "__main__":
    measure()
