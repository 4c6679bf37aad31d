"""The answer by the lists: nothing that a law forbids is ever given, nothing more than was wanted either."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.datahub.resources.rules.answering import ANSWER_DAYS, BY_UNLISTED, UNLISTED_DAYS, answer, covers
from tongban.datahub.resources.types import (
    DataDuty,
    DataField,
    LegalBasis,
    Lists,
    Negative,
    Outcome,
    Resource,
    Sharing,
    Verdict,
    Wish,
)
from tongban.kernel.errors import Invalid

TODAY = dt.date(2026, 3, 2)
LAW = LegalBasis(law="食品安全法", article="45")
FIELDS = ("name", "number", "fit", "place")
ITEMS = ("food-licence", "hotel-licence")


def resource(**changes: Any) -> Resource:
    fields = tuple(DataField(code=code, name=code, element=f"e-{code}", level=2) for code in FIELDS)
    said: dict[str, Any] = {
        "code": "health",
        "name": "健康检查信息",
        "department": "office",
        "system": "office-people",
        "kind": "theme",
        "theme": "people",
        "summary": "健康检查",
        "format": "service",
        "subject": "person",
        "fields": fields,
        "sharing": "conditional",
        "condition": "只用于核验",
        "basis": LAW,
        "update": "daily",
        "level": 2,
    }
    return Resource(**(said | changes))


def wish(**changes: Any) -> Wish:
    plain = Wish("market", "food-licence", "health", "核验从业人员健康状况", LAW, "health", ("name", "fit"))
    return replace(plain, **changes)


def duty(**changes: Any) -> DataDuty:
    said: dict[str, Any] = {
        "code": "d-1",
        "department": "office",
        "resource": "health",
        "basis": LegalBasis(law="上海市数据条例", article="38"),
        "update": "daily",
        "answer_days": 5,
    }
    return DataDuty(**(said | changes))


def negative(**changes: Any) -> Negative:
    said = {"code": "n-1", "resource": "health", "law": "民法典", "article": "1034", "reason": "隐私"}
    return Negative(**(said | changes))


def lists(one: Resource | None = None, **more: Any) -> Lists:
    one = one or resource()
    return Lists({one.code: one}, **more)


@pytest.mark.law("data-answered-by-lists")
def test_what_all_may_have_is_granted_at_once() -> None:
    found = answer(wish(), lists(resource(sharing="unconditional")), TODAY)
    assert (found.outcome, found.fields, found.days) == (Outcome.GRANTED, ("name", "fit"), 0)


@pytest.mark.law("data-answered-by-lists")
def test_what_a_duty_owes_to_the_item_is_granted_at_once() -> None:
    owed = duty(fields=["name", "fit"], items=["food-licence"])
    found = answer(wish(), lists(duties=(owed,)), TODAY)
    assert (found.outcome, found.duty, found.basis) == (Outcome.GRANTED, "d-1", "上海市数据条例 38")
    other = answer(wish(item="hotel-licence"), lists(duties=(owed,)), TODAY)
    assert (other.outcome, other.days, other.owner) == (Outcome.QUEUED, 5, "office")


def test_a_duty_over_fewer_fields_grants_nothing_by_itself() -> None:
    owed = duty(fields=["fit"], items=["food-licence"])
    found = answer(wish(), lists(duties=(owed,)), TODAY)
    assert (found.outcome, found.days, found.duty) == (Outcome.QUEUED, ANSWER_DAYS, "")


@pytest.mark.law("data-refused-by-law")
def test_what_the_negative_list_forbids_is_refused_with_its_law() -> None:
    everything = negative()
    found = answer(wish(), lists(resource(sharing="unconditional"), negatives=(everything,)), TODAY)
    assert (found.outcome, found.fields, found.basis) == (Outcome.REFUSED, (), "民法典 1034")
    assert found.refused[0].reason == "隐私"


@pytest.mark.law("data-refused-by-law")
def test_the_rest_is_given_where_only_some_fields_are_forbidden() -> None:
    some = negative(fields=["name"])
    found = answer(wish(), lists(resource(sharing="unconditional"), negatives=(some,)), TODAY)
    assert (found.outcome, found.fields) == (Outcome.GRANTED, ("fit",))
    assert [one.fields for one in found.refused] == [("name",)]


def test_an_entry_of_the_negative_list_ends_with_its_last_day() -> None:
    until = lists(resource(sharing="unconditional"), negatives=(negative(until=TODAY),))
    assert answer(wish(), until, TODAY).outcome is Outcome.REFUSED
    assert answer(wish(), until, TODAY + dt.timedelta(days=1)).outcome is Outcome.GRANTED


def test_what_is_never_shared_is_refused_by_its_own_basis() -> None:
    found = answer(wish(), lists(resource(sharing="never")), TODAY)
    assert (found.outcome, found.basis) == (Outcome.REFUSED, "食品安全法 45")


@pytest.mark.law("data-answer-days")
def test_what_is_not_in_the_catalogue_is_confirmed_in_fifteen_days() -> None:
    unknown = wish(resource=None, fields=(), elements=("blood-type",), asked="health-office")
    found = answer(unknown, lists(), TODAY)
    assert (found.outcome, found.days, found.basis) == (Outcome.QUEUED, UNLISTED_DAYS, BY_UNLISTED)
    assert (found.owner, found.resource) == ("health-office", None)


def test_elements_lead_to_the_resource_that_has_most_of_them() -> None:
    few = resource(code="few", fields=(DataField(code="a", name="a", element="e-name", level=1),), level=1)
    many = resource(code="many")
    found = answer(
        wish(resource=None, fields=(), elements=("e-name", "e-fit")),
        Lists({"few": few, "many": many}),
        TODAY,
    )
    assert (found.resource, found.fields) == ("many", ("name", "fit"))


def test_of_two_with_the_same_elements_the_owed_one_is_asked() -> None:
    first, second = resource(code="a"), resource(code="b")
    both = Lists({"a": first, "b": second}, duties=(duty(resource="b"),))
    assert answer(wish(resource=None, fields=(), elements=("e-fit",)), both, TODAY).resource == "b"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"resource": "none"}, "data-resource-unknown"),
        ({"fields": ("blood",)}, "data-field-unknown"),
        ({"fields": ()}, "data-demand-unclear"),
        ({"department": "office"}, "data-demand-of-own"),
    ],
)
def test_a_wish_names_what_there_is(change: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as raised:
        answer(wish(**change), lists(), TODAY)
    assert raised.value.code == code


fields = st.lists(st.sampled_from(FIELDS), unique=True).map(tuple)
some_fields = st.lists(st.sampled_from(FIELDS), unique=True, min_size=1).map(tuple)
days = st.sampled_from([None, TODAY - dt.timedelta(days=1), TODAY, TODAY + dt.timedelta(days=9)])
negatives = st.lists(st.builds(lambda f, u: negative(fields=f, until=u), fields, days), max_size=3).map(tuple)
duties = st.lists(
    st.builds(
        lambda n, f, i, d: duty(code=f"d-{n}", fields=f, items=i, answer_days=d),
        st.integers(1, 9),
        fields,
        st.lists(st.sampled_from(ITEMS), unique=True).map(tuple),
        st.integers(1, 10),
    ),
    max_size=3,
).map(tuple)
sharings = st.sampled_from(list(Sharing))
wishes = st.builds(lambda f, i: wish(fields=f, item=i), some_fields, st.sampled_from(ITEMS))


def forbidden(entries: tuple[Negative, ...], day: dt.date) -> set[str]:
    return {field for one in entries if one.holds_on(day) for field in (one.fields or FIELDS)}


def asked(one: Wish, sharing: Sharing, owed: tuple[DataDuty, ...], barred: tuple[Negative, ...]) -> Verdict:
    return answer(one, lists(resource(sharing=sharing.value), duties=owed, negatives=barred), TODAY)


@pytest.mark.slow
@given(wishes, sharings, duties, negatives)
def test_nothing_forbidden_is_given_and_everything_wanted_is_answered(
    one: Wish, sharing: Sharing, owed: tuple[DataDuty, ...], barred: tuple[Negative, ...]
) -> None:
    found = asked(one, sharing, owed, barred)
    refused = [field for refusal in found.refused for field in refusal.fields]
    assert not set(found.fields) & forbidden(barred, TODAY)
    assert sorted([*found.fields, *refused]) == sorted(one.fields)
    assert all(refusal.law and refusal.reason for refusal in found.refused)
    assert found.basis
    assert (found.outcome is Outcome.REFUSED) == (not found.fields)
    assert (found.days > 0) == (found.outcome is Outcome.QUEUED)
    assert found.days <= ANSWER_DAYS
    if sharing is Sharing.NEVER:
        assert found.outcome is Outcome.REFUSED


@pytest.mark.slow
@given(wishes, sharings, duties, negatives, negatives)
def test_a_longer_negative_list_never_gives_more(
    one: Wish,
    sharing: Sharing,
    owed: tuple[DataDuty, ...],
    barred: tuple[Negative, ...],
    more: tuple[Negative, ...],
) -> None:
    before, after = asked(one, sharing, owed, barred), asked(one, sharing, owed, (*barred, *more))
    assert set(after.fields) <= set(before.fields)


@pytest.mark.slow
@given(wishes, sharings, duties, negatives, duties)
def test_a_longer_duty_list_never_gives_less_or_later(
    one: Wish,
    sharing: Sharing,
    owed: tuple[DataDuty, ...],
    barred: tuple[Negative, ...],
    more: tuple[DataDuty, ...],
) -> None:
    before, after = asked(one, sharing, owed, barred), asked(one, sharing, (*owed, *more), barred)
    assert after.fields == before.fields
    assert after.refused == before.refused
    if before.outcome is Outcome.GRANTED:
        assert after.outcome is Outcome.GRANTED
    if before.duty:
        assert after.duty


@given(wishes, duties, negatives)
def test_conditional_data_is_granted_at_once_only_by_a_duty_to_the_item(
    one: Wish, owed: tuple[DataDuty, ...], barred: tuple[Negative, ...]
) -> None:
    found = asked(one, Sharing.CONDITIONAL, owed, barred)
    by_duty = any(one.item in d.items and covers(d, resource(), found.fields) for d in owed)
    if found.fields:
        assert (found.outcome is Outcome.GRANTED) == by_duty
