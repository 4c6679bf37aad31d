"""Departments are found by every name people write; the tables say what the pack says."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.factories.catalogue import DEPARTMENTS, DISTRICTS, NOW
from tongban.foundation.government import models, operations, queries, rules
from tongban.foundation.government.types import Centre, Duty, Post, StaffMember, Street, Window
from tongban.kernel.errors import NotFound
from tongban.kernel.types import SYSTEM

STREET = Street(code="310105001", name="华阳路街道", district="310105")
CENTRE = Centre(code="changning", name="长宁区行政服务中心", kind="district", district="310105")
COMMUNITY = Centre(
    code="huayang",
    name="华阳路街道社区事务受理服务中心",
    kind="community",
    district="310105",
    street="310105001",
)


def load(**parts: Any) -> dict[str, Any]:
    known: dict[str, Any] = {
        "departments": DEPARTMENTS,
        "districts": DISTRICTS,
        "streets": (STREET,),
        "centres": (CENTRE, COMMUNITY),
        "windows": (Window(code="w1", centre="changning", name="1号窗口"),),
        "posts": (Post(code="clerk", name="受理", english="Clerk", department="market"),),
        "staff": (StaffMember(code="wang", name="王工", posts=("clerk",)),),
        "duties": (Duty(code="food", name="食品安全", department="market"),),
    }
    return operations.load_government(**(known | parts), by=SYSTEM, at=NOW)


@pytest.mark.django_db
def test_everything_is_read_back_in_the_order_of_the_pack() -> None:
    load()
    assert queries.departments() == DEPARTMENTS
    assert queries.districts() == DISTRICTS
    assert queries.streets("310105") == (STREET,)
    assert queries.streets("310104") == ()
    assert queries.centres() == (CENTRE, COMMUNITY)
    assert queries.centres(street="310105001") == (COMMUNITY,)
    assert [window.code for window in queries.windows("changning")] == ["w1"]
    assert [post.code for post in queries.posts("market")] == ["clerk"]
    assert [member.name for member in queries.staff()] == ["王工"]
    assert [duty.code for duty in queries.duties("police")] == []
    assert queries.find_district("xuhui") == DISTRICTS[1]
    assert queries.find_district("nowhere") is None


@pytest.mark.django_db
def test_second_load_changes_nothing_and_a_removed_entry_stays_as_a_row() -> None:
    load()
    assert not any(load().values())
    changes = load(departments=DEPARTMENTS[:1])
    assert changes["departments"].removed == ("police",)
    assert queries.departments() == DEPARTMENTS[:1]
    assert models.Department.objects.count() == 2
    assert queries.get_department("police").name == "上海市公安局"


@pytest.mark.django_db
def test_names_may_move_to_another_code_in_one_load() -> None:
    load()
    market, police = DEPARTMENTS
    renamed = market.model_copy(update={"code": "market-two"})
    assert load(departments=(renamed, police))["departments"].added == ("market-two",)
    swapped = (
        renamed.model_copy(update={"name": police.name, "aliases": ()}),
        police.model_copy(update={"name": market.name, "aliases": ()}),
    )
    load(departments=swapped)
    assert [department.name for department in queries.departments()] == [police.name, market.name]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("长宁区市场监督管理局", "market"),
        ("区市场监督管理局", "market"),
        ("徐汇区市场监督管理局", "market"),
        ("上海市徐汇区市场监督管理局", "market"),
        ("徐汇市场监管局", "market"),
        ("市场监管局", "market"),
        (" 上海市公安局 ", "police"),
        ("police", "police"),
        ("民政局", None),
        ("", None),
    ],
)
def test_department_is_found_by_any_of_its_names(name: str, code: str | None) -> None:
    load()
    found = queries.find_department(name)
    assert (found and found.code) == code


@pytest.mark.django_db
def test_unknown_department() -> None:
    with pytest.raises(NotFound, match="没有代码"):
        queries.get_department("nothing")


def test_official_name_wins_over_another_departments_alias() -> None:
    first = DEPARTMENTS[0].model_copy(update={"aliases": ("上海市公安局",)})
    assert rules.names((first, DEPARTMENTS[1]))["上海市公安局"] == "police"


def row(table: Any, **fields: Any) -> Any:
    return table.objects.create(document={}, digest="", position=9, **fields)


DEPARTMENT = {"short": "x", "order_key": "x"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "table", "fields"),
    [
        (
            "department_name_once",
            "Department",
            DEPARTMENT | {"code": "b", "name": "上海市公安局", "level": "3"},
        ),
        ("department_level_known", "Department", DEPARTMENT | {"code": "b", "name": "b", "level": "8"}),
        (
            "department_not_its_own_parent",
            "Department",
            DEPARTMENT | {"code": "b", "name": "b", "level": "3", "parent_id": "b"},
        ),
        ("district_slug_once", "District", {"code": "310101", "slug": "xuhui", "name": "x"}),
        ("district_code_has_six_digits", "District", {"code": "3101", "slug": "x", "name": "x"}),
        ("street_code_has_nine_digits", "Street", {"code": "3101", "name": "x", "district_id": "310105"}),
    ],
)
def test_constraints(name: str, table: str, fields: dict[str, Any]) -> None:
    load()
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        row(getattr(models, table), **fields)
    assert caught.value.__cause__.diag.constraint_name == name  # type: ignore[union-attr]


@pytest.mark.django_db
def test_department_found_by_one_name() -> None:
    load()
    with pytest.raises(IntegrityError, match="department_found_by_one_name"), transaction.atomic():
        models.DepartmentName.objects.create(name="市场监管局", department_id="police")


def test_names_are_folded_alike() -> None:
    assert rules.fold(" 婚姻 (收养) 登记 ") == "婚姻（收养）登记"
