"""A person opens *My data* in a real browser: who read, the proof of a line checked and taken away, a question asked and
answered, the ledger held against the one that was seen before. The small city lives in this process.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.channels.desk.conftest import Moment
from tests.datahub.exchange.test_sealing import HORIZON
from tests.factories import readings
from tests.factories.cases import CLERK, MONDAY, load_city_of_cases, settle_cast, submit
from tests.factories.exchange import OFFICER
from tests.factories.readings import number_of
from tests.journeys.conftest import DESKTOP, PHONE
from tests.journeys.looking import Watched
from tests.journeys.test_apply import enter
from tongban.channels.ui import frame, revision
from tongban.datahub.exchange import operations as exchange
from tongban.datahub.exchange import queries as calls
from tongban.datahub.exchange.operations import sealing
from tongban.foundation.attestation import operations as attestation
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.trust import queries as trust
from tongban.kernel import clock
from tongban.services.cases import operations as cases
from tongban.services.disclosures import operations, queries
from tongban.services.disclosures.types import Verdict

# The browser's driver runs a loop in this thread; the queries of the test are its own all the same.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
Look = Callable[..., Watched]
expect.set_options(timeout=60_000)


@pytest.fixture
def address(
    transactional_db: None, settings: Any, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> str:
    """Give the address of the small city, on a Monday morning that stands still; p001 was read three times."""
    settings.DEMONSTRATION = True
    settings.STATIC_URL = "/somewhere-else/"
    settings.ACCOUNT_RATE_LIMITS = {}
    # Tests in other databases of the cluster may hold transactions open for long; here they do not matter.
    monkeypatch.setattr(sealing, "HORIZON", HORIZON)
    monkeypatch.setattr(clock, "now", Moment(MONDAY).now)
    load_city_of_cases()
    cast = settle_cast()
    receipt = submit(cast)
    register, secret = readings.make_register(), readings.make_secret(per_day=1)
    register.asks(number_of("p001"), MONDAY, issue=receipt.number)
    cases.read_case(case_id=receipt.case_id, purpose="受理申请", by=CLERK, at=MONDAY)
    for _ in range(2):  # the second is more than the day's
        secret.asks(number_of("p001"), MONDAY)
    sign(MONDAY)
    revision.forget()
    frame._frame.cache_clear()
    found: str = request.getfixturevalue("live_server").url
    return found


def sign(at: dt.datetime) -> None:
    """Seal what was exchanged and sign the ledger, as the worker does every few seconds."""
    exchange.seal(at=at)
    ledger.link_pending()
    attestation.sign_head(at=at)


@pytest.fixture
def look(browser: Browser, address: str) -> Iterator[Look]:
    contexts = []

    def opened(size: tuple[int, int], *, scripts: bool = True) -> Watched:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, java_script_enabled=scripts, locale="zh-CN"
        )
        contexts.append(context)
        seen = Watched(context.new_page(), address)
        enter(seen, "p001")
        return seen

    yield opened
    for context in contexts:
        context.close()


def sound(seen: Watched, name: str) -> None:
    if folder := os.environ.get("TONGBAN_PICTURES"):
        seen.page.screenshot(path=f"{folder}/my-data-{name}.png", full_page=True)
    assert not seen.violations(), name
    assert not seen.overflow(), name
    assert not seen.small_targets(), name


def test_a_person_sees_checks_takes_away_and_asks(look: Look, tmp_path: Path) -> None:
    seen = look(DESKTOP)
    page = seen.page
    page.goto(f"{seen.city}/my-data")
    expect(page.get_by_role("heading", name="谁看过我的数据")).to_be_visible()
    expect(page.locator(".read")).to_have_count(4)
    expect(page.locator(".read-refused")).to_contain_text("已拦下")
    sound(seen, "1-list")

    line = page.locator(".read", has_text="经办人 wang").filter(has_text="食品许可系统")
    line.get_by_role("link", name="核对证明").click()
    expect(page.get_by_text("刚刚核验通过")).to_be_visible()
    expect(page.locator(".read")).to_have_count(4)  # in its place, not on another page
    sound(seen, "2-proof")
    with page.expect_download() as saved:
        page.get_by_role("link", name="存一份证明").click()
    file = tmp_path / "evidence.asice"
    saved.value.save_as(file)
    assert calls.check_evidence(file.read_bytes(), trust.root() or b"").problem is None

    page.get_by_role("link", name="我不认识这次查询").nth(1).click()
    page.get_by_label("想说什么").fill("我没去过那里")
    sound(seen, "3-ask")
    page.get_by_role("button", name="问对方").click()
    expect(page.get_by_text("已经转给负责答复的部门")).to_be_visible()
    (asked,) = queries.waiting(None)
    operations.answer_contest(
        id=asked.id,
        verdict=Verdict.MISTAKE,
        answer="窗口输错了一位号码",
        measure="已经删除",
        by=OFFICER,
        at=MONDAY,
    )
    page.goto(f"{seen.city}/my-data")
    expect(page.get_by_text("窗口输错了一位号码")).to_be_visible()
    sound(seen, "4-answered")

    sign(MONDAY + dt.timedelta(seconds=9))
    page.get_by_role("link", name="我来核验").click()
    expect(page.get_by_text("只增加，没有改动过")).to_be_visible()
    sound(seen, "5-check")


def test_on_a_phone_and_without_scripts(look: Look) -> None:
    seen = look(PHONE, scripts=False)
    page = seen.page
    page.goto(f"{seen.city}/en/my-data")
    expect(page.get_by_role("heading", name="Who has read my data")).to_be_visible()
    page.locator(".read-refused").get_by_role("link", name="Check the proof").click()
    expect(page.get_by_text("Checked just now")).to_be_visible()
    page.get_by_role("link", name="Back to all").click()
    expect(page.locator(".read")).to_have_count(4)
    scripted = look(PHONE)
    scripted.page.goto(f"{scripted.city}/my-data")
    sound(scripted, "6-phone")
    scripted.page.goto(f"{scripted.city}/en/my-data")
    assert not scripted.unmarked()
    sound(scripted, "7-english")
