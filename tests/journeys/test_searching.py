"""A citizen finds what they need, in their own words."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE, OpenPage


def test_somebody_wants_to_open_a_restaurant(visit: OpenPage) -> None:
    seen = visit("/")
    seen.page.get_by_role("combobox").fill("我要开饭店")
    seen.page.get_by_role("button", name="搜索").click()

    first = seen.page.locator(".bundle-wide").first
    expect(first).to_contain_text("一件事")
    expect(first).to_contain_text("材料")
    first.get_by_role("link", name="看怎么办").click()
    expect(seen.page).to_have_url(re.compile("/bundles/opening-a-restaurant"))


def test_somebody_lost_their_identity_card(visit: OpenPage) -> None:
    seen = visit("/search?q=身份证丢了", size=PHONE)

    assert "居民身份证" in seen.text(".results")


def test_a_typo_is_put_right_and_can_be_insisted_on(visit: OpenPage) -> None:
    seen = visit("/search?q=开饭管")

    said = seen.text(".search-said")
    assert "开饭馆" in said
    assert "饭店" in seen.text("#results")
    seen.page.get_by_role("link", name="仍搜“开饭管”").click()
    assert "按原样搜索" in seen.text()


@pytest.mark.parametrize("words", ["身份证 补办", "补办身份证", "shenfenzheng", "sfz"])
def test_order_and_letters_do_not_matter(visit: OpenPage, words: str) -> None:
    assert "身份证" in visit(f"/search?q={words}").text("#results")


def test_an_english_reader_searches_in_english(visit: OpenPage) -> None:
    seen = visit("/en/search?q=passport")

    assert "assport" in seen.text("#results")


def test_filters_leave_what_fits_and_can_be_taken_off(visit: OpenPage) -> None:
    seen = visit("/items")
    everything = seen.text("#found")
    seen.page.get_by_label("当场办结").check()
    expect(seen.page).to_have_url(re.compile("easy=at_once"))
    expect(seen.page.locator("#found")).not_to_have_text(everything)
    seen.page.get_by_role("link", name="去掉全部筛选").click()
    expect(seen.page.locator("#found")).to_have_text(everything)


def test_nothing_found_offers_ways_on(visit: OpenPage) -> None:
    seen = visit("/search?q=飞碟驾驶执照丙类", size=PHONE)

    words = seen.text()
    assert "12345" in words
    assert seen.page.locator(".theme-grid a").count() > 10


def test_suggestions_come_while_typing_and_are_announced(visit: OpenPage) -> None:
    seen = visit("/")
    box = seen.page.get_by_role("combobox")
    box.press_sequentially("开饭")

    options = seen.page.get_by_role("option")
    expect(options.first).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(seen.page.locator("[data-said]").first).not_to_be_empty()
    assert seen.violations() == []
    options.first.click()
    expect(seen.page).to_have_url(re.compile("/(bundles|items)/"))
