"""A whole life, told by its operations: time comes in as an argument, so sixty days take no time."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.factories.cases import CLERK, DECIDER, FOOD, MONDAY, REVIEWER, Cast, fill, get, start, submit
from tongban.foundation.ledger import queries as ledger
from tongban.kernel.types import SYSTEM, Subject
from tongban.services.cases import operations, queries
from tongban.services.cases.types import Act, CaseState

DAY = dt.timedelta(days=1)


def test_from_draft_to_close(cast: Cast) -> None:
    case_id = start(cast)
    fill(cast, case_id)
    assert queries.pre_review(case_id, by=cast.applicant, at=MONDAY).is_ready
    receipt = operations.submit(case_id=case_id, by=cast.applicant, at=MONDAY)
    assert len(receipt.number) == 16
    assert receipt.completeness_due == dt.date(2026, 3, 9)
    operations.accept(case_id=case_id, by=CLERK, at=MONDAY + DAY)
    accepted = get(case_id, CLERK)
    assert (accepted.state, accepted.accepted_on, accepted.deemed) == (
        CaseState.ACCEPTED,
        dt.date(2026, 3, 3),
        False,
    )
    assert (accepted.promised_due, accepted.statutory_due) == (dt.date(2026, 3, 17), dt.date(2026, 3, 31))
    operations.record_decided(case_id=case_id, outcome="granted", by=SYSTEM, at=MONDAY + 8 * DAY)
    operations.close(case_id=case_id, by=DECIDER, at=MONDAY + 60 * DAY)
    assert get(case_id, cast.applicant).state is CaseState.CLOSED
    acts = [one.act for one in queries.events(case_id, by=cast.applicant, at=MONDAY)]
    assert acts[0] is None
    assert acts[-4:] == [Act.SUBMIT, Act.ACCEPT, Act.RECORD_DECIDED, Act.CLOSE]


def test_every_act_is_on_the_ledger(cast: Cast) -> None:
    receipt = submit(cast)
    operations.accept(case_id=receipt.case_id, by=CLERK, at=MONDAY)
    acts = [entry.act for entry in ledger.entries(Subject("case", str(receipt.case_id)))]
    assert acts[0] == "case.accept"
    assert {"case.start", "case.save_fields", "case.attach", "case.sign_commitment", "case.submit"} <= set(
        acts
    )


@pytest.mark.parametrize("service", [FOOD, Subject("bundle", "restaurant")])
def test_reading_by_staff_is_recorded_and_by_the_applicant_is_not(cast: Cast, service: Subject) -> None:
    receipt = submit(cast, service)
    operations.read_case(case_id=receipt.case_id, by=cast.applicant, at=MONDAY)
    operations.read_case(case_id=receipt.case_id, purpose="审查", by=REVIEWER, at=MONDAY)
    entries = ledger.entries(Subject("case", str(receipt.case_id)))
    reads = [entry for entry in entries if entry.act == "case.read"]
    assert [(entry.by.id, entry.detail["purpose"]) for entry in reads] == [("s-market-review", "审查")]
