"""Every rule of bundles: the smallest pack that breaks it, and nothing else is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factories.breaking import Break, Breaks, broken
from tests.factories.city import TinyCity
from tongban.services.bundles.pack.table import RULES

breaks = Breaks()


@breaks("bundle-item-twice")
def _(city: TinyCity) -> None:
    city.bundle["items"].append(
        {"item": "sign-filing", "when": {"staff": {"above": 5}}, "when_words": "大店"}
    )


@breaks("bundle-unknown-situation")
def _(city: TinyCity) -> None:
    city.bundle["items"][0]["situation"] = "renewal"


@breaks("bundle-needs-outside")
def _(city: TinyCity) -> None:
    city.bundle["items"][2]["needs"] = ["fire-check"]


@breaks("joint-check-outside")
def _(city: TinyCity) -> None:
    city.bundle["joint_check"]["items"].append("fire-check")


@breaks("bundle-circle")
def _(city: TinyCity) -> None:
    city.bundle["items"][1]["needs"] = ["food-licence"]


@breaks("joint-check-dependent")
def _(city: TinyCity) -> None:
    city.bundle["joint_check"]["items"] = ["food-licence", "health-card"]


@breaks("joint-check-too-long")
def _(city: TinyCity) -> None:
    city.bundle["joint_check"]["within"] = 4


@breaks("joint-check-without-check")
def _(city: TinyCity) -> None:
    del city.yaml["items/sign.yaml"]["items"][0]["site_check"]


@breaks("bundle-promise-longer")
def _(city: TinyCity) -> None:
    basis = {"law": "优化营商环境条例", "article": "36"}
    city.bundle["items"][0]["promise"] = {"days": 9, "reason": "慢一点", "basis": basis}


@breaks("historical-item-offered")
def _(city: TinyCity) -> None:
    city.yaml["items/sign.yaml"]["items"][0]["state"] = "historical"


@breaks("question-twice")
def _(city: TinyCity) -> None:
    city.bundle["questions"].append(dict(city.bundle["questions"][1]))


@breaks("question-choices")
def _(city: TinyCity) -> None:
    del city.bundle["questions"][2]["choices"][1]


@breaks("choice-twice")
def _(city: TinyCity) -> None:
    city.bundle["questions"][2]["choices"].append({"value": "mall", "label": "商场"})


@breaks("answer-not-possible")
def _(city: TinyCity) -> None:
    city.bundle["reference"]["staff"] = 100


@breaks("unknown-question")
def _(city: TinyCity) -> None:
    city.item["materials"][1]["when"] = {"staf": {"at_least": 1}}
    city.bundle["items"][1] |= {"when": {"staff": {"at_least": 1}}, "when_words": "有员工的"}


@breaks("question-not-asked-here")
def _(city: TinyCity) -> None:
    other = dict(city.bundle, code="other", questions=[], reference={}, published=None)
    other["items"] = city.bundle["items"][:2]
    del other["joint_check"], other["published"]
    city.yaml["bundles/other.yaml"] = other


@breaks("condition-value")
def _(city: TinyCity) -> None:
    city.bundle["items"][2]["when"]["all"][1] = {"place": {"one_of": ["street", "market"]}}


@breaks("bundle-condition-form", "unused-question")
def _(city: TinyCity) -> None:
    city.bundle["items"][2]["when"] = {"sign": {"is": True, "more": 2}}


@breaks("condition-kind")
def _(city: TinyCity) -> None:
    city.bundle["items"][2]["when"]["all"][0] = {"sign": {"at_least": 1}}


@breaks("bundle-condition-without-words")
def _(city: TinyCity) -> None:
    del city.bundle["items"][2]["when_words"]


@breaks("unused-question")
def _(city: TinyCity) -> None:
    city.bundle["items"][2]["when"] = {"sign": True}


@breaks("fills-unasked")
def _(city: TinyCity) -> None:
    seats = {"code": "seats", "name": "座位", "english": "Seats", "group": "premises", "kind": "number"}
    city.csv["codes/elements.csv"].append(seats)
    city.bundle["questions"][0]["fills"] = "seats"


@breaks("fills-not-fitting")
def _(city: TinyCity) -> None:
    city.bundle["questions"][1]["fills"] = "shop-name"


@breaks("unknown-measure")
def _(city: TinyCity) -> None:
    city.bundle["published"]["after"]["trips"] = 1


@breaks("unknown-audience")
def _(city: TinyCity) -> None:
    city.bundle["audience"] = ["7"]


@breaks("published-differs")
def _(city: TinyCity) -> None:
    city.bundle["published"]["after"]["days"] = 10


@breaks("bundle-does-not-compile", "needs-itself")
def _(city: TinyCity) -> None:
    city.yaml["items/sign.yaml"]["items"][0]["needs"] = ["sign-filing"]


@pytest.mark.parametrize("one", breaks.parameters)
def test_rule(one: Break, tmp_path: Path) -> None:
    for problem in broken(one, tmp_path):
        assert problem.place.line > 0


def test_every_rule_is_shown() -> None:
    assert not breaks.missing(RULES)


def test_an_item_may_stand_twice_when_never_both_apply(tmp_path: Path) -> None:
    city = TinyCity(tmp_path)
    city.bundle["items"].append(
        {"item": "sign-filing", "when": {"sign": True, "place": "mall"}, "when_words": "商场"}
    )
    assert not city.problems().codes()


def test_numbers_just_beside_a_limit_are_tried(tmp_path: Path) -> None:
    city = TinyCity(tmp_path)
    entries = city.bundle["items"]
    entries[2]["when"] = {"staff": {"at_most": 10}, "sign": True, "place": "street"}
    entries.append(
        {"item": "sign-filing", "when": {"staff": {"above": 9}, "sign": True}, "when_words": "大店"}
    )
    (problem,) = city.problems().errors
    assert problem.rule.code == "bundle-item-twice"
    assert "staff: 10" in str(problem.values["case"])
