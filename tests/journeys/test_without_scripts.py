"""Without JavaScript."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys.conftest import DESKTOP, PHONE, OpenPage


def test_searching_filtering_and_reading(visit: OpenPage) -> None:
    seen = visit("/", scripts=False, size=PHONE)
    seen.page.get_by_role("searchbox").fill("身份证")
    seen.page.get_by_role("button", name="搜索").click()
    assert "身份证" in seen.text("#results")

    seen.page.locator(".facets summary").click()
    seen.page.get_by_text("最多跑一次").click()
    seen.page.get_by_role("button", name="按选中的筛选").click()
    expect(seen.page).to_have_url(re.compile("easy=one_visit"))

    seen.page.locator(".result a").first.click()
    expect(seen.page).to_have_url(re.compile("/items/"))


def test_filters_stand_open_beside_a_wide_list(visit: OpenPage) -> None:
    seen = visit("/items", scripts=False, size=DESKTOP)

    expect(seen.page.get_by_text("网上能办")).to_be_visible()
    expect(seen.page.get_by_role("button", name="按选中的筛选")).to_be_visible()


def test_choosing_a_district_and_the_other_language(visit: OpenPage) -> None:
    seen = visit("/centres", scripts=False, size=DESKTOP)
    seen.page.locator(".district > summary").click()
    seen.page.locator(".district-list").get_by_role("link", name="徐汇区").click()
    expect(seen.page).to_have_url(f"{seen.city}/centres")
    assert "徐汇区" in seen.text(".topbar")
    assert "徐汇" in seen.text(".links-rows")

    seen.page.locator(".topbar").get_by_role("link", name="English").click()
    expect(seen.page).to_have_url(f"{seen.city}/en/centres")
    assert "Xuhui" in seen.text(".topbar")


def test_large_type_is_one_tap_away_and_stays(visit: OpenPage) -> None:
    seen = visit("/items", scripts=False, size=PHONE)
    seen.page.get_by_role("link", name="大字").click()

    expect(seen.page).to_have_url(f"{seen.city}/items")
    expect(seen.page.locator("html")).to_have_attribute("data-type", "large")
    seen.page.goto(seen.city + "/en/bundles")
    expect(seen.page.locator("html")).to_have_attribute("data-type", "large")
    seen.page.goto(seen.city + "/view?set=normal&back=/bundles")
    expect(seen.page.locator("html")).not_to_have_attribute("data-type", "large")
