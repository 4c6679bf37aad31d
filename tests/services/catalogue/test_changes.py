"""What differs between two documents, in words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.catalogue import make_item
from tongban.services.catalogue import queries
from tongban.services.catalogue.changes import compare
from tongban.services.catalogue.labels import LABELS
from tongban.services.catalogue.types import Item

documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)
mappings = st.dictionaries(st.text(min_size=1, max_size=3), documents, max_size=4)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"plain": "开小饭店"}, ["通俗名称：由“开饭店要办的食品经营许可”改为“开小饭店”"]),
        ({"promise": None}, ["承诺办结时限：删去“10 working”"]),
        ({"promise": {"days": 5}}, ["承诺办结时限 › 天数：由“10”改为“5”"]),
        ({"audience": ("1", "2")}, ["服务对象：增加“1”"]),
        ({"hours": "周一至周五"}, ["办理时间：增加“周一至周五”"]),
        ({"silence_is_consent": True}, ["默认许可：由“否”改为“是”"]),
        ({"materials": []}, ["材料：删去“申请书”", "材料：删去“布局图”"]),
        ({"variants": {"310104": {"promise_days": 8}}}, ["各区差异 › 310104：增加"]),
    ],
)
def test_every_change_is_one_line(change: dict[str, Any], words: list[str]) -> None:
    found = [one.words("zh") for one in queries.record_changes(make_item(), make_item(**change))]
    assert len(found) == len(words)
    assert all(line.startswith(start) for line, start in zip(found, words, strict=True))


def test_parts_of_a_list_are_the_same_by_their_code() -> None:
    before = {"materials": [{"code": "a", "name": "甲", "copies": 1}, {"code": "b", "name": "乙"}]}
    after = {"materials": [{"code": "b", "name": "乙"}, {"code": "a", "name": "甲", "copies": 2}]}
    assert [change.words() for change in compare(before, after)] == ["材料 › 甲 › 复印件数：由“1”改为“2”"]


def test_long_values_are_shortened() -> None:
    (change,) = compare({"history": "旧"}, {"history": "新" * 500})
    assert len(change.words()) < 130


def test_english_words() -> None:
    (change,) = compare({"plain": "a"}, {"plain": "b"})
    assert change.words("en") == "Plain name: “a” becomes “b”"


def test_every_field_of_an_item_has_an_official_term() -> None:
    unnamed = {"code", "note", "source", "sure"} | set(LABELS)
    assert set(Item.model_fields) <= unnamed


@pytest.mark.slow
@given(mappings)
def test_nothing_differs_from_itself(document: dict[str, Any]) -> None:
    assert compare(document, document) == ()


@pytest.mark.slow
@given(mappings, mappings)
def test_there_is_a_change_for_every_two_that_differ(before: dict[str, Any], after: dict[str, Any]) -> None:
    changes = compare(before, after)
    assert all(isinstance(change.words("zh"), str) for change in changes)
    if not changes:
        assert _without_order_and_none(before) == _without_order_and_none(after)


def _without_order_and_none(value: Any) -> Any:
    """Lists are compared as what they hold; what is none, or holds nothing else, is not there."""
    if isinstance(value, dict):
        held = {name: _without_order_and_none(part) for name, part in value.items()}
        return {name: part for name, part in held.items() if part not in (None, [], {})}
    if isinstance(value, list):
        return sorted(str(part) for part in value if part is not None)
    return value
