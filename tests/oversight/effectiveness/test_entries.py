"""Entries of supervision: opened by missed limits and breaches, explained by the department, closed by another."""

from __future__ import annotations

import datetime as dt
import uuid
from itertools import product
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tests.factories.approvals import (
    MONDAY,
    SUPERVISOR,
    accepted,
    branch,
    head,
    moment,
    opinion,
    reviewer,
)
from tests.factories.cases import Cast
from tongban.foundation.government.types import Post
from tongban.foundation.identity import queries as identity
from tongban.foundation.identity.types import StaffAccess
from tongban.foundation.ledger import queries as ledger
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.errors import Conflict, Failure, Invalid, NotAllowed, NotFound
from tongban.kernel.types import Actor, Subject
from tongban.oversight.effectiveness import models, operations, queries
from tongban.oversight.effectiveness.rules import entries
from tongban.oversight.effectiveness.types import Entry, EntryAct, EntryKind, EntryState
from tongban.services.approvals import operations as approvals
from tongban.services.approvals.types import Outcome
from tongban.services.cases import operations as cases

S = EntryState


def access(who: Actor, at: dt.datetime = MONDAY) -> StaffAccess:
    return identity.staff_access(who.id, at=at)


def late(cast: Cast) -> Entry:
    """Return the entry of a branch whose promise ended on Monday the 19th."""
    case_id = accepted(cast)
    outbox.deliver(at=moment(1, 20, 0))
    return queries.entries_of(case_id, at=moment(1, 20))[0]


@pytest.mark.law("supervision-of-licensing")
def test_a_missed_limit_opens_an_entry_with_owner_and_deadline(cast: Cast) -> None:
    entry = late(cast)
    assert (entry.kind, entry.state, entry.owner, entry.department) == (
        EntryKind.PROMISE,
        S.OPEN,
        "market-9",
        "market",
    )
    assert (entry.missed_on, entry.due_on) == (dt.date(2026, 1, 19), dt.date(2026, 1, 23))
    assert entry.law == "优化营商环境条例 36"
    outbox.deliver(at=moment(2, 3, 1))
    assert [one.kind for one in queries.entries_of(entry.case_id)] == [EntryKind.PROMISE, EntryKind.STATUTORY]
    assert queries.entries(access(SUPERVISOR), at=moment(1, 26))[0].is_overdue


def test_a_later_demand_opens_an_entry_against_who_made_it(cast: Cast) -> None:
    case_id = accepted(cast, "restaurant")
    cases.demand_later(
        case_id=case_id, what="再要一份租赁合同", reason="漏看", by=reviewer("fire"), at=moment(1, 6)
    )
    outbox.deliver(at=moment(1, 6))
    entry = queries.entries_of(case_id)[0]
    assert (entry.kind, entry.department, entry.owner) == (EntryKind.BREACH, "fire", "fire-9")
    assert "再要一份租赁合同" in entry.what
    assert "行政许可法 32" in entry.law


def test_the_same_thing_opens_one_entry(cast: Cast) -> None:
    entry = late(cast)
    again = operations.open_entry(
        key=f"limit:promise:{entry.branch_id}:2026-01-19", kind=EntryKind.PROMISE, case_id=entry.case_id,
        department="market", what="又一次", at=moment(1, 21),
    )  # fmt: skip
    assert again is None
    assert len(queries.entries_of(entry.case_id)) == 1


def test_the_department_explains_and_another_closes(cast: Cast) -> None:
    entry, at = late(cast), moment(1, 21)
    with pytest.raises(NotAllowed, match="责任部门"):
        operations.explain(entry_id=entry.id, text="人手不足", by=SUPERVISOR, at=at)
    with pytest.raises(Invalid):
        operations.explain(entry_id=entry.id, text="忙", by=head("market"), at=at)
    operations.explain(entry_id=entry.id, text="材料需要核实", by=head("market"), at=at)
    with pytest.raises(NotAllowed, match="督查人员"):
        operations.close(entry_id=entry.id, text="情况属实", by=head("market"), at=at)
    operations.give_back(entry_id=entry.id, text="请写明整改措施", by=SUPERVISOR, at=moment(1, 22))
    returned = queries.get_entry(entry.id, staff=access(head("market")), at=at)
    assert (returned.state, returned.due_on) == (S.RETURNED, dt.date(2026, 1, 27))
    assert queries.acts_for(returned, access(head("market"))) == (EntryAct.EXPLAIN,)
    operations.explain(entry_id=entry.id, text="已经增加人手", by=reviewer("market"), at=moment(1, 22))
    operations.close(entry_id=entry.id, text="整改到位", by=SUPERVISOR, at=moment(1, 23))
    closed = queries.get_entry(entry.id, staff=access(SUPERVISOR))
    assert [note.act.value for note in closed.notes] == ["open", "explain", "return", "explain", "close"]
    with pytest.raises(Conflict, match="已销号"):
        operations.explain(entry_id=entry.id, text="还要说明", by=head("market"), at=at)
    assert queries.entries(access(SUPERVISOR)) == ()
    assert len(queries.entries(access(SUPERVISOR), is_closed=True)) == 1
    acts = {one.act for one in ledger.entries(Subject("case", str(entry.case_id)))}
    assert {"effectiveness.open", "effectiveness.explain", "effectiveness.close"} <= acts


