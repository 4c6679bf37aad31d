"""Signing in and staying: personas, a passkey in the browser, the warning before a session ends, without scripts."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Route

from tests.journeys.conftest import DESKTOP, PHONE, OpenPage
from tests.journeys.looking import Watched

MOTHER, BOSS = "p004", "p002"
OFFICERS = {
    "staff-045": ("/desk/system", "/desk/system/registered"),
    "staff-046": ("/desk/security", "/desk/security/readings", "/desk/security/lock-outs"),
    "staff-047": ("/desk/audit",),
}


def enter(page: Watched, persona: str, path: str = "/signin") -> None:
    page.page.goto(page.city + path)
    page.page.locator(f"button.persona[value={persona}]").click()
    page.page.wait_for_load_state()


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
@pytest.mark.parametrize("language", ["", "/en"])
def test_doors_and_pages_of_ones_own(visit: OpenPage, size: tuple[int, int], language: str) -> None:
    page = visit(f"{language}/signin", size)
    addresses = ["/signin?by=password", "/signin?by=passkey", "/staff/signin"]
    enter(page, MOTHER, f"{language}/signin")
    assert page.page.url == f"{page.city}{language}/account"
    addresses += [f"/account{rest}" for rest in (
        "", "/companies", "/children", "/mandates", "/mandates/new", "/security", "/security/app", "/password",
        "/contact/phone",
    )]  # fmt: skip
    for address in addresses:
        page.page.goto(page.city + language + address)
        assert page.violations() == [], address
        assert page.overflow() == [], address
        assert page.small_targets() == [], address


def test_a_passkey_made_in_the_browser_opens_the_door(visit: OpenPage) -> None:
    page = visit("/signin")
    # Browsers give passkeys to https and to this machine by its name, not by its number.
    named = Watched(page.page, page.city.replace("127.0.0.1", "localhost"))
    if "localhost" not in named.city:
        pytest.skip("the city runs elsewhere")
    page.page.unroute_all()
    browser = page.page.context.new_cdp_session(page.page)
    browser.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    browser.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    enter(named, BOSS)
    page.page.goto(named.city + "/account/security/passkey")
    page.page.get_by_role("button", name="在这台设备上做一把").click()
    page.page.wait_for_url("**/account/security/codes")
    page.page.goto(named.city + "/account")
    page.page.locator("main").get_by_role("button", name="退出登录").click()
    page.page.wait_for_url(f"{named.city}/")
    page.page.goto(named.city + "/signin?by=passkey")
    page.page.locator("main").get_by_role("button", name="用通行密钥登录").click()
    page.page.wait_for_url("**/account")
    assert page.title() == "我的账户"


def test_two_minutes_before_the_end_one_is_asked_and_may_stay(visit: OpenPage) -> None:
    page = visit("/signin", PHONE)
    enter(page, MOTHER)
    box = page.page.locator("#session")
    assert not box.is_visible()
    # Only the time that is left is set forward; everything else is the server's own.
    page.page.route("**/session", lambda route: route.fulfill(json={"seconds_left": 90}))
    page.page.route(f"{page.city}/account", with_little_time)
    page.page.reload()
    box.wait_for(state="visible", timeout=8000)
    assert page.violations() == []
    assert page.page.evaluate("document.activeElement.textContent") == "继续办理"
    page.page.keyboard.press("Enter")
    box.wait_for(state="hidden", timeout=8000)


def with_little_time(route: Route) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, body=re.sub(r'data-left="\d+"', 'data-left="100"', answer.text()))


def test_all_of_it_without_scripts(visit: OpenPage) -> None:
    page = visit("/signin", PHONE, scripts=False)
    enter(page, BOSS)
    assert page.title() == "我的账户"
    page.page.goto(page.city + "/account/companies")
    assert "统一社会信用代码" in page.text()
    page.page.goto(page.city + "/account/mandates/new")
    page.page.get_by_label("搜索要委托的事").fill("开饭店")
    page.page.get_by_role("button", name="搜索", exact=True).last.click()
    page.page.locator(".picks input").first.check()
    page.page.get_by_role("button", name="发给对方").click()
    assert page.page.locator(".picks input").first.is_checked(), "nothing chosen is lost"
    page.page.goto(page.city + "/signout")
    page.page.locator("main").get_by_role("button", name="退出登录").click()
    page.page.goto(page.city + "/account")
    assert page.page.url.startswith(f"{page.city}/signin")


def test_what_is_mandated_is_looked_for_and_ticked(visit: OpenPage) -> None:
    page = visit("/signin", PHONE)
    enter(page, BOSS)
    page.page.goto(page.city + "/account/mandates/new")
    page.page.get_by_label("对方的姓名").fill("还没填完")
    page.page.get_by_label("搜索要委托的事").fill("开饭店")
    page.page.locator("button[value=find]").click()
    page.page.locator(".picks input").first.check()
    page.page.get_by_label("搜索要委托的事").fill("食品")
    page.page.locator("button[value=find]").click()
    page.page.locator(".picks").nth(1).wait_for()
    assert page.page.locator(".picks input:checked").count() == 1
    assert page.page.get_by_label("对方的姓名").input_value() == "还没填完"
    assert page.violations() == []
    assert page.overflow() == []


def test_the_three_officers_at_their_desks(visit: OpenPage) -> None:
    page = visit("/staff/signin")
    for officer, addresses in OFFICERS.items():
        page.page.context.clear_cookies()
        enter(page, officer, "/staff/signin")
        assert page.page.url == page.city + addresses[0], "an officer comes to their own pages"
        for address in addresses:
            for size in (DESKTOP, PHONE):
                page.look_at(size)
                page.page.goto(page.city + address)
                assert page.violations() == [], address
                assert page.overflow() == [], address
    page.page.goto(page.city + "/desk/audit?group=doors")
    assert "进入" not in page.text("table")
    assert "登录" in page.text("table")


def test_a_system_is_let_act_for_a_person_and_no_longer(visit: OpenPage) -> None:
    page = visit("/staff/signin")
    enter(page, "staff-045", "/staff/signin")
    page.page.goto(page.city + "/desk/system/registered")
    page.page.get_by_label("代码", exact=True).fill("journey-agent")
    page.page.get_by_label("名称").fill("代办系统")
    page.page.get_by_label("回调地址").fill(page.city + "/about")
    page.page.locator("input[value='cases:read']").check()
    page.page.get_by_role("button", name="登记", exact=True).click()
    assert "密钥只显示这一次" in page.text()
    page.page.context.clear_cookies()
    asked = {
        "client_id": "journey-agent", "redirect_uri": page.city + "/about", "response_type": "code", "state": "s",
        "scope": "openid cases:read", "code_challenge_method": "S256", "code_challenge": "E" * 43,
    }  # fmt: skip
    page.page.goto(f"{page.city}/identity/o/authorize?{urlencode(asked)}")
    page.page.locator(f"button.persona[value={BOSS}]").click()
    page.page.get_by_role("button", name="允许", exact=True).wait_for()
    page.look_at(PHONE)
    assert page.title() == "允许代办系统代您办事？"
    assert "看办件" in page.text()
    assert page.violations() == []
    assert page.overflow() == []
    page.page.get_by_role("button", name="允许", exact=True).click()
    page.page.wait_for_url("**/about?*")
    assert "code=" in page.page.url
