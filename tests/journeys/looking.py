"""What one looks at on any page: the words in which a journey's “then” is written."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parents[1] / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@cache
def axe_source() -> str:
    """Return the accessibility checker."""
    return AXE.read_text("utf-8")


class Watched:
    """A page in the browser, with the questions that every journey asks of it."""

    def __init__(self, page: Page, city: str) -> None:
        self.page = page
        self.city = city

    def look_at(self, size: tuple[int, int]) -> None:
        """Make the window so wide and high."""
        self.page.set_viewport_size({"width": size[0], "height": size[1]})

    def violations(self) -> list[str]:
        """Return what axe finds wrong, each with the place."""
        # The whole page at once: what the phone's bar happens to cover just now could be scrolled free.
        size = self.page.viewport_size or {"width": 1280, "height": 800}
        self.page.wait_for_load_state()  # not between two pages
        height = self.page.evaluate("document.documentElement.scrollHeight")
        self.page.set_viewport_size({"width": size["width"], "height": min(height, 40000)})
        self.page.evaluate(axe_source())
        found: dict[str, Any] = self.page.evaluate(
            "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})",
            RULES,
        )
        self.page.set_viewport_size(size)
        return [
            f"{one['id']}: {one['help']}: {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
            for one in found["violations"]
            for node in one["nodes"][:3]
        ]

    def overflow(self) -> list[str]:
        """Return what sticks out to the right of the window; one never scrolls sideways."""
        found: list[str] = self.page.evaluate(
            """() => document.documentElement.scrollWidth <= innerWidth ? [] :
               [...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > innerWidth + 1)
               .slice(0, 5).map(one => one.outerHTML.slice(0, 120))"""
        )
        return found or (
            [] if self.page.evaluate("document.documentElement.scrollWidth <= innerWidth") else ["the page"]
        )

    def small_targets(self) -> list[str]:
        """Return links and buttons smaller than WCAG 2.2 allows (24 px), those within sentences aside."""
        found: list[str] = self.page.evaluate(
            """() => [...document.querySelectorAll('a, button, summary, select, input:not([type=hidden]), label')].filter(one => {
                 const box = one.getBoundingClientRect();
                 const isShown = box.width > 1 && box.height > 1 && getComputedStyle(one).visibility !== 'hidden';
                 return isShown && !one.closest('p, dd, td, .prose li, .search-said') && (box.height < 24 || box.width < 24);
               }).filter(one => !one.closest('label') && ![...one.labels ?? []].some(label => label.offsetHeight >= 24))
               .map(one => one.outerHTML.slice(0, 160))"""
        )
        return found

    def unmarked(self) -> list[str]:
        """Return Chinese words on an English page that are not marked as Chinese: a voice would spell them."""
        found: list[str] = self.page.evaluate(
            """() => {
                 const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
                 while (texts.nextNode()) {
                   const one = texts.currentNode;
                   if (/[\\u4e00-\\u9fff]/.test(one.data) && one.parentElement.closest('[lang]').lang === 'en'
                       && !one.parentElement.closest('script, style')) found.push(one.data.trim().slice(0, 80));
                 }
                 return found;
               }"""
        )
        return found

    def text(self, selector: str = "main") -> str:
        """Return the words of a part of the page."""
        return self.page.locator(selector).first.inner_text()

    def title(self) -> str:
        """Return the words of the page's one first heading."""
        return self.page.locator("h1").inner_text()
