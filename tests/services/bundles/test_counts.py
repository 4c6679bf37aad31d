"""Trips, form fields, licences."""

from __future__ import annotations

from tests.services.bundles.make import NAMES, compiled, kinds, make_bundle, make_item
from tongban.services.bundles.types import Names
from tongban.services.catalogue.types import DataElement, LicenceType

THERE_AND_BACK = [{"purpose": "submit"}, {"purpose": "collect"}]


def test_filing_goes_online_and_all_results_are_collected_at_once() -> None:
    items = [make_item(code, visits=THERE_AND_BACK) for code in "abc"]
    answer = compiled(make_bundle(["a", "b", "c"]), items)
    assert (answer.before.visits, answer.after.visits) == (6, 1)
    assert kinds(answer, "visits") == {"online_filing": 3, "one_pickup": 2}
    assert answer.visits_by_channel == {"online_delivery": 0, "online_pickup": 1, "window": 2}


def test_what_only_the_person_can_do_stays() -> None:
    visits = [
        {"purpose": "attend"},
        {"purpose": "verify"},
        {"purpose": "verify", "law": "婚姻登记条例 4"},
        {"purpose": "submit", "law": "须本人到场"},
    ]
    answer = compiled(make_bundle(["a"]), [make_item("a", visits=visits)])
    assert answer.after.visits == 3
    assert answer.visits_by_channel == {"online_delivery": 3, "online_pickup": 3, "window": 4}


def test_at_the_window_everything_is_filed_in_one_go() -> None:
    items = [make_item(code, visits=THERE_AND_BACK) for code in "abc"]
    answer = compiled(make_bundle(["a", "b", "c"], online=False), items)
    assert (answer.before.visits, answer.after.visits) == (6, 2)
    assert kinds(answer, "visits") == {"one_window": 2, "one_pickup": 2}
    assert answer.visits_by_channel == {"window": 2}


def test_without_one_pickup_each_result_is_collected() -> None:
    items = [make_item(code, visits=THERE_AND_BACK) for code in "ab"]
    answer = compiled(make_bundle(["a", "b"], one_pickup=False, delivery=False), items)
    assert answer.after.visits == 2
    assert answer.visits_by_channel == {"online_pickup": 2, "window": 3}
    assert all(step.kind != "handover" for step in answer.path)


def test_a_situation_may_have_its_own_trips_and_check() -> None:
    situations = [
        {"code": "first", "name": "首次"},
        {"code": "online", "name": "网办", "visits": [], "site_check": False},
    ]
    item = make_item("a", visits=THERE_AND_BACK, site_check={}, situations=situations)
    first = compiled(make_bundle(["a"]), [item])
    assert (first.before.visits, first.before.checks) == (2, 1)
    online = compiled(make_bundle([{"item": "a", "situation": "online"}]), [item])
    assert (online.before.visits, online.before.checks) == (0, 0)


def test_one_data_element_is_one_field() -> None:
    element = DataElement(code="phone", name="手机", english="Mobile", group="people", held_by="实名账户")
    names = Names(elements={"phone": element}, saving_basis=NAMES.saving_basis)
    items = [make_item("a", form=["name", "phone"]), make_item("b", form=["phone", "area", "phone"])]
    answer = compiled(make_bundle(["a", "b"]), items, names=names)
    assert (answer.before.fields, answer.after.fields) == (4, 3)
    assert kinds(answer, "fields") == {"same_element": 1}
    phone = next(field for field in answer.form if field.code == "phone")
    assert (phone.name, phone.items, phone.held_by) == ("手机", ("a", "b"), "实名账户")


def test_one_licence_stands_over_the_others() -> None:
    licence = LicenceType(code="combined", name="行业综合许可证")
    names = Names(licences={"combined": licence}, saving_basis=NAMES.saving_basis)
    items = [
        make_item("a", results=[{"name": "甲证"}]),
        make_item("b", results=[{"name": "乙证"}, {"name": "补贴", "kind": "payment"}]),
    ]
    answer = compiled(make_bundle(["a", "b"], combined_licence="combined"), items, names=names)
    assert (answer.before.licences, answer.after.licences) == (2, 1)
    assert answer.results == ("甲证", "乙证")
    assert answer.combined == "行业综合许可证"
    assert [saving.reason for saving in answer.savings if saving.measure == "licences"] == [
        "2 张证照合成一张“行业综合许可证”"
    ]


def test_nothing_applies_and_nothing_is_counted() -> None:
    bundle = make_bundle(
        [{"item": "a", "when": {"yes": True}}],
        questions=[{"code": "yes", "ask": "要吗？", "kind": "boolean", "default": False}],
    )
    answer = compiled(bundle, [make_item("a", visits=THERE_AND_BACK)])
    assert answer.before == answer.after
    assert set(answer.after.model_dump().values()) == {0}
    assert not answer.path
    assert [(one.item, one.applies) for one in answer.items] == [("a", False)]
