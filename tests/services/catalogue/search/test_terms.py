"""Lexemes and the queries made of them mean what they say."""

from __future__ import annotations

import itertools
import re

import pytest

from tongban.services.catalogue.search import terms
from tongban.services.catalogue.search.types import Entry, Filters, Kind

RESTAURANT = Entry(
    Kind.BUNDLE,
    "opening-a-restaurant",
    "开饭店",
    "开一家饭店要办的事",
    ("开餐馆", "开面馆"),
    "Opening a restaurant",
)


def test_an_entry_is_found_in_every_way() -> None:
    found = terms.terms(RESTAURANT)
    assert {"开", "饭店", "餐馆"} <= found  # units and pairs
    assert "=店开饭" in found  # any order
    assert "~fan dian" in found  # sounds
    assert {"<kaifandian", "<kfd", "<fandian", "<restaurant"} <= found  # letters
    assert "#kind bundle" in found


def test_what_is_said_about_an_entry_is_kept_apart_from_its_names() -> None:
    found = terms.terms(Entry(Kind.ITEM, "x", "食品经营许可", about=("卖凉菜也要办",)))
    assert "*凉菜" in found
    assert "凉菜" not in found


def test_lexemes_are_quoted() -> None:
    assert terms.quote("a'b\\c") == "'a''b\\\\c'"


@pytest.mark.parametrize(("size", "missing"), [(3, 1), (5, 1), (6, 2), (7, 3), (4, 4), (4, 0)])
def test_all_but_some_holds_exactly_when_so_many_are_there(size: int, missing: int) -> None:
    names = [f"t{number}" for number in range(size)]
    query = terms.all_but([terms.quote(name) for name in names], missing)
    for chosen in itertools.product([False, True], repeat=size):
        present = {name for name, there in zip(names, chosen, strict=True) if there}
        assert _holds(query, present) == (size - len(present) <= missing)


def _holds(query: str, present: set[str]) -> bool:
    if not query:
        return True
    expression = re.sub(r"'(\w+)'", lambda match: str(match[1] in present), query)
    return bool(eval(expression.replace("&", " and ").replace("|", " or ")))


def test_filters_become_lexemes() -> None:
    assert terms.filter_query(Filters()) == ""
    query = terms.filter_query(Filters(audience="2", district="310101", no_visit=True, one_visit=True))
    assert "'#audience 2'" in query
    assert "('#district all' | '#district 310101')" in query
    assert "('#visits 0' | '#visits 1')" in query
