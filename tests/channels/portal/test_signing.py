"""The doors: code, password, second factor, passkey, personas, leaving, sessions that end by themselves."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client

from tests.channels.portal.conftest import Get
from tests.factories.staff import open_office
from tongban.channels.ui import sessions
from tongban.channels.ui.cache import page_cache
from tongban.foundation.identity import operations, queries
from tongban.foundation.identity.adapters import demonstration
from tongban.foundation.identity.models import Account, KeptForm
from tongban.foundation.ledger.models import Record
from tongban.kernel import clock
from tongban.kernel.types import SYSTEM

pytestmark = pytest.mark.django_db
GOOD = "correct horse battery staple"
PHONE = "13800138000"


@pytest.fixture(autouse=True)
def nothing_counted(get: Get, settings: Any) -> Iterator[None]:
    settings.DEMONSTRATION = True
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def browser() -> Client:
    return Client(enforce_csrf_checks=False)


def code_on(response: Any) -> str:
    found = re.search(r"这次的验证码是 (\d{6})", response.content.decode())
    assert found
    return found[1]


def enter_by_code(browser: Client, contact: str = PHONE, next: str = "") -> Any:
    sent = browser.post("/signin", {"step": "send", "contact": contact, "next": next})
    assert sent.status_code == 200, sent.content.decode()
    return browser.post("/signin", {"step": "code", "contact": contact, "code": code_on(sent), "next": next})


def acts() -> list[str]:
    return list(Record.objects.order_by("id").values_list("act", flat=True))


def test_who_proves_a_phone_has_an_account_and_is_in(browser: Client) -> None:
    response = enter_by_code(browser, next="/items")
    assert (response.status_code, response["Location"]) == (302, "/items")
    page = browser.get("/account")
    assert page.status_code == 200
    assert "实名核验" in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    account = queries.find_account_by_contact(PHONE)
    assert account
    assert not account.has_password
    assert "identity.signed_in" in acts()
    again = Client()
    enter_by_code(again)
    assert queries.find_account_by_contact(PHONE).id == account.id


def test_a_code_is_used_once_lasts_five_minutes_and_five_tries(browser: Client, monkeypatch: Any) -> None:
    code = code_on(browser.post("/signin", {"step": "send", "contact": PHONE}))
    wrong = f"{(int(code) + 1) % 10**6:06}"
    for _ in range(5):
        assert browser.post("/signin", {"step": "code", "contact": PHONE, "code": wrong}).status_code == 422
    refused = browser.post("/signin", {"step": "code", "contact": PHONE, "code": code})
    assert refused.status_code == 422
    assert "验证码不对或者已经过期" in refused.content.decode()
    cache.clear()
    code = code_on(browser.post("/signin", {"step": "send", "contact": PHONE}))
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + dt.timedelta(minutes=5, seconds=1))
    assert browser.post("/signin", {"step": "code", "contact": PHONE, "code": code}).status_code == 422


def test_nothing_is_told_of_who_has_an_account(browser: Client) -> None:
    operations.open_account(phone="13900139000", password=GOOD, by=SYSTEM, at=clock.now())
    known, unknown = (
        browser.post("/signin", {"step": "send", "contact": number}).content.decode()
        for number in ("13900139000", "13700137000")
    )
    hide = re.compile(r"1[37-9]\d{9}|\d{6}|value=\"[^\"]*\"")
    assert hide.sub("", known) == hide.sub("", unknown)
    answers = [
        browser.post("/signin", {"step": "password", "contact": number, "password": "wrong password"})
        for number in ("13900139000", "13700137001")
    ]
    assert [one.status_code for one in answers] == [422, 422]
    assert all("账号或者密码不对" in one.content.decode() for one in answers)


def test_password_and_too_many_tries(browser: Client) -> None:
    account = operations.open_account(phone=PHONE, password=GOOD, by=SYSTEM, at=clock.now())
    given = {"step": "password", "contact": PHONE, "password": GOOD}
    assert browser.post("/signin", given)["Location"] == "/account"
    Client().post("/signin", given)
    other = Client()
    for _ in range(5):
        assert other.post("/signin", given | {"password": "x" * 12}).status_code == 422
    locked = other.post("/signin", given)
    assert "试得太多了" in locked.content.decode()
    assert not other.session.get("_auth_user_id")
    operations.close_account(account=account.id, by=SYSTEM, at=clock.now())
    cache.clear()
    closed = Client().post("/signin", given)
    assert closed["Location"] == "/signin?closed=1"


def test_an_address_of_another_site_is_no_way_back(browser: Client) -> None:
    for bad in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        assert enter_by_code(Client(), f"139{abs(hash(bad)) % 10**8:08}", next=bad)["Location"] == "/account"


def test_real_name_then_facts_of_ones_own(browser: Client) -> None:
    citizen = demonstration.population().citizens["p001"]
    enter_by_code(browser)
    away = browser.get("/account/companies")
    assert away["Location"] == "/account/real-name?next=%2Faccount%2Fcompanies"
    wrong = browser.post("/account/real-name", {"name": citizen.name, "number": citizen.number[:-1] + "0"})
    assert wrong.status_code == 422
    assert citizen.number[:-1] not in wrong.content.decode()
    done = browser.post(
        "/account/real-name", {"name": citizen.name, "number": citizen.number, "next": "/account/companies"}
    )
    assert done["Location"] == "/account/companies"
    page = browser.get("/account").content.decode()
    assert citizen.name in page
    assert citizen.number not in page


def test_personas_only_in_a_demonstration(browser: Client, settings: Any) -> None:
    open_office()
    name = demonstration.population().citizens["p002"].name
    assert name in browser.get("/signin").content.decode()
    assert "s-clerk" in browser.get("/staff/signin").content.decode()
    entered = browser.post("/signin/persona", {"persona": "p002"})
    assert entered["Location"] == "/account"
    assert "法定代表人" in browser.get("/account").content.decode()
    clerk = Client()
    assert clerk.post("/signin/persona", {"persona": "s-clerk"})["Location"] == "/desk"
    assert clerk.get("/desk").status_code == 200
    settings.DEMONSTRATION = False
    assert clerk.get("/desk").status_code == 303, "a persona has no second factor in a real city"
    assert name not in Client().get("/signin").content.decode()
    assert Client().post("/signin/persona", {"persona": "p002"}).status_code == 404


@pytest.mark.slow
def test_staff_need_a_second_factor_and_a_password_of_their_own(browser: Client) -> None:
    open_office()
    _, first = operations.open_staff_account(staff="s-clerk", by=SYSTEM, at=clock.now())
    given = {"contact": "s-clerk", "password": first}
    assert browser.post("/signin", given | {"step": "password"}).status_code == 422, (
        "not by the citizens' door"
    )
    assert browser.post("/staff/signin", given)["Location"] == "/desk"
    who = sessions_of(browser)
    assert not who["second"]
    assert (
        browser.post("/account/password", {"password": "password123", "again": "password123"}).status_code
        == 422
    )
    assert browser.post("/account/password", {"password": GOOD, "again": GOOD}).status_code == 303
    page = browser.get("/account/security").content.decode()
    assert "必须有第二重验证" in page
    secret = re.search(
        r'<code class="secret">(\w+)</code>', browser.get("/account/security/app").content.decode()
    )[1]
    assert browser.post("/account/security/app", {"code": "000000"}).status_code == 422
    done = browser.post("/account/security/app", {"code": now_code(secret)})
    assert done["Location"] == "/account/security/codes"
    codes = re.findall(r"<li><code>(\d{8})</code>", browser.get("/account/security/codes").content.decode())
    assert len(codes) == 10
    assert secret not in repr(list(Authenticator.objects.values("data")))
    assert sessions_of(browser)["second"]
    again = Client()
    assert again.post("/staff/signin", given | {"password": GOOD})["Location"] == "/signin/second"
    assert not again.session.get("_auth_user_id")
    assert again.post("/signin/second", {"code": "123456"}).status_code == 422
    assert again.post("/signin/second", {"code": codes[0]})["Location"] == "/desk"
    third = Client()
    third.post("/staff/signin", given | {"password": GOOD})
    assert third.post("/signin/second", {"code": codes[0]}).status_code == 422, "a recovery code works once"
    factor = Authenticator.objects.get(type="totp")
    kept = again.post(f"/account/security/{factor.pk}/remove")
    assert kept.status_code == 409
    assert Authenticator.objects.filter(pk=factor.pk).exists()


def now_code(secret: str) -> str:
    counter = next(totp.yield_hotp_counters_from_time())
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def sessions_of(browser: Client) -> dict[str, Any]:
    records = browser.session.get("account_authentication_methods", [])
    return {"second": any(one["method"] == "mfa" for one in records)}


def test_leaving_leaves_everywhere(browser: Client) -> None:
    enter_by_code(browser)
    assert browser.get("/signout").status_code == 200
    assert browser.get("/account").status_code == 200, "a link alone signs nobody out"
    assert browser.post("/signout")["Location"] == "/"
    assert browser.get("/account")["Location"] == "/signin?next=%2Faccount"
    assert acts()[-1] == "identity.signed_out"


@pytest.fixture
def at(monkeypatch: Any) -> Any:
    """Give a function that sets the clock of the sessions forward by minutes."""
    start = clock.now()

    def later(minutes: float) -> None:
        monkeypatch.setattr(clock, "now", lambda: start + dt.timedelta(minutes=minutes))

    return later


@pytest.mark.law("session-ends-idle")
def test_fifteen_idle_minutes_end_a_session_and_say_what_was_kept(browser: Client, at: Any) -> None:
    enter_by_code(browser)
    at(14)
    assert browser.get("/account").status_code == 200
    at(28.9)
    assert browser.get("/account").status_code == 200, "each sign of life starts the minutes anew"
    at(44)
    ended = browser.get("/account")
    assert ended.status_code == 401
    text = ended.content.decode()
    assert "登录已经结束" in text
    assert "/signin?next=%2Faccount" in text
    assert browser.get("/account").status_code == 303
    assert Record.objects.filter(act="identity.signed_out", detail__reason="idle").exists()


def test_asking_how_long_is_no_sign_of_life_and_extending_is(browser: Client, at: Any) -> None:
    enter_by_code(browser)
    at(14)
    assert browser.get("/session").json()["seconds_left"] in range(55, 62)
    at(14.5)
    assert browser.get("/session").json()["seconds_left"] in range(25, 32)
    assert browser.post("/session/extend", HTTP_ACCEPT="application/json").json()["seconds_left"] == 900
    at(29)
    assert browser.get("/account").status_code == 200
    assert Client().get("/session").json() == {"seconds_left": 0}


@pytest.mark.slow
def test_after_twelve_hours_even_the_busy_are_asked_again(browser: Client, at: Any) -> None:
    enter_by_code(browser)
    for minutes in range(14, 12 * 60, 14):
        at(minutes)
        assert browser.get("/account").status_code == 200
    at(12 * 60 + 1)
    assert browser.get("/account").status_code == 401


def test_a_form_sent_too_late_is_kept_and_given_back_once_signed_in(browser: Client, at: Any) -> None:
    browser.post("/signin/persona", {"persona": "p001"})
    typed = {"grantee_name": "王小明", "until": "2027-01-01", "items": "a, b"}
    at(16)
    ended = browser.post("/account/mandates/new", typed)
    assert ended.status_code == 401
    kept = KeptForm.objects.get()
    assert "王小明".encode() not in bytes(kept.sealed)
    assert f"next=%2Faccount%2Fkept%2F{kept.id}" in ended.content.decode()
    browser.post("/signin/persona", {"persona": "p001", "next": f"/account/kept/{kept.id}"})
    back = browser.get(f"/account/kept/{kept.id}").content.decode()
    assert "王小明" in back
    assert 'action="/account/mandates/new"' in back
    other = Client()
    other.post("/signin/persona", {"persona": "p003"})
    assert other.get(f"/account/kept/{kept.id}").status_code == 404
    at(16 + 24 * 60)
    browser.post("/signin/persona", {"persona": "p001"})
    assert browser.get(f"/account/kept/{kept.id}").status_code == 404


def test_a_form_from_elsewhere_is_refused() -> None:
    browser = Client(enforce_csrf_checks=True)
    refused = browser.post("/signin/persona", {"persona": "p001"})
    assert refused.status_code == 403
    assert "不是从本站提交的" in refused.content.decode()
    page = browser.get("/signin").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    assert (
        browser.post("/signin/persona", {"persona": "p001", "csrfmiddlewaretoken": token}).status_code == 303
    )


def test_public_pages_ask_no_session_and_set_no_cookie(get: Get, django_assert_num_queries: Any) -> None:
    page = get("/items")
    assert not page.cookies
    assert page["Tongban-Keep"] == "1"


def test_what_is_said_to_who_is_signed_in_is_never_kept(browser: Client) -> None:
    browser.post("/signin/persona", {"persona": "p001"})
    name = demonstration.population().citizens["p001"].name
    page = browser.get("/items")
    assert name in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert "Tongban-Keep" not in page


def test_english_stays_english_on_the_way(browser: Client) -> None:
    sent = browser.post("/en/signin", {"step": "send", "contact": PHONE})
    text = sent.content.decode()
    code = re.search(r"\b(\d{6})\b", text.partition("note")[2])[1]
    done = browser.post("/en/signin", {"step": "code", "contact": PHONE, "code": code})
    assert done["Location"] == "/en/account"
    assert Account.objects.count() == 1


def test_each_page_of_ones_own_takes_few_statements(
    browser: Client, django_assert_max_num_queries: Any
) -> None:
    browser.post("/signin/persona", {"persona": "p002"})
    for page in ("", "/companies", "/mandates", "/mandates/new", "/children", "/security", "/password"):
        with django_assert_max_num_queries(20):
            assert browser.get(f"/account{page}").status_code == 200, page


def test_the_session_module_knows_which_addresses_have_forms_to_keep() -> None:
    assert "/account" in sessions.PRIVATE


def test_the_kept_pages_stand_between_visitors_and_never_before_who_is_signed_in(browser: Client) -> None:
    """The whole way through the cache: what one person sees is given to nobody else."""
    browser.post("/signin/persona", {"persona": "p001"})
    name = demonstration.population().citizens["p001"].name
    application = page_cache(WSGIHandler())
    cookie = f"sessionid={browser.cookies['sessionid'].value}"
    for asked in (cookie, "", f"tb_view=large; {cookie}", "tb_view=large", cookie, ""):
        status, headers, body = through(application, asked)
        assert status.startswith("200")
        assert (name in body) == ("sessionid" in asked)
        assert headers["Cache-Control"] == ("no-store" if "sessionid" in asked else "no-cache")
        assert "Tongban-Keep" not in headers


def through(application: Any, cookie: str) -> tuple[str, dict[str, str], str]:
    # A request would close the connection that this test's transaction lives on.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    said: dict[str, Any] = {}
    environ: dict[str, Any] = {}
    setup_testing_defaults(environ)
    environ |= {"PATH_INFO": "/items", "HTTP_HOST": "testserver", "HTTP_COOKIE": cookie}

    def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        said.update(status=status, headers=dict(headers))

    try:
        text = b"".join(application(environ, start)).decode()
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
    return said["status"], said["headers"], text
