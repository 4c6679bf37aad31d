"""Every rule of government: the smallest pack that breaks it, and nothing else is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factories.breaking import Break, Breaks, broken
from tests.factories.city import TinyCity
from tongban.foundation.government.pack import RULES, credit_code_is_right

breaks = Breaks()


@breaks("department-circle")
def _(city: TinyCity) -> None:
    city.yaml["government/departments.yaml"]["departments"][1]["parent"] = "market"


@breaks("ambiguous-name")
def _(city: TinyCity) -> None:
    city.yaml["government/departments.yaml"]["departments"][2]["aliases"] = ["区市场局"]


@breaks("street-outside-district")
def _(city: TinyCity) -> None:
    city.csv["government/streets.csv"].append(
        {"code": "310105001", "name": "华阳路街道", "district": "310104"}
    )


@breaks("district-outside-city")
def _(city: TinyCity) -> None:
    city.csv["government/districts.csv"].append(
        {"code": "320505", "slug": "huqiu", "name": "虎丘区", "english": "Huqiu"}
    )


@breaks("centre-street-elsewhere")
def _(city: TinyCity) -> None:
    city.csv["government/centres.csv"][0]["district"] = "310105"


@breaks("credit-code-check")
def _(city: TinyCity) -> None:
    city.yaml["government/departments.yaml"]["departments"][0]["credit_code"] = "11310000002422169H"


@breaks("unknown-kind")
def _(city: TinyCity) -> None:
    city.csv["government/windows.csv"][0]["kind"] = "综合"


@breaks("phone-full-width")
def _(city: TinyCity) -> None:
    city.csv["government/centres.csv"][0]["phone"] = "021－1234"


@breaks("hall-without-clerk")
def _(city: TinyCity) -> None:
    city.yaml["government/departments.yaml"]["departments"][1]["is_hall"] = True


@breaks("officers-apart")
def _(city: TinyCity) -> None:
    posts = city.yaml["government/posts.yaml"]["posts"]
    posts.append(
        {
            "code": "audit",
            "name": "审计",
            "english": "Audit",
            "department": "market",
            "may": ["audit-officer"],
        }
    )
    posts.append(
        {"code": "decider", "name": "审批", "english": "Decider", "department": "market", "may": ["decide"]}
    )
    city.yaml["government/staff.yaml"]["staff"][0]["posts"] = ["audit", "decider"]


@pytest.mark.parametrize("one", breaks.parameters)
def test_rule(one: Break, tmp_path: Path) -> None:
    for problem in broken(one, tmp_path):
        assert problem.place.line > 0


def test_every_rule_is_shown() -> None:
    assert not breaks.missing(RULES)


@pytest.mark.parametrize(
    ("file", "change"),
    [
        (
            "government/departments.yaml:9:11",
            lambda c: c.yaml["government/departments.yaml"]["departments"][0].update(parent="none"),
        ),
        (
            "government/streets.csv:2:17",
            lambda c: c.csv["government/streets.csv"][0].update(district="310199"),
        ),
        ("government/windows.csv:2:10", lambda c: c.csv["government/windows.csv"][0].update(centre="none")),
        (
            "government/staff.yaml:5:5",
            lambda c: c.yaml["government/staff.yaml"]["staff"][0].update(posts=["none"]),
        ),
        (
            "government/staff.yaml:8:5",
            lambda c: c.yaml["government/staff.yaml"]["staff"][0].update(districts=["310105", "310199"]),
        ),
    ],
)
def test_references_that_lead_nowhere_are_told_where_they_stand(tmp_path, file, change) -> None:  # type: ignore[no-untyped-def]
    city = TinyCity(tmp_path)
    change(city)
    problems = [p for p in city.problems() if p.rule.code == "unknown-reference"]
    assert [str(problem.place) for problem in problems][:1] == [file]


@pytest.mark.parametrize(
    "code", ["11511301008778183N", "11310000002422169G", "91310000MA1FL00000"[:17] + "0"]
)
def test_check_character_of_a_credit_code(code: str) -> None:
    assert credit_code_is_right(code) == (code != "91310000MA1FL00000")
    assert not credit_code_is_right(code[:-1] + ("1" if code[-1] != "1" else "2"))


@pytest.mark.parametrize("code", ["", "123", "1151130100877818３N", "11511301008778183I"])
def test_what_is_no_credit_code(code: str) -> None:
    assert not credit_code_is_right(code)
