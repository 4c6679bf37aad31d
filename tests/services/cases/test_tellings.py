"""What the applicant is told: once for each thing, in both languages, by who may hear it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest

from tests.factories.cases import (
    CLERK,
    DECIDER,
    MONDAY,
    REVIEWER,
    Cast,
    fill,
    get,
    promise_photo,
    publish_item_with_photo,
    start,
    store,
    submit,
)
from tongban.foundation.identity import operations as identity
from tongban.foundation.identity import queries as people
from tongban.foundation.messages import queries as messages
from tongban.foundation.messages import registry
from tongban.foundation.messages.types import Addresses, Channel
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.errors import Conflict
from tongban.kernel.types import SYSTEM, Subject
from tongban.services.cases import operations, queries, tellings
from tongban.services.cases.types import CaseState, Demand, Ending, MaterialState, Refusal

DAY = dt.timedelta(days=1)
WHERE = {"item": "food-licence", "material": "photo"}


def told(subject: Subject, *, at: dt.datetime = MONDAY, language: str = "zh") -> list[tuple[str, str]]:
    """Deliver what is due and return what cases told, oldest first."""
    outbox.deliver(at=at)
    found = messages.inbox(subject, language=language)
    mine = [one for one in found if one.template.startswith("cases.")]
    return [(one.template.removeprefix("cases."), one.body) for one in reversed(mine)]


def test_the_whole_life_is_told_each_thing_once(cast: Cast) -> None:
    receipt = submit(cast)
    operations.accept(case_id=receipt.case_id, by=CLERK, at=MONDAY)
    operations.demand_later(
        case_id=receipt.case_id, what="租赁合同", reason="漏了", by=REVIEWER, at=MONDAY + DAY
    )
    operations.record_decided(case_id=receipt.case_id, outcome="granted", by=SYSTEM, at=MONDAY + 2 * DAY)
    found = told(cast.subject, at=MONDAY + 2 * DAY)
    # Of a single item its own department tells the decision.
    assert [code for code, _ in found] == ["submitted", "accepted", "demanded", "closed"]
    assert queries.spaced(receipt.number) in found[0][1] and "2026-03-09" in found[0][1]
    assert "2026-03-02 起受理" in found[1][1] and "2026-03-16" in found[1][1]
    assert "租赁合同" in found[2][1] and "违规记录" in found[2][1]
    assert get(receipt.case_id, cast.applicant).state is CaseState.CLOSED
    english = told(cast.subject, language="en")
    assert "has arrived" in english[0][1] and "accepted from 2026-03-02" in english[1][1]


def test_a_notice_and_its_supplement_are_two_messages(cast: Cast) -> None:
    case_id = submit(cast).case_id
    demand = Demand("布局图看不清", item="food-licence", material="layout")
    operations.give_notice(case_id=case_id, demands=[demand], by=CLERK, at=MONDAY)
    operations.attach(
        case_id=case_id, item="food-licence", material="layout", document=store(cast.subject), by=cast.applicant,
        at=MONDAY + DAY,
    )  # fmt: skip
    operations.supplement(case_id=case_id, by=cast.applicant, at=MONDAY + DAY)
    assert [code for code, _ in told(cast.subject, at=MONDAY + DAY)] == [
        "submitted",
        "notice",
        "supplemented",
    ]


def test_silence_of_the_office_is_told_as_acceptance(cast: Cast) -> None:
    submit(cast)
    found = told(cast.subject, at=dt.datetime.combine(dt.date(2026, 3, 10), dt.time(1), MONDAY.tzinfo))
    assert [code for code, _ in found] == ["submitted", "deemed"]
    assert "2026-03-02" in found[1][1]


@pytest.mark.parametrize(
    ("refusal", "code"), [(Refusal.WRONG_BODY, "not-accepted"), (Refusal.NOT_NEEDED, "not-needed")]
)
def test_what_is_not_accepted_is_told(cast: Cast, refusal: Refusal, code: str) -> None:
    case_id = submit(cast).case_id
    operations.refuse_acceptance(
        case_id=case_id, refusal=refusal, reason="不属于", right_body="别的机关", by=CLERK, at=MONDAY
    )
    assert told(cast.subject)[-1][0] == code


@pytest.mark.parametrize(
    ("outcome", "code"), [("granted", "granted"), ("refused", "refused"), ("partly", "partly")]
)
def test_of_several_items_the_whole_is_told_when_all_have_decided(
    cast: Cast, outcome: str, code: str
) -> None:
    case_id = submit(cast, Subject("bundle", "restaurant")).case_id
    operations.accept(case_id=case_id, by=CLERK, at=MONDAY)
    operations.record_decided(case_id=case_id, outcome=outcome, by=SYSTEM, at=MONDAY)
    assert {one for one, _ in told(cast.subject)} == {"submitted", "accepted", code, "closed"}


def test_taking_back_and_ending_are_told_but_nobody_writes_to_the_dead(cast: Cast) -> None:
    taken, ended, dead = (submit(cast).case_id for _ in range(3))
    operations.withdraw(case_id=taken, by=cast.applicant, at=MONDAY)
    operations.terminate(case_id=ended, ending=Ending.IMPOSSIBLE, reason="洪水", by=CLERK, at=MONDAY)
    operations.terminate(case_id=dead, ending=Ending.DEATH, reason="死亡", by=SYSTEM, at=MONDAY)
    draft = start(cast)
    operations.withdraw(case_id=draft, by=cast.applicant, at=MONDAY)  # nobody knew of a draft
    assert sorted(code for code, _ in told(cast.subject)) == [
        "submitted", "submitted", "submitted", "terminated", "withdrawn",
    ]  # fmt: skip


def test_the_agent_who_filed_hears_of_it_while_the_mandate_stands(cast: Cast) -> None:
    case_id = start(cast, by=cast.agent)
    fill(cast, case_id, by=cast.agent)
    operations.submit(case_id=case_id, by=cast.agent, at=MONDAY)
    agent = Subject("person", cast.agent.id)
    assert [code for code, _ in told(agent)] == ["submitted"] == [code for code, _ in told(cast.subject)]
    mandate = next(
        one
        for one in people.mandates_of(cast.applicant.id, at=MONDAY)
        if one.grantee == uuid.UUID(cast.agent.id) and one.state == "accepted"
    )
    identity.revoke_mandate(mandate=mandate.id, by=cast.applicant, at=MONDAY + DAY)
    operations.accept(case_id=case_id, by=CLERK, at=MONDAY + DAY)
    assert [code for code, _ in told(agent, at=MONDAY + DAY)] == ["submitted"]
    assert [code for code, _ in told(cast.subject)] == ["submitted", "accepted"]


def test_mail_and_phone_get_the_same_with_the_way_to_the_case(
    cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SITE_ADDRESS, settings.SMTP = "https://city.example", ""
    known = Addresses(mail="wang@example.org", phone="13800001234")
    monkeypatch.setitem(registry.ADDRESS_BOOKS, "person", lambda subject: known)
    case_id = submit(cast).case_id
    outbox.deliver(at=MONDAY)
    for channel in Channel:
        kept = [one for one in messages.kept_by_demonstration(channel) if one.title == "收到了您的申请"]
        assert len(kept) == 1 and kept[0].address in (known.mail, known.phone)
    sent = [one.channel for one in messages.deliveries_of_case(case_id)]
    assert sorted(sent) == sorted(Channel)


def test_every_template_is_told_by_something() -> None:
    codes = {one.code for one in tellings.ALL}
    assert len(codes) == len(tellings.ALL) and codes <= set(registry.TEMPLATES)


def with_a_promise(cast: Cast) -> uuid.UUID:
    """Return a filed case in which a photograph was promised for the tenth day after."""
    publish_item_with_photo()
    case_id, until = start(cast), MONDAY.date() + 10 * DAY
    promise_photo(cast, case_id, until)
    with pytest.raises(Conflict, match="不能再改日子"):
        promise_photo(cast, case_id, until + DAY)
    fill(cast, case_id)
    operations.submit(case_id=case_id, by=cast.applicant, at=MONDAY)
    return case_id


def of_papers(cast: Cast, days: int) -> list[tuple[str, str]]:
    return [one for one in told(cast.subject, at=MONDAY + days * DAY) if one[0].startswith("paper")]


def test_a_promised_paper_is_reminded_of_and_its_missing_is_told(cast: Cast) -> None:
    with_a_promise(cast)
    assert of_papers(cast, 6) == []
    ((code, words),) = of_papers(cast, 7)
    assert code == "paper-due" and "门头照片" in words and "2026-03-12" in words
    assert len(of_papers(cast, 10)) == 1
    assert [code for code, _ in of_papers(cast, 11)] == ["paper-due", "paper-missed"]


def test_a_decided_case_waits_for_the_promised_paper_and_closes_with_it(cast: Cast) -> None:
    case_id = with_a_promise(cast)
    operations.accept(case_id=case_id, by=CLERK, at=MONDAY)
    operations.record_decided(case_id=case_id, outcome="granted", by=DECIDER, at=MONDAY)
    outbox.deliver(at=MONDAY)
    assert get(case_id, cast.applicant).state is CaseState.DECIDED
    given = {"case_id": case_id, "document": store(cast.subject), "by": cast.applicant, "at": MONDAY + DAY}
    with pytest.raises(Conflict, match="没有答应后补"):
        operations.bring_promised(item="food-licence", material="layout", **given)
    operations.bring_promised(**WHERE, **given)
    case = get(case_id, cast.applicant)
    assert case.state is CaseState.CLOSED
    assert next(one for one in case.materials if one.code == "photo").state is MaterialState.GIVEN
    assert of_papers(cast, 20) == []
