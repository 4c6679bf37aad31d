"""A reviewer's list of 100 among 1,000,000 cases: ≤ 9 ms median as data, ≤ 15 ms as a page, and each ≤ 1.5 × what
it takes at 10,000.

Half of the lines are finished, a twentieth waits or is stopped, the others have their last day within three weeks of
today, one in a hundred is late; they belong to twenty departments, and the department that is looked at has a fifth
of all. The floor is the least any program must do: the same hundred rows by psycopg, prepared, from the same index.
The page (``queue_page``) is asked for by who has signed in, through every layer that a request passes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

from benchmarks import case_city
from benchmarks.harness import median_seconds, report
from tongban.kernel import clock
from tongban.kernel.clock import SHANGHAI

SIZES = (10_000, 1_000_000)
GOAL, GOAL_PAGE, GROWTH = 9.0, 15.0, 1.5
REVIEWER = "staff-013"
AT = dt.datetime(2026, 3, 2, 10, tzinfo=SHANGHAI)
LOOKED_AT = "district-market-regulation"
FLOOR = (
    "SELECT case_id, branch_id, kind, queue_on, opened_on, allowed_days, stopped_days, item, item_name, service, "
    "service_name, number, applicant, department, assignee, is_immediate, papers, papers_exempt, papers_missing "
    "FROM approvals_work WHERE department = %s AND closed_at IS NULL ORDER BY queue_on, id LIMIT 100"
)

PAGES = {
    "department": "/desk",
    "third page": "/desk?page=3",
    "to decide": "/desk?kind=decide",
    "done": "/desk?view=done",
}

FILL = """
INSERT INTO approvals_work (id, case_id, kind, department, district, assignee, handed_by, queue_on, opened_on, allowed_days,
    stopped_days, item, item_name, service, service_name, number, applicant, applicant_index, is_immediate, papers,
    papers_exempt, papers_missing, closed_at)
SELECT gen_random_uuid(), gen_random_uuid(),
    CASE WHEN done THEN 'done' WHEN r < 0.03 THEN 'waiting' WHEN r < 0.05 THEN 'stopped'
         WHEN r < 0.25 THEN 'decide' ELSE 'review' END,
    CASE WHEN d < 0.2 THEN %(department)s ELSE 'department-' || (d * 24)::int END, '',
    CASE WHEN a < 0.7 THEN 'staff-' || (a * 1000)::int ELSE '' END, '',
    CASE WHEN NOT done AND r < 0.05 THEN date '9999-12-31'
         WHEN NOT done AND r < 0.06 THEN %(today)s::date - (a * 20)::int
         WHEN NOT done THEN %(today)s::date + (r * 21)::int ELSE %(today)s::date - (r * 700)::int END,
    %(today)s::date - (a * 15)::int, 10, (a * 3)::int, 'food-business-licence', '食品经营许可', 'restaurant', '开饭店',
    lpad((1000000000000000 + n)::text, 16, '0'), '上海某某餐饮管理有限公司' || n, md5(n::text), false, 12, 9, 0,
    CASE WHEN done THEN %(now)s::timestamptz - (r * 700) * interval '1 day' END
FROM (SELECT n, random() < 0.5 AS done, random() AS r, random() AS d, random() AS a
      FROM generate_series(%(first)s::int, %(last)s::int) AS n) AS drawn
