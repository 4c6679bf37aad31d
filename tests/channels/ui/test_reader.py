"""Who looks: language, view, district, and the safe way back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.channels.ui.reader import View, is_safe_way_back, read, split_language


@pytest.mark.parametrize(
    ("path", "language", "rest"),
    [
        ("/", "zh", "/"),
        ("/items", "zh", "/items"),
        ("/en", "en", "/"),
        ("/en/", "en", "/"),
        ("/en/items/a", "en", "/items/a"),
        ("/england", "zh", "/england"),
        ("/fr/items", "zh", "/fr/items"),
    ],
)
def test_the_address_names_the_language(path: str, language: str, rest: str) -> None:
    assert split_language(path) == (language, rest)


def test_a_view_is_read_as_it_was_written() -> None:
    view = View(large=True, contrast=True, theme="dark")

    assert View.read(view.written()) == view
    assert View.read("") == View()
    assert View.read("large.<script>.purple") == View(large=True)


@given(st.text(max_size=200))
def test_any_cookie_gives_one_of_few_views(cookie: str) -> None:
    assert View.read(View.read(cookie).written()) == View.read(cookie)


def test_choices_change_one_thing() -> None:
    view = View(contrast=True)

    assert view.changed("large") == View(large=True, contrast=True)
    assert view.changed("plain") == View()
    assert view.changed("dark") == View(contrast=True, theme="dark")
    assert view.changed("purple") is None


@pytest.mark.parametrize(
    "address",
    [
        "",
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/a\nb",
        "javascript:alert(1)",
        "/ /evil",
        "/" + "a" * 3000,
    ],
)
def test_the_way_back_never_leaves_the_site(address: str) -> None:
    assert not is_safe_way_back(address)


@pytest.mark.parametrize("address", ["/", "/en/search?q=%E9%A5%AD", "/items?page=2"])
def test_a_way_back_within_the_site_is_taken(address: str) -> None:
    assert is_safe_way_back(address)


def test_a_district_that_is_no_code_is_passed_over() -> None:
    assert read("/", "", {"tb_district": "310104"}).district == "310104"
    assert read("/", "", {"tb_district": "31010４"}).district == ""
    assert read("/", "", {"tb_district": "<b>"}).district == ""


def test_here_is_the_address_asked_for() -> None:
    assert read("/en/items", "page=2", {}).here == "/en/items?page=2"
    assert read("/", "", {}).here == "/"
