"""How much a page of the desk asks of the database: at most twenty statements, however far the case has come."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.channels.desk.conftest import AtDesk, Moment, deliver, seat
from tests.factories import approvals as factory
from tests.factories.cases import CLERK, DECIDER, RESTAURANT_SUBJECT, REVIEWER, Cast, submit
from tongban.services.approvals import operations as approvals_acts
from tongban.services.approvals import queries as approvals
from tongban.services.approvals.types import Outcome, Stance
from tongban.services.cases import operations as cases

pytestmark = pytest.mark.slow

MOST = 20
CASE_PAGES = (
    "", "?act=accept", "?act=notice", "?act=opinion", "?act=grant", "?act=refuse", "?act=stop", "?act=visit",
    "?act=hand-over", "?act=assign", "?act=demand", "?act=terminate", "/preview", "/unmask/applicant-id-number",
    "/acts/grant", "/acts/notice", "/acts/visit", "/acts/assign", "/acts/correct", "/acts/suspend", "/acts/revoke",
)  # fmt: skip


@pytest.fixture
def received(cast: Cast, moment: Moment) -> uuid.UUID:
    case_id = submit(cast, RESTAURANT_SUBJECT).case_id
    deliver(moment.at)
    return case_id


@pytest.fixture
def decided(received: uuid.UUID, cast: Cast, moment: Moment) -> uuid.UUID:
    """Give a case with opinions of two, decided in one department, and with a case decided before it."""
    for case_id in (submit(cast).case_id, received):
        cases.accept(case_id=case_id, by=CLERK, at=moment.at)
        deliver(moment.at)
        branch = approvals.branches(case_id, at=moment.at)[0]
        for by in (REVIEWER, DECIDER):
            approvals_acts.give_opinion(
                branch_id=branch.id, stance=Stance.GRANT, grounds="材料齐全，符合条件。", by=by, at=moment.at
            )
        approvals_acts.decide(
            branch_id=branch.id,
            outcome=Outcome.GRANTED,
            reasons="材料齐全，符合条件。",
            by=DECIDER,
            at=moment.at,
        )
        deliver(moment.at)
    return received


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["received", "decided"])
def test_no_page_of_a_case_asks_more_than_twenty_times(
    stage: str, at_desk: AtDesk, request: pytest.FixtureRequest
) -> None:
    case_id = request.getfixturevalue(stage)
    asked = {}
    for code in ("s-market-clerk", "s-market-review", "s-market-decide"):
        client = at_desk(code)
        client.get("/desk")
        for page in CASE_PAGES:
            with CaptureQueriesContext(
                connection,
            ) as seen:
                answer = client.get(f"/desk/cases/{case_id}{page}")
            assert answer.status_code in (200, 404), page
            asked[code, page] = len(seen)
    assert max(asked.values()) <= MOST, {page: count for page, count in asked.items() if count > MOST}
    assert min(asked.values()) > 5  # who is signed in and what they read: it was counted


@pytest.mark.parametrize(
    "page",
    [
        "/desk", "/desk?view=mine", "/desk?view=done", "/desk?q=面馆", "/desk/absence", "/desk/keys", "/desk/supervision",
        "/desk/supervision?of=closed",
    ],
)  # fmt: skip
def test_no_other_page_asks_more_than_twenty_times(page: str, decided: uuid.UUID, at_desk: AtDesk) -> None:
    for code in ("s-market-clerk", "s-market-decide"):
        client = at_desk(code)
        client.get(page)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(page).status_code == 200
        assert 2 < len(seen) <= MOST


@pytest.mark.parametrize(
    "page", ["/desk/supervision", "/desk/supervision?of=closed", "/desk/supervision/ratings"]
)
def test_no_page_of_supervision_asks_more_than_twenty_times(page: str, offices: Cast, moment: Moment) -> None:
    for at in (moment.at, factory.moment(1, 6)):
        factory.accepted(offices, "alone", at=at)
    moment.at = factory.moment(1, 21)
    deliver(moment.at)
    for code in ("supervisor-1", "market-9"):
        client = seat(code)
        client.get(page)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(page).status_code == 200
        assert 5 < len(seen) <= MOST
