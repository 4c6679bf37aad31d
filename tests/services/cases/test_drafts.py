"""Drafts: filled by what is known, saved field by field, from two devices, papers and commitments."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from tests.factories.cases import (
    CLERK,
    FOOD,
    MONDAY,
    RESTAURANT_SUBJECT,
    Cast,
    fill,
    food_licence,
    get,
    publish_items,
    sign_filing,
    start,
    store,
    submit,
)
from tongban.foundation.ledger import queries as ledger
from tongban.foundation.outbox.models import Happened
from tongban.kernel.errors import Conflict, Invalid, NotFound
from tongban.kernel.types import Subject
from tongban.services.cases import models, operations, queries
from tongban.services.cases.types import CaseState, MaterialState
from tongban.services.catalogue.types import Material

DAY = dt.timedelta(days=1)


def test_the_form_is_filled_already_each_value_with_its_source(cast: Cast) -> None:
    case = get(start(cast), cast.applicant)
    assert case.fields["applicant-name"].source == "register:人口库"
    assert "*" in case.fields["applicant-id-number"].value, "a personal number is never copied in full"
    assert "shop-name" not in case.fields


def test_what_was_written_before_is_offered_with_the_case_it_is_from(cast: Cast) -> None:
    number = submit(cast).number
    case = get(start(cast, at=MONDAY + DAY), cast.applicant)
    assert (case.fields["shop-name"].value, case.fields["shop-name"].source) == ("小面馆", f"case:{number}")
    assert case.fields["applicant-name"].source == "register:人口库"


def test_two_devices_the_last_write_of_each_field_wins(cast: Cast) -> None:
    case_id = start(cast)
    phone = operations.save_fields(
        case_id=case_id, values={"shop-name": "一"}, seen=0, by=cast.applicant, at=MONDAY
    )
    desk = operations.save_fields(
        case_id=case_id, values={"floor-area": 50}, seen=0, by=cast.applicant, at=MONDAY
    )
    assert (phone.version, desk.version) == (1, 2)
    assert {code: one.value for code, one in desk.changed_elsewhere.items()} == {"shop-name": "一"}
    again = operations.save_fields(
        case_id=case_id, values={"shop-name": "二"}, seen=1, by=cast.agent, at=MONDAY
    )
    assert set(again.changed_elsewhere) == {"floor-area"}
    fields = get(case_id, cast.applicant).fields
    assert (fields["shop-name"].value, fields["floor-area"].value) == ("二", 50)


@pytest.fixture
def chosen(cast: Cast) -> uuid.UUID:
    """Return a draft whose form asks for a choice."""
    form = (*food_licence().form, "place-kind")
    publish_items(food_licence(form=form), sign_filing())
    return start(cast)


@pytest.mark.parametrize("value", ["借用", "租赁 ", 3, True, ["租赁", "借用"]])
def test_what_can_not_be_chosen_is_refused_and_nothing_is_written(
    cast: Cast, chosen: uuid.UUID, value: object
) -> None:
    values = {"shop-name": "小面馆", "place-kind": value}
    with pytest.raises(Invalid, match="“场所性质”请从列出的里面选一个"):
        operations.save_fields(case_id=chosen, values=values, by=cast.applicant, at=MONDAY)
    assert "shop-name" not in get(chosen, cast.applicant).fields


@pytest.mark.parametrize("value", ["租赁", "自有", None, ""])
def test_what_is_listed_can_be_chosen_or_left_open(cast: Cast, chosen: uuid.UUID, value: object) -> None:
    save = {"case_id": chosen, "by": cast.applicant, "at": MONDAY}
    operations.save_fields(values={"place-kind": "自有"}, **save)  # type: ignore[arg-type]
    operations.save_fields(values={"place-kind": value}, **save)  # type: ignore[arg-type]
    assert get(chosen, cast.applicant).fields["place-kind"].value == (value or None)


def test_neither_party_nor_office_corrects_to_what_can_not_be_chosen(cast: Cast, chosen: uuid.UUID) -> None:
    operations.save_fields(case_id=chosen, values={"place-kind": "自有"}, by=cast.applicant, at=MONDAY)
    fill(cast, chosen)
    operations.submit(case_id=chosen, by=cast.applicant, at=MONDAY)
    said = {"case_id": chosen, "values": {"place-kind": "借用"}, "reason": "写错了", "at": MONDAY}
    with pytest.raises(Invalid, match="选一个"):
        operations.correct(**said, by=cast.applicant)
    operations.accept(case_id=chosen, by=CLERK, at=MONDAY)
    with pytest.raises(Invalid, match="选一个"):
        operations.correct(**said, by=CLERK)
    assert get(chosen, cast.applicant).fields["place-kind"].value == "自有"


def test_saving_the_same_again_changes_nothing(cast: Cast) -> None:
    case_id = start(cast)
    for _ in range(2):
        saved = operations.save_fields(
            case_id=case_id, values={"shop-name": "一"}, by=cast.applicant, at=MONDAY
        )
    assert saved.version == 1
    emptied = operations.save_fields(case_id=case_id, values={"shop-name": " "}, by=cast.applicant, at=MONDAY)
    assert emptied.version == 2
    assert get(case_id, cast.applicant).fields["shop-name"].value is None


def test_the_ledger_knows_which_fields_and_never_what_they_say(cast: Cast) -> None:
    case_id = start(cast)
    operations.save_fields(case_id=case_id, values={"shop-name": "秘密"}, by=cast.applicant, at=MONDAY)
    entry = ledger.entries(Subject("case", str(case_id)))[0]
    assert entry.detail["fields"] == ["shop-name"]
    assert "秘密" not in str(entry.detail)
    assert "秘密".encode() not in bytes(models.Form.objects.get(case_id=case_id).document)


@pytest.mark.parametrize(
    ("values", "error", "code"),
    [
        ({"unknown": "x"}, Invalid, "case-field-unknown"),
        ({"applicant-name": "别人"}, Conflict, "case-field-from-register"),
        ({"shop-name": {"a": 1}}, Invalid, "case-field-value"),
        ({"shop-name": "x" * 4001}, Invalid, "case-field-value"),
        ({"shop-name": "\x00"}, Invalid, "case-field-value"),
        ({"shop-name": [["x"]]}, Invalid, "case-field-value"),
    ],
)
def test_what_can_not_be_written(
    cast: Cast, values: dict[str, object], error: type[Exception], code: str
) -> None:
    case_id = start(cast)
    with pytest.raises(error) as refused:
        operations.save_fields(case_id=case_id, values=values, by=cast.applicant, at=MONDAY)
    assert refused.value.code == code  # type: ignore[attr-defined]


@pytest.mark.law("case-register-wrong")
def test_a_wrong_value_is_used_and_its_register_asked(cast: Cast) -> None:
    case_id = start(cast)
    asked = operations.dispute_value(
        case_id=case_id,
        field="applicant-name",
        actual="林晓雯",
        grounds="户口簿",
        by=cast.applicant,
        at=MONDAY,
    )
    (correction,) = queries.corrections(case_id, by=cast.applicant, at=MONDAY)
    assert (correction.id, correction.register, correction.due_on) == (asked, "人口库", dt.date(2026, 3, 9))
    field = get(case_id, cast.applicant).fields["applicant-name"]
    assert (field.value, field.disputed, field.source) == ("林晓雯", True, "register:人口库")
    assert Happened.objects.get(name="case.value_disputed").fields["register"] == "人口库"
    with pytest.raises(Conflict):
        operations.dispute_value(
            case_id=case_id, field="applicant-name", actual="x", by=cast.applicant, at=MONDAY
        )
    with pytest.raises(Conflict):
        operations.dispute_value(case_id=case_id, field="shop-name", actual="x", by=cast.applicant, at=MONDAY)


def test_each_paper_has_its_reason(cast: Cast) -> None:
    papers = {one.code: one for one in get(start(cast), cast.applicant).materials}
    states = {code: (one.state, one.kind) for code, one in papers.items()}
    assert states == {
        "form": (MaterialState.EXEMPT, "form_merge"),
        "layout": (MaterialState.MISSING, ""),
        "id-copy": (MaterialState.EXEMPT, "data_sharing"),
        "health": (MaterialState.MISSING, "commitment"),
        "proof": (MaterialState.EXEMPT, "no_legal_basis"),
    }
    assert papers["id-copy"].law == "《国务院关于在线政务服务的若干规定》第 7 条"
    assert papers["layout"].law == "《食品安全法》第 35 条"


def test_the_same_paper_is_asked_once_in_a_bundle(cast: Cast) -> None:
    papers = {
        (one.item, one.code): one for one in get(start(cast, RESTAURANT_SUBJECT), cast.applicant).materials
    }
    plan = papers["shop-sign", "plan"]
    assert (plan.state, plan.kind, plan.same_as) == (
        MaterialState.EXEMPT,
        "duplicate",
        ("food-licence", "layout"),
    )


def test_an_earlier_upload_is_offered_and_used_again(cast: Cast) -> None:
    submit(cast)
    case_id = start(cast, at=MONDAY + DAY)
    layout = next(one for one in get(case_id, cast.applicant).materials if one.code == "layout")
    assert layout.kind == "earlier_upload"
    assert layout.offered is not None
    sentences = [one.words for one in queries.pre_review(case_id, by=cast.applicant, at=MONDAY).missing]
    assert "《布局图》您以前交过“a.pdf”，请确认再用一次，或者另交一份。" in sentences
    operations.attach(
        case_id=case_id,
        item="food-licence",
        material="layout",
        document=layout.offered,
        by=cast.applicant,
        at=MONDAY + DAY,
    )
    again = next(one for one in get(case_id, cast.applicant).materials if one.code == "layout")
    assert (again.state, again.document, again.document_name) == (
        MaterialState.GIVEN,
        layout.offered,
        "a.pdf",
    )


def test_papers_are_given_and_taken_back(cast: Cast) -> None:
    case_id, document = start(cast), store(cast.subject)
    given = {
        "case_id": case_id,
        "item": "food-licence",
        "material": "layout",
        "by": cast.applicant,
        "at": MONDAY,
    }
    with pytest.raises(Conflict):
        operations.detach(**given)
    operations.attach(**given, document=document, name="图.pdf")
    operations.detach(**given)
    layout = next(one for one in get(case_id, cast.applicant).materials if one.code == "layout")
    assert (layout.state, layout.document) == (MaterialState.MISSING, None)
    with pytest.raises(Conflict) as refused:
        operations.attach(**given | {"material": "proof"}, document=document)
    assert "没有法律" in str(refused.value)
    with pytest.raises(NotFound):
        operations.attach(**given | {"material": "nothing"}, document=document)


@pytest.mark.law("case-commitment")
def test_a_commitment_is_kept_with_the_text_that_was_shown(cast: Cast) -> None:
    case_id = start(cast)
    where = {"item": "food-licence", "material": "health", "by": cast.applicant, "at": MONDAY}
    text, shown = queries.commitment_text(case_id, **where)
    assert "《上海市优化营商环境条例》第 27 条" in text
    with pytest.raises(Conflict) as refused:
        operations.sign_commitment(case_id=case_id, shown="0" * 64, **where)
    assert refused.value.code == "case-commitment-changed"
    operations.sign_commitment(case_id=case_id, shown=shown, **where)
    operations.sign_commitment(case_id=case_id, shown=shown, **where | {"at": MONDAY + DAY})
    (kept,) = queries.commitments(case_id, by=cast.applicant, at=MONDAY)
    assert (kept.text, kept.sha256, kept.signed_by.id, kept.signed_at) == (
        text,
        shown,
        cast.applicant.id,
        MONDAY,
    )
    with pytest.raises(Conflict):
        operations.sign_commitment(case_id=case_id, shown=shown, **where | {"material": "layout"})


def test_what_is_not_offered_can_not_be_applied_for(cast: Cast) -> None:
    for service, error in (
        (Subject("item", "nothing"), NotFound),
        (Subject("bundle", "nothing"), NotFound),
        (Subject("licence", "x"), Invalid),
    ):
        with pytest.raises(error):
            start(cast, service)
    with pytest.raises(Invalid):
        start(cast, RESTAURANT_SUBJECT, answers={"signboard": "vielleicht"})


def test_a_filed_form_is_not_written_any_more(cast: Cast) -> None:
    case_id = start(cast)
    fill(cast, case_id)
    operations.submit(case_id=case_id, by=cast.applicant, at=MONDAY)
    with pytest.raises(Conflict) as refused:
        operations.save_fields(case_id=case_id, values={"shop-name": "x"}, by=cast.applicant, at=MONDAY)
    assert "已收件" in str(refused.value)
    assert get(case_id, cast.applicant).state is CaseState.RECEIVED
    assert FOOD.kind == "item"


def test_only_the_applicants_own_documents_are_given(cast: Cast) -> None:
    """Else a number guessed or seen somewhere would open another's paper on one's own case."""
    case_id = start(cast)
    for foreign in (store(Subject("person", cast.stranger.id)), uuid.uuid4()):
        with pytest.raises(NotFound) as refused:
            operations.attach(
                case_id=case_id,
                item="food-licence",
                material="layout",
                document=foreign,
                by=cast.applicant,
                at=MONDAY,
            )
        assert refused.value.code == "case-document-unknown"


def test_a_paper_is_replaced_after_filing_and_the_one_before_is_kept(cast: Cast) -> None:
    case_id = submit(cast).case_id
    new = store(cast.subject)
    operations.attach(
        case_id=case_id, item="food-licence", material="layout", document=new, by=cast.applicant, at=MONDAY
    )
    filings = models.Filing.objects.filter(case_id=case_id).order_by("number")
    assert [
        [one[4] for one in filing.materials if one[1] == "layout"] == [str(new)] for filing in filings
    ] == [False, True]
    assert queries.events(case_id, by=cast.applicant, at=MONDAY)[-1].facts == filings[1].digest


@pytest.mark.law("case-later-paper")
def test_a_paper_that_is_not_essential_may_follow(cast: Cast) -> None:
    later = {
        "code": "photo",
        "name": "门头照片",
        "necessity": "3",
        "basis": {"law": "食品安全法", "article": "35"},
    }
    item = food_licence()
    publish_items(
        item.model_copy(update={"materials": (*item.materials, Material.model_validate(later))}),
        sign_filing(),
    )
    case_id, until = start(cast), MONDAY.date() + 10 * DAY
    where = {"item": "food-licence", "material": "photo", "by": cast.applicant, "at": MONDAY}
    assert next(one for one in get(case_id, cast.applicant).materials if one.code == "photo").may_follow
    _, shown = queries.commitment_text(case_id, until=until, **where)
    for day in (MONDAY.date(), MONDAY.date() + 31 * DAY):
        with pytest.raises(Invalid):
            operations.sign_commitment(case_id=case_id, shown=shown, until=day, **where)
    operations.sign_commitment(case_id=case_id, shown=shown, until=until, **where)
    with pytest.raises(Conflict) as refused:
        operations.sign_commitment(
            case_id=case_id, shown=shown, until=until, **where | {"material": "layout"}
        )
    assert refused.value.code == "case-paper-not-later"
    fill(cast, case_id)
    operations.submit(case_id=case_id, by=cast.applicant, at=MONDAY)
    photo = next(one for one in get(case_id, cast.applicant).materials if one.code == "photo")
    assert (photo.state, photo.due_on) == (MaterialState.LATER, until)


@pytest.mark.law("case-only-what-is-for-them")
def test_what_is_for_others_is_not_begun(cast: Cast) -> None:
    publish_items(food_licence(audience=("2",)), sign_filing(audience=("1",)))
    with pytest.raises(Invalid) as refused:
        start(cast)
    assert refused.value.code == "case-not-for-persons"
    with pytest.raises(Invalid) as refused:
        start(cast, Subject("item", "shop-sign"), applicant=cast.company, by=cast.representative)
    assert refused.value.code == "case-only-for-persons"


def test_what_was_answered_at_the_start_is_not_asked_again(cast: Cast) -> None:
    asked = get(start(cast, RESTAURANT_SUBJECT), cast.applicant)
    assert "floor-area" not in asked.fields, "a default is nobody's answer"
    submit(cast, RESTAURANT_SUBJECT)  # an earlier case says 80
    case = get(start(cast, RESTAURANT_SUBJECT, answers={"area": 120}), cast.applicant)
    assert (case.fields["floor-area"].value, case.fields["floor-area"].source) == (120, "answer:area")
    assert case.fields["applicant-name"].source == "register:人口库"
