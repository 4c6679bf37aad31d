"""Demands for data among 100,000: what is late of all (≤ 50 ms), of one owner (≤ 10 ms), what an owner answered (≤ 20 ms).

The floor is the same rows by plain psycopg, prepared. Two in a hundred wait, half of them too long::

    python -m benchmarks.data_requests
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable

import psycopg

from benchmarks.case_city import database
from benchmarks.harness import median_seconds, report

REQUESTS, OWNERS = 100_000, 40
GOALS = {"late": 50.0, "late_of_owner": 10.0, "answered": 20.0}
"""Milliseconds: a thousand late ones stand on one page."""
NAME = "tongban_bench_data_requests"
OWNER = "o10"
FILL = """
INSERT INTO resources_request (id, demand, department, item, material, wish, consumer, state, resource, fields, refused, owner,
    basis, stated_at, due_on, is_extended, answered_at, answer, holds)
SELECT gen_random_uuid(), '', 'd' || n %% 40, 'item-' || n %% 400, 'paper-' || n %% 7,
    jsonb_build_object('department', 'd' || n %% 40, 'item', 'item-' || n %% 400, 'material', 'paper-' || n %% 7,
        'purpose', 'p', 'basis', jsonb_build_object('law', 'x'), 'resource', 'r', 'fields', jsonb_build_array('f'),
        'elements', '[]'::jsonb, 'per_day', 100, 'until', null, 'asked', ''),
    'SH/GOV/d' || n || '/cases', CASE WHEN n %% 50 = 10 THEN 'queued' ELSE 'granted' END, 'r', ARRAY['f'], '[]',
    'o' || n %% 40, '', %(now)s::timestamptz - n * interval '1 minute',
    CASE WHEN n %% 50 = 10 THEN %(today)s::date - 30 + (n %% 61)::int END, false,
    CASE WHEN n %% 50 = 10 THEN NULL ELSE %(now)s::timestamptz END, '', '{}'
FROM generate_series(1, %(requests)s::bigint) AS n
"""
LATE = "SELECT * FROM resources_request WHERE state = 'queued' AND due_on < %s ORDER BY due_on, id"
LATE_OF_OWNER = "SELECT * FROM resources_request WHERE state = 'queued' AND due_on < %s AND owner = %s ORDER BY due_on, id"
ANSWERED = """
SELECT r.* FROM resources_request r LEFT JOIN resources_grant g ON g.request_id = r.id
WHERE r.owner = %s AND r.answered_at IS NOT NULL ORDER BY r.stated_at DESC, r.id DESC LIMIT 50
"""


def measure() -> None:
    """Measure the three lists."""
    requests = int(os.environ.get("TONGBAN_BENCH_REQUESTS", REQUESTS))
    with database(NAME) as address:
        from tongban.datahub.resources import queries
        from tongban.kernel import clock

        now = clock.now()
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(FILL, {"now": now, "today": now.date(), "requests": requests})
            connection.execute("VACUUM ANALYZE resources_request")
            _tell("late", requests, lambda: queries.overdue_answers(at=now), connection, LATE, [now.date()])
            _tell(
                "late_of_owner", requests, lambda: queries.overdue_answers(at=now, owner=OWNER), connection,
                LATE_OF_OWNER, [now.date(), OWNER],
            )  # fmt: skip
            _tell(
                "answered", requests, lambda: queries.requests(owner=OWNER, answered=True), connection, ANSWERED, [OWNER]
            )  # fmt: skip


def _tell(
    name: str, requests: int, work: Callable[[], object], connection: psycopg.Connection, floor: str,
    values: list[dt.date | str],
) -> None:  # fmt: skip
    ours = median_seconds(work, repeat=50, warm=5) * 1000
    bare = median_seconds(
        lambda: connection.execute(floor, values, prepare=True).fetchall(), repeat=50, warm=5
    )
    rows = len(connection.execute(floor, values).fetchall())
    report(
        f"data_requests_{name}", ours=ours, floor=bare * 1000, unit="ms", goal=f"<= {GOALS[name]:g}",
        sizes={"requests": requests, "owners": OWNERS, "rows": rows},
    )  # fmt: skip


if __name__ == "__main__":
    measure()
