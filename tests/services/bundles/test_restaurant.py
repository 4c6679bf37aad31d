"""Opening a restaurant: the account of 2018 comes out of its items, and so does today's."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories.shanghai import shanghai_and_problems
from tongban.kernel.conditions import Answer
from tongban.runtime.city import CityPack
from tongban.services.bundles.rules import compile_bundle
from tongban.services.bundles.types import Compiled, Figures, Names
from tongban.services.catalogue.types import Item, ItemState

THEN, TODAY = "opening-a-restaurant", "opening-a-restaurant-2024"


@pytest.fixture(scope="module")
def pack() -> CityPack:
    found, problems = shanghai_and_problems()
    assert not problems.errors
    return found


def answer(
    pack: CityPack, code: str = THEN, items: dict[str, Item] | None = None, **answers: Answer
) -> Compiled:
    assert pack.city is not None
    names = Names(pack.elements, pack.licences, pack.departments, pack.city.saving_basis)
    bundle = pack.bundles[code]
    return compile_bundle(bundle, pack.items | (items or {}), bundle.reference | answers, names=names)


def four(figures: Figures) -> dict[str, int]:
    return {name: getattr(figures, name) for name in ("materials", "checks", "days", "visits")}


def changed(item: Item, **changes: Any) -> dict[str, Item]:
    return {item.code: item.model_copy(update=changes)}


def test_the_published_totals_come_out_of_the_items(pack: CityPack) -> None:
    report = answer(pack)
    assert four(report.before) == {"materials": 31, "checks": 3, "days": 58, "visits": 6}
    assert four(report.after) == {"materials": 12, "checks": 1, "days": 10, "visits": 1}
    published = pack.bundles[THEN].published
    assert published is not None
    assert (published.before, published.after) == (four(report.before), four(report.after))


def test_the_compiler_does_not_read_what_was_published(pack: CityPack) -> None:
    bundle = pack.bundles[THEN].model_copy(update={"published": None})
    assert compile_bundle(bundle, pack.items, bundle.reference, names=Names()).after.materials == 12


def test_the_nineteen_papers_saved_have_these_reasons(pack: CityPack) -> None:
    kinds: dict[str, int] = {}
    for saving in answer(pack).savings:
        if saving.measure == "materials":
            kinds[saving.kind] = kinds.get(saving.kind, 0) + 1
    assert kinds == {
        "form_merge": 4,
        "bundle_output": 3,
        "licence_library": 4,
        "duplicate": 1,
        "data_sharing": 3,
        "commitment": 3,
        "no_legal_basis": 1,
    }


def test_one_paper_less_is_one_less_before(pack: CityPack) -> None:
    food = pack.items["food-business-licence-2018"]
    without = changed(food, materials=tuple(m for m in food.materials if m.code != "waste-oil-rules"))
    report = answer(pack, items=without)
    assert (report.before.materials, report.after.materials) == (30, 11)


def test_one_paper_more_is_one_more_before(pack: CityPack) -> None:
    drainage = pack.items["drainage-permit-2018"]
    extra = drainage.materials[1].model_copy(update={"code": "extra", "document": None})
    report = answer(pack, items=changed(drainage, materials=(*drainage.materials, extra)))
    assert (report.before.materials, report.after.materials) == (32, 13)


def test_a_longer_limit_is_longer_before(pack: CityPack) -> None:
    fire = pack.items["fire-safety-check-2018"]
    assert fire.statutory is not None
    slower = changed(fire, statutory=fire.statutory.model_copy(update={"days": 20}))
    assert answer(pack, items=slower).before.days == 65


def test_its_second_account_has_the_same_totals(pack: CityPack) -> None:
    """The applicant holds a licence already and puts up a sign: other lines, the same eight figures."""
    report = answer(pack, licensed=True, signboard=True)
    assert four(report.before) == {"materials": 31, "checks": 3, "days": 58, "visits": 6}
    assert four(report.after) == {"materials": 12, "checks": 1, "days": 10, "visits": 1}
    saved = [saving.kind for saving in report.savings if saving.measure == "materials"]
    assert (saved.count("licence_library"), saved.count("commitment")) == (7, 4)


@pytest.mark.parametrize(
    ("answers", "before", "after"),
    [
        ({"premises": "own"}, 31, 11),
        ({"filer": "self"}, 30, 11),
        ({"drainage": "managed"}, 25, 10),
        ({"area": 80, "seats": 30}, 25, 10),
        ({"area": 80, "seats": 100}, 31, 12),
    ],
)
def test_the_answers_decide_which_papers_apply(
    pack: CityPack, answers: dict[str, Answer], before: int, after: int
) -> None:
    report = answer(pack, **answers)
    assert (report.before.materials, report.after.materials) == (before, after)


def test_alcohol_was_fifteen_days_more_before(pack: CityPack) -> None:
    report = answer(pack, alcohol=True)
    assert (report.before.days, report.after.days) == (73, 10)


def test_the_path_is_the_longest_of_three_that_run_together(pack: CityPack) -> None:
    steps = {step.step: step for step in answer(pack).path}
    assert (steps["company-registration-2018"].end, steps["joint-check"].end) == (0, 5)
    assert {code: (step.end, step.critical) for code, step in steps.items() if step.end > 5} == {
        "fire-safety-check-2018": (7, False),
        "food-business-licence-2018": (10, True),
        "drainage-permit-2018": (10, True),
        "handover": (10, True),
    }


def test_what_describes_the_past_is_marked_as_reconstruction(pack: CityPack) -> None:
    bundle = pack.bundles[THEN]
    assert bundle.as_of
    assert "重建" in (bundle.about or "")
    for entry in bundle.items:
        item = pack.items[entry.item]
        assert item.state is ItemState.HISTORICAL
        assert item.sure == "C"


def test_today_seventeen_papers_become_two(pack: CityPack) -> None:
    report = answer(pack, TODAY)
    assert (report.before.materials, report.after.materials) == (17, 2)
    assert [(one.how, one.merged, len(one.also_for)) for one in report.needed] == [
        ("fill", 3, 2),
        ("upload", 1, 2),
    ]


def test_today_the_licence_may_be_made_in_the_bundle(pack: CityPack) -> None:
    report = answer(pack, TODAY, licensed=False, subject="individual")
    assert "individual-business-registration" in {one.item for one in report.items if one.applies}
    assert "bundle_output" in {saving.kind for saving in report.savings}


def test_every_bundle_of_the_city_compiles_and_every_saving_has_its_law(pack: CityPack) -> None:
    for code in pack.bundles:
        report = answer(pack, code)
        assert report.path, code
        assert all(saving.law.startswith("《") for saving in report.savings), code
        assert all(field.name != field.code for field in report.form), code
