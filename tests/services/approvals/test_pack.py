"""What approvals ask of a pack: the smallest one that breaks it, and nothing else is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factories.breaking import Break, Breaks, broken
from tests.factories.city import TinyCity
from tongban.services.approvals.pack import RULES

breaks = Breaks()


def staff_of(city: TinyCity) -> list[dict[str, object]]:
    found: list[dict[str, object]] = city.yaml["government/staff.yaml"]["staff"]
    return found


@breaks("nobody-decides")
def _(city: TinyCity) -> None:
    staff_of(city)[1]["posts"] = ["head-market"]


@pytest.mark.parametrize("one", breaks.parameters)
def test_rule(one: Break, tmp_path: Path) -> None:
    (problem,) = broken(one, tmp_path)
    assert "cityscape" in problem.words("en") and "market" not in problem.words("en")


def test_every_rule_is_shown() -> None:
    assert not breaks.missing(RULES)


def test_a_post_that_nobody_holds_decides_nothing(tmp_path: Path) -> None:
    city = TinyCity(tmp_path)
    del staff_of(city)[1]
    assert city.problems().codes() == ("nobody-decides",)


def test_what_is_only_listed_and_in_no_bundle_needs_nobody(tmp_path: Path) -> None:
    city = TinyCity(tmp_path)
    staff_of(city)[1]["posts"] = ["head-market"]
    bundle = city.yaml["bundles/noodles.yaml"]
    bundle["items"] = bundle["items"][:2]
    for name in ("joint_check", "published"):
        bundle.pop(name, None)
    assert "nobody-decides" not in city.problems().codes()


def test_a_pack_without_staff_does_not_say_who_works_there(tmp_path: Path) -> None:
    city = TinyCity(tmp_path)
    del city.yaml["government/staff.yaml"]
    assert "nobody-decides" not in city.problems().codes()
