"""A reviewer's day at the desk, in a real browser: by keys alone, case after case, in both languages.

The small city lives in this process, so that its clock can be moved; the pages are asked for over HTTP.
Pictures of the pages are kept where TONGBAN_PICTURES names a folder.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.channels.desk.conftest import Moment, deliver
from tests.factories.cases import (
    CLERK,
    MONDAY,
    RESTAURANT_SUBJECT,
    REVIEWER,
    Cast,
    load_city_of_cases,
    settle_cast,
    submit,
)
from tests.journeys.looking import Watched
from tongban.channels.ui import frame, revision
from tongban.foundation.calendars.types import Procedure
from tongban.kernel import clock
from tongban.kernel.types import Subject
from tongban.services.approvals import operations as approvals_acts
from tongban.services.approvals import queries as approvals
from tongban.services.approvals.types import Outcome, Stance
from tongban.services.cases import operations as cases

# The browser's driver runs a loop in this thread; the queries of the test are its own all the same.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

GROUNDS = "申请材料齐全、符合法定形式，场所布局与平面图一致。"
WIDE, TABLET, PHONE = (1440, 900), (820, 1180), (390, 780)
DECIDER_CODE = "s-market-decide"


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> Moment:
    standing = Moment(MONDAY)
    monkeypatch.setattr(clock, "now", standing.now)
    return standing


@pytest.fixture
def desk(transactional_db: None, settings: Any, moment: Moment, request: pytest.FixtureRequest) -> str:
    """Yield the address of a city in which a week of cases has come in."""
    settings.DEMONSTRATION = True
    # Django's own handler of static files keeps out of the way: ours names files by content.
    settings.STATIC_URL = "/somewhere-else/"
    settings.ACCOUNT_RATE_LIMITS = {}
    load_city_of_cases()
    revision.forget()
    frame._frame.cache_clear()
    live_week(settle_cast(), moment)
    address: str = request.getfixturevalue("live_server").url
    return address


def live_week(cast: Cast, moment: Moment) -> None:
    """Let cases come in on each day of a week and be handled as far as each got."""
    company = {"applicant": cast.company, "by": cast.representative}
    for day in range(5):
        moment.at = MONDAY + dt.timedelta(days=day)
        for number, (service, who) in enumerate(
            ((Subject("item", "food-licence"), {}), (RESTAURANT_SUBJECT, company))
        ):
            case_id = submit(cast, service, at=moment.at, **who).case_id
            deliver(moment.at)
            if day + number < 4:
                cases.accept(case_id=case_id, by=CLERK, at=moment.at)
                deliver(moment.at)
                handle(case_id, day * 2 + number, moment.at)
    moment.at = MONDAY + dt.timedelta(days=8)
    deliver(moment.at)


def handle(case_id: Any, turn: int, at: dt.datetime) -> None:
    from tests.factories.cases import DECIDER

    branch = approvals.branches(case_id, at=at)[0]
    if turn % 3 == 1:
        approvals_acts.give_opinion(
            branch_id=branch.id, stance=Stance.GRANT, grounds=GROUNDS, by=REVIEWER, at=at
        )
    if turn == 2:
        approvals_acts.stop(
            branch_id=branch.id,
            procedure=Procedure.TEST,
            expected_days=5,
            reason="水质送检",
            by=REVIEWER,
            at=at,
        )
    if turn == 4:
        approvals_acts.decide(
            branch_id=branch.id, outcome=Outcome.GRANTED, reasons=GROUNDS, by=DECIDER, at=at
        )
        deliver(at)


@pytest.fixture
def sit_down(browser: Browser, desk: str) -> Iterator[Any]:
    """Give a function that signs somebody in and shows their desk."""
    contexts = []

    def sit(code: str, size: tuple[int, int] = WIDE, *, scripts: bool = True, language: str = "") -> Page:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, java_script_enabled=scripts
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{desk}/staff/signin")
        page.locator(f"button[value='{code}'], form:has(input[value='{code}']) button").first.click()
        page.goto(f"{desk}{language}/desk")
        return page

    yield sit
    for context in contexts:
        context.close()


def picture(page: Page, name: str) -> None:
    """Keep a picture of the page, if a folder is named for it."""
    folder = os.environ.get("TONGBAN_PICTURES")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


def test_the_desk_can_be_read_by_everybody(sit_down: Any, desk: str) -> None:
    wrong = []
    for language in ("", "/en"):
        for size in (WIDE, (1280, 800), TABLET, PHONE):
            page = sit_down(DECIDER_CODE, size, language=language)
            watched = Watched(page, desk)
            said = f"{language or 'zh'} {size[0]}".strip("/")
            for name, opened in (
                ("queue", None),
                ("case", "[data-kind=decide] [data-open]"),
                ("panel", ".ddock-case [data-key=g]"),
            ):
                if opened:
                    page.locator(opened).first.click()
                    page.wait_for_load_state("networkidle")
                if name == "panel":
                    page.wait_for_selector("[data-panel-open]")
                picture(page, f"{name}-{said.replace(' ', '-')}")
                wrong += [f"{name} {said}: {one}" for one in watched.violations() + watched.overflow()]
    assert not wrong, "\n".join(wrong)


def test_a_clerk_works_through_the_queue_by_keys_alone(sit_down: Any, desk: str, moment: Moment) -> None:
    page = sit_down("s-market-clerk")
    page.keyboard.press("j")
    assert page.locator(".drow.is-here").count() == 1
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-case]")
    number = page.locator(".dcase-title p").inner_text()

    page.keyboard.press("a")
    page.wait_for_selector("[data-panel-open]")
    page.keyboard.press("Escape")
    assert page.locator("[data-panel-open]").count() == 0
    page.keyboard.press("a")
    page.wait_for_selector("[data-panel-open]")
    page.locator("[data-confirm]").focus()
    page.keyboard.press("Shift+Enter")

    page.wait_for_function(
        "was => !document.querySelector('.dcase-title p')?.innerText.includes(was)", arg=number
    )
    deliver(moment.at)
    page.keyboard.press("q")
    page.wait_for_selector(".dtable")


def test_what_was_typed_as_an_opinion_goes_into_the_decision(
    sit_down: Any, desk: str, moment: Moment
) -> None:
    page = sit_down(DECIDER_CODE)
    page.locator("[data-kind=decide] [data-open]").first.click()
    page.wait_for_selector("[data-case]")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("o")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("现场与图纸一致，准予。")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.wait_for_selector("[data-panel-open]")
    assert page.locator("[name=reasons]").input_value() == "现场与图纸一致，准予。"
    page.keyboard.press("ControlOrMeta+Enter")
    page.wait_for_selector("text=准予行政许可决定书")


def test_the_desk_works_without_scripts(sit_down: Any, desk: str, moment: Moment) -> None:
    page = sit_down(DECIDER_CODE, scripts=False)
    page.locator("[data-kind=review] [data-open]").first.click()
    page.locator(".ddock-case a", has_text="不予许可").click()
    page.locator("[name=reasons]").fill("加工间与卫生间相通，不符合布局要求。")
    page.locator("[data-confirm]").click()
    assert page.locator("summary", has_text="不予行政许可决定书").count() == 1
