"""Later acts: demands that come too late, corrections, withdrawal, death, decision, close."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from tests.factories.cases import (
    CLERK,
    DECIDER,
    FOOD,
    MONDAY,
    REVIEWER,
    SUPERVISOR,
    Cast,
    get,
    start,
    submit,
)
from tongban.foundation.identity import operations as identity
from tongban.foundation.outbox import operations as outbox
from tongban.foundation.outbox.models import Delivery, Happened
from tongban.kernel.errors import Conflict, Invalid, NotAllowed
from tongban.kernel.types import SYSTEM, Actor
from tongban.services.cases import models, operations, queries
from tongban.services.cases.types import Act, CaseState, Ending, Letter

DAY = dt.timedelta(days=1)


def accepted(cast: Cast) -> uuid.UUID:
    case_id = submit(cast).case_id
    operations.accept(case_id=case_id, by=CLERK, at=MONDAY)
    return case_id


@pytest.mark.law("case-later-demand")
def test_a_later_demand_is_a_breach_on_record(cast: Cast) -> None:
    case_id = accepted(cast)
    due = get(case_id, CLERK).statutory_due
    operations.demand_later(
        case_id=case_id, what="再交一份承诺", reason="漏看了", by=REVIEWER, at=MONDAY + DAY
    )
    (breach,) = queries.breaches(case_id, by=SUPERVISOR, at=MONDAY)
    assert (breach.kind, breach.what, breach.by.id) == ("later_demand", "再交一份承诺", REVIEWER.id)
    event = Happened.objects.get(name="case.breach_recorded")
    assert event.fields["case_id"] == str(case_id)
    letter = queries.letters(case_id, by=cast.applicant, at=MONDAY)[-1]
    assert letter.kind is Letter.DEMAND
    assert "不影响办理期限" in letter.text
    assert get(case_id, CLERK).statutory_due == due
    operations.demand_later(case_id=case_id, what="还要一份", reason="又漏了", by=REVIEWER, at=MONDAY + DAY)
    assert len({one.number for one in queries.letters(case_id, by=CLERK, at=MONDAY)}) == 3


@pytest.mark.law("case-later-demand")
def test_a_later_demand_says_what_and_why(cast: Cast) -> None:
    case_id = accepted(cast)
    for what, reason in (("", "漏看了"), ("再交一份", " ")):
        with pytest.raises(Invalid):
            operations.demand_later(case_id=case_id, what=what, reason=reason, by=REVIEWER, at=MONDAY)


@pytest.mark.law("case-correct-on-the-spot")
def test_an_error_is_corrected_on_the_spot_without_a_notice(cast: Cast) -> None:
    case_id = submit(cast).case_id
    before = models.Filing.objects.get(case_id=case_id).digest
    after = operations.correct(
        case_id=case_id, values={"shop-name": "大面馆"}, reason="写错了店名", by=cast.applicant, at=MONDAY
    )
    assert before != after
    case = get(case_id, CLERK)
    assert (case.state, case.fields["shop-name"].value) == (CaseState.RECEIVED, "大面馆")
    assert models.Filing.objects.filter(case_id=case_id).count() == 2
    assert queries.events(case_id, by=CLERK, at=MONDAY)[-1].facts == after


def test_after_acceptance_only_the_office_corrects_and_says_why(cast: Cast) -> None:
    case_id = accepted(cast)
    with pytest.raises(NotAllowed):
        operations.correct(
            case_id=case_id, values={"floor-area": 1}, reason="x", by=cast.applicant, at=MONDAY
        )
    with pytest.raises(Invalid):
        operations.correct(case_id=case_id, values={"floor-area": 1}, reason="", by=REVIEWER, at=MONDAY)
    operations.correct(
        case_id=case_id, values={"applicant-name": "林晓雯"}, reason="错字", by=REVIEWER, at=MONDAY
    )
    assert get(case_id, CLERK).fields["applicant-name"].source == "office:reviewer"


@pytest.mark.law("case-withdraw")
@pytest.mark.parametrize("until", ["draft", "received", "accepted"])
def test_the_applicant_takes_it_back(cast: Cast, until: str) -> None:
    case_id = start(cast) if until == "draft" else submit(cast).case_id
    if until == "accepted":
        operations.accept(case_id=case_id, by=CLERK, at=MONDAY)
    operations.withdraw(case_id=case_id, reason="不开了", by=cast.agent, at=MONDAY + DAY)
    assert get(case_id, cast.applicant).state is CaseState.WITHDRAWN
    assert Happened.objects.filter(name="case.withdrawn").exists() is (until != "draft")
    assert not Delivery.objects.filter(timer__startswith="case:").exists()
    with pytest.raises(Conflict):
        operations.withdraw(case_id=case_id, by=cast.applicant, at=MONDAY + DAY)


@pytest.mark.law("case-withdraw")
def test_what_is_decided_is_not_taken_back(cast: Cast) -> None:
    case_id = accepted(cast)
    operations.record_decided(case_id=case_id, outcome="refused", by=DECIDER, at=MONDAY)
    with pytest.raises(Conflict):
        operations.withdraw(case_id=case_id, by=cast.applicant, at=MONDAY)


@pytest.mark.law("case-terminate")
def test_a_death_ends_the_open_cases_by_itself(cast: Cast) -> None:
    running, draft, decided = accepted(cast), start(cast), accepted(cast)
    operations.record_decided(case_id=decided, outcome="granted", by=SYSTEM, at=MONDAY)
    day = MONDAY + 3 * DAY
    identity.record_death(person=uuid.UUID(cast.applicant.id), died_on=day.date(), by=SYSTEM, at=day)
    outbox.deliver(at=day)
    states = {one.id: one.state for one in models.Case.objects.all()}
    assert states == {running: "terminated", draft: "terminated", decided: "closed"}
    letter = queries.letters(running, by=CLERK, at=day)[-1]
    assert letter.kind is Letter.TERMINATION
    assert "申请人死亡" in letter.text


@pytest.mark.law("case-terminate")
def test_a_dissolution_ends_the_companys_cases(cast: Cast) -> None:
    receipt = submit(cast, applicant=cast.company, by=cast.representative)
    day = MONDAY + DAY
    with pytest.raises(Conflict) as refused:
        operations.terminate(case_id=receipt.case_id, ending=Ending.DEATH, reason="x", by=CLERK, at=day)
    assert refused.value.code == "case-wrong-ending"
    identity.record_dissolution(
        company=uuid.UUID(cast.company.id), dissolved_on=day.date(), by=SYSTEM, at=day
    )
    outbox.deliver(at=day)
    assert get(receipt.case_id, CLERK).state is CaseState.TERMINATED
    outbox.deliver(at=day + 30 * DAY)
    assert get(receipt.case_id, CLERK).state is CaseState.TERMINATED


def test_terminating_says_why(cast: Cast) -> None:
    case_id = accepted(cast)
    with pytest.raises(Invalid):
        operations.terminate(case_id=case_id, ending=Ending.DEATH, reason=" ", by=CLERK, at=MONDAY)


def test_buttons_are_the_table(cast: Cast) -> None:
    case_id = accepted(cast)
    assert queries.acts_for(case_id, by=cast.applicant, at=MONDAY) == (
        Act.ATTACH,
        Act.BRING_PROMISED,
        Act.WITHDRAW,
    )
    assert Act.DEMAND_LATER in queries.acts_for(case_id, by=REVIEWER, at=MONDAY)
    assert queries.acts_for(case_id, by=SUPERVISOR, at=MONDAY) == ()


def test_lists_of_an_applicant(cast: Cast) -> None:
    first, second = submit(cast, at=MONDAY).case_id, start(cast, at=MONDAY + DAY)
    page = queries.cases_of(cast.subject, by=cast.agent, at=MONDAY)
    assert [card.id for card in page.items] == [second, first]
    only = queries.cases_of(cast.subject, by=cast.applicant, at=MONDAY, states=[CaseState.DRAFT])
    assert [card.id for card in only.items] == [second]
    assert [card.id for card in queries.drafts_of(cast.applicant)] == [second]
    with pytest.raises(NotAllowed):
        queries.cases_of(cast.subject, by=cast.stranger, at=MONDAY)
    assert queries.names_and_numbers([first])[first].service_name == "食品经营许可"


def test_who_may_not_act_for_another_can_not_begin(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        operations.start(service=FOOD, applicant=cast.subject, by=cast.stranger, at=MONDAY)
    with pytest.raises(NotAllowed):
        operations.start(
            service=FOOD, applicant=cast.company, by=Actor("person", cast.stranger.id), at=MONDAY
        )
