"""A case is rated once by its applicant; a bad rating is followed up to the call-back."""

from __future__ import annotations

import datetime as dt
import uuid
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from tests.factories.approvals import SUPERVISOR, Cast, accepted, branch, head, moment, opinion, reviewer
from tongban.foundation.identity import queries as identity
from tongban.foundation.ledger import queries as ledger
from tongban.foundation.messages import queries as messages
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from tongban.kernel.types import SYSTEM, Actor, Subject
from tongban.oversight.effectiveness import queries as effectiveness
from tongban.oversight.effectiveness.types import EntryKind
from tongban.oversight.ratings import models, operations, queries
from tongban.oversight.ratings.types import FollowUp, FollowUpAct, FollowUpState, Level
from tongban.services.approvals import operations as approvals
from tongban.services.approvals.types import Outcome
from tongban.services.cases import operations as cases
from tongban.services.cases import queries as case_queries
from tongban.services.cases.types import CaseState

ENDED = moment(1, 7)
"""A Wednesday."""


def closed(cast: Cast, service: str = "alone") -> uuid.UUID:
    """Return a case that was granted and closed on Wednesday."""
    case_id = accepted(cast, service)
    one = branch(case_id)
    opinion(one, at=ENDED)
    approvals.decide(branch_id=one.id, outcome=Outcome.GRANTED, by=head(one.department), at=ENDED)
    outbox.deliver(at=ENDED)
    if case_queries.limits(case_id).state is CaseState.DECIDED:
        cases.close(case_id=case_id, by=SYSTEM, at=ENDED)
    outbox.deliver(at=ENDED)
    return case_id


def rate(cast: Cast, case_id: uuid.UUID, level: Level = Level.DISSATISFIED, **more: Any) -> uuid.UUID:
    said: dict[str, Any] = {"by": cast.applicant, "at": ENDED} | more
    return operations.rate(case_id=case_id, level=level, **said)


def prompt(cast: Cast, case_id: uuid.UUID, at: dt.datetime = ENDED) -> Any:
    case = case_queries.get_case(case_id, by=cast.applicant, at=at)
    return queries.prompt(case, by=cast.applicant, at=at)


def access(who: Actor) -> Any:
    return identity.staff_access(who.id, at=ENDED)


def bad(cast: Cast) -> FollowUp:
    """Return the follow-up of a bad rating given on Wednesday."""
    rate(cast, closed(cast), tag_codes=("213",), words="排了两次队")
    return queries.follow_ups(access(head("market")), at=ENDED)[0]


@pytest.mark.law("rating-by-applicant")
def test_the_applicant_is_asked_once_and_rates_once(cast: Cast) -> None:
    case_id = closed(cast)
    told = [
        one
        for one in messages.inbox(Subject("person", cast.applicant.id))
        if one.template == "ratings.invitation"
    ]
    assert len(told) == 1
    assert "2026-02-06" in told[0].body
    assert prompt(cast, case_id).may_rate
    assert prompt(cast, case_id).until == dt.date(2026, 2, 6)
    rate(cast, case_id, Level.SATISFIED, tag_codes=("409", "406"), words=" 很快 ")
    found = prompt(cast, case_id)
    assert not found.may_rate
    assert (found.rating.level, found.rating.words) == (Level.SATISFIED, "很快")
    assert [tag.code for tag in found.rating.tags] == ["409", "406"]
    with pytest.raises(Conflict, match="不能修改"):
        rate(cast, case_id, Level.VERY_SATISFIED)
    assert queries.follow_ups(access(SUPERVISOR)) == ()
    assert "rating.given" in {one.act for one in ledger.entries(Subject("case", str(case_id)))}


@pytest.mark.law("rating-by-applicant")
def test_nobody_else_rates_and_not_too_early_or_late(cast: Cast) -> None:
    running = accepted(cast)
    assert not prompt(cast, running).may_rate
    with pytest.raises(Conflict, match="有了结果"):
        rate(cast, running)
    case_id = closed(cast)
    with pytest.raises(NotAllowed, match="申请人本人"):
        rate(cast, case_id, by=head("market"))
    with pytest.raises(NotFound):
        rate(cast, case_id, by=Actor("person", str(uuid.uuid4())))
    late = moment(2, 7)
    assert not prompt(cast, case_id, late).may_rate
    with pytest.raises(Conflict, match="2026-02-06"):
        rate(cast, case_id, at=late)
    rate(cast, case_id, at=moment(2, 6, 23))


def test_who_was_not_accepted_rates_too(cast: Cast) -> None:
    case_id = accepted(cast)
    assert prompt(cast, case_id).until is None
    with pytest.raises(Invalid):
        rate(cast, closed(cast), Level.FAIR, tag_codes=("510",))


