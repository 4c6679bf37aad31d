"""Passkeys: made, shown instead of a password, shown as a second factor, and everything that is none."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from tests.channels.portal.conftest import Get
from tests.factories.staff import open_office
from tests.fakes.passkeys import Passkey
from tongban.foundation.identity import operations
from tongban.foundation.ledger.models import Record
from tongban.kernel import clock
from tongban.kernel.types import SYSTEM

pytestmark = pytest.mark.django_db
GOOD = "tulip gravel moon canoe"


@pytest.fixture(autouse=True)
def nothing_counted(get: Get, settings: Any) -> Iterator[None]:
    settings.DEMONSTRATION = True
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def browser() -> Client:
    found = Client()
    found.post("/signin/persona", {"persona": "p001"}, secure=True)
    return found


def options_on(page: Any) -> dict[str, Any]:
    found = re.search(r'data-options="([^"]*)"', page.content.decode())
    assert found
    return json.loads(html.unescape(found[1]))


def make(browser: Client, key: Passkey) -> Any:
    options = options_on(browser.get("/account/security/passkey", secure=True))
    answer = json.dumps(key.create(options))
    return browser.post("/account/security/passkey", {"name": "我的手机", "credential": answer}, secure=True)


def show(browser: Client, key: Passkey, **more: str) -> Any:
    options = browser.get("/signin/passkey", secure=True).json()["request_options"]
    return browser.post("/signin/passkey", {"credential": json.dumps(key.get(options)), **more}, secure=True)


def test_a_passkey_is_made_and_opens_the_door(browser: Client) -> None:
    key = Passkey()
    assert make(browser, key)["Location"] == "/account/security/codes"
    assert "我的手机" in browser.get("/account/security", secure=True).content.decode()
    other = Client()
    entered = show(other, key, next="/items")
    assert entered["Location"] == "/items"
    assert other.get("/account", secure=True).status_code == 200
    last = Record.objects.filter(act="identity.signed_in").order_by("-at").first()
    assert last.detail["method"] == "webauthn"


def test_a_passkey_needs_its_owner_its_site_and_a_fresh_challenge(browser: Client) -> None:
    assert make(browser, Passkey(verifies=False)).status_code == 422, "nobody showed a finger"
    assert make(browser, Passkey("https://evil.example")).status_code == 422
    key = Passkey()
    make(browser, key)
    other = Client()
    options = other.get("/signin/passkey", secure=True).json()["request_options"]
    answer = {"credential": json.dumps(key.get(options))}
    assert other.post("/signin/passkey", answer, secure=True).status_code == 302
    assert Client().post("/signin/passkey", answer, secure=True).status_code == 422, (
        "no challenge was given there"
    )
    third = Client()
    third.get("/signin/passkey", secure=True)
    assert third.post("/signin/passkey", answer, secure=True).status_code == 422, "an old answer"
    stranger = Passkey()
    stranger.handle = key.handle
    assert show(Client(), stranger).status_code == 422


@pytest.mark.parametrize(
    "credential",
    ["", "{}", "[]", "null", "7", '"x"', '{"id": 1}', '{"response": {"userHandle": "%%"}}', "{" * 2000],
)
def test_what_is_no_passkey_is_answered_with_a_page(browser: Client, credential: str) -> None:
    visitor = Client(raise_request_exception=False)
    visitor.get("/signin/passkey", secure=True)
    assert visitor.post("/signin/passkey", {"credential": credential}, secure=True).status_code == 422
    browser.get("/account/security/passkey", secure=True)
    browser.raise_request_exception = False
    assert (
        browser.post("/account/security/passkey", {"credential": credential}, secure=True).status_code == 422
    )
    assert not Authenticator.objects.exists()


@pytest.mark.slow
def test_staff_may_show_a_passkey_as_their_second_factor() -> None:
    open_office()
    account, password = operations.open_staff_account(staff="s-clerk", by=SYSTEM, at=clock.now())
    operations.set_password(account=account.id, password=GOOD, by=SYSTEM, at=clock.now())
    browser, key, given = Client(), Passkey(), {"contact": "s-clerk", "password": GOOD}
    browser.post("/staff/signin", given, secure=True)
    make(browser, key)
    again = Client()
    assert again.post("/staff/signin", given, secure=True)["Location"] == "/signin/second"
    options = options_on(again.get("/signin/second", secure=True))
    wrong = again.post("/signin/second", {"credential": json.dumps(Passkey().get(options))}, secure=True)
    assert wrong.status_code == 422
    options = options_on(again.get("/signin/second", secure=True))
    done = again.post("/signin/second", {"credential": json.dumps(key.get(options))}, secure=True)
    assert done["Location"] == "/desk"
    for credential in ("{}", "[]", "7"):
        third = Client(raise_request_exception=False)
        third.post("/staff/signin", given, secure=True)
        assert third.post("/signin/second", {"credential": credential}, secure=True).status_code == 422
    assert password != GOOD
