"""The better hit comes first, for a reason a person would give too."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.services.catalogue.search.line import Line, pack
from tongban.services.catalogue.search.ranking import rank, slips
from tongban.services.catalogue.search.synonyms import Synonyms, gather
from tongban.services.catalogue.search.types import Entry, Filters, Kind, Synonym
from tongban.services.catalogue.search.understanding import Words, understand

UNITS = st.lists(st.sampled_from("开饭店食品经营"), max_size=8)


@pytest.mark.parametrize(
    ("typed", "name", "count"),
    [
        ("开饭店", "开饭店", 0),
        ("开饭管", "开饭店", 1),
        ("开店饭", "开饭店", 1),
        ("开店", "开饭店", 1),
        ("开大饭店", "开饭店", 1),
        ("开范店", "开饭店", 0.4),
        ("饭店", "我要开饭店了", 0),
        ("", "开饭店", 0),
    ],
)
def test_slips_are_counted(typed: str, name: str, count: float) -> None:
    assert slips(list(typed), list(name)) == pytest.approx(count)


@given(UNITS, UNITS)
def test_slips_are_between_none_and_the_whole_query(typed: list[str], name: list[str]) -> None:
    assert 0 <= slips(typed, name) <= len(typed)


@given(UNITS, UNITS, UNITS)
def test_a_stretch_of_the_name_costs_nothing(before: list[str], typed: list[str], after: list[str]) -> None:
    assert slips(typed, [*before, *typed, *after]) == 0


def _order(typed: str, *names: str, synonyms: Synonyms | None = None) -> list[str]:
    query = understand(typed, synonyms or Synonyms(), Words({}, len(names)))
    packed = [(at, pack(Entry(Kind.ITEM, name, name)), 4) for at, name in enumerate(names)]
    return [one.line.code for one in rank(query, packed)]


def test_the_same_then_moved_then_longer_then_mistyped() -> None:
    names = ("饭点开业", "新开饭店登记", "店饭开", "开饭店")
    assert _order("开饭店", *names)[:3] == ["开饭店", "店饭开", "新开饭店登记"]


def test_a_slip_is_better_than_half_of_the_words() -> None:
    assert _order("食品经菅许可", "食品抽检", "食品经营许可")[0] == "食品经营许可"


def test_what_sounds_alike_is_nearer() -> None:
    assert _order("开范店", "开分店", "开饭店")[0] == "开饭店"


def test_a_synonym_leads_to_the_official_words() -> None:
    synonyms = gather([Synonym(word="身份证丢了", means="居民身份证补领", kind="spoken")])
    names = ("居民身份证换领", "居民身份证补领", "护照补领")
    assert _order("身份证丢了怎么办", *names, synonyms=synonyms)[0] == "居民身份证补领"


def test_a_bundle_comes_before_an_item_of_the_same_name() -> None:
    query = understand("开饭店", Synonyms(), Words({}, 2))
    packed = [
        (1, pack(Entry(Kind.ITEM, "item", "开饭店")), 0),
        (2, pack(Entry(Kind.BUNDLE, "bundle", "开饭店")), 0),
    ]
    assert [one.line.code for one in rank(query, packed)] == ["bundle", "item"]


def test_a_line_is_what_was_packed() -> None:
    entry = Entry(
        Kind.ITEM, "a", "食品经营许可", audience=("1", "2"), themes=("food",), department="market",
        districts=("310101",), visits=0, materials=3, days=None, immediate=True, boost=2,
    )  # fmt: skip
    line = Line(pack(entry))
    assert (line.code, line.audience, line.themes, line.department) == ("a", ("1", "2"), ("food",), "market")
    assert (line.visits, line.materials, line.days, line.immediate, line.boost) == (0, 3, None, True, 2)
    assert line.phrases == ["食品经营许可"]
    assert line.passes(Filters(audience="1", no_visit=True, district="310101", immediate=True))
    assert not line.passes(Filters(district="310104"))
    assert line.passes(Filters(audience="3", no_visit=True), but="audience")


def test_a_latin_word_is_not_found_inside_another() -> None:
    assert _order("id card", "guide card", "identity card", "id card")[:2] == ["id card", "identity card"]
