"""Granted on the spot: opened and decided by one act, written once, and nothing of it where it is not allowed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories.approvals import MONDAY, WINDOW, branch, head, reviewer
from tests.factories.cases import Cast, fill, start
from tongban.foundation.ledger.models import Record
from tongban.foundation.outbox import operations as outbox
from tongban.foundation.outbox.models import Delivery, Happened
from tongban.kernel.errors import NotAllowed
from tongban.kernel.types import Subject
from tongban.services.approvals import models, operations
from tongban.services.approvals.operations.sheet import Sheet
from tongban.services.cases import operations as cases
from tongban.services.cases import queries as case_queries

HEAD, REVIEWER = head("market"), reviewer("market")
QUICK = Subject("item", "quick")


def handed_in(cast: Cast, service: Subject = QUICK) -> uuid.UUID:
    case_id = start(cast, service, at=MONDAY)
    fill(cast, case_id, at=MONDAY)
    cases.submit(case_id=case_id, by=cast.applicant, at=MONDAY)
    return case_id


def taken_in(cast: Cast, service: Subject = QUICK) -> uuid.UUID:
    case_id = handed_in(cast, service)
    cases.accept(case_id=case_id, by=WINDOW, at=MONDAY)
    return case_id


def grant(case_id: uuid.UUID, **changes: Any) -> bool:
    return operations.grant_on_the_spot(**({"case_id": case_id, "by": HEAD, "at": MONDAY} | changes))


def history(case_id: uuid.UUID) -> list[tuple[int, str, str, str]]:
    found = models.Event.objects.filter(branch__round_id=case_id).order_by("number")
    return [(one.number, one.act, one.before, one.after) for one in found]


@pytest.mark.parametrize("is_open_already", [False, True])
def test_it_is_opened_and_granted_whoever_opens_it(cast: Cast, is_open_already: bool) -> None:
    case_id = taken_in(cast)
    if is_open_already:
        assert operations.open_round(case_id=case_id, at=MONDAY)
    assert grant(case_id)
    assert history(case_id) == [(1, "open", "waiting", "open"), (2, "grant", "open", "granted")]
    row = models.Branch.objects.get(round_id=case_id)
    line = models.Work.objects.get(case_id=case_id)
    assert (row.state, row.events_count, row.used_days, row.closed_at) == ("granted", 2, 0, MONDAY)
    assert (line.id, line.kind, line.closed_at) == (row.id, "done", MONDAY)
    assert models.Round.objects.get(case_id=case_id).closed_at == MONDAY
    assert models.Decision.objects.get(branch=row).letter.branch_id == row.id
    assert not Delivery.objects.filter(timer=f"branch:{row.id}:limit").exists()
    told = Happened.objects.filter(about=str(case_id)).order_by("number").values_list("name", flat=True)
    assert list(told)[-3:] == ["approval.branch_opened", "approval.branch_decided", "case.decided"]
    recorded = Record.objects.filter(subject_id=str(case_id)).order_by("id").values_list("act", "actor_kind")
    assert list(recorded)[-3:] == [
        ("approval.open", "system"),
        ("approval.grant", "staff"),
        ("case.record_decided", "system"),
    ]


def test_who_may_not_decide_leaves_nothing_behind(cast: Cast) -> None:
    case_id = taken_in(cast)
    with pytest.raises(NotAllowed), transaction.atomic():
        grant(case_id, by=REVIEWER)
    assert not models.Round.objects.filter(case_id=case_id).exists()
    assert case_queries.limits(case_id).state.value == "accepted"
    assert grant(case_id)


def test_what_takes_time_is_opened_and_waits_for_its_review(cast: Cast) -> None:
    case_id = taken_in(cast, Subject("item", "food"))
    assert not grant(case_id)
    assert branch(case_id).state.value == "open"
    assert Delivery.objects.filter(timer__startswith="branch:").count() == 1


def test_a_case_that_is_not_accepted_is_not_granted(cast: Cast) -> None:
    case_id = handed_in(cast)
    assert not grant(case_id)
    assert not models.Round.objects.filter(case_id=case_id).exists()


def test_an_act_that_has_read_a_row_twice_does_not_write_half_of_it(cast: Cast) -> None:
    case_id = taken_in(cast)
    operations.open_round(case_id=case_id, at=MONDAY)
    first, second = (models.Branch.objects.get(round_id=case_id) for _ in range(2))
    sheet = Sheet(MONDAY)
    sheet.change(first, ["assignee"])
    with pytest.raises(RuntimeError, match="twice"):
        sheet.change(second, ["has_opinion"])


def test_no_act_of_such_a_life_sends_many_statements(cast: Cast) -> None:
    grant(taken_in(cast))  # what is kept in memory is read by the first
    outbox.deliver(at=MONDAY)
    case_id = counted(12, lambda: start(cast, QUICK, at=MONDAY))
    fill(cast, case_id, at=MONDAY)
    counted(6, lambda: cases.submit(case_id=case_id, by=cast.applicant, at=MONDAY))
    counted(10, lambda: cases.accept(case_id=case_id, by=WINDOW, at=MONDAY))
    counted(20, lambda: grant(case_id))


def counted(most: int, act: Callable[[], Any]) -> Any:
    """Return what an act returns; it sends so many statements at most, those of its transaction among them."""
    with CaptureQueriesContext(connection) as captured:
        done = act()
    sent = [one["sql"] for one in captured]
    assert len(sent) <= most, "\n".join(sent)
    return done
