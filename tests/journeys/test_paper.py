"""Pages on paper, and pages as links."""

from __future__ import annotations

from urllib.parse import urldefrag, urljoin, urlsplit

from playwright.sync_api import expect

from tests.journeys.conftest import OpenPage
from tests.journeys.test_every_page import PAGES, REFUSED


def test_paper_shows_the_content_and_not_the_frame(visit: OpenPage) -> None:
    seen = visit("/centres/xuhui-centre")
    seen.page.emulate_media(media="print")

    for part in (".topbar", ".nav", ".tabs-phone", ".share"):
        expect(seen.page.locator(part).first).to_be_hidden()
    expect(seen.page.locator("h1")).to_be_visible()
    assert seen.page.pdf(format="A4").startswith(b"%PDF")


def test_every_link_of_every_page_leads_somewhere(visit: OpenPage) -> None:
    seen = visit("/")
    known: dict[str, str] = {}
    for path in [prefix + path for path in PAGES if path not in REFUSED for prefix in ("", "/en")]:
        seen.page.goto(seen.city + path)
        for one in seen.page.locator("a[href]").all():
            address = urldefrag(urljoin(seen.page.url, one.get_attribute("href") or ""))[0]
            if urlsplit(address).netloc == urlsplit(seen.city).netloc and "/view?set" not in address:
                known.setdefault(address, path)
    broken = [
        f"{known[address]} → {address}: {status}"
        for address in known
        if (status := seen.page.request.get(address, max_redirects=0).status) not in (200, 303)
    ]
    assert broken == []
