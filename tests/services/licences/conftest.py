"""A small city with licence types, and grants as a decided branch gives them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import override_settings

from tests.factories import approvals as offices
from tests.factories.cases import ELEMENTS, LOADED, Cast, load_city_of_cases, make_seal, settle_cast
from tests.factories.catalogue import THEMES, make_city
from tests.services.licences import restaurants
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.types import SYSTEM, Subject
from tongban.services.catalogue import operations as catalogue
from tongban.services.catalogue.queries import codes
from tongban.services.catalogue.types import LicenceType
from tongban.services.licences.types import Grant, Line

NOON = dt.datetime(2026, 3, 10, 12, 0, tzinfo=SHANGHAI)
TYPES = (
    LicenceType(
        code="food-business-licence",
        name="食品经营许可证",
        issuer="market",
        validity="5 年",
        holder="company",
    ),
    LicenceType(code="shop-sign-filing", name="户外招牌设置备案回执", issuer="police", holder="company"),
    LicenceType(code="industry-combined-licence", name="行业综合许可证", issuer="market", holder="company"),
)
Granting = Callable[..., Grant]


@pytest.fixture(scope="module")
def loaded(standing: None) -> None:
    load_city_of_cases()
    catalogue.keep_code_lists(
        city=make_city(demonstration="演示城市，数据都是虚构的。"), themes=THEMES, elements=ELEMENTS, licences=TYPES,
        by=SYSTEM, at=LOADED,
    )  # fmt: skip


@pytest.fixture
def city(loaded: None, db: None) -> None:
    """Have the small city, which stands for a module; what was remembered of its lists is another test's."""
    codes._kept.clear()


@pytest.fixture(scope="module")
def people(loaded: None) -> Cast:
    with override_settings(DEMONSTRATION=True):
        return settle_cast()


@pytest.fixture
def cast(people: Cast, city: None) -> Cast:
    return people


@pytest.fixture(scope="module")
def office_people(standing: None) -> Cast:
    with override_settings(DEMONSTRATION=True):
        offices.load_city_of_approvals()
        restaurants.give_licences()
        return settle_cast()


@pytest.fixture
def offices_cast(office_people: Cast, db: None, settings: Any) -> Cast:
    """Return the people of a city whose offices decide on restaurants, each giving a licence."""
    settings.DEMONSTRATION = True
    return office_people


@pytest.fixture(scope="module")
def district_seal(loaded: None) -> None:
    """Have the seal of the body that grants."""
    make_seal("market-310104")


@pytest.fixture
def grant(city: None, district_seal: None) -> Granting:
    """Return a maker of grants: one branch each, of the district's market regulation."""

    def make(**changes: object) -> Grant:
        given = {
            "type": "food-business-licence", "name": "食品经营许可证", "holder": Subject("company", str(uuid.UUID(int=7))),
            "holder_name": "上海梧桐里餐饮管理有限公司", "item": "food-licence", "item_version": 1,
            "department": "market", "district": "310104", "case_id": uuid.UUID(int=1), "branch_id": uuid.uuid4(),
            "validity": "5 年", "face": (Line("法定代表人", "沈知行"), Line("经营场所", "漕溪北路 398 号")),
        }  # fmt: skip
        return Grant(**given | changes)  # type: ignore[arg-type]

    return make
