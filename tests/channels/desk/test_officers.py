"""The desks of the three officers: each has their own and no other's; nothing they do there is off the record."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.staff import open_office
from tongban.channels.desk import urls as desk_urls
from tongban.foundation.identity import operations, queries
from tongban.foundation.identity.adapters import demonstration
from tongban.foundation.identity.models import Account, UnmaskingReview
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.ledger.models import Record
from tongban.kernel import clock
from tongban.kernel.types import SYSTEM, Actor, Subject

pytestmark = pytest.mark.django_db
PAGES = {
    "s-system": ("/desk/system", "/desk/system/registered"),
    "s-security": ("/desk/security", "/desk/security/readings", "/desk/security/lock-outs"),
    "s-audit": ("/desk/audit",),
}
CLERK = Actor("staff", "s-clerk", "章")


@pytest.fixture(autouse=True)
def office(settings: Any) -> None:
    settings.DEMONSTRATION = True
    cache.clear()
    open_office()


def enter(code: str) -> Client:
    browser = Client()
    assert browser.post("/signin/persona", {"persona": code}).status_code == 303
    return browser


def words(response: Any) -> str:
    text: str = response.content.decode()
    return re.sub(r"<[^>]+>", " ", text)


@pytest.mark.parametrize("code", PAGES)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_each_officer_has_their_own_pages_and_no_others(code: str, prefix: str) -> None:
    browser = enter(code)
    for owner, addresses in PAGES.items():
        for address in addresses:
            with CaptureQueriesContext(
                connection,
            ) as asked:
                response = browser.get(prefix + address)
            assert response.status_code == (200 if owner == code else 403), address
            assert len(asked) <= 20, "\n".join(one["sql"][:150] for one in asked)
    there = browser.get(f"{prefix}/desk")
    assert (there.status_code, there["Location"]) == (303, prefix + PAGES[code][0])


def test_who_is_no_officer_has_none_of_these_pages() -> None:
    for browser in (enter("s-clerk"), enter("p001")):
        for addresses in PAGES.values():
            for address in addresses:
                assert browser.get(address).status_code == 403, address
                assert browser.post(address, {"act": "open", "staff": "s-fire"}).status_code == 403
    assert Client().get("/desk/audit")["Location"].startswith("/staff/signin")


def test_an_officer_without_a_second_factor_has_no_page() -> None:
    _, password = operations.open_staff_account(staff="s-audit", by=SYSTEM, at=clock.now())
    browser = Client()
    browser.post("/staff/signin", {"contact": "s-audit", "password": password})
    operations.set_password(
        account=Account.objects.get(staff="s-audit").id,
        password="correct horse battery",
        by=SYSTEM,
        at=clock.now(),
    )
    again = Client()
    again.post("/staff/signin", {"contact": "s-audit", "password": "correct horse battery"})
    assert again.get("/desk/audit")["Location"] == "/account/security"


def test_no_page_of_the_desk_opens_without_a_second_factor() -> None:
    password = "correct horse battery"
    account, _ = operations.open_staff_account(staff="s-reviewer", by=SYSTEM, at=clock.now())
    operations.set_password(account=account.id, password=password, by=SYSTEM, at=clock.now())
    browser = Client()
    browser.post("/staff/signin", {"contact": "s-reviewer", "password": password})
    assert browser.session["_auth_user_id"] == str(account.id)
    known = {
        "id": uuid.uuid4(),
        "case_id": uuid.uuid4(),
        "document": uuid.uuid4(),
        "act": "take",
        "code": "x",
    }
    for one in desk_urls.urlpatterns:
        address = "/" + re.sub(
            r"<\w+:(\w+)>", lambda name: str(known.get(name[1], uuid.uuid4())), str(one.pattern)
        )
        for ask in (browser.get, browser.post):
            response = ask(address)
            assert (response.status_code, response.get("Location")) == (303, "/account/security"), address


def test_the_system_officer_opens_resets_and_closes_accounts() -> None:
    browser = enter("s-system")
    opened = words(browser.post("/desk/system", {"act": "open", "staff": "s-fire"}))
    password = re.search(r"只显示这一次：\s*(\S+)", opened)
    assert password
    assert "s-reviewer" not in opened
    door = Client()
    assert door.post("/staff/signin", {"contact": "s-fire", "password": password[1]}).status_code == 302
    account = Account.objects.get(staff="s-fire")
    Authenticator.objects.create(user=account, type="totp", data={"secret": "x"})
    assert "已清除" in words(browser.post("/desk/system", {"act": "reset", "staff": "s-fire"}))
    assert not Authenticator.objects.filter(user=account).exists()
    assert "已停用" in words(browser.post("/desk/system", {"act": "close", "staff": "s-fire"}))
    assert not queries.account_of_staff("s-fire").is_active
    for act, staff in (
        ("open", "s-system"),
        ("reset", "s-audit"),
        ("nonsense", "s-fire"),
        ("open", "no-such"),
    ):
        refused = browser.post("/desk/system", {"act": act, "staff": staff})
        assert refused.status_code == 422, (act, staff)
    assert "没有找到" in words(browser.get("/desk/system?q=nobody-here"))


def test_the_system_officer_registers_and_strikes_off_systems() -> None:
    browser = enter("s-system")
    asked = {"act": "register", "code": "market", "name": "市场系统", "addresses": "http://market.example/",
             "scope": ["profile", "cases:read"]}  # fmt: skip
    refused = browser.post("/desk/system/registered", asked)
    assert refused.status_code == 422
    assert "http://market.example/" in refused.content.decode(), "nothing typed is lost"
    done = words(browser.post("/desk/system/registered", asked | {"addresses": "https://market.example/a"}))
    assert re.search(r"密钥只显示这一次：\s*\S{40}", done)
    (system,) = queries.systems()
    assert system.scopes == ("openid", "profile", "cases:read")
    browser.post("/desk/system/registered", {"act": "remove", "code": "market"})
    assert queries.systems() == ()


def test_the_security_officer_reviews_readings_and_resets_fellow_officers() -> None:
    at = clock.now()
    demonstration.population()
    person = operations.settle_persona(code="p001", by=SYSTEM, at=at)
    operations.unmask(
        subject=person.subject, field="number", purpose="核对身份", law="行政许可法 34", by=CLERK, at=at
    )
    browser = enter("s-security")
    page = browser.get("/desk/security/readings")
    assert "核对身份" in words(page)
    assert person.name not in words(page), "whose number it was is not the officer's business"
    record = Record.objects.get(act="identity.unmasked").id
    asked = {"record": str(record), "verdict": "doubtful", "note": ""}
    assert browser.post("/desk/security/readings", asked).status_code == 422
    assert browser.post("/desk/security/readings", asked | {"note": "没有在办的件"}).status_code == 303
    assert UnmaskingReview.objects.get().verdict == "doubtful"
    assert browser.post("/desk/security/readings", {"record": "x", "verdict": "fine"}).status_code == 422
    operations.open_staff_account(staff="s-audit", by=SYSTEM, at=at)
    assert "已清除" in words(browser.post("/desk/security", {"staff": "s-audit"}))
    assert browser.post("/desk/security", {"staff": "s-clerk"}).status_code == 422


@pytest.mark.slow
def test_a_locked_account_is_let_in_again_by_the_security_officer() -> None:
    _, password = operations.open_staff_account(staff="s-clerk", by=SYSTEM, at=clock.now())
    door = Client()
    for _ in range(6):
        door.post("/staff/signin", {"contact": "s-clerk", "password": "wrong"})
    right = {"contact": "s-clerk", "password": password}
    assert door.post("/staff/signin", right).status_code == 422
    browser = enter("s-security")
    assert "s-clerk" in words(browser.get("/desk/security/lock-outs"))
    account = str(Account.objects.get(staff="s-clerk").id)
    assert browser.post("/desk/security/lock-outs", {"account": account}).status_code == 303
    assert door.post("/staff/signin", right).status_code == 302
    assert "已解除" in words(browser.get("/desk/security/lock-outs"))
    assert browser.post("/desk/security/lock-outs", {"account": "x"}).status_code == 422


def test_what_comes_every_second_is_not_in_the_audit_officers_way() -> None:
    at = clock.now()
    ledger.record(act="exchange.sealed", subject=Subject("exchange-batch", "1"), by=SYSTEM, at=at)
    evidence = Subject("exchange", str(uuid.uuid4()))
    ledger.record(
        act="exchange.evidence_made", subject=evidence, by=CLERK, at=at, detail={"reason": "法院调取"}
    )
    browser = enter("s-audit")
    everything = words(browser.get("/desk/audit"))
    assert "出具交换存证" in everything and "交换记录入账" not in everything
    assert "法院调取" in words(browser.get("/desk/audit?group=evidence"))


def test_the_audit_officer_looks_by_person_department_and_kind_and_is_seen() -> None:
    at = clock.now()
    person = operations.settle_persona(code="p001", by=SYSTEM, at=at)
    operations.unmask(
        subject=person.subject, field="number", purpose="核对身份", law="行政许可法 34", by=CLERK, at=at
    )
    browser = enter("s-audit")
    for query in (
        "who=s-clerk",
        "department=market",
        "group=reading",
        "who=s-clerk&department=market&group=reading",
    ):
        page = words(browser.get(f"/desk/audit?{query}"))
        assert "核对身份" in page, query
    assert person.name not in page
    assert "核对身份" not in words(browser.get("/desk/audit?department=fire"))
    assert "核对身份" not in words(browser.get("/desk/audit?who=s-clerk&department=fire"))
    looks = Record.objects.filter(act="identity.ledger_read", actor_id="s-audit")
    assert looks.count() == 6
    assert looks.filter(detail__who="s-clerk").count() == 3
    for query in (
        "who=no-such",
        "case=1234567890123456",
        "since=2026-01-02&until=2026-01-01",
        "since=2020-01-01",
    ):
        assert browser.get(f"/desk/audit?{query}").status_code == 422, query
    assert browser.get("/desk/audit?since=nonsense&page=x&group=x").status_code == 200
    assert browser.post("/desk/audit", {"who": "s-clerk"}).status_code in (200, 405)
    before = Record.objects.exclude(act="identity.ledger_read").count()
    browser.get("/desk/audit")
    assert Record.objects.exclude(act="identity.ledger_read").count() == before, "it only reads"
