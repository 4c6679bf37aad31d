"""The small run of ``make faults``: a hundred submissions, three kills. And: the rules do find what is wrong."""

from __future__ import annotations

import random
import sys
import uuid
from pathlib import Path

import pytest
from django.db import connection

from tests.factories.approvals import Cast, accepted, load_city_of_approvals, settle_cast
from tests.faults import invariants
from tests.faults.opened import KINDS
from tests.faults.run import Plan, deaths, run
from tongban.runtime.processes import free_port

ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")


@ON_LINUX
@pytest.mark.slow
@pytest.mark.xdist_group("ports")
def test_nothing_that_was_acknowledged_is_lost_doubled_or_half_made(tmp_path: Path) -> None:
    said: list[str] = []
    plan = Plan(submissions=100, clients=3, kills=3, seed=20, decided=0.1)
    report = run(plan, tmp_path / "city", free_port(18960), said.append)
    assert [(one.rule, one.broken[:3]) for one in report.broken] == [], said
    assert len(report.receipts) == plan.submissions and sum(report.killed.values()) == plan.kills
    assert report.granted and report.retries, "nobody noticed that anything was killed"


@pytest.mark.parametrize("seed", range(50))
def test_what_dies_is_noticed(seed: int) -> None:
    planned = deaths(Plan(submissions=100, clients=3, kills=6, seed=seed), random.Random(seed))
    assert planned[0][1] == "web" and {kind for _, kind in planned} == set(KINDS)
    assert [moment for moment, _ in planned] == sorted({moment for moment, _ in planned})
    assert planned[-1][0] < 75, "nobody is left who would notice"


@pytest.fixture
def cast(db: None, settings: object) -> Cast:
    settings.DEMONSTRATION = True  # type: ignore[attr-defined]
    load_city_of_approvals()
    return settle_cast()


def broken(*receipts: invariants.Receipt) -> set[str]:
    """Return the rules that do not hold, asked within the test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS acked, granted")
        return {one.rule for one in invariants.findings(cursor, receipts, ()) if one.broken}


@pytest.mark.parametrize(
    ("damage", "rule"),
    [
        ("UPDATE cases_case SET number = left(number, 15) || (right(number, 1)::int + 1) % 10", "every receipt is a case with this number"),
        ("UPDATE cases_case SET events_count = 9", "its history is whole, each act once, counted"),
        ("DELETE FROM outbox_event WHERE name = 'case.submitted'", "its event was told once"),
        ("DELETE FROM outbox_delivery WHERE timer LIKE 'branch:%%'", "the clock of the limit runs for open branches, and for no others"),
        ("DELETE FROM approvals_work", "an accepted case has one letter, one branch, its history and its line"),
        ("UPDATE approvals_branch SET state = 'granted', closed_at = now()", "nothing is decided by half"),
    ],
)  # fmt: skip
def test_rule_sees_the_damage(cast: Cast, damage: str, rule: str) -> None:
    case = accepted(cast)
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM cases_case WHERE id = %s", [case])
        (number,) = cursor.fetchone()
        receipt = invariants.Receipt("any", str(case), number)
        cursor.execute("UPDATE cases_case SET start_key = 'person:p:any' WHERE id = %s", [case])
        assert rule not in broken(receipt)
        cursor.execute(damage)
    assert rule in broken(receipt)


def test_receipt_without_a_case_is_found(cast: Cast) -> None:
    accepted(cast)
    lost = invariants.Receipt("lost", str(uuid.uuid4()), "1" * 16)
    assert {
        "every receipt is a case with this number",
        "every key is one case, every case one key",
    } <= broken(lost)
