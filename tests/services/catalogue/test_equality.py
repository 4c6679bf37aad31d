"""Districts compared: terms may only be better than the city's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.catalogue import NOW, load_frame, make_item, publish
from tongban.kernel.types import SYSTEM
from tongban.services.catalogue import operations, queries
from tongban.services.catalogue.equality import Standing, compare
from tongban.services.catalogue.types import Item, Variant
from tongban.services.catalogue.variants import effective

DISTRICT = "310105"


def with_variant(**terms: Any) -> Item:
    return make_item(variants={DISTRICT: terms}, fee={"charged": True, "online_payment": True})


@pytest.mark.parametrize(
    ("terms", "found"),
    [
        ({"promise_days": 8}, [("promise_days", 10, 8, "better")]),
        ({"promise_days": 10}, []),
        ({"promise_days": 12}, [("promise_days", 10, 12, "worse")]),
        ({"visits": 0}, [("visits", 2, 0, "better")]),
        ({"visits": 3}, [("visits", 2, 3, "worse")]),
        ({"fee_free": True}, [("charges", 1, 0, "better")]),
        ({"not_asked": ("layout",)}, [("materials", 2, 1, "better")]),
        ({"not_asked": ("unknown",)}, []),
        ({"asks": ("photo",)}, [("materials", 2, 3, "worse")]),
        ({"hours": "周末也办"}, []),
    ],
)
def test_each_term(terms: dict[str, Any], found: list[tuple[str, int, int, str]]) -> None:
    report = compare([with_variant(**terms)], [DISTRICT, "310104"])
    assert [(d.term, d.city, d.own, d.standing.value) for d in report.differences] == found
    assert all(difference.district == DISTRICT for difference in report.differences)


def test_free_city_and_charging_district_is_worse() -> None:
    report = compare([make_item(variants={DISTRICT: {"fee_free": False}})], [DISTRICT])
    assert report.count(Standing.WORSE) == 1


def test_only_items_in_use_and_known_districts_count() -> None:
    items = [with_variant(visits=0), make_item("old", state="historical", variants={DISTRICT: {"visits": 0}})]
    report = compare(items, ["310104"])
    assert (report.items, report.districts, report.differing) == (1, 1, 0)


def test_guide_of_a_district() -> None:
    item = with_variant(
        promise_days=8,
        visits=0,
        fee_free=True,
        not_asked=("layout",),
        enquiry_phone="021-1",
        place="二楼大厅",
    )
    own = effective(item, DISTRICT)
    assert own.promise is not None
    assert (own.promise.days, own.visits, own.fee.charged) == (8, (), False)
    assert [material.code for material in own.materials] == ["form"]
    assert (own.enquiry_phone, own.places[0].name) == ("021-1", "二楼大厅")
    assert effective(item, "310104") is item
    assert effective(item, None) is item


def test_district_may_promise_where_the_city_does_not() -> None:
    item = make_item(promise=None, variants={DISTRICT: {"promise_days": 5}})
    own = effective(item, DISTRICT)
    assert own.promise is not None
    assert (own.promise.days, own.promise.unit) == (5, "working")


@given(
    st.builds(
        Variant,
        promise_days=st.none() | st.integers(0, 10),
        visits=st.none() | st.integers(0, 2),
        fee_free=st.sampled_from([None, True]),
        not_asked=st.sets(st.sampled_from(["form", "layout"])).map(tuple),
    )
)
def test_better_terms_never_make_a_guide_worse(variant: Variant) -> None:
    item = with_variant().model_copy(update={"variants": {DISTRICT: variant}})
    own = effective(item, DISTRICT)
    assert own.promise is not None
    assert item.promise is not None
    assert own.promise.days <= item.promise.days
    assert len(own.visits) <= len(item.visits)
    assert len(own.materials) <= len(item.materials)
    assert compare([item], [DISTRICT]).count(Standing.WORSE) == 0


@pytest.mark.django_db
def test_report_is_kept_once_a_day() -> None:
    load_frame()
    publish(with_variant(visits=0))
    report = queries.equality()
    for hour in (0, 1, 24):
        operations.keep_equality_report(
            report=report, revision=queries.current_revision(), by=SYSTEM, at=NOW + timedelta(hours=hour)
        )
    cards = queries.equality_reports()
    assert [card.day.isoformat() for card in cards] == ["2026-03-03", "2026-03-02"]
    assert (cards[0].items, cards[0].better, cards[0].worse) == (1, 1, 0)
    assert cards[0].document == report.document()
