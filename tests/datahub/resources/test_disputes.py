"""A refusal that is disputed: its owner answers again, then the data authority decides, each by a clock."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.resources import AUTHORITY, MARKET, MORNING, OFFICE, data_city, load, wish
from tongban.datahub.resources import models, operations, queries
from tongban.datahub.resources.rules import clocks, disputing
from tongban.datahub.resources.types import DisputeState, Negative, RequestAct, RequestState
from tongban.foundation.calendars.rules import Calendar
from tongban.foundation.ledger import queries as ledger
from tongban.foundation.messages.models import Message
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import Conflict, Failure, Invalid, NotAllowed, NotFound
from tongban.kernel.types import Actor, Subject
from tongban.oversight.effectiveness.models import Entry

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
D = DisputeState
LAW = "个人信息保护法 28"


@pytest.fixture(scope="module")
def loaded(standing: None, tmp_path_factory: pytest.TempPathFactory) -> None:
    load(data_city(tmp_path_factory.mktemp("city")))


@pytest.fixture(autouse=True)
def city(loaded: None, db: None) -> None:
    """Have the small city with data, which stands for the module."""


def on(month: int, day: int, hour: int = 10) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, tzinfo=SHANGHAI)


def refused(*fields: str) -> uuid.UUID:
    wanted = wish("health-checks", *(fields or ("is-fit", "name")))
    id = operations.state_demand(promised=True, wish=wanted, by=MARKET, at=MORNING)
    operations.refuse_request(request_id=id, legal_basis=LAW, reason="不必要", by=OFFICE, at=on(3, 4))
    return id


def disputed(*fields: str, at: dt.datetime | None = None) -> uuid.UUID:
    id = refused(*fields)
    operations.dispute_refusal(request_id=id, reason="发证必须核对", by=MARKET, at=at or on(3, 5))
    return id


def uphold(id: uuid.UUID, by: Actor = OFFICE, at: dt.datetime | None = None) -> DisputeState:
    return operations.uphold_refusal(
        request_id=id, legal_basis=LAW, reason="已有替代", by=by, at=at or on(3, 10)
    )


def state_of(id: uuid.UUID) -> DisputeState:
    found = queries.find_dispute(id)
    assert found is not None
    return found.state


@contextmanager
def failing(kind: type[Failure], code: str) -> Iterator[None]:
    with pytest.raises(kind) as failure:
        yield
    assert failure.value.code == code


def told(template: str) -> set[str]:
    return set(Message.objects.filter(template=template, to_kind="staff").values_list("to_id", flat=True))


@pytest.mark.law("data-refusal-disputed")
def test_the_owner_shares_after_all_less_than_was_refused() -> None:
    id = disputed()
    ((found, request),) = queries.disputes(["market"])
    assert (found.state, found.due_on, request.id) == (D.ANSWERING, dt.date(2026, 3, 19), id)
    assert queries.disputes(["office"]) and not queries.disputes(["other"])
    clock = queries.clock_of_dispute(found, at=on(3, 6))
    assert clock is not None and (clock.allowed, clock.used, clock.left) == (10, 1, 9)
    grant = operations.overturn_refusal(
        request_id=id,
        fields=["is-fit"],
        until=dt.date(2026, 6, 1),
        answer="核减后同意",
        by=OFFICE,
        at=on(3, 9),
    )
    one = queries.get_request(id)
    assert (one.state, one.fields, one.refused, one.grant) == (RequestState.GRANTED, ("is-fit",), (), grant)
    assert queries.get_grant(grant).fields == ("is-fit",)
    assert state_of(id) is D.OVERTURNED
    assert [note.act for note in queries.notes(id)][-2:] == [RequestAct.DISPUTE, RequestAct.OVERTURN]
    acts = [record.act for record in ledger.entries(Subject("data-request", str(id)))]
    assert {"data.request_dispute", "data.request_overturn"} <= set(acts)
    outbox.deliver(at=on(3, 9))
    assert told("data.refusal_disputed") == {"s-office"}
    assert told("data.dispute_overturned") == {"s-market", "s-office"}
    outbox.deliver(at=on(4, 30))
    assert not Entry.objects.filter(kind="data", what__contains="异议").exists(), "nobody was late"


@pytest.mark.law("data-dispute-decided")
def test_what_two_departments_do_not_settle_the_authority_decides() -> None:
    id = disputed()
    assert uphold(id) is D.REFERRED
    found = queries.find_dispute(id)
    assert found is not None and found.due_on == dt.date(2026, 3, 24)
    with pytest.raises(NotAllowed):
        uphold(id)
    assert uphold(id, AUTHORITY, on(3, 11)) is D.UPHELD
    assert queries.get_request(id).state is RequestState.REFUSED
    assert queries.disputes(["market"]) == ()
    assert [one.state for one, _ in queries.disputes(["market"], closed=True)] == [D.UPHELD]
    with failing(Conflict, "data-dispute-once"):
        operations.dispute_refusal(request_id=id, reason="再提", by=MARKET, at=on(3, 12))
    outbox.deliver(at=on(3, 12))
    assert told("data.refusal_referred") == {"s-authority"}


def test_the_authority_decides_that_it_is_shared() -> None:
    id = disputed()
    uphold(id)
    grant = operations.overturn_refusal(request_id=id, answer="应当共享", by=AUTHORITY, at=on(3, 12))
    assert set(queries.get_grant(grant).fields) == {"is-fit", "name"}
    assert state_of(id) is D.OVERTURNED


@pytest.mark.law("data-dispute-decided")
def test_who_refused_does_not_decide_about_it() -> None:
    id = operations.state_demand(promised=True, wish=wish(), by=MARKET, at=MORNING)
    operations.refuse_request(request_id=id, legal_basis=LAW, reason="不必要", by=AUTHORITY, at=on(3, 4))
    operations.dispute_refusal(request_id=id, reason="必须", by=MARKET, at=on(3, 5))
    uphold(id)
    with failing(NotAllowed, "data-dispute-own"):
        uphold(id, AUTHORITY, on(3, 11))


def test_silence_of_the_owner_goes_to_the_authority_and_to_supervision() -> None:
    id = disputed()
    outbox.deliver(at=on(3, 19, 23))
    assert state_of(id) is D.ANSWERING
    outbox.deliver(at=on(3, 20, 1))
    assert state_of(id) is D.REFERRED
    (entry,) = Entry.objects.filter(kind="data", what__contains="异议")
    assert (entry.department, entry.missed_on) == ("office", dt.date(2026, 3, 19))
    found = queries.find_dispute(id)
    assert found is not None and found.due_on == dt.date(2026, 4, 3)
    outbox.deliver(at=on(4, 8))
    outbox.deliver(at=on(5, 8))
    assert Entry.objects.filter(kind="data", what__contains="异议").count() == 2, "the authority's own, once"
    assert uphold(id, AUTHORITY, on(5, 9)) is D.UPHELD, "late is better than never"
    assert [note.act for note in queries.notes(id)][-3:] == [
        RequestAct.REFER,
        RequestAct.ESCALATE,
        RequestAct.UPHOLD,
    ]


@pytest.mark.law("data-dispute-own-officer")
def test_each_side_speaks_for_itself() -> None:
    id = refused()
    for nobody in (OFFICE, AUTHORITY):
        with pytest.raises(NotAllowed):
            operations.dispute_refusal(request_id=id, reason="必须", by=nobody, at=on(3, 5))
    with pytest.raises(Invalid):
        operations.dispute_refusal(request_id=id, reason=" ", by=MARKET, at=on(3, 5))
    with pytest.raises(NotFound):
        uphold(id)
    operations.dispute_refusal(request_id=id, reason="必须", by=MARKET, at=on(3, 5))
    for other in (MARKET, AUTHORITY):
        with pytest.raises(NotAllowed):
            uphold(id, other)
    with pytest.raises(NotAllowed):
        operations.drop_dispute(request_id=id, reason="算了", by=OFFICE, at=on(3, 6))
    operations.drop_dispute(request_id=id, reason="用别的办法", by=MARKET, at=on(3, 6))
    assert state_of(id) is D.DROPPED
    with pytest.raises(Conflict):
        operations.drop_dispute(request_id=id, reason="算了", by=MARKET, at=on(3, 7))
    with pytest.raises(Conflict):
        uphold(id)


@pytest.mark.law("data-refusal-disputed")
def test_what_a_law_forbids_is_no_dispute_and_is_not_given_by_one() -> None:
    by_law = operations.state_demand(
        promised=True, wish=wish("resident-basics", "adopted"), by=MARKET, at=MORNING
    )
    assert queries.get_request(by_law).state is RequestState.REFUSED
    with failing(Conflict, "data-dispute-of-law"):
        operations.dispute_refusal(request_id=by_law, reason="必须", by=MARKET, at=on(3, 5))
    id = disputed()
    entry = Negative(
        code="n-new", resource="health-checks", fields=("name",), law="某法", article="1", reason="隐私"
    )
    operations.write_negative(negative=entry, review="1号", by=AUTHORITY, at=on(3, 6))
    with failing(Conflict, "data-barred"):
        operations.overturn_refusal(request_id=id, by=OFFICE, at=on(3, 9))
    operations.overturn_refusal(request_id=id, fields=["is-fit"], by=OFFICE, at=on(3, 9))


def test_the_table_of_disputes_is_all_there_is() -> None:
    possible = {(step.state, step.act): step.next for step in disputing.LIFE_CYCLE}
    for state in D:
        for act in RequestAct:
            if (state, act) in possible:
                assert disputing.after(state, act) is possible[state, act]
                assert state.is_open
            else:
                with pytest.raises(Conflict):
                    disputing.after(state, act)


@given(st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 1)), st.integers(0, 60))
def test_a_turn_has_its_working_days_whenever_it_begins(since: dt.date, later: int) -> None:
    """Without days off: weekends never count, and what is left falls by one a working day."""
    calendar = Calendar({})
    due_on = clocks.due_on(calendar, since, disputing.AGAIN_DAYS)
    today = since + dt.timedelta(days=later)
    clock = clocks.running(calendar, since, due_on, today)
    assert clock.allowed == disputing.AGAIN_DAYS
    assert clock.is_overdue == (today > due_on)
    if not clock.is_overdue:
        assert clock.used + clock.left == clock.allowed
    assert calendar.is_working(due_on)


@pytest.mark.parametrize("change", [{"due_on": None}, {"state": "lost"}, {"state": "upheld"}])
def test_a_dispute_that_is_open_has_a_day_and_one_that_is_over_has_none(change: dict[str, object]) -> None:
    disputed()
    with pytest.raises(IntegrityError, match="data_dispute_open_has_day"), transaction.atomic():
        models.Dispute.objects.update(**change)
