"""A programmer reads the documentation of the interface, with any device, in either language."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import DESKTOP, PHONE, OpenPage


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("prefix", ["", "/en"], ids=["zh", "en"])
def test_the_documentation_can_be_used_by_everybody(
    visit: OpenPage, prefix: str, size: tuple[int, int]
) -> None:
    seen = visit(f"{prefix}/api/v1/docs", size=size)

    assert seen.violations() == []
    assert seen.overflow() == []
    seen.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert seen.violations() == []
    assert seen.overflow() == []


def test_a_link_to_an_operation_opens_it(visit: OpenPage) -> None:
    seen = visit("/api/v1/docs#get_item")

    assert seen.page.locator("#get_item").is_visible()
    assert not seen.page.locator("#list_items").is_visible()


def test_the_example_of_an_operation_is_one_tap_away(visit: OpenPage) -> None:
    seen = visit("/en/api/v1/docs", size=PHONE)
    seen.page.locator("summary", has_text="Read a bundle").click()

    example = seen.page.locator("#get_bundle .more").get_attribute("href")
    assert seen.page.request.get(seen.city + str(example)).json()["bundle"]["code"] in str(example)
