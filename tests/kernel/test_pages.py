"""Several lists shown as one: each page is a slice of all of them in order, though only their heads are read."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.pages import Head, Place, merged

places = st.lists(st.builds(Place, st.tuples(st.integers(0, 1), st.integers(0, 9)), st.uuids()), max_size=12)


@pytest.mark.slow
@given(places, places, st.integers(1, 9), st.integers(1, 5))
def test_a_page_is_cut_from_both_lists_in_their_order(
    some: list[Place], others: list[Place], number: int, size: int
) -> None:
    lists = {"some": sorted(some), "others": sorted(others)}
    heads = {name: Head(len(one), tuple(one[: number * size])) for name, one in lists.items()}

    page = merged(heads, number, size)

    whole: list[tuple[Place, str]] = sorted((place, name) for name, one in lists.items() for place in one)
    assert page.total == len(whole) and page.number == min(number, page.pages)
    wanted = whole[(page.number - 1) * size : page.number * size]
    assert page.items == tuple((name, place.id) for place, name in wanted)


def test_two_empty_lists_have_one_empty_page() -> None:
    page = merged({"some": Head(0), "others": Head(0)}, 7, 30)
    assert (page.items, page.number, page.pages) == ((), 1, 1)


def test_equals_stand_by_their_id() -> None:
    one, other = uuid.UUID(int=1), uuid.UUID(int=2)
    heads = {"a": Head(1, (Place((0,), other),)), "b": Head(1, (Place((0,), one),))}
    assert merged(heads, 1, 9).items == (("b", one), ("a", other))
