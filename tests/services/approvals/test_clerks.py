"""What waits for a clerk is in the queue beside what waits for a department."""

from __future__ import annotations

import datetime as dt

from tests.factories.approvals import MONDAY, WINDOW, reviewer
from tests.factories.cases import Cast, fill, start
from tests.services.approvals.test_queue import queue, shown
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.types import Subject
from tongban.services.approvals.types import Light, WorkKind
from tongban.services.cases import operations as cases
from tongban.services.cases.types import Demand


def test_what_waits_for_a_clerk_is_in_the_same_queue(cast: Cast) -> None:
    case_id = start(cast, Subject("item", "alone"), at=MONDAY)
    fill(cast, case_id, at=MONDAY)
    cases.submit(case_id=case_id, by=cast.applicant, at=MONDAY)
    outbox.deliver(at=MONDAY)
    for who in (reviewer("market"), WINDOW):
        row = queue(who, MONDAY).page.items[0]
        assert (row.kind, row.due_on, row.branch_id) == (WorkKind.ACCEPT, dt.date(2026, 1, 12), None)
    assert shown(queue(reviewer("fire"), MONDAY)) == []
    demand = [Demand("布局图看不清", item="alone", material="plan")]
    cases.give_notice(case_id=case_id, demands=demand, by=WINDOW, at=MONDAY)
    outbox.deliver(at=MONDAY)
    row = queue(WINDOW, MONDAY).page.items[0]
    assert (row.kind, row.light, row.due_on) == (WorkKind.SUPPLEMENT, Light.WAITING, None)
    cases.withdraw(case_id=case_id, reason="不办了", by=cast.applicant, at=MONDAY)
    outbox.deliver(at=MONDAY)
    assert shown(queue(WINDOW, MONDAY)) == []