"""


def measure() -> None:
    """Measure ours at both sizes, and the floor beside it."""
    with case_city.city("tongban_bench_queue") as address:
        found: dict[int, tuple[float, float, dict[str, float]]] = {}
        pages: dict[int, dict[str, float]] = {}
        first = 1
        for size in SIZES:
            fill(first, size)
            first = size + 1
            found[size] = measured(address)
            pages[size] = measured_pages()
    tell(found)
    tell_pages(pages, found[SIZES[-1]][1])


def tell(found: dict[int, tuple[float, float, dict[str, float]]]) -> None:
    """Write the result of the list as data."""
    small, large = (found[size][0] for size in SIZES)
    growth = large / small
    slowest = max(found[SIZES[-1]][2], key=lambda name: found[SIZES[-1]][2][name])
    report(
        "queue", ours=large * 1000, unit="ms", goal=f"<= {GOAL:g}", floor=found[SIZES[-1]][1] * 1000, also=growth <= GROWTH,
        sizes={"cases": SIZES[-1], "page": 100},
        notes=f"the slowest way to ask ({slowest}); at {SIZES[0]:,}: {small * 1000:.2f} ms, growth {growth:.2f} ×; goal also "
        f"growth <= {GROWTH}",
        details={
            str(size): {"floor": floor * 1000, **{name: value * 1000 for name, value in medians.items()}}
            for size, (_, floor, medians) in found.items()
        },
    )  # fmt: skip


def tell_pages(pages: dict[int, dict[str, float]], least: float) -> None:
    """Write the result of the list as a page."""
    small, large = (max(pages[size].values()) for size in SIZES)
    slowest = max(pages[SIZES[-1]], key=lambda name: pages[SIZES[-1]][name])
    report(
        "queue_page", ours=large * 1000, unit="ms", goal=f"<= {GOAL_PAGE:g}", floor=least * 1000,
        also=large / small <= GROWTH, sizes={"cases": SIZES[-1], "page": 100},
        notes=f"the slowest page ({slowest}); at {SIZES[0]:,}: {small * 1000:.2f} ms, growth {large / small:.2f} ×; goal also "
        f"growth <= {GROWTH}",
        details={str(size): {name: value * 1000 for name, value in pages[size].items()} for size in SIZES},
    )  # fmt: skip


def fill(first: int, last: int) -> None:
    """Write lines of the queue up to a number, and let PostgreSQL look at them."""
    from django.db import connection

    values = {"first": first, "last": last, "today": AT.date(), "now": AT, "department": LOOKED_AT}
    with connection.cursor() as cursor:
        cursor.execute(FILL, values)
        cursor.execute("VACUUM ANALYZE approvals_work")


def measured(address: str) -> tuple[float, float, dict[str, float]]:
    """Return the median of the slowest way to ask, of the floor, and of every way, in seconds."""
    medians = {name: median_seconds(ask, repeat=100) for name, ask in ways().items()}
    return max(medians.values()), floor(address), medians


def measured_pages() -> dict[str, float]:
    """Return the median of each page of the queue, asked for by who has signed in, in seconds."""
    from django.test import Client

    with patch.object(clock, "now", lambda: AT):
        client = Client(headers={"host": "127.0.0.1"})
        answer = client.post("/signin/persona", {"persona": REVIEWER})
        if answer.status_code != 303:
            raise RuntimeError(f"{REVIEWER} was not let in: {answer.status_code}")
        return {name: median_seconds(page(client, path), repeat=100) for name, path in PAGES.items()}


def page(client: Any, path: str) -> Callable[[], object]:
    """Return what asks for a page of a hundred lines."""

    def ask() -> object:
        answer = client.get(path)
        if answer.status_code != 200 or answer.content.count(b"data-row ") != 100:
            raise RuntimeError(f"{path}: {answer.status_code}, {answer.content.count(b'data-row ')} lines")
        return answer

    return ask


def ways() -> dict[str, Callable[[], object]]:
    """Return how a reviewer asks the queue: the department, a later page, its tabs, one's own, a search."""
    from tongban.foundation.identity import queries as identity
    from tongban.services.approvals import queries
    from tongban.services.approvals.types import Light, QueueFilters, WorkKind

    staff = identity.staff_access(REVIEWER, at=AT)

    def way(page: int = 1, **filters: Any) -> Callable[[], object]:
        return lambda: queries.queue(staff, QueueFilters(**filters), page, at=AT)

    full = queries.queue(staff, QueueFilters(), 1, at=AT)
    if len(full.page.items) != 100:
        raise RuntimeError(f"the page has {len(full.page.items)} lines, not 100")
    return {
        "department": way(),
        "third page": way(3),
        "amber": way(light=Light.AMBER),
        "green": way(light=Light.GREEN),
        "to decide": way(kind=WorkKind.DECIDE),
        "unassigned": way(view="unassigned"),
        "mine": way(view="mine"),
        "done": way(view="done"),
    }


def floor(address: str) -> float:
    """Return how long the bare statement takes."""
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        return median_seconds(
            lambda: connection.execute(FLOOR, [LOOKED_AT], prepare=True).fetchall(), repeat=300
        )
