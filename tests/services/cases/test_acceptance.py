"""Told once, within five working days, or accepted by silence (行政许可法 32)."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest

from tests.factories.cases import (
    CLERK,
    FIRE,
    HALL,
    MONDAY,
    POLICE,
    POSTS,
    REVIEWER,
    STAFF,
    WINDOW,
    Cast,
    get,
    start,
    store,
    submit,
)
from tests.factories.catalogue import DEPARTMENTS, DISTRICTS
from tongban.foundation.government import operations as government
from tongban.foundation.government.types import Post, StaffMember
from tongban.foundation.outbox import operations as outbox
from tongban.foundation.outbox.models import Delivery, Happened
from tongban.foundation.trust import queries as trust
from tongban.foundation.trust.types import Signature
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import Conflict, Invalid, NotAllowed
from tongban.kernel.types import SYSTEM, Actor
from tongban.services.cases import models, operations, queries
from tongban.services.cases.errors import CaseUnknown, StillMissing
from tongban.services.cases.rules import acceptance
from tongban.services.cases.types import CaseState, Demand, Letter, Refusal, Written
from tongban.services.catalogue import queries as catalogue

DAY = dt.timedelta(days=1)
LAST_MOMENT = dt.datetime(2026, 3, 9, 23, 59, 59, tzinfo=SHANGHAI)
OVER = dt.datetime(2026, 3, 10, 0, 0, tzinfo=SHANGHAI)
LAYOUT = Demand("布局图要标出洗手池", item="food-licence", material="layout")
AREA = Demand("面积要填使用面积", field="floor-area")


def deemed(cast: Cast, received: dt.datetime, delivered: dt.datetime) -> Any:
    receipt = submit(cast, at=received)
    outbox.deliver(at=delivered)
    return get(receipt.case_id, cast.applicant, delivered)


@pytest.mark.law("case-deemed-accepted")
@pytest.mark.law("case-days-working")
def test_silence_is_acceptance_from_the_day_of_receipt(cast: Cast) -> None:
    receipt = submit(cast)
    outbox.deliver(at=LAST_MOMENT)
    assert get(receipt.case_id, cast.applicant).state is CaseState.RECEIVED
    outbox.deliver(at=OVER)
    case = get(receipt.case_id, cast.applicant)
    assert (case.state, case.accepted_on, case.deemed) == (CaseState.ACCEPTED, MONDAY.date(), True)
    assert case.promised_due == dt.date(2026, 3, 16)
    letter = queries.letters(receipt.case_id, by=cast.applicant, at=OVER)[-1]
    assert letter.kind is Letter.DEEMED
    assert "自收到申请材料之日2026年3月2日起即为受理" in letter.text
    event = Happened.objects.get(name="case.accepted")
    assert event.fields["deemed"] is True


@pytest.mark.law("case-received-when-entered")
@pytest.mark.parametrize(
    ("received", "due"),
    [
        (dt.datetime(2026, 3, 6, 23, 59, tzinfo=SHANGHAI), dt.date(2026, 3, 13)),  # Friday night
        (dt.datetime(2026, 3, 7, 12, 0, tzinfo=SHANGHAI), dt.date(2026, 3, 13)),  # Saturday
        (dt.datetime(2026, 3, 6, 16, 30, tzinfo=dt.UTC), dt.date(2026, 3, 13)),  # Saturday already, here
        (dt.datetime(2026, 4, 1, 9, 0, tzinfo=SHANGHAI), dt.date(2026, 4, 9)),  # over a day off
    ],
)
def test_the_five_days_are_working_days_after_the_day_of_receipt(
    cast: Cast, received: dt.datetime, due: dt.date
) -> None:
    assert submit(cast, at=received).completeness_due == due


@pytest.mark.law("case-five-days")
def test_after_five_days_a_clerk_is_too_late(cast: Cast) -> None:
    """The worker may be late; the law is not."""
    receipt = submit(cast)
    for late in (
        lambda: operations.give_notice(case_id=receipt.case_id, demands=[LAYOUT], by=CLERK, at=OVER),
        lambda: operations.refuse_acceptance(
            case_id=receipt.case_id,
            refusal=Refusal.WRONG_BODY,
            reason="不归我们",
            right_body="公安局",
            by=CLERK,
            at=OVER,
        ),
    ):
        with pytest.raises(Conflict) as refused:
            late()
        assert refused.value.code == "case-too-late"
    operations.accept(case_id=receipt.case_id, by=CLERK, at=OVER + DAY)
    case = get(receipt.case_id, CLERK)
    assert (case.accepted_on, case.deemed) == (MONDAY.date(), True)


def test_deeming_again_or_too_early_does_nothing(cast: Cast) -> None:
    receipt = submit(cast)
    assert not operations.deem_accepted(case_id=receipt.case_id, by=SYSTEM, at=LAST_MOMENT)
    assert operations.deem_accepted(case_id=receipt.case_id, by=SYSTEM, at=OVER)
    assert not operations.deem_accepted(case_id=receipt.case_id, by=SYSTEM, at=OVER)


@pytest.mark.law("case-five-days")
def test_what_was_told_in_time_is_never_deemed_accepted(cast: Cast) -> None:
    receipt = submit(cast)
    operations.give_notice(case_id=receipt.case_id, demands=[LAYOUT], by=CLERK, at=LAST_MOMENT)
    outbox.deliver(at=OVER + 30 * DAY)
    assert get(receipt.case_id, cast.applicant).state is CaseState.SUPPLEMENT
    assert not Delivery.objects.filter(timer__startswith="case:").exists()


@pytest.mark.law("case-one-notice")
@pytest.mark.law("case-notice-lists-all")
@pytest.mark.law("case-written-and-sealed")
def test_the_one_notice_lists_everything_and_is_sealed(cast: Cast) -> None:
    receipt = submit(cast)
    operations.give_notice(case_id=receipt.case_id, demands=[LAYOUT, AREA], by=WINDOW, at=MONDAY + DAY)
    letter = queries.letters(receipt.case_id, by=cast.applicant, at=MONDAY + DAY)[-1]
    assert letter.kind is Letter.NOTICE
    assert "1. 布局图要标出洗手池\n2. 面积要填使用面积" in letter.text
    assert letter.demands == (LAYOUT, AREA)
    assert trust.verify(letter.text.encode(), signature_of(letter)).is_good
    assert not trust.verify((letter.text + "3. 再来一项").encode(), signature_of(letter)).is_good


def signature_of(letter: Written) -> Signature:
    import base64

    said = letter.signature
    return Signature(
        letter.seal, said["suite"], said["certificate"], base64.b64decode(said["value"]),
        dt.datetime.fromisoformat(said["signed_at"]), base64.b64decode(said["time_stamp"]),
    )  # fmt: skip


@pytest.mark.law("case-one-notice")
def test_a_second_notice_is_refused(cast: Cast) -> None:
    """case_notice_once holds it in the database too; see test_constraints."""
    receipt = submit(cast)
    operations.give_notice(case_id=receipt.case_id, demands=[LAYOUT], by=CLERK, at=MONDAY)
    with pytest.raises(Conflict):
        operations.give_notice(case_id=receipt.case_id, demands=[AREA], by=CLERK, at=MONDAY)
    with pytest.raises(Conflict) as refused:
        acceptance.check_notice_once(True)
    assert refused.value.code == "case-notice-once"


@pytest.mark.law("case-notice-lists-all")
@pytest.mark.parametrize(
    ("demands", "code"),
    [
        ([], "case-notice-empty"),
        ([Demand("  ", field="floor-area")], "case-notice-empty"),
        ([Demand("结婚证", item="food-licence", material="marriage")], "case-demand-unknown"),
        ([Demand("其他材料")], "case-demand-unknown"),
    ],
)
def test_a_notice_asks_only_what_the_item_asks(cast: Cast, demands: list[Demand], code: str) -> None:
    receipt = submit(cast)
    with pytest.raises(Invalid) as refused:
        operations.give_notice(case_id=receipt.case_id, demands=demands, by=CLERK, at=MONDAY)
    assert refused.value.code == code


@pytest.mark.law("case-supplement-accepted")
def test_the_last_thing_that_comes_in_is_the_day_of_acceptance(cast: Cast) -> None:
    case_id = submit(cast).case_id
    operations.give_notice(case_id=case_id, demands=[LAYOUT, AREA], by=CLERK, at=MONDAY + DAY)
    when = MONDAY + 20 * DAY
    with pytest.raises(StillMissing) as refused:
        operations.supplement(case_id=case_id, by=cast.applicant, at=when)
    assert refused.value.missing == (LAYOUT.what, AREA.what)
    give(cast, case_id, when)
    operations.save_fields(case_id=case_id, values={"floor-area": 75}, by=cast.applicant, at=when + DAY)
    operations.supplement(case_id=case_id, by=cast.applicant, at=when + DAY)
    case = get(case_id, cast.applicant)
    assert (case.state, case.accepted_on, case.deemed) == (CaseState.ACCEPTED, (when + DAY).date(), False)
    assert models.Filing.objects.filter(case_id=case_id).count() == 2
    facts = [one.facts for one in queries.events(case_id, by=CLERK, at=when)]
    assert len({*facts} - {""}) == 2, "what was seen before the supplement and after it"


def give(cast: Cast, case_id: uuid.UUID, at: dt.datetime) -> None:
    operations.attach(
        case_id=case_id,
        item="food-licence",
        material="layout",
        document=store(cast.subject, at=at),
        by=cast.applicant,
        at=at,
    )


def test_a_supplement_counts_only_from_the_notice_on(cast: Cast) -> None:
    case_id = submit(cast).case_id
    operations.give_notice(case_id=case_id, demands=[LAYOUT], by=CLERK, at=MONDAY + DAY)
    with pytest.raises(StillMissing):
        operations.supplement(case_id=case_id, by=WINDOW, at=MONDAY + 2 * DAY)


@pytest.mark.law("case-refusal-in-writing")
def test_not_accepted_names_reasons_the_right_body_and_redress(cast: Cast) -> None:
    case_id = submit(cast).case_id
    for reason, body in (("", "公安局"), ("不归我们", "")):
        with pytest.raises(Invalid):
            operations.refuse_acceptance(
                case_id=case_id,
                refusal=Refusal.WRONG_BODY,
                reason=reason,
                right_body=body,
                by=CLERK,
                at=MONDAY,
            )
    operations.refuse_acceptance(
        case_id=case_id,
        refusal=Refusal.WRONG_BODY,
        reason="不归我们",
        right_body="上海市公安局",
        by=CLERK,
        at=MONDAY,
    )
    letter = queries.letters(case_id, by=cast.applicant, at=MONDAY)[-1]
    for part in ("理由：不归我们", "请向上海市公安局提出申请", "可以申请行政复议"):
        assert part in letter.text
    assert get(case_id, cast.applicant).state is CaseState.NOT_ACCEPTED
    assert Happened.objects.filter(name="case.not_accepted").count() == 1


@pytest.mark.law("case-refusal-in-writing")
def test_no_licence_needed_is_told_at_once(cast: Cast) -> None:
    case_id = submit(cast).case_id
    operations.refuse_acceptance(
        case_id=case_id, refusal=Refusal.NOT_NEEDED, reason="自家做饭不用许可", by=CLERK, at=MONDAY
    )
    letter = queries.letters(case_id, by=cast.applicant, at=MONDAY)[-1]
    assert letter.kind is Letter.NOT_NEEDED
    assert "依法不需要取得行政许可" in letter.text


def test_who_may_accept(cast: Cast) -> None:
    """A clerk of the case's department, and a hall for everybody; nobody of another department."""
    case_id = submit(cast).case_id
    with pytest.raises(CaseUnknown):
        operations.accept(case_id=case_id, by=POLICE, at=MONDAY)
    for other in (REVIEWER, cast.applicant):
        with pytest.raises(NotAllowed):
            operations.accept(case_id=case_id, by=other, at=MONDAY)
    operations.accept(case_id=case_id, by=WINDOW, at=MONDAY)


