"""Handing in: once, whatever happens to the answer."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

import pytest

from tests.factories.cases import (
    CLERK,
    FOOD,
    MONDAY,
    RESTAURANT_SUBJECT,
    Cast,
    fill,
    get,
    start,
    submit,
)
from tongban.foundation.outbox import operations as outbox
from tongban.foundation.outbox.models import Delivery, Happened
from tongban.kernel.errors import Conflict, Invalid
from tongban.services.cases import models, operations, queries
from tongban.services.cases.errors import CaseUnknown, NotReady
from tongban.services.cases.rules.numbers import read_number
from tongban.services.cases.types import CaseState


@pytest.mark.law("case-submitted-once")
def test_the_same_draft_twice_is_one_case(cast: Cast) -> None:
    first = submit(cast)
    again = operations.submit(case_id=first.case_id, by=cast.applicant, at=MONDAY + dt.timedelta(minutes=1))
    assert again == first
    assert models.Filing.objects.filter(case_id=first.case_id).count() == 1
    assert Happened.objects.filter(name="case.submitted").count() == 1
    assert Delivery.objects.filter(timer=f"case:{first.case_id}:completeness").count() == 1


@pytest.mark.law("case-submitted-once")
def test_the_same_key_with_another_draft_is_one_case(cast: Cast) -> None:
    first = submit(cast, key="k-1")
    other = start(cast)
    fill(cast, other)
    assert operations.submit(case_id=other, idempotency_key="k-1", by=cast.applicant, at=MONDAY) == first
    assert get(other, cast.applicant).state is CaseState.DRAFT


def test_case_submission_key_once(cast: Cast) -> None:
    """The constraint, not a look before, decides: two that look at the same moment see nothing."""
    submit(cast, key="k-1")
    other = submit(cast, RESTAURANT_SUBJECT, key="k-2")
    third = start(cast, RESTAURANT_SUBJECT)
    fill(cast, third)
    with pytest.raises(Conflict) as used:
        operations.submit(case_id=third, idempotency_key="k-1", by=cast.applicant, at=MONDAY)
    assert used.value.code == "case-key-used"
    assert other.number
    with pytest.raises(Invalid):
        operations.submit(case_id=other.case_id, idempotency_key="x" * 101, by=cast.applicant, at=MONDAY)


def test_the_key_of_another_person_is_another_key(cast: Cast) -> None:
    first = submit(cast, key="k-1")
    second = submit(cast, key="k-1", by=cast.agent)
    assert first.number != second.number


def test_starting_twice_with_a_key_is_one_draft(cast: Cast) -> None:
    assert start(cast, key="tab") == start(cast, key="tab")
    assert start(cast, key="tab") != start(cast, key="other")
    assert models.Case.objects.count() == 2
    with pytest.raises(Invalid):
        start(cast, key="")


@pytest.mark.law("case-all-at-once-before")
def test_what_is_missing_is_told_all_at_once(cast: Cast) -> None:
    case_id = start(cast)
    found = queries.pre_review(case_id, by=cast.applicant, at=MONDAY)
    assert [one.words for one in found.missing] == [
        "“店名”还没有填。",
        "“面积”还没有填。",
        "《布局图》还没有交。",
        "《健康管理制度》可以用承诺代替，请看过承诺书后签字，或者把它交上来。",
    ]
    with pytest.raises(NotReady) as refused:
        operations.submit(case_id=case_id, by=cast.applicant, at=MONDAY)
    assert refused.value.missing == found.missing
    assert get(case_id, cast.applicant).number is None


def test_an_agent_fills_in_who_acts(cast: Cast) -> None:
    case_id = start(cast, by=cast.agent)
    case = queries.get_case(case_id, by=cast.agent, at=MONDAY)
    assert case.fields["agent-name"].source == "register:人口库"
    assert case.via == "mandate"
    fill(cast, case_id, by=cast.agent)
    assert operations.submit(case_id=case_id, by=cast.agent, at=MONDAY).number
    assert get(case_id, cast.applicant).filed_by.id == cast.agent.id


def test_receipt_and_progress_by_number_and_code(cast: Cast) -> None:
    receipt = submit(cast)
    listed = queries.receipt(receipt.case_id, by=cast.applicant, at=MONDAY)
    assert replace(listed, materials=()) == receipt
    assert len(listed.materials) == 5
    assert read_number(queries.spaced(receipt.number)) == receipt.number
    progress = queries.find_by_number(queries.spaced(receipt.number), receipt.code.lower())
    assert progress is not None
    assert (progress.state, progress.service_name) == (CaseState.RECEIVED, "食品经营许可")
    assert not hasattr(progress, "applicant_name")
    assert queries.find_by_number(receipt.number, "AAAAAA") is None
    assert queries.find_by_number("1" * 16, receipt.code) is None
    with pytest.raises(CaseUnknown):
        queries.receipt(start(cast), by=cast.applicant, at=MONDAY)


def test_an_old_draft_is_looked_at_again_when_handed_in(cast: Cast) -> None:
    case_id = start(cast)
    fill(cast, case_id)
    later = MONDAY + dt.timedelta(days=30)
    receipt = operations.submit(case_id=case_id, by=cast.applicant, at=later)
    assert receipt.received_at == later


def test_nobody_elses_case_exists(cast: Cast) -> None:
    case_id = submit(cast).case_id
    for nobody in (cast.stranger, cast.representative):
        for ask in (queries.get_case, queries.events, queries.letters, queries.receipt, queries.pre_review):
            with pytest.raises(CaseUnknown):
                ask(case_id, by=nobody, at=MONDAY)
        with pytest.raises(CaseUnknown):
            operations.withdraw(case_id=case_id, by=nobody, at=MONDAY)
    with pytest.raises(CaseUnknown):
        queries.get_case(uuid.uuid4(), by=CLERK, at=MONDAY)
    with pytest.raises(CaseUnknown):
        queries.get_case("no-id", by=CLERK, at=MONDAY)


def test_a_draft_is_the_applicants_own(cast: Cast) -> None:
    case_id = start(cast)
    with pytest.raises(CaseUnknown):
        queries.get_case(case_id, by=CLERK, at=MONDAY)


def test_the_bundle_is_one_case_over_the_items_that_apply(cast: Cast) -> None:
    both = get(submit(cast, RESTAURANT_SUBJECT).case_id, cast.applicant)
    assert both.items == ("food-licence", "shop-sign")
    assert both.versions == {"food-licence": 1, "shop-sign": 1}
    assert both.bundle_version == 1
    assert set(both.departments) == {"market", "police"}
    assert {step.step for step in both.plan} >= {"food-licence", "shop-sign"}
    one = get(submit(cast, RESTAURANT_SUBJECT, answers={"signboard": False}).case_id, cast.applicant)
    assert one.items == ("food-licence",)


def test_the_version_it_began_with_stays(cast: Cast) -> None:
    from tests.factories.cases import food_licence, publish_items, sign_filing

    case_id = start(cast)
    publish_items(
        food_licence(name="食品经营许可（新）", form=["shop-name"], promise={"days": 1}), sign_filing()
    )
    fill(cast, case_id)
    case = get(operations.submit(case_id=case_id, by=cast.applicant, at=MONDAY).case_id, cast.applicant)
    assert case.versions == {"food-licence": 1}
    assert (case.service_name, case.promised_days) == ("食品经营许可", 10)
    assert len(case.form) == 6
    assert get(start(cast), cast.applicant).versions == {"food-licence": 2}


def test_events_reach_who_listens(cast: Cast) -> None:
    receipt = submit(cast)
    assert outbox.deliver(at=MONDAY) >= 0
    assert get(receipt.case_id, CLERK).state is CaseState.RECEIVED
    assert FOOD.id in queries.limits(receipt.case_id).items
