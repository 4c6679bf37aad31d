"""A citizen opens a bundle or a guide, says how things are, and sees what applies and why."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.conftest import DESKTOP, PHONE, OpenPage
from tests.journeys.looking import Watched
from tongban.runtime.environment import ROOT

RESTAURANT = "/bundles/opening-a-restaurant"
GUIDE = "/items/food-business-licence"
WRONG = f"{RESTAURANT}?area=many&seats=99999"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_somebody_opens_a_restaurant_on_a_phone(visit: OpenPage, scripts: bool) -> None:
    """From the words they would say to the list they take along, and back."""
    seen = visit("/", size=PHONE, scripts=scripts)
    seen.page.get_by_role("combobox" if scripts else "searchbox").fill("我要开饭店")
    seen.page.get_by_role("button", name="搜索").click()
    seen.page.locator(".bundle-wide").first.get_by_role("link", name="看怎么办").click()
    expect(seen.page).to_have_url(re.compile(RESTAURANT))
    assert figures(seen) == {
        "提交材料": (31, 12),
        "办理时间": (58, 10),
        "本人跑动": (6, 1),
        "上门核查": (3, 1),
    }

    answer(seen, "另外零售酒吗？", "是")
    answer(seen, "店面是租的还是自己的？", "自己的")
    seen.page.get_by_label("店面有多大？").fill("80")
    seen.page.get_by_role("button", name="按我的情况算").click()
    expect(seen.page.locator(".answers summary")).to_contain_text("8 问已答完")
    expect(seen.page.locator(".answer-chips")).to_contain_text("80 平方米")
    assert (
        figures(seen)["提交材料"][1]
        == seen.page.locator(".bundle-lists .papers").first.locator("xpath=../ul/li").count()
    )

    reasons = seen.page.locator("details.measure").first.locator("details.saved-why").first
    reasons.locator("summary").click()
    expect(reasons.locator(".saved-what small").first).to_be_visible()
    expect(reasons.locator(".saved-what small").first).to_contain_text("条")

    seen.page.get_by_role("link", name="打印清单").click()
    expect(seen.page).to_have_url(re.compile("/print\\?.*premises=own"))
    expect(seen.page.locator("h1")).to_have_text("我要开饭店")
    seen.page.get_by_role("link", name="回到网页").click()
    expect(seen.page.locator(".answer-chips")).to_contain_text("自己的")


def test_each_answer_changes_the_figures_as_it_should(visit: OpenPage) -> None:
    seen = visit(RESTAURANT)

    def papers(query: str) -> tuple[int, int]:
        seen.page.goto(f"{seen.city}{RESTAURANT}?{query}")
        return figures(seen)["提交材料"]

    reference = papers("premises=rented")
    assert reference == (31, 12)
    assert papers("premises=own")[1] == reference[1] - 1, "the deed lies in the licence library"
    assert papers("alcohol=true")[0] > reference[0]
    assert "酒类商品零售许可" in seen.text(".bundle-items")
    assert papers("signboard=true")[0] > reference[0]
    assert "户外招牌设置" in seen.text(".bundle-items")
    assert papers("licensed=true")[0] < reference[0]
    assert papers("drainage=managed")[0] < reference[0]


def test_every_place_says_the_same_figures(visit: OpenPage) -> None:
    """The card on the first page, the card of the search, the page, the sheet and the command."""
    before, after = reported("opening-a-restaurant")
    expected = [(before[one], after[one]) for one in ("materials", "days", "visits")]
    seen = visit("/")

    assert bars(seen.page.locator(f".card-bundle[href='{RESTAURANT}']")) == expected
    seen.page.goto(seen.city + "/bundles")
    assert bars(seen.page.locator(f".card-bundle[href='{RESTAURANT}']")) == expected
    seen.page.goto(seen.city + "/search?q=我要开饭店")
    assert bars(seen.page.locator(".bundle-wide").first) == expected
    seen.page.goto(seen.city + RESTAURANT)
    shown = figures(seen)
    assert [shown[one] for one in ("提交材料", "办理时间", "本人跑动")] == expected
    assert shown["上门核查"] == (before["checks"], after["checks"])
    seen.page.goto(f"{seen.city}{RESTAURANT}/print")
    assert re.search(rf"提交材料 {before['materials']} → {after['materials']} 份", seen.text())
    assert seen.page.locator(".tick-box").count() == after["materials"]


def test_the_card_of_a_search_names_its_time_and_each_matter_once(visit: OpenPage) -> None:
    seen = visit("/search?q=开饭店")
    cards = {card.locator("h3 a").inner_text(): card for card in seen.page.locator(".bundle-wide").all()}

    expect(cards["我要开饭店"].locator("h3")).to_contain_text("2018–2019")
    for card in cards.values():
        chips = card.locator(".chips li").all_inner_texts()
        assert len(chips) == len(set(chips))


def test_wrong_answers_are_kept_and_lead_to_their_fields(visit: OpenPage) -> None:
    seen = visit("/privacy", size=PHONE)
    assert seen.page.request.get(seen.city + WRONG.replace("many", "%E5%BE%88%E5%A4%A7")).status == 422
    seen.page.goto(seen.city + WRONG)

    summary = seen.page.locator(".error-summary")
    expect(summary).to_be_focused()
    expect(seen.page.get_by_label("店面有多大？")).to_have_value("many")
    expect(seen.page.get_by_label("有多少个座位？")).to_have_value("99999")
    expect(seen.page.get_by_label("店面有多大？")).to_have_attribute("aria-invalid", "true")
    links = summary.get_by_role("link")
    assert links.count() == 2
    links.last.click()
    expect(seen.page.get_by_label("有多少个座位？")).to_be_focused()


def test_the_link_of_answers_can_be_sent(visit: OpenPage) -> None:
    mine = visit(f"{RESTAURANT}?premises=own&signboard=true")
    address = mine.page.locator("[data-copy]").get_attribute("data-copy") or ""
    theirs = visit(address.removeprefix(mine.city), size=PHONE)

    assert figures(theirs) == figures(mine)
    expect(theirs.page.get_by_label("自己的")).to_be_checked()


def test_the_situation_decides_on_papers_and_a_link_keeps_it(visit: OpenPage) -> None:
    seen = visit(GUIDE, size=PHONE)
    first = seen.page.locator(".materials tbody th").all_inner_texts()
    seen.page.get_by_role("link", name=re.compile("^延续")).click()
    expect(seen.page).to_have_url(re.compile("situation=renewal"))
    seen.page.wait_for_load_state()  # what is a line of its own is said by the style sheet
    second = seen.page.locator(".materials tbody th").all_inner_texts()

    assert len(second) < len(first)
    address = seen.page.locator("[data-copy]").get_attribute("data-copy") or ""
    again = visit(address.removeprefix(seen.city), scripts=False)
    assert again.page.locator(".materials tbody th").all_inner_texts() == second


def test_a_district_may_promise_more(visit: OpenPage) -> None:
    seen = visit("/items/disability-card", scripts=False)
    promised = seen.text(".guide-facts dd")
    seen.page.locator("[aria-labelledby=equal]").get_by_role("link", name="徐汇区").click()

    expect(seen.page).to_have_url(re.compile("district=310104"))
    assert (promised.split()[0], seen.text(".guide-facts dd").split()[0]) == ("15", "10")


def test_the_versions_are_one_link_away(visit: OpenPage) -> None:
    seen = visit(GUIDE, scripts=False)
    seen.page.get_by_role("link", name="看全部版本").click()
    expect(seen.page.locator("h1")).to_have_text("每一版改了什么")
    seen.page.get_by_role("link", name="第 1 版").click()
    expect(seen.page).to_have_url(re.compile(r"version=1"))


def test_a_question_found_by_searching_stands_open(visit: OpenPage) -> None:
    seen = visit(f"{GUIDE}#question-2")

    expect(seen.page.locator("#question-2 p")).to_be_visible()
    expect(seen.page.locator("#question-1 p")).to_be_hidden()


def test_answering_with_the_keyboard_only(visit: OpenPage) -> None:
    seen = visit(RESTAURANT)
    seen.page.get_by_label("租的", exact=True).focus()
    seen.page.keyboard.press("ArrowRight")
    expect(seen.page.get_by_label("自己的")).to_be_checked()
    seen.page.keyboard.press("Enter")
    expect(seen.page).to_have_url(re.compile("premises=own"))

    measure = seen.page.locator("details.measure > summary").nth(1)
    measure.focus()
    seen.page.keyboard.press("Enter")
    expect(seen.page.locator("details.measure").nth(1).locator(".saved")).to_be_visible()


@pytest.mark.parametrize("path", [GUIDE, RESTAURANT, f"{GUIDE}/print", f"{RESTAURANT}/print"])
def test_paper_shows_the_content_and_not_the_frame(visit: OpenPage, path: str) -> None:
    seen = visit(path, size=DESKTOP)
    seen.page.emulate_media(media="print")

    expect(seen.page.locator("h1")).to_be_visible()
    for part in (".topbar", ".nav", ".share", ".no-print"):
        for one in seen.page.locator(part).all():
            expect(one).to_be_hidden()
    assert seen.page.pdf(format="A4").startswith(b"%PDF")


def figures(seen: Watched) -> dict[str, tuple[int, int]]:
    """Return before and after of the first four measures of a bundle's page, by their names."""
    found: dict[str, tuple[int, int]] = {}
    for row in seen.page.locator(".measure").all()[:4]:
        numbers = re.findall(r"\d+", row.locator(".measure-bars").first.inner_text())
        found[row.locator(".measure-name").inner_text()] = (int(numbers[0]), int(numbers[-1]))
    return found


def bars(card: Locator) -> list[tuple[int, int]]:
    """Return before and after of the bars of a card."""
    return [
        (int(numbers[0]), int(numbers[1]))
        for row in card.locator(".bars > div").all()
        if (numbers := re.findall(r"\d+", row.text_content() or ""))
    ]


def answer(seen: Watched, question: str, words: str) -> None:
    """Choose an answer."""
    seen.page.get_by_role("group", name=question).get_by_text(words, exact=True).click()


def reported(code: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return before and after as ``tongban bundle report`` says them."""
    command = [str(Path(sys.executable).with_name("tongban")), "bundle", "report", code, "--json"]
    told = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)
    return told["before"], told["after"]