def test_a_department_without_items_is_no_hall_unless_it_is_marked(cast: Cast) -> None:
    case_id, by = submit(cast).case_id, Actor("staff", "s-fire")
    post = Post(code="fire-clerk", name="受理", english="Clerk", department="fire", may=("accept",))
    government.load_government(
        departments=(*DEPARTMENTS, HALL, FIRE), districts=DISTRICTS, posts=(*POSTS, post),
        staff=(*STAFF, StaffMember(code=by.id, name="消防", posts=(post.code,))), by=SYSTEM, at=MONDAY,
    )  # fmt: skip
    assert catalogue.halls() == {"hall"}
    with pytest.raises(CaseUnknown):
        operations.accept(case_id=case_id, by=by, at=MONDAY)
    operations.accept(case_id=case_id, by=WINDOW, at=MONDAY)


def test_many_are_accepted_at_once_and_the_rest_is_told(cast: Cast) -> None:
    first, second = submit(cast).case_id, submit(cast).case_id
    operations.accept(case_id=second, by=CLERK, at=MONDAY)
    assert operations.accept_many(case_ids=[first, second], by=CLERK, at=MONDAY) == (second,)
    assert get(first, CLERK).state is CaseState.ACCEPTED


@pytest.mark.law("case-joint-limit")
def test_joint_handling_has_45_days(cast: Cast) -> None:
    from tests.factories.cases import RESTAURANT_SUBJECT

    case_id = submit(cast, RESTAURANT_SUBJECT).case_id
    operations.accept(case_id=case_id, by=WINDOW, at=MONDAY)
    case = get(case_id, CLERK)
    assert case.statutory_days == 45
    assert case.promised_days == 10


def test_the_queue_of_a_clerk_is_by_the_clock(cast: Cast) -> None:
    second, first = submit(cast, at=MONDAY + DAY), submit(cast, at=MONDAY)
    start(cast)
    page = queries.to_accept(["market"])
    assert [card.id for card in page.items] == [first.case_id, second.case_id]
    assert queries.to_accept(["police"]).total == 0
    assert queries.to_accept().total == 2
