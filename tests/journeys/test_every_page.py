"""Every kind of page, phone and desktop, both languages: nothing for axe to find, nothing sticking out."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import DESKTOP, SMALL_PHONE, OpenPage

PAGES = (
    "/", "/items", "/items?easy=no_visit&order=fast&page=2", "/items?audience=2&easy=online&easy=no_materials",
    "/search?q=我要开饭店", "/search?q=开饭管", "/search?q=飞碟执照", "/search", "/themes", "/themes/birth", "/for/person",
    "/for/company", "/bundles", "/departments", "/departments/district-market-regulation", "/districts",
    "/districts/xuhui", "/centres", "/centres?district=xuhui", "/centres/xuhui-centre", "/about", "/accessibility",
    "/privacy", "/open-data", "/sitemap", "/view", "/no-such-page", "/items?page=abc",
    # guides: full, of another time, a summary, cancelled, nothing to bring, a situation, a district
    "/items/food-business-licence", "/items/food-business-licence-2018", "/items/marriage-certificate-reissue",
    "/items/alcohol-retail-licence", "/items/small-restaurant-filing", "/items/id-card-reissue?situation=minor",
    "/items/disability-card?district=310104", "/items/food-business-licence/versions", "/items/food-business-licence/print",
    # bundles: unanswered, answered, answered wrongly, with many departments
    "/bundles/opening-a-restaurant", "/bundles/opening-a-restaurant?premises=own&alcohol=true&signboard=true",
    "/bundles/opening-a-restaurant?area=many&premises=tree", "/bundles/opening-a-restaurant/print",
    "/bundles/opening-a-restaurant-2024", "/bundles/having-a-child", "/bundles/losing-ones-wallet",
)  # fmt: skip
REFUSED = ("/no-such-page", "/items?page=abc", "/bundles/opening-a-restaurant?area=many&premises=tree")
SOME = (
    "/items/food-business-licence",
    "/bundles/opening-a-restaurant",
    "/bundles/opening-a-restaurant?area=many",
    "/",
    "/search?q=我要开饭店",
    "/items",
    "/bundles",
    "/centres/xuhui-centre",
    "/privacy",
)


@pytest.mark.parametrize("prefix", ["", "/en"], ids=["zh", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_can_be_used_by_everybody(visit: OpenPage, path: str, prefix: str) -> None:
    seen = visit(prefix + path, size=DESKTOP)

    assert seen.page.locator("h1").count() == 1
    assert seen.page.locator("html").get_attribute("lang") == ("en" if prefix else "zh-CN")
    assert seen.page.title().strip(" ·")
    for size in (DESKTOP, SMALL_PHONE):
        seen.look_at(size)
        assert seen.violations() == [], size
        assert seen.overflow() == [], size
        assert seen.small_targets() == [], size
    if prefix:
        assert seen.unmarked() == []
    details = seen.page.locator("main details:not([open])")
    if details.count():
        seen.page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
        assert seen.violations() == []
        assert seen.overflow() == []
    # WCAG 1.4.10: 1280 px at 400 % are 320.
    seen.look_at((320, 256))
    assert seen.overflow() == []


@pytest.mark.parametrize("view", ["large", "contrast", "large.contrast", "dark", "contrast.dark"])
@pytest.mark.parametrize("path", SOME)
def test_a_page_can_be_used_in_every_view(visit: OpenPage, path: str, view: str) -> None:
    seen = visit(path, view=view, size=(390, 780))

    assert seen.violations() == []
    assert seen.overflow() == []


@pytest.mark.parametrize("path", SOME)
def test_a_system_in_the_dark_gets_dark_pages(visit: OpenPage, path: str) -> None:
    seen = visit(path, color_scheme="dark")

    assert seen.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(15, 23, 34)"
    assert seen.violations() == []


def test_the_page_says_where_its_other_language_is(visit: OpenPage) -> None:
    seen = visit("/themes/birth")
    addresses = {
        one.get_attribute("hreflang"): one.get_attribute("href")
        for one in seen.page.locator("link[rel=alternate]").all()
    }

    assert addresses["en"] == f"{seen.city}/en/themes/birth"
    assert addresses["zh-CN"] == f"{seen.city}/themes/birth"
    assert seen.page.locator("link[rel=canonical]").get_attribute("href") == f"{seen.city}/themes/birth"
