"""Who issues: each district's body under its own name, code and seal; what the pack lacks is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from tests.factories.cases import LOADED
from tests.factories.catalogue import DEPARTMENTS, DISTRICTS
from tests.factories.city import TinyCity
from tests.services.licences.conftest import NOON, Granting
from tongban.foundation.government import operations as government
from tongban.foundation.government import rules as bodies
from tongban.foundation.government.pack import credit_code_is_right
from tongban.foundation.government.types import Department, District
from tongban.foundation.trust import queries as trust
from tongban.kernel.types import SYSTEM
from tongban.services.licences import models, operations, queries
from tongban.services.licences.rules import identifiers, numbers

XUHUI = District(code="310104", slug="xuhui", name="徐汇区", english="Xuhui")
MARKET = Department(code="market", name="区市场监督管理局", short="市场", english="Market", level="4",
                    credit_code="10000000000000000A", credit_codes={"310104": "20000000000000000B"})  # fmt: skip


@pytest.mark.parametrize(
    ("level", "name", "district", "shown"),
    [
        (
            "4",
            "区市场监督管理局",
            XUHUI,
            ("上海市徐汇区市场监督管理局", "market-310104", "20000000000000000B"),
        ),
        ("4", "区市场监督管理局", None, ("区市场监督管理局", "market", "10000000000000000A")),
        ("5", "街道办事处", XUHUI, ("街道办事处", "market-310104", "20000000000000000B")),
        ("3", "上海市公安局", XUHUI, ("上海市公安局", "market", "10000000000000000A")),
    ],
)
def test_a_district_has_bodies_of_its_own(
    level: str, name: str, district: District | None, shown: tuple[str, ...]
) -> None:
    department = MARKET.model_copy(
        update={
            "level": Department.model_validate(MARKET.model_dump() | {"level": level}).level,
            "name": name,
        }
    )
    body = bodies.body_of(department, district, "上海市")
    assert (body.name, body.seal, body.credit_code) == shown


@given(st.text(max_size=30))
def test_a_stand_in_is_well_formed_and_nobodys(body: str) -> None:
    code = numbers.stand_in_code(body)
    assert credit_code_is_right(code) and uscc.is_valid(code)
    assert code[2:8] == numbers.AREA_OF_NOBODY


@pytest.fixture(scope="module")
def district_seal() -> None:
    """Have no seal here: each body has its own made."""


@pytest.mark.slow
@pytest.mark.django_db
def test_each_district_seals_with_its_own_seal_and_code(grant: Granting) -> None:
    known = numbers.stand_in_code("known")
    departments = [
        one.model_copy(update={"credit_codes": {"310104": known}}) if one.code == "market" else one
        for one in DEPARTMENTS
    ]
    government.load_government(departments=departments, districts=DISTRICTS, by=SYSTEM, at=LOADED)
    ids = operations.issue_many(
        grants=[grant(district=place) for place in ("310104", "310105", "310104")], by=SYSTEM, at=NOON
    )
    rows = {row.id: row for row in models.Licence.objects.select_related("signing")}
    assert [rows[id].signing.seal for id in ids] == ["market-310104", "market-310105", "market-310104"]
    assert models.Signing.objects.count() == 2
    assert [identifiers.read(rows[id].identifier).issuer == known for id in ids] == [True, False, True]
    assert trust.get_seal("market-310104").name == "上海市徐汇区市场监督管理局行政审批专用章"
    assert all(queries.verify_record(id) for id in ids)
    operations.seal_page(id=ids[1], by=SYSTEM, at=NOON)
    file = queries.pdf(ids[1], by=SYSTEM, purpose="查验", at=NOON)
    assert queries.verify_pdf(file, at=NOON).signers == ("上海市长宁区市场监督管理局行政审批专用章",)


def codes(city: TinyCity) -> list[str]:
    return [code for code in city.problems().codes() if code.startswith("issuer")]


@pytest.mark.slow
def test_city_check_says_who_could_not_issue(tmp_path: Path) -> None:
    city = TinyCity(tmp_path)
    departments = city.yaml["government/departments.yaml"]["departments"]
    market = next(one for one in departments if one["code"] == city.item["department"])
    city.item["results"] = [{"name": "食品经营许可证", "licence": "food-licence"}]
    market |= {"credit_code": numbers.stand_in_code("x")}
    assert codes(city) == []
    del market["credit_code"]
    city.head.pop("demonstration", None)
    assert codes(city) == ["issuer-without-code"]
    city.head["demonstration"] = "都是虚构的"
    assert codes(city) == ["issuer-with-stand-in"]
    assert not city.problems().errors and not city.problems().warnings
    market["credit_codes"] = {"310104": numbers.stand_in_code("x")}
    assert codes(city) == []
    market["credit_codes"] = {"310104": "1" * 18, "990000": numbers.stand_in_code("x")}
    assert {"credit-code-check", "unknown-reference"} <= set(city.problems().codes())
