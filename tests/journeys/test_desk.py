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
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth import get_user_model
from playwright.sync_api import Browser, Page

from tests.channels.desk.conftest import Moment, deliver
from tests.factories import approvals as factory
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
from tests.journeys.conftest import SMALL_PHONE
from tests.journeys.looking import Watched
from tests.services.licences import restaurants
from tongban.channels.ui import frame, revision
from tongban.foundation.calendars.types import Procedure
from tongban.foundation.identity import operations as identity
from tongban.kernel import clock
from tongban.kernel.types import SYSTEM, Subject
from tongban.services.approvals import operations as approvals_acts
from tongban.services.approvals import queries as approvals
from tongban.services.approvals.types import Outcome, Stance
from tongban.services.cases import operations as cases
from tongban.services.licences import queries as licences

# The browser's driver runs a loop in this thread; the queries of the test are its own all the same.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

GROUNDS = "申请材料齐全、符合法定形式，场所布局与平面图一致。"
WIDE, PHONE = (1440, 900), (390, 780)
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
    for language, sizes in (("", (WIDE, PHONE)), ("/en", ((1280, 800), SMALL_PHONE))):
        page = sit_down(DECIDER_CODE, sizes[0], language=language)
        watched = Watched(page, desk)
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
            for size in sizes:
                watched.look_at(size)
                said = f"{language or 'zh'}-{size[0]}".strip("/")
                picture(page, f"{name}-{said}")
                wrong += [f"{name} {said}: {one}" for one in watched.violations() + watched.overflow()]
            watched.look_at(sizes[0])
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


# ── four departments, one restaurant ──

PASSWORD = "一把足够长的口令-2026"
VISITORS = {"food": "market", "fire": "fire", "water": "water"}