@pytest.mark.law("rating-followed-up")
def test_a_bad_rating_is_contacted_mended_and_called_back(cast: Cast) -> None:
    task = bad(cast)
    assert (task.state, task.due_on, task.department) == (FollowUpState.OPEN, dt.date(2026, 1, 8), "market")
    assert task.rating.words == "排了两次队"
    here = {"follow_up_id": task.id, "at": moment(1, 8)}
    with pytest.raises(NotAllowed, match="责任部门"):
        operations.contact(**here, is_complex=False, text="已经联系", by=reviewer("fire"))
    operations.contact(**here, is_complex=False, text="已电话联系，情况属实", by=reviewer("market"))
    with pytest.raises(NotAllowed, match="督查人员"):
        operations.close(**here, text="回访满意", by=head("market"))
    operations.answer(**here, text="窗口已经重新培训", by=head("market"))
    operations.give_back(**here, text="申请人说还要排队", by=SUPERVISOR)
    assert queries.get_follow_up(task.id, staff=access(SUPERVISOR)).due_on == dt.date(2026, 1, 15)
    operations.answer(**here, text="改为一次取号", by=head("market"))
    operations.close(**here, text="回访：满意", by=SUPERVISOR)
    done = queries.get_follow_up(task.id, staff=access(head("market")))
    assert [note.act.value for note in done.notes] == [
        "open",
        "contact",
        "answer",
        "return",
        "answer",
        "close",
    ]
    outbox.deliver(at=moment(1, 8))
    assert prompt(cast, task.rating.case_id).answer == "改为一次取号"
    told = [one.template for one in messages.inbox(Subject("person", cast.applicant.id))]
    assert told.count("ratings.answered") == 2
    with pytest.raises(Conflict, match="已了结"):
        operations.answer(**here, text="还有话说", by=head("market"))


@pytest.mark.law("rating-followed-up")
def test_a_limit_that_passes_goes_to_supervision(cast: Cast) -> None:
    task = bad(cast)
    outbox.deliver(at=moment(1, 9, 1))
    entries = effectiveness.entries_of(task.rating.case_id)
    assert [(one.kind, one.department) for one in entries] == [(EntryKind.RATING, "market")]
    assert queries.get_follow_up(task.id, staff=access(SUPERVISOR), at=moment(1, 9)).is_overdue
    operations.contact(
        follow_up_id=task.id, is_complex=True, text="情况复杂", by=head("market"), at=moment(1, 9)
    )
    operations.answer(follow_up_id=task.id, text="已经整改", by=head("market"), at=moment(1, 20))
    outbox.deliver(at=moment(3, 1))
    assert len(effectiveness.entries_of(task.rating.case_id)) == 1


def test_who_sees_a_follow_up_and_what_they_may_do(cast: Cast) -> None:
    task = bad(cast)
    assert queries.follow_ups(access(reviewer("fire"))) == ()
    assert queries.acts_for(task, access(reviewer("market"))) == (FollowUpAct.CONTACT,)
    assert queries.acts_for(task, access(SUPERVISOR)) == ()
    assert [one.id for one in queries.follow_ups(access(SUPERVISOR))] == [task.id]
    with pytest.raises(NotFound):
        queries.get_follow_up(task.id, staff=access(reviewer("fire")))
    with pytest.raises(NotFound):
        operations.answer(follow_up_id=uuid.uuid4(), text="没有这张", by=head("market"), at=ENDED)
    with pytest.raises(NotAllowed):
        operations.contact(
            follow_up_id=task.id, is_complex=False, text="我自己来", by=cast.applicant, at=ENDED
        )


@pytest.mark.slow
def test_figures_are_counted_from_the_ratings(cast: Cast) -> None:
    rate(cast, closed(cast), Level.VERY_SATISFIED)
    rate(cast, closed(cast), Level.FAIR)
    rate(cast, closed(cast), Level.VERY_DISSATISFIED)
    day = {"since": ENDED.date(), "until": ENDED.date(), "at": ENDED}
    found = queries.figures(access(head("market")), **day)
    assert found.by_level == {**dict.fromkeys(Level, 1), Level.SATISFIED: 0, Level.DISSATISFIED: 0}
    assert (found.total, found.bad, found.open, found.overdue) == (3, 1, 1, 0)
    assert found.good == pytest.approx(2 / 3)
    assert queries.figures(access(SUPERVISOR), **day) == found
    later = {"since": dt.date(2026, 1, 8), "until": dt.date(2026, 1, 31)}
    assert queries.figures(access(head("market")), **later).good is None


