"""From a bundle to a receipt, by browser: with scripts on a desktop, without on a phone."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESKTOP, PHONE, OpenPage
from tests.journeys.looking import Watched

BUNDLE = "/bundles/opening-a-restaurant-2024"


def png() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(made, "PNG")
    return made.getvalue()


def enter(seen: Watched, persona: str) -> None:
    """Sign in as an invented person, with or without scripts."""
    seen.page.goto(seen.city + "/signin")
    box = seen.page.locator(f'form[action$="/signin/persona"]:has([name=persona][value="{persona}"]) button')
    if box.count() != 1:
        box = seen.page.locator(f'button[name=persona][value="{persona}"]')
    box.first.click()
    expect(seen.page).to_have_url(re.compile("/account"))


def sound(seen: Watched, *, scripts: bool = True) -> None:
    if not scripts:
        return  # the checker is itself a script
    assert not seen.violations()
    assert not seen.overflow()
    assert not seen.small_targets()


def fill_in(page: Page) -> None:
    for box in page.locator("#fields .entry input.entry-input").all():
        kind, mode = box.get_attribute("type"), box.get_attribute("inputmode")
        if not box.input_value():
            box.fill(
                "2026-12-01"
                if kind == "date"
                else "13800138000"
                if kind == "tel"
                else "12"
                if mode
                else "演示"
            )
    for box in page.locator("#fields .entry select").all():
        box.select_option(index=1)
    for group in page.locator("#fields [role=radiogroup]").all():
        group.locator("input").first.check()


def choose_company(seen: Watched) -> None:
    """The legal representative of a company applies for it."""
    seen.page.locator("input[name=the-party]:enabled").check()


def found_a_business(seen: Watched) -> None:
    """Who has no company is told how to go on, and registers one together with the rest."""
    expect(seen.page.locator("input[name=the-party]:enabled")).to_have_count(0)
    expect(seen.page.get_by_role("link", name="绑定您的单位")).to_be_visible()
    seen.page.get_by_role("link", name=re.compile("已经有营业执照了吗.*用您个人的名义办")).click()
    seen.page.locator("input[name=the-party]:enabled").check()


def apply(seen: Watched, *, scripts: bool, begin: Callable[[Watched], None]) -> None:
    page = seen.page
    page.goto(seen.city + BUNDLE)
    page.get_by_role("link", name="开始办理").click()
    sound(seen, scripts=scripts)
    begin(seen)
    page.get_by_role("button", name="开始填写").click()
    assert "已替您填好" in seen.text()
    sound(seen, scripts=scripts)
    page.get_by_role("button", name=re.compile("^保存")).click()
    expect(page.get_by_role("alert")).to_contain_text("还没有填")
    sound(seen, scripts=scripts)
    while "/form/" in page.url:
        here = page.url
        fill_in(page)
        if scripts:
            expect(page.locator("#saved")).to_contain_text(re.compile(r"\d\d:\d\d:\d\d"))
        page.get_by_role("button", name=re.compile("^保存")).click()
        expect(page).not_to_have_url(here)
    sound(seen, scripts=scripts)
    while (agree := page.locator(".commit input[name=agree]")).count():
        agree.first.check()
        page.get_by_role("button", name=re.compile("^签字")).first.click()
        page.wait_for_load_state()
    while (box := page.locator(".needed .is-open > .upload input[type=file]")).count():
        left = box.count()
        box.first.set_input_files({"name": "图.png", "mimeType": "image/png", "buffer": png()})
        if not scripts:
            page.get_by_role("button", name="上传", exact=True).first.click()
        expect(page.locator(".needed .is-open > .upload input[type=file]")).to_have_count(left - 1)
    page.get_by_role("link", name="到核对、提交").click()
    expect(page.get_by_text("齐了，可以提交。")).to_be_visible()
    sound(seen, scripts=scripts)
    page.locator("#true").check()
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_role("heading", name="收到了")).to_be_visible()
    sound(seen, scripts=scripts)


@pytest.mark.parametrize(
    ("size", "scripts", "persona", "begin"),
    [(DESKTOP, True, "p002", choose_company), (PHONE, False, "p001", found_a_business)],
    ids=["a company, on a desktop", "a founder, on a phone without scripts"],
)
def test_from_a_bundle_to_a_receipt(
    visit: OpenPage, size: tuple[int, int], scripts: bool, persona: str, begin: Callable[[Watched], None]
) -> None:
    seen = visit("/", size=size, scripts=scripts)
    enter(seen, persona)
    apply(seen, scripts=scripts, begin=begin)
    page = seen.page
    number, code = (page.locator(".receipt-facts .big").nth(n).inner_text() for n in (0, 1))
    page.get_by_role("link", name="看办到哪了").click()
    assert "等窗口看材料齐不齐" in seen.text()
    sound(seen, scripts=scripts)
    page.goto(seen.city + "/cases")
    sound(seen, scripts=scripts)
    page.goto(seen.city + "/progress")
    page.get_by_label("办件编号").fill(number)
    page.get_by_label("查询码").fill(code)
    page.get_by_role("button", name="查进度").click()
    assert "已收件" in seen.text()
    sound(seen, scripts=scripts)
    page.goto(seen.city + "/inbox")
    sound(seen, scripts=scripts)


def test_the_pages_fit_a_phone(visit: OpenPage) -> None:
    seen = visit("/", size=PHONE)
    enter(seen, "p003")
    page = seen.page
    page.goto(seen.city + "/apply/bundle/opening-a-restaurant-2024")
    sound(seen)
    page.locator("input[name=the-party]:enabled").check()
    page.get_by_role("button", name="开始填写").click()
    page.wait_for_url(re.compile("/(form/|materials|check)"))
    base = re.sub(r"/(form/.*|materials|check)$", "", page.url)
    for path in ("/form/1", "/materials", "/check", "/drop"):
        page.goto(base + path)
        sound(seen)
    page.goto(base.replace("/apply/", "/en/apply/") + "/form/1")
    sound(seen)