class Colleague:
    """A member of staff at a keyboard: nothing here touches a mouse."""

    def __init__(self, browser: Browser, address: str, code: str, secret: str) -> None:
        self.code, self.address = code, address
        self.context = browser.new_context(viewport={"width": WIDE[0], "height": WIDE[1]}, locale="zh-CN")
        self.page = self.context.new_page()
        self.page.goto(f"{address}/staff/signin")
        self.type_into("contact", code)
        self.type_into("password", PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/signin/second**")
        self.type_into("code", code_now(secret))
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/desk")

    def type_into(self, name: str, words: str) -> None:
        """Type into the field of this name, reached as Tab reaches it."""
        for _ in range(30):
            if self.page.evaluate("document.activeElement.name || ''") == name:
                break
            self.page.keyboard.press("Tab")
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(words)
        assert self.page.evaluate("document.activeElement.name") == name

    def open(self, item: str) -> None:
        """Open the line of an item with J and Enter, from the queue."""
        self.page.keyboard.press("q")
        self.page.wait_for_selector(".dtable")
        for _ in range(self.page.locator("[data-row]").count()):
            self.page.keyboard.press("j")
            if item in self.page.locator(".drow.is-here .c-what").inner_text():
                break
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector("[data-case]")

    def press(self, key: str) -> None:
        """Open the panel of an act by its key."""
        self.page.wait_for_load_state("networkidle")
        self.page.keyboard.press(key)
        self.page.wait_for_selector("[data-panel-open]")

    def confirm(self) -> str:
        """Confirm, and return what the page then says was done."""
        with self.page.expect_navigation():
            self.page.keyboard.press("ControlOrMeta+Enter")
        return self.page.locator("[role=status], [role=alert]").first.inner_text()

    def do(self, item: str, key: str, **words: str) -> str:
        """Open a line, press an act's key, fill in its panel, confirm."""
        self.open(item)
        self.press(key)
        for name, said in words.items():
            self.type_into(name, said)
        return self.confirm()

    def leave(self) -> None:
        """Go home."""
        self.context.close()


USED: set[str] = set()
"""A code opens the door once, also for who comes in again within half a minute."""


def code_now(secret: str) -> str:
    """Return what the authenticator app shows, at this moment or next to it."""
    last, now, coming = totp.yield_hotp_counters_from_time()
    codes = (totp.format_hotp_value(totp.hotp_value(secret, one)) for one in (now, coming, last))
    code: str = next(one for one in codes if one not in USED)
    USED.add(code)
    return code


@pytest.fixture
def offices(
    transactional_db: None, settings: Any, moment: Moment, request: pytest.FixtureRequest, browser: Browser
) -> Iterator[Any]:
    """Yield a function that lets somebody of the city of five offices come in, with password and app."""
    settings.DEMONSTRATION = True
    settings.STATIC_URL = "/somewhere-else/"
    settings.ACCOUNT_RATE_LIMITS = {}
    settings.MFA_TOTP_TOLERANCE = 1
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    moment.at = factory.MONDAY
    factory.load_city_of_approvals()
    restaurants.give_licences()
    revision.forget()
    frame._frame.cache_clear()
    address = request.getfixturevalue("live_server").url
    seated: list[Colleague] = []
    secrets: dict[str, str] = {}

    def come_in(code: str) -> Colleague:
        if code not in secrets:
            secrets[code] = hired(code)
        seated.append(Colleague(browser, address, code, secrets[code]))
        return seated[-1]

    yield come_in
    for one in seated:
        one.leave()


def hired(code: str) -> str:
    """Open an account for a member of staff and return the secret of their app."""
    account, _ = identity.open_staff_account(staff=code, by=SYSTEM, at=factory.MONDAY)
    user = get_user_model().objects.get(pk=account.id)
    user.set_password(PASSWORD)
    user.must_change_password = False
    user.save()
    secret: str = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    return secret


def test_four_departments_judge_one_restaurant_by_keys_alone(offices: Any, moment: Moment) -> None:
    case_id = submit(settle_cast(), RESTAURANT_SUBJECT, at=moment.at).case_id
    deliver(moment.at)

    # The window accepts: every department gets its line at the same moment.
    market = offices("market-1")
    assert "已办：受理" in market.do("开饭店", "a")
    deliver(moment.at)

    # What needs no examination is granted in one go: company first, then what waited for it.
    boss, ecology = offices("market-9"), offices("ecology-9")
    for one in (boss, ecology):
        one.page.keyboard.press("q")
        one.page.wait_for_selector(".dtable")
        one.page.keyboard.press("j")
        one.page.keyboard.press("x")
        with one.page.expect_navigation():
            one.page.keyboard.press("Shift+G")
        assert "已准予 1 件" in one.page.locator("[role=status]").first.inner_text()
        deliver(moment.at)

    # One visit, planned once for all three who want to see the place.
    market.open("food")
    market.press("v")
    market.type_into("place", "马当路 288 号")
    assert "已办：安排联合踏勘" in market.confirm()
    visit = approvals.visit(case_id)
    assert visit is not None and len(visit.findings) == 3
    moment.at = visit.starts_at + dt.timedelta(minutes=30)
    deliver(moment.at)

    # Each writes what it found and what it thinks of it, at its own desk. Yesterday's sessions have ended.
    colleagues = {"food": offices("market-1"), "fire": offices("fire-1"), "water": offices("water-1")}
    for item, one in colleagues.items():
        assert "已办：记录踏勘结果" in one.do(item, "w", text=f"{item}：现场与图纸一致。")
        one.page.keyboard.press("o")
        one.page.keyboard.press("ControlOrMeta+a")
        one.page.keyboard.type(f"{item}：符合条件，拟准予。")
        assert "已办：提出意见" in one.confirm()

    # The heads decide; the letter says what the colleague wrote.
    boss = offices("market-9")
    heads = {"food": boss, "fire": offices("fire-9"), "water": offices("water-9")}
    for item, one in heads.items():
        one.open(item)
        one.press("g")
        assert f"{item}：符合条件，拟准予。" in one.page.locator("[name=reasons]").input_value()
        assert "已办：准予许可" in one.confirm()
        deliver(moment.at)

    boss.page.reload()
    given = licences.licences_of_case(case_id, at=moment.at)
    assert len(given) == 5 and sum(one.is_combined for one in given) == 1
    assert "食品经营许可证" in boss.page.locator(".dcol-law").inner_text()
    picture(boss.page, "four-departments")
    assert Watched(boss.page, boss.address).violations() == []
