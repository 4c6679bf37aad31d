"""With a keyboard only."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys.conftest import OpenPage


def test_the_first_key_leads_to_the_content(visit: OpenPage) -> None:
    seen = visit("/")
    seen.page.keyboard.press("Tab")
    expect(seen.page.locator(".skip")).to_be_focused()
    expect(seen.page.locator(".skip")).to_be_in_viewport()
    seen.page.keyboard.press("Enter")

    assert seen.page.evaluate("document.activeElement.id") == "main"


def test_searching_choosing_and_opening_without_a_mouse(visit: OpenPage) -> None:
    seen = visit("/")
    seen.page.keyboard.press("Tab")
    seen.page.keyboard.press("Enter")
    seen.page.keyboard.press("Tab")
    box = seen.page.get_by_role("combobox")
    expect(box).to_be_focused()
    seen.page.keyboard.type("开饭", delay=30)
    expect(seen.page.get_by_role("option").first).to_be_visible()
    seen.page.keyboard.press("ArrowDown")
    expect(seen.page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    assert seen.page.evaluate("document.activeElement.getAttribute('aria-activedescendant')")
    seen.page.keyboard.press("Enter")

    expect(seen.page).to_have_url(re.compile("/(bundles|items)/"))


def test_escape_closes_what_is_open(visit: OpenPage) -> None:
    seen = visit("/")
    seen.page.get_by_role("combobox").press_sequentially("开饭")
    expect(seen.page.get_by_role("option").first).to_be_visible()
    seen.page.keyboard.press("Escape")
    expect(seen.page.get_by_role("option").first).to_be_hidden()

    summary = seen.page.locator(".district > summary")
    summary.focus()
    seen.page.keyboard.press("Enter")
    expect(seen.page.locator(".district-list")).to_be_visible()
    seen.page.keyboard.press("Escape")
    expect(seen.page.locator(".district-list")).to_be_hidden()
    expect(summary).to_be_focused()


def test_choosing_a_filter_keeps_ones_place(visit: OpenPage) -> None:
    """The list is swapped under the reader; the next Tab must go on from the filter, not from the top."""
    seen = visit("/items")
    box = seen.page.get_by_label("当场办结")
    box.focus()
    seen.page.keyboard.press("Space")
    expect(seen.page).to_have_url(re.compile("easy=at_once"))

    expect(seen.page.get_by_label("当场办结")).to_be_focused()


def test_wherever_the_focus_is_it_can_be_seen(visit: OpenPage) -> None:
    seen = visit("/items")
    for _ in range(40):
        seen.page.keyboard.press("Tab")
        shown = seen.page.evaluate(
            """() => { const one = document.activeElement, style = getComputedStyle(one), box = one.closest('.field-search');
                 return style.outlineStyle !== 'none' || (box && getComputedStyle(box).boxShadow !== 'none') ? '' : one.outerHTML; }"""
        )
        assert shown == ""