@pytest.mark.law("ratings-for-who-answers")
def test_a_head_sees_how_its_own_department_was_rated_and_a_reviewer_no_figures(cast: Cast) -> None:
    bad(cast)
    day = {"since": ENDED.date(), "until": ENDED.date(), "at": ENDED}
    assert queries.figures(access(head("market")), **day).total == 1
    assert queries.figures(access(head("fire")), **day).total == 0
    assert queries.by_service(access(head("fire")), size=9, **day).items == ()
    for ask in (partial(queries.figures, **day), partial(queries.by_service, size=9, **day)):
        with pytest.raises(NotAllowed, match="部门负责人和督查人员"):
            ask(access(reviewer("market")))


@pytest.mark.slow
def test_services_are_ordered_by_their_bad_ratings_with_the_words_that_were_chosen(cast: Cast) -> None:
    for level, codes in (
        (Level.VERY_SATISFIED, ("510",)),
        (Level.DISSATISFIED, ("213", "207")),
        (Level.DISSATISFIED, ("213",)),
    ):
        rate(cast, closed(cast), level, tag_codes=codes)
    rate(cast, closed(cast, "environment"), Level.SATISFIED)
    day = {"since": ENDED.date(), "until": ENDED.date()}
    first, second = queries.by_service(access(SUPERVISOR), size=9, at=moment(1, 9), **day).items
    assert (first.total, first.bad, first.good) == (3, 2, pytest.approx(1 / 3))
    assert [(tag.code, count) for tag, count in first.reasons] == [("213", 2), ("207", 1)]
    assert (first.open, first.overdue, first.next_due_on) == (2, 2, dt.date(2026, 1, 8))
    assert (second.total, second.bad, second.reasons, second.next_due_on) == (1, 0, (), None)
    paged = queries.by_service(access(SUPERVISOR), size=1, number=2, at=ENDED, **day)
    assert (paged.total, paged.pages) == (2, 2) and [one.name for one in paged.items] == [second.name]


@pytest.mark.slow
def test_what_somebody_can_act_on_stands_first_and_what_was_closed_elsewhere(cast: Cast) -> None:
    task = bad(cast)
    rate(cast, closed(cast), Level.VERY_DISSATISFIED, at=moment(1, 8))
    answered = {"follow_up_id": task.id, "by": head("market"), "at": moment(1, 8)}
    operations.contact(**answered, is_complex=False, text="已电话联系，情况属实")
    operations.answer(**answered, text="窗口已经重新培训")
    theirs, supervisor = access(head("market")), access(SUPERVISOR)
    for staff in (theirs, supervisor):
        whole = sorted(queries.follow_ups(staff), key=lambda one: not queries.acts_for(one, staff))
        assert [place.id for place in queries.head(staff, most=9).places] == [one.id for one in whole]
    assert queries.head(theirs, most=9).places[1].id == task.id, "nothing to do until the call-back"
    first = queries.head(supervisor, most=1)
    assert (first.total, [place.id for place in first.places]) == (2, [task.id]), (
        "the call-back is theirs to make"
    )
    assert queries.head(access(head("fire")), most=1).total == 0
    operations.close(follow_up_id=task.id, text="回访：满意", by=SUPERVISOR, at=moment(1, 9))
    assert [place.id for place in queries.head(theirs, is_closed=True, most=9).places] == [task.id]
    assert [one.id for one in queries.follow_ups(theirs, is_closed=True, only=[task.id])] == [task.id]
    assert queries.follow_ups(theirs, only=[task.id]) == ()


def refused(name: str, work: Any) -> None:
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        work()
    assert name in str(error.value)


def test_what_the_database_refuses(cast: Cast) -> None:
    task = bad(cast)
    rows = models.FollowUp.objects.filter(id=task.id)
    refused("follow_up_state_known", lambda: rows.update(state="lost"))
    refused("follow_up_closed_has_moment", lambda: rows.update(state="closed"))
    row = models.Rating.objects.get(id=task.rating.id)
    row.id, row.level = uuid.uuid4(), "great"
    refused("rating_level_known", lambda: row.save(force_insert=True))
    row.level = "fair"
    refused("rating_once", lambda: row.save(force_insert=True))
    note = {
        "follow_up_id": task.id,
        "act": "sleep",
        "text": b"",
        "at": ENDED,
        "by_kind": "staff",
        "by_id": "x",
    }
    refused("follow_up_note_act_known", lambda: models.Note.objects.create(**note))
    refused("ratings_append_only", lambda: models.Rating.objects.update(level="satisfied"))
    refused("ratings_append_only", lambda: models.Note.objects.all().delete())
