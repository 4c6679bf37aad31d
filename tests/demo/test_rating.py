"""A played rating: the applicant's word, what the department mends, the call-back from outside it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest

from tests.factories import approvals as factory
from tests.factories.approvals import Cast, head, moment
from tongban.demo.plan.types import Act, Step
from tongban.demo.playing.office import Office
from tongban.demo.playing.rating import Rating
from tongban.foundation.identity import queries as identity
from tongban.foundation.identity.types import StaffAccess
from tongban.foundation.outbox import operations as outbox
from tongban.oversight.ratings import queries
from tongban.oversight.ratings.types import FollowUpState
from tongban.services.approvals import operations as approvals
from tongban.services.approvals.types import Outcome

CHANCE = 4


@pytest.fixture
def cast(db: None, settings: Any) -> Cast:
    settings.DEMONSTRATION = True
    factory.load_city_of_approvals()
    return factory.settle_cast()


def decided(cast: Cast) -> uuid.UUID:
    """Return a case that was granted on a Wednesday."""
    case_id = factory.accepted(cast)
    one = factory.branch(case_id)
    factory.opinion(one, at=moment(1, 7))
    approvals.decide(branch_id=one.id, outcome=Outcome.GRANTED, by=head("market"), at=moment(1, 7))
    outbox.deliver(at=moment(1, 7))
    return case_id


def play(cast: Cast, case_id: uuid.UUID, step: Step, at: dt.datetime, words: str = "") -> None:
    Rating(Office(), case_id, Act(at, 1, step, words), CHANCE).play(cast.applicant)


@pytest.mark.slow
def test_a_bad_rating_is_mended_and_called_back(cast: Cast) -> None:
    case_id = decided(cast)
    play(cast, case_id, Step.RATE, moment(1, 7, 18), "dissatisfied")
    play(cast, case_id, Step.MEND, moment(1, 8))
    play(cast, case_id, Step.CALL_BACK, moment(1, 12))

    found = queries.find_follow_up(case_id, at=moment(1, 12))
    assert found is not None and found.state is FollowUpState.CLOSED
    assert found.rating.words and len(found.rating.tags) == 2
    mended, called = found.notes[-2].by.id, found.notes[-1].by.id
    assert mended.startswith("market-") and called in ("mayor-1", "supervisor-1")


@pytest.mark.slow
def test_what_can_not_be_rated_is_left_alone_and_a_good_rating_asks_for_nothing(cast: Cast) -> None:
    running, good = factory.accepted(cast), decided(cast)
    play(cast, running, Step.RATE, moment(1, 7, 18), "dissatisfied")
    play(cast, running, Step.MEND, moment(1, 8))
    play(cast, good, Step.RATE, moment(1, 7, 18), "satisfied")
    play(cast, good, Step.MEND, moment(1, 8))

    assert queries.find_follow_up(running) is None and queries.find_follow_up(good) is None
    figures = queries.figures(_supervisor(), since=dt.date(2026, 1, 1), until=dt.date(2026, 1, 31))
    assert (figures.total, figures.bad) == (1, 0)


def _supervisor() -> StaffAccess:
    return identity.staff_access(factory.SUPERVISOR.id, at=moment(1, 8))
