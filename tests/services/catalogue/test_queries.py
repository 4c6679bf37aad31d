"""Reading the catalogue: right answers, few statements."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.factories.catalogue import DEPARTMENTS, load_frame, make_city, make_item, publish
from tongban.datahub.resources import items
from tongban.services.catalogue import queries
from tongban.services.catalogue.errors import CityMissing, ItemUnknown

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue() -> None:
    load_frame()
    publish(
        make_item(),
        make_item(
            "id-card",
            plain="身份证补办",
            audience=("1",),
            themes=("identity",),
            department="police",
            level="3",
            type="07",
            case_kind="1",
            promise={"days": 0},
            visits=(),
            materials=(),
            online={"depth": 5},
            variants={"310105": {"promise_days": 0}},
        ),
        make_item("water", plain="安装水表", depth="summary", visits=(), materials=(), promise=None),
        make_item("old", plain="旧事项", state="historical"),
    )


@pytest.mark.usefixtures("catalogue")
def test_item_is_read_with_two_statements_and_then_with_one(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(2):
        assert queries.get_item("id-card").item.plain == "身份证补办"
    with django_assert_num_queries(1):
        queries.get_item("id-card")


@pytest.mark.usefixtures("catalogue")
def test_unknown_item_and_version() -> None:
    assert queries.find_item("nothing") is None
    assert queries.find_item("id-card", 2) is None
    with pytest.raises(ItemUnknown):
        queries.get_item("id-card", 0)


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize(
    ("conditions", "codes"),
    [
        ({}, ["water", "food-licence", "id-card"]),
        ({"theme": "food"}, ["water", "food-licence"]),
        ({"department": "police"}, ["id-card"]),
        ({"audience": "1"}, ["id-card"]),
        ({"district": "310105"}, ["id-card"]),
        ({"level": "3"}, ["id-card"]),
        ({"type": "01"}, ["water", "food-licence"]),
        ({"online": True}, ["id-card"]),
        ({"visits_zero": True}, ["id-card"]),
        ({"no_materials": True}, ["id-card"]),
        ({"immediate": True}, ["id-card"]),
        ({"theme": "food", "department": "police"}, []),
        ({"order": "fast"}, ["id-card", "food-licence", "water"]),
        ({"order": "materials"}, ["water", "id-card", "food-licence"]),
        ({"order": "nonsense"}, ["water", "food-licence", "id-card"]),
        ({"state": "historical"}, ["old"]),
        ({"size": 1, "page": 2}, ["food-licence"]),
        ({"page": 99}, []),
        ({"page": -1, "size": 0}, ["water"]),
    ],
)
def test_browsing(conditions: dict[str, object], codes: list[str]) -> None:
    assert [card.code for card in queries.list_items(**conditions).items] == codes


@pytest.mark.usefixtures("catalogue")
def test_listing_takes_two_statements(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(2):
        page = queries.list_items(size=2)
    assert (page.total, page.pages, len(page.items)) == (3, 2, 2)
    with django_assert_num_queries(1):
        assert [card.code for card in queries.list_cards(["id-card", "gone", "water"])] == [
            "id-card",
            "water",
        ]


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize(
    ("read", "first"),
    [
        (queries.get_city, 2),
        (queries.themes, 2),
        (queries.theme_cards, 4),
        (queries.department_cards, 3),
        (queries.district_cards, 4),
        (queries.licences, 2),
        (queries.elements, 2),
        (queries.sources, 2),
    ],
)
def test_code_lists_are_kept_per_revision(
    read: Callable[[], object], first: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    publish(make_item())  # a new revision, so that nothing is known of it
    with django_assert_num_queries(first):
        read()
    with django_assert_num_queries(2 if read is queries.theme_cards else 1):
        read()


@pytest.mark.usefixtures("catalogue")
def test_cards_count_items_in_use() -> None:
    assert [(card.theme.code, card.items) for card in queries.theme_cards()] == [("food", 2), ("identity", 1)]
    assert [card.theme.code for card in queries.theme_cards("1")] == ["identity"]
    assert [(card.department.code, card.items) for card in queries.department_cards()] == [
        ("market", 2),
        ("police", 1),
    ]
    assert [(card.district.slug, card.better) for card in queries.district_cards()] == [
        ("changning", 1),
        ("xuhui", 0),
    ]
    assert queries.department_cards()[0].department == DEPARTMENTS[0]


def test_city_is_missing_before_the_first_load() -> None:
    with pytest.raises(CityMissing):
        queries.get_city()
    load_frame()
    publish()
    assert queries.get_city() == make_city()


@pytest.mark.usefixtures("catalogue")
def test_versions_and_what_differs_between_them() -> None:
    everything = {**queries.all_items(), "id-card": make_item("id-card", promise={"days": 3})}
    publish(*everything.values())
    words = [change.words("zh") for change in queries.changes_between("id-card", 1, 2)]
    assert "承诺办结时限 › 天数：由“0”改为“3”" in words
    assert [card.is_current for card in queries.versions("id-card")] == [True, False]
    assert queries.get_item("id-card", 1).item.promise.days == 0


@pytest.mark.law("data-items-of-a-department")
def test_the_lists_of_data_learn_whose_an_item_is_and_what_it_asks_for() -> None:
    load_frame()
    publish(make_item(joint_departments=("police",)))
    facts = items.facts_of("food-licence")
    assert facts is not None
    assert (facts.departments, facts.materials) == ({"market", "police"}, {"form", "layout"})
    assert items.facts_of("nothing") is None
    publish()
    assert items.facts_of("food-licence") is None, "it was cancelled"
