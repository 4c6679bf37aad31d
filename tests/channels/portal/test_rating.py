"""The one question after a case: asked of its applicant, answered once, refused with a sentence."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client

from tests.factories.approvals import (
    Cast,
    accepted,
    branch,
    head,
    opinion,
)
from tongban.channels.ui import frame, revision
from tongban.foundation.outbox import operations as outbox
from tongban.kernel import clock
from tongban.kernel.types import SYSTEM
from tongban.oversight.ratings import operations as ratings
from tongban.oversight.ratings.types import Level
from tongban.services.approvals import operations as approvals
from tongban.services.approvals.types import Outcome
from tongban.services.cases import operations as cases
from tongban.services.cases import queries
from tongban.services.cases.types import CaseState


@pytest.fixture
def cast(office_people: Cast, db: None, settings: Any) -> Cast:
    settings.DEMONSTRATION = True
    revision.forget()
    frame._frame.cache_clear()
    return office_people


@pytest.fixture
def mine(cast: Cast) -> Client:
    client = Client(raise_request_exception=False)
    client.get("/signin")
    client.post("/signin/persona", {"persona": "p001"})
    return client


def closed(cast: Cast) -> uuid.UUID:
    """Return a case of today that was granted and closed."""
    at = clock.now()
    case_id = accepted(cast, at=at)
    one = branch(case_id, at=at)
    opinion(one, at=at)
    approvals.decide(branch_id=one.id, outcome=Outcome.GRANTED, by=head("market"), at=at)
    outbox.deliver(at=at)
    if queries.limits(case_id).state is CaseState.DECIDED:
        cases.close(case_id=case_id, by=SYSTEM, at=at)
    return case_id


def words(response: Any) -> str:
    return str(response.content.decode())


@pytest.mark.slow
def test_the_case_asks_once_and_shows_what_was_said(mine: Client, cast: Cast) -> None:
    address = f"/cases/{closed(cast)}"
    page = words(mine.get(address))
    assert "这次办得怎么样？" in page
    assert page.count('name="level"') == 5
    assert page.count('name="tag"') == 40
    sent = {"level": "dissatisfied", "tag": ["213", "510"], "words": "排了 <两次> 队\r\n还要等"}
    answer = mine.post(f"{address}/rating", sent)
    assert (answer.status_code, answer["Location"]) == (303, f"{address}#rating")
    page = words(mine.get(address))
    assert "这次办得怎么样？" not in page
    assert "窗口人员业务不熟练" in page
    assert "一窗受理一次办结" not in page
    assert "排了 &lt;两次&gt; 队\n还要等" in page
    assert "一个工作日内会有人联系您" in page
    again = mine.post(f"{address}/rating", {"level": "satisfied"})
    assert again.status_code == 422
    assert "一件一评" in words(again)
    english = words(mine.get("/en" + address))
    assert "Staff at the window did not know the matter" in english


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(mine: Client, cast: Cast) -> None:
    address = f"/cases/{closed(cast)}/rating"
    answer = mine.post(address, {"level": "great", "words": "很好"})
    assert answer.status_code == 422
    assert "请先选一档" in words(answer)
    assert "很好</textarea>" in words(answer)
    long = mine.post(address, {"level": "satisfied", "words": "好" * 501})
    assert "最多 500 个字" in words(long)
    assert words(long).count(" checked") == 1


@pytest.mark.slow
def test_no_question_while_it_runs_and_none_for_others(mine: Client, cast: Cast) -> None:
    running = accepted(cast, at=clock.now())
    assert "这次办得怎么样？" not in words(mine.get(f"/cases/{running}"))
    assert "现在不能评价" in words(mine.get(f"/cases/{running}/rating"))
    other = Client(raise_request_exception=False)
    other.get("/signin")
    other.post("/signin/persona", {"persona": "p002"})
    case_id = closed(cast)
    assert other.post(f"/cases/{case_id}/rating", {"level": "satisfied"}).status_code == 404


@pytest.mark.slow
def test_the_answer_of_the_department_is_shown(mine: Client, cast: Cast) -> None:
    case_id, at = closed(cast), clock.now()
    ratings.rate(case_id=case_id, level=Level.VERY_DISSATISFIED, by=cast.applicant, at=at)
    from tongban.oversight.ratings.models import FollowUp

    task = FollowUp.objects.get().id
    ratings.contact(follow_up_id=task, is_complex=False, text="已经联系", by=head("market"), at=at)
    ratings.answer(follow_up_id=task, text="样本已经改正", by=head("market"), at=at)
    page = words(mine.get(f"/cases/{case_id}"))
    assert "承办部门的答复" in page
    assert "样本已经改正" in page
