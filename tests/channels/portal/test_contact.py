"""Another phone or mail: proved by a code, the old one told; tries counted however an address is written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from tests.channels.portal.conftest import Get
from tests.channels.portal.test_signing import GOOD, PHONE, code_on, enter_by_code
from tests.factories.staff import open_office
from tongban.foundation.identity import operations, queries
from tongban.foundation.ledger import queries as ledger
from tongban.foundation.ledger.models import Record
from tongban.foundation.messages.models import DeliveryRow
from tongban.foundation.trust import queries as trust
from tongban.kernel import clock
from tongban.kernel.types import SYSTEM, Subject

pytestmark = pytest.mark.django_db
NEW = "13900139000"


@pytest.fixture(autouse=True)
def nothing_counted(get: Get, settings: Any) -> Iterator[None]:
    settings.DEMONSTRATION = True
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def browser() -> Client:
    browser = Client()
    assert enter_by_code(browser).status_code == 302
    return browser


def ask(browser: Client, contact: str, kind: str = "phone") -> Any:
    return browser.post(f"/account/contact/{kind}", {"step": "send", "contact": contact})


def confirm(browser: Client, contact: str, code: str, kind: str = "phone") -> Any:
    return browser.post(f"/account/contact/{kind}", {"step": "code", "contact": contact, "code": code})


def sent_to(template: str) -> list[str]:
    rows = DeliveryRow.objects.filter(message__template=template)
    return [trust.decrypt("messages.address", bytes(row.address)).decode() for row in rows]


def test_a_new_phone_counts_and_the_old_one_is_told(browser: Client) -> None:
    assert "现在是 138" in browser.get("/account/contact/phone").content.decode()
    code = code_on(ask(browser, NEW))
    done = confirm(browser, NEW, code)
    assert (done.status_code, done["Location"]) == (303, "/account/security?changed=phone")
    assert queries.find_account_by_contact(PHONE) is None
    assert queries.find_account_by_contact(NEW)
    assert sent_to("identity.way-in-changed") == [PHONE]
    assert sent_to("identity.code")[-1] == NEW
    assert Record.objects.filter(act="identity.contact_changed").count() == 1


def test_a_mail_is_added_and_opens_the_door(browser: Client) -> None:
    code = code_on(ask(browser, "Name@example.org", "mail"))
    assert confirm(browser, "name@example.org", code, "mail").status_code == 303
    again = Client()
    assert enter_by_code(again, "name@example.org").status_code == 302
    assert again.session["_auth_user_id"] == browser.session["_auth_user_id"]


def test_a_wrong_code_changes_nothing_and_keeps_what_was_typed(browser: Client) -> None:
    ask(browser, NEW)
    wrong = confirm(browser, NEW, "000000x")
    assert wrong.status_code == 422
    assert f'value="{NEW}"' in wrong.content.decode()
    assert queries.find_account_by_contact(PHONE)


def test_a_code_for_signing_in_does_not_change_a_contact(browser: Client) -> None:
    code = operations.send_code(contact=NEW, purpose="sign-in", by=SYSTEM, at=clock.now())
    assert confirm(browser, NEW, code or "").status_code == 422


def test_another_s_phone_is_told_only_to_who_holds_it(browser: Client) -> None:
    operations.open_account(phone=NEW, by=SYSTEM, at=clock.now())
    asked, unknown = ask(browser, NEW), ask(browser, "13700137000")
    assert asked.status_code == unknown.status_code == 200
    taken = confirm(browser, NEW, code_on(asked))
    assert taken.status_code == 422
    assert "已经注册" in taken.content.decode()


def test_forms_and_kinds(browser: Client) -> None:
    for contact, kind in (("name@example.org", "phone"), (NEW, "mail"), ("12", "phone"), ("@", "mail")):
        assert ask(browser, contact, kind).status_code == 422
    assert Client().get("/account/contact/phone")["Location"].startswith("/signin")


def test_one_address_is_counted_once_however_it_is_written(browser: Client) -> None:
    visitor = Client()
    for written in ("13600136000", "+86 136 0013 6000", "136-0013-6000"):
        assert visitor.post("/signin", {"step": "send", "contact": written}).status_code == 200
    refused = visitor.post("/signin", {"step": "send", "contact": "１３６００１３６０００"})
    assert refused.status_code == 422
    assert "试得太多了" in refused.content.decode()


def test_who_is_locked_out_is_told_once_and_stays_out_by_password_only() -> None:
    account = operations.open_account(phone=PHONE, password=GOOD, by=SYSTEM, at=clock.now())
    visitor = Client()
    wrong = {"step": "password", "contact": PHONE, "password": "wrong"}
    for _ in range(7):
        assert visitor.post("/signin?by=password", wrong).status_code == 422
    right = visitor.post("/signin?by=password", wrong | {"password": GOOD})
    assert right.status_code == 422, "a locked door does not tell whether the key fits"
    noted = [one.act for one in ledger.entries(Subject("account", str(account.id)))]
    assert noted.count("identity.locked_out") == 1
    assert sent_to("identity.locked-out") == [PHONE]
    assert enter_by_code(Client()).status_code == 302


def test_staff_have_no_contact_to_change(browser: Client) -> None:
    open_office()
    staff = Client()
    staff.post("/signin/persona", {"persona": "s-clerk"})
    assert staff.get("/account/contact/phone").status_code == 403


def test_who_signs_out_elsewhere_stays_here(browser: Client) -> None:
    other = Client()
    assert enter_by_code(other).status_code == 302
    assert browser.post("/account/security/elsewhere")["Location"] == "/account/security?ended=1"
    assert browser.get("/account").status_code == 200
    assert other.get("/account").status_code == 401
    assert Record.objects.filter(act="identity.sessions_ended").count() == 1
    assert enter_by_code(other).status_code == 302
    assert other.get("/account").status_code == 200


def test_a_reset_second_factor_ends_the_sessions_that_used_it() -> None:
    open_office()
    staff = Client()
    staff.post("/signin/persona", {"persona": "s-clerk"})
    assert staff.get("/desk/absence").status_code == 200
    operations.reset_second_factor(staff="s-clerk", by=SYSTEM, at=clock.now())
    assert staff.get("/desk/absence").status_code == 401
