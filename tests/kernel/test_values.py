"""What one field says: plain values and lists of them; an object would bring fields of its own."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from tongban.kernel.values import are_plain, texts_of


@pytest.mark.parametrize(
    "value", ["x", 1, 1.5, True, None, Decimal(1), dt.date(2026, 3, 2), [], ["x", 1, None], ("x",)]
)
def test_plain_values_and_lists_of_them(value: object) -> None:
    assert are_plain(["y", value])


@pytest.mark.parametrize("value", [{}, {"a": 1}, [{}], [["x"], [{"a": 1}]], ("x", {}), [[]], ["x", ["y"]]])
def test_an_object_is_none_nor_is_what_could_hold_one(value: object) -> None:
    assert not are_plain(["y", value])


def test_all_that_is_said_is_read() -> None:
    assert texts_of(["a", 1, None]) == ["a", "1"]
    assert texts_of(None) == [] and texts_of("a") == texts_of(("a",)) == ["a"]
