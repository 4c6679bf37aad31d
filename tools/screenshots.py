"""Take pictures of the pages, to look at and for the README.

Usage: python tools/screenshots.py [ADDRESS] [--readme]

Without an address the city is opened on its own (``tongban run`` in var/screenshots-state). All pages go to
var/screenshots/, phone and desktop, both languages; with --readme only those of docs/pictures are taken.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
SIZES = {"phone": (390, 844), "desktop": (1280, 800), "wide": (1440, 900)}
PAGES = {
    "home": "/", "search": "/search?q=我要开饭店", "search-typo": "/search?q=开饭管", "search-nothing": "/search?q=飞碟执照",
    "items": "/items", "item": "/items/food-business-licence", "bundles": "/bundles", "bundle": "/bundles/opening-a-restaurant",
    "themes": "/themes", "theme": "/themes/birth", "person": "/for/person", "departments": "/departments",
    "department": "/departments/district-market-regulation", "districts": "/districts", "district": "/districts/xuhui",
    "centres": "/centres", "centre": "/centres/xuhui-centre", "about": "/about", "accessibility": "/accessibility",
    "item-summary": "/items/marriage-certificate-reissue", "item-2018": "/items/food-business-licence-2018",
    "item-print": "/items/food-business-licence/print", "item-versions": "/items/food-business-licence/versions",
    "bundle-answered": "/bundles/opening-a-restaurant?premises=own", "bundle-wrong": "/bundles/opening-a-restaurant?area=many",
    "bundle-print": "/bundles/opening-a-restaurant/print", "bundle-child": "/bundles/having-a-child",
    "privacy": "/privacy", "open-data": "/open-data", "sitemap": "/sitemap", "view": "/view", "not-found": "/nowhere",
}  # fmt: skip
# name: (address, size, view, height in pixels)
README = {
    "home": ("/", "desktop", "", 1400), "home-english": ("/en/", "desktop", "", 1400), "home-phone": ("/", "phone", "", 1700),
    "search": ("/search?q=我要开饭店", "desktop", "", 1100), "search-phone": ("/search?q=我要开饭店", "phone", "", 1700),
    "bundle": ("/bundles/opening-a-restaurant", "desktop", "", 2400), "bundle-phone": ("/bundles/opening-a-restaurant", "phone", "", 1700),
    "item": ("/items/food-business-licence", "desktop", "", 1700), "item-phone": ("/items/food-business-licence", "phone", "", 1700),
    "home-large": ("/", "phone", "large", 1700), "home-dark": ("/", "desktop", "dark", 1400),
}  # fmt: skip

# name: (address, who of the demonstration's staff looks at it)
STAFF = {
    "datadesk": ("/data?view=all", "staff-037"),
    "datadesk-demand": ("/data/demands/new?item=device-class2-filing&material=quality-manager&resource=academic-qualification"
                        "&fields=certificate-number&fields=level&fields=major", "staff-155"),
    "datadesk-city": ("/data/flows?span=month", "staff-037"),
    "datadesk-flows": ("/data/flows/departments?span=month", "staff-037"),
    "datadesk-service": ("/data/flows/services/SH/GOV/planning-resources/real-estate/real-estate-register?span=month",
                         "staff-037"),
}  # fmt: skip
# name: (address, which invented person looks at it, size)
PEOPLE = {
    "my-data": ("/my-data?period=all", "p001", "wide"), "my-data-phone": ("/my-data?period=all", "p001", "phone"),
}  # fmt: skip


def main() -> int:
    """Take the pictures and say where they are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", nargs="?")
    parser.add_argument("--readme", action="store_true")
    wanted = parser.parse_args()
    program = os.environ.get("TONGBAN_BROWSER") or shutil.which("chromium")
    with city(wanted.address) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        folder = for_readme(browser, address) if wanted.readme else all_pages(browser, address)
        browser.close()
    print(folder)
    return 0


@contextmanager
def city(address: str | None) -> Iterator[str]:
    """Yield the address of a running city, opened for the purpose if none is given."""
    if address:
        yield address.rstrip("/")
        return
    environment = {
        **os.environ,
        "TONGBAN_STATE": str(ROOT / "var/screenshots-state"),
        "TONGBAN_LANGUAGE": "en",
    }
    line = [sys.executable, "-m", "tongban", "run", "--port", "18700"]
    process = subprocess.Popen(line, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        said = next(line for line in process.stdout or () if "http://" in line)
        yield "http://" + said.partition("http://")[2].split("/")[0]
    finally:
        process.terminate()
        process.wait()


def all_pages(browser: Browser, address: str) -> Path:
    """Take every page in every size and language."""
    folder = ROOT / "var" / "screenshots"
    for size in ("phone", "desktop"):
        for language, prefix in (("zh", ""), ("en", "/en")):
            for name, path in PAGES.items():
                take(browser, address + prefix + path, folder / f"{name}-{size}-{language}.png", size)
    return folder


def for_readme(browser: Browser, address: str) -> Path:
    """Take the pictures of the README, cut to what one sees of them."""
    folder = ROOT / "docs" / "pictures"
    for name, (path, size, view, height) in README.items():
        take(browser, address + path, folder / f"{name}.png", size, view, height)
    inside = {
        name: (path, f"/staff/signin?find={persona}", persona, "wide")
        for name, (path, persona) in STAFF.items()
    }
    inside |= {name: (path, "/signin", persona, size) for name, (path, persona, size) in PEOPLE.items()}
    for name, (path, entrance, persona, size) in inside.items():
        with signed_in(browser, address + entrance, persona, size) as page:
            page.goto(address + path)
            page.screenshot(path=folder / f"{name}.png")
    return folder


@contextmanager
def signed_in(browser: Browser, entrance: str, persona: str, size: str) -> Iterator[Page]:
    """Yield a page of a size in which an invented person, or member of staff, has come in by an entrance."""
    wide, high = SIZES[size]
    context = browser.new_context(viewport={"width": wide, "height": high})
    page = context.new_page()
    page.goto(entrance)
    page.locator(f"button[value='{persona}']").first.click()
    page.wait_for_load_state()
    yield page
    context.close()


def take(browser: Browser, address: str, to: Path, size: str, view: str = "", height: int = 0) -> None:
    """Take one picture of the whole page, or of its upper part."""
    to.parent.mkdir(parents=True, exist_ok=True)
    wide, high = SIZES[size]
    context = browser.new_context(viewport={"width": wide, "height": height or high})
    if view:
        context.add_cookies([{"name": "tb_view", "value": view, "url": address}])
    page = context.new_page()
    page.goto(address)
    page.screenshot(path=to, full_page=not height)
    context.close()


if __name__ == "__main__":
    sys.exit(main())
