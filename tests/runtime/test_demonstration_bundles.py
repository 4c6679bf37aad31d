"""The bundles and guides of the demonstration city say what a visitor needs, and never more than is known."""

from __future__ import annotations

import pytest

from tests.factories.shanghai import shanghai
from tongban.runtime.environment import ROOT
from tongban.services.bundles.rules import compile_bundle
from tongban.services.bundles.types import Bundle, Compiled, Names
from tongban.services.catalogue.types import Depth, Item, ItemState, Sure

FOLDER = ROOT / "city" / "shanghai"
BUNDLES = sorted(path.stem for path in (FOLDER / "bundles").glob("*.yaml"))
OF_TODAY = [code for code in BUNDLES if code != "opening-a-restaurant"]  # that one tells of 2018
ORDERED = {
    "opening-a-restaurant", "opening-a-company", "convenience-store", "opening-a-hotel", "having-a-child",
    "starting-school", "retirement", "flexible-employment", "real-estate-transfer", "construction-permit",
    "moving-household", "losing-ones-wallet",
}  # fmt: skip


def compiled(code: str) -> Compiled:
    pack = shanghai()
    bundle = pack.bundles[code]
    basis = pack.city.saving_basis if pack.city else {}
    names = Names(
        elements=pack.elements, licences=pack.licences, departments=pack.departments, saving_basis=basis
    )
    return compile_bundle(bundle, pack.items, bundle.reference, names=names)


def full() -> list[Item]:
    return [
        item
        for item in shanghai().items.values()
        if item.depth is Depth.FULL and item.state is ItemState.IN_USE
    ]


def test_the_bundles_that_were_asked_for_are_there() -> None:
    assert set(BUNDLES) >= ORDERED


@pytest.mark.parametrize("code", BUNDLES)
def test_a_bundle_speaks_both_languages_in_words_of_life(code: str) -> None:
    bundle: Bundle = shanghai().bundles[code]
    assert len(bundle.aliases) >= 6
    assert 4 <= len(bundle.questions) <= 10
    assert bundle.english and bundle.plain_english and bundle.about and bundle.about_english
    for question in bundle.questions:
        assert question.english and question.why
        assert all(choice.english for choice in question.choices)
    assert set(bundle.reference) == {question.code for question in bundle.questions}


@pytest.mark.parametrize("code", BUNDLES)
def test_one_thing_is_never_more_than_its_parts(code: str) -> None:
    figures = compiled(code)
    for measure in ("materials", "checks", "days", "visits", "fields", "licences"):
        assert getattr(figures.after, measure) <= getattr(figures.before, measure), measure
    assert figures.after.fields < figures.before.fields
    assert figures.after.materials < figures.before.materials


@pytest.mark.parametrize("code", OF_TODAY)
def test_published_totals_stand_beside_and_have_their_words(code: str) -> None:
    published = shanghai().bundles[code].published
    assert published is None or published.words


def test_what_the_demonstration_promises_itself_says_so() -> None:
    for item in full():
        if item.promise and item.promise.sure is Sure.RECONSTRUCTED:
            assert item.promise.note, item.code


def test_no_full_guide_asks_for_a_paper_without_a_law() -> None:
    assert [(i.code, m.code) for i in full() for m in i.materials if m.basis is None] == []


def test_district_variants_exist_to_be_compared() -> None:
    assert sum(len(item.variants) >= 2 for item in full()) >= 6