def test_what_somebody_can_act_on_stands_first_and_a_page_is_cut_in_the_query(cast: Cast) -> None:
    first, second = late(cast), late(cast)
    operations.explain(entry_id=second.id, text="材料需要核实", by=head("market"), at=moment(1, 21))
    theirs, supervisor = access(head("market")), access(SUPERVISOR)
    for staff, order in ((theirs, [first.id, second.id]), (supervisor, [second.id, first.id])):
        assert [place.id for place in queries.head(staff, most=9).places] == order
        one = queries.head(staff, most=1)
        assert (one.total, [place.id for place in one.places]) == (2, order[:1])
    assert queries.head(access(reviewer("fire")), most=9).total == 0
    operations.close(entry_id=second.id, text="整改到位", by=SUPERVISOR, at=moment(1, 23))
    assert [place.id for place in queries.head(theirs, is_closed=True, most=9).places] == [second.id]
    assert [one.id for one in queries.entries(theirs, is_closed=True, only=[first.id, second.id])] == [
        second.id
    ]


def test_who_has_nothing_to_do_with_it_does_not_see_it(cast: Cast) -> None:
    entry = late(cast)
    assert queries.entries(access(reviewer("fire"))) == ()
    assert [one.id for one in queries.entries(access(reviewer("market")))] == [entry.id]
    with pytest.raises(NotFound):
        queries.get_entry(entry.id, staff=access(reviewer("fire")))
    with pytest.raises(NotFound):
        operations.close(entry_id=uuid.uuid4(), text="整改到位", by=SUPERVISOR, at=MONDAY)
    with pytest.raises(NotAllowed):
        operations.explain(entry_id=entry.id, text="我来说明", by=cast.applicant, at=MONDAY)


def holder(department: str, *may: str) -> StaffAccess:
    post = Post(code="p", name="岗", english="Post", department=department, may=may)
    return StaffAccess(None, "s", "人", (post,), frozenset({department}), frozenset(may))


@pytest.mark.parametrize("act", [EntryAct.EXPLAIN, EntryAct.RETURN, EntryAct.CLOSE])
def test_every_act_by_every_role_in_every_state(act: EntryAct) -> None:
    people = {
        "department": holder("market", "review"),
        "supervisor": holder("office", "supervise"),
        "own supervisor": holder("market", "supervise"),
        "other": holder("fire", "head"),
    }
    for (name, person), state in product(people.items(), S):
        step = entries.STEPS.get((state, act))
        allowed = step is not None and name == ("supervisor" if step.supervises else "department")
        assert entries.can_act(act, state, person, "market") == allowed
        if allowed:
            assert step
            assert entries.check_act(act, state, person, "market", "写明情况") is step.next
        else:
            with pytest.raises(Failure):
                entries.check_act(act, state, person, "market", "写明情况")


def test_figures_of_a_department(cast: Cast) -> None:
    one = branch(accepted(cast))
    opinion(one, at=moment(1, 7))
    approvals.decide(branch_id=one.id, outcome=Outcome.GRANTED, by=head("market"), at=moment(1, 7))
    late(cast)
    found = queries.figures("market", since=dt.date(2026, 1, 5), until=dt.date(2026, 1, 31))
    assert (found.decided, found.in_time, found.mean_used, found.open) == (1, 1, 2, 1)


def test_a_forecast_by_earlier_cases(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from tongban.services.approvals import queries as history

    case_id = accepted(cast)
    assert queries.forecast(case_id, at=MONDAY) is None
    days = tuple([4] * 20 + [6] * 15 + [12] * 5)
    monkeypatch.setattr(history, "days_used", lambda wanted, at=None: dict.fromkeys(wanted, days))
    found = queries.forecast(case_id, at=MONDAY)
    assert found
    assert (found.p50, found.p50_on, found.basis) == (6, dt.date(2026, 1, 13), 40) or found.p50 == 4
    assert found.p90_on in (dt.date(2026, 1, 13), dt.date(2026, 1, 21))
    assert found.promised_on == dt.date(2026, 1, 19)
    assert found.in_time and 0.7 < found.in_time < 1
    assert sum(share for _, share in found.by_day) == pytest.approx(1)
    assert [(one.item, one.p50) for one in found.branches] == [("alone", 4)]
    one = branch(case_id)
    opinion(one, at=moment(1, 7))
    approvals.decide(branch_id=one.id, outcome=Outcome.GRANTED, by=head("market"), at=moment(1, 7))
    assert queries.forecast(case_id, at=moment(1, 8)) is None


def refused(name: str, work: Any) -> None:
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        work()
    assert name in str(error.value)


def test_what_the_database_refuses(cast: Cast) -> None:
    entry = late(cast)
    rows = models.Entry.objects.filter(id=entry.id)
    refused("entry_kind_known", lambda: rows.update(kind="lazy"))
    refused("entry_state_known", lambda: rows.update(state="lost"))
    refused("entry_closed_has_moment", lambda: rows.update(state="closed"))
    row = rows.get()
    row.id = uuid.uuid4()
    refused("entry_once", lambda: row.save(force_insert=True))
    note = {"entry_id": entry.id, "act": "sleep", "at": MONDAY, "by_kind": "staff", "by_id": "x"}
    refused("entry_note_act_known", lambda: models.Note.objects.create(**note))
    refused("effectiveness_append_only", lambda: models.Note.objects.update(text="x"))

    def delete() -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM effectiveness_note")

    refused("effectiveness_append_only", delete)
