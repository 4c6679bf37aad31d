"""What guides and bundles say of the demonstration city, without a database: sorted, counted, agreeing."""

from __future__ import annotations

from functools import cache

import pytest

from tests.factories.shanghai import shanghai
from tongban.channels.portal.presenters import bundle as bundle_presenter
from tongban.channels.portal.presenters import guide as guide_presenter
from tongban.channels.portal.presenters.squares import squares
from tongban.runtime.environment import ROOT
from tongban.services.bundles.rules import compile_bundle
from tongban.services.bundles.types import Compiled, Measure, Names
from tongban.services.catalogue.types import Saving

BUNDLES = sorted(path.stem for path in (ROOT / "city/shanghai/bundles").glob("*.yaml"))


@cache
def compiled(code: str) -> Compiled:
    """Return a bundle's reference case."""
    pack = shanghai()
    names = Names(pack.elements, pack.licences, pack.departments, pack.city.saving_basis if pack.city else {})
    bundle = pack.bundles[code]
    return compile_bundle(bundle, pack.items, bundle.reference, names=names)


def test_materials_stand_in_one_order_and_are_counted_once() -> None:
    for item in shanghai().items.values():
        for situation in (*(one.code for one in item.situations), None):
            guide = guide_presenter.present(item, situation)
            kinds = [line.kind for line in guide.materials]

            assert kinds == sorted(kinds, key=guide_presenter.ORDER.index), item.code
            assert guide.to_bring == kinds.count("need")
            asked = {
                one.code
                for one in item.materials
                if not one.situations or (guide.situation and guide.situation.code in one.situations)
            }
            assert {line.material.code for line in guide.materials} == asked


def test_what_spares_a_paper_only_sometimes_does_not_spare_it() -> None:
    for item in shanghai().items.values():
        for line in guide_presenter.present(item).materials:
            if line.kind == "spared":
                assert line.way is not None
                assert line.way.when is None
                assert line.way.by is not Saving.BUNDLE_OUTPUT
            else:
                assert line.way is None


def test_the_situation_asked_for_is_shown_and_an_unknown_one_is_the_first() -> None:
    item = next(one for one in shanghai().items.values() if len(one.situations) > 1)

    assert guide_presenter.present(item, item.situations[1].code).situation == item.situations[1]
    assert guide_presenter.present(item, "nope").situation == item.situations[0]


def test_every_fact_with_a_mark_is_counted() -> None:
    guide = guide_presenter.present(shanghai().items["food-business-licence"])

    assert sum(count for _, count in guide.marks) == len(list(guide_presenter._facts(guide)))


@pytest.mark.parametrize("code", BUNDLES)
def test_savings_count_down_from_before_to_after(code: str) -> None:
    made = compiled(code)
    page = bundle_presenter.present(shanghai().bundles[code], made)

    for row in page.rows:
        assert (row.before, row.after) == (
            getattr(made.before, row.measure),
            getattr(made.after, row.measure),
        )
        assert row.before - sum(group.count for group in row.groups) == row.after, row.measure
        left = row.before
        for group in row.groups:
            left -= group.count
            assert group.left == left
            assert group.count == sum(one.count for one in group.savings)
            assert group.laws
    assert {row.measure for row in page.rows} <= set(Measure)


@pytest.mark.parametrize("code", BUNDLES)
def test_the_lists_hold_as_many_papers_as_the_figures_say(code: str) -> None:
    made = compiled(code)
    page = bundle_presenter.present(shanghai().bundles[code], made)

    assert sum(len(ones) for _, ones in page.needed) == made.after.materials
    assert sum(group.count for group in page.spared) == made.before.materials - made.after.materials
    assert {one.item for one in page.applying} | {one.item for one in page.left_out} == {
        one.item for one in shanghai().bundles[code].items
    }
    assert sum(len(fields) for _, fields in page.fields) == len(made.form)
    assert page.held <= len(made.form)


def test_answers_are_said_in_words() -> None:
    bundle = shanghai().bundles["opening-a-restaurant"]
    said = {
        one.question.code: one.words
        for one in bundle_presenter.present(bundle, compiled(bundle.code)).answered
    }

    assert said["alcohol"] == "否"
    assert said["area"] == "320 平方米"
    assert said["premises"] == "租的"


def test_published_totals_stand_in_the_order_of_the_page() -> None:
    bundle = shanghai().bundles["opening-a-restaurant"]
    page = bundle_presenter.present(bundle, compiled(bundle.code))

    assert [(before, after) for _, before, after in page.published] == [(31, 12), (58, 10), (6, 1), (3, 1)]


def test_squares_are_as_many_as_papers() -> None:
    drawing = squares(40, 30, 4)

    assert drawing.count("h10v10h-10z") == 34
    assert 'viewBox="0 0 496 32"' in drawing
    assert squares(3, 0, 0).count("<path") == 0
