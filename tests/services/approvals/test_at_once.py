"""Two act at once, from two connections. A module of its own: nothing here stands in a transaction."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from tests.factories.approvals import MONDAY, accepted, branch, load_city_of_approvals, settle_cast
from tests.factories.cases import Cast
from tests.services.approvals.test_deciding import decide
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.errors import Failure
from tongban.services.approvals import models, queries
from tongban.services.approvals.types import BranchState, Outcome
from tongban.services.cases import operations as cases
from tongban.services.cases.models import Case

WAITS = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


@pytest.fixture
def cast(transactional_db: None, settings: Any) -> Cast:
    settings.DEMONSTRATION = True
    load_city_of_approvals()
    return settle_cast()


def run(*works: Callable[[], object]) -> tuple[list[object], list[Failure]]:
    """Do all at once, each on a connection of its own; return what they gave, and how they were refused."""
    start, won, lost = threading.Barrier(len(works)), [], []

    def one(work: Callable[[], object]) -> None:
        try:
            start.wait()
            won.append(work())
        except Failure as failure:
            lost.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return won, lost


def test_two_decide_at_once_and_one_is_told(cast: Cast) -> None:
    one = branch(accepted(cast))
    won, lost = run(lambda: decide(one.id, Outcome.GRANTED), lambda: decide(one.id, Outcome.REFUSED))
    assert len(won) == 1
    assert [failure.code for failure in lost] == ["branch-decided-once"]
    assert models.Decision.objects.count() == 1


def withdrawn(case_id: uuid.UUID, cast: Cast) -> None:
    cases.withdraw(case_id=case_id, reason="不办了", by=cast.applicant, at=MONDAY)


@pytest.mark.slow
def test_of_a_decision_and_a_withdrawal_at_once_one_stands(cast: Cast) -> None:
    """On a bundle: its other branches are open, so that nothing but the decision itself asks how the case stands."""
    case_id = accepted(cast, "restaurant")
    one = branch(case_id, "company")
    won, lost = run(lambda: decide(one.id, Outcome.GRANTED), lambda: withdrawn(case_id, cast))
    outbox.deliver(at=MONDAY)
    state = queries.get_branch(one.id, at=MONDAY).state
    row = Case.objects.get(id=case_id)
    assert row.state == "withdrawn", "a case of which one branch is decided can still be taken back"
    assert state is (BranchState.ENDED if lost else BranchState.GRANTED)
    assert len(won) + len(lost) == 2 and models.Decision.objects.count() == 2 - len(lost) - 1


def test_a_decision_waits_for_a_withdrawal_that_is_under_way(cast: Cast) -> None:
    case_id = accepted(cast, "restaurant")
    one = branch(case_id, "company")
    taken_back = threading.Event()

    def take_back() -> None:
        with transaction.atomic():
            withdrawn(case_id, cast)
            taken_back.set()
            _wait_until_somebody_waits()

    def judge() -> object:
        taken_back.wait(10)
        return decide(one.id, Outcome.GRANTED)

    _, lost = run(take_back, judge)
    assert [failure.code for failure in lost] == ["branch-unknown"]
    assert not models.Decision.objects.exists(), (
        "a licence would have been issued for a case that was taken back"
    )


def _wait_until_somebody_waits(seconds: float = 5) -> None:
    until = time.monotonic() + seconds
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(WAITS)
            if cursor.fetchone()[0]:
                return
            time.sleep(0.01)
    pytest.fail("the decision did not wait")
