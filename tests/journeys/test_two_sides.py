"""Both sides of a reading in a real browser: a person asks and the department answers; what the law keeps secret is not
seen, and is once the law lets it. The small city of cases lives in this process.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.channels.desk.conftest import Moment
from tests.datahub.exchange.test_sealing import HORIZON
from tests.factories import readings
from tests.factories.cases import FIRE, HALL, LOADED, MONDAY, POSTS, STAFF, load_city_of_cases, settle_cast
from tests.factories.catalogue import DEPARTMENTS, DISTRICTS
from tests.factories.readings import number_of
from tests.journeys.conftest import DESKTOP, PHONE
from tests.journeys.looking import Watched
from tests.journeys.test_apply import enter
from tests.journeys.test_my_data import sign
from tongban.channels.ui import frame, revision
from tongban.datahub.exchange.operations import sealing
from tongban.foundation.government import operations as government
from tongban.foundation.government.types import May, Post, StaffMember
from tongban.foundation.outbox import operations as outbox
from tongban.kernel import clock
from tongban.kernel.types import SYSTEM

# The browser's driver runs a loop in this thread; the queries of the test are its own all the same.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
expect.set_options(timeout=60_000)
Look = Callable[..., Watched]
OFFICERS = tuple(
    Post(code=f"data-{department}", name=name, english=english, department=department, may=(may,))
    for department, name, english, may in (
        ("market", "数据专员", "Data officer", May.DATA_OFFICER),
        ("police", "数据专员", "Data officer", May.DATA_OFFICER),
        ("hall", "数据主管", "Data authority", May.DATA_AUTHORITY),
    )
)
AT_DESK = tuple(
    StaffMember(code=f"s-{one.code}", name=f"{one.code}（演示）", posts=(one.code,)) for one in OFFICERS
)


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> Moment:
    """Give the clock, standing on a Monday morning."""
    standing = Moment(MONDAY)
    monkeypatch.setattr(clock, "now", standing.now)
    return standing


@pytest.fixture
def secret(
    transactional_db: None, settings: Any, monkeypatch: pytest.MonkeyPatch, moment: Moment
) -> readings.Register:
    """Give the police's own register, in a small city with data officers where the market has read p001 once."""
    settings.DEMONSTRATION = True
    settings.STATIC_URL = "/somewhere-else/"
    settings.ACCOUNT_RATE_LIMITS = {}
    # Tests in other databases of the cluster may hold transactions open for long; here they do not matter.
    monkeypatch.setattr(sealing, "HORIZON", HORIZON)
    load_city_of_cases()
    government.load_government(
        departments=(*DEPARTMENTS, HALL, FIRE), districts=DISTRICTS, posts=(*POSTS, *OFFICERS),
        staff=(*STAFF, *AT_DESK), by=SYSTEM, at=LOADED,
    )  # fmt: skip
    settle_cast()
    readings.make_register().asks(number_of("p001"), MONDAY)
    made = readings.make_secret()
    sign(MONDAY)
    revision.forget()
    frame._frame.cache_clear()
    return made


@pytest.fixture
def look(browser: Browser, secret: readings.Register, request: pytest.FixtureRequest) -> Iterator[Look]:
    """Give a function that opens a page as a person, or as staff."""
    contexts = []
    address: str = request.getfixturevalue("live_server").url

    def opened(who: str, path: str, size: tuple[int, int] = DESKTOP) -> Watched:
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN")
        contexts.append(context)
        seen = Watched(context.new_page(), address)
        if who.startswith("s-"):
            seen.page.goto(f"{address}/staff/signin")
            seen.page.locator(f"button[value='{who}']").first.click()
        else:
            enter(seen, who)
        seen.page.goto(address + path)
        return seen

    yield opened
    for context in contexts:
        context.close()


def sound(seen: Watched, name: str) -> None:
    if folder := os.environ.get("TONGBAN_PICTURES"):
        seen.page.screenshot(path=f"{folder}/two-sides-{name}.png", full_page=True)
    assert not seen.violations(), name
    assert not seen.overflow(), name


def test_a_person_asks_and_the_department_answers(look: Look, moment: Moment) -> None:
    person = look("p001", "/my-data", PHONE)
    page = person.page
    page.get_by_role("link", name="我不认识这次查询").first.click()
    page.get_by_label("想说什么").fill("我没去过那里")
    page.get_by_role("button", name="问对方").click()
    expect(page.get_by_text("已经转给负责答复的部门")).to_be_visible()
    outbox.deliver(at=MONDAY)

    # The department hears of it in the inbox, and answers before the last day.
    officer = look("s-data-market", "/data/inbox").page
    officer.get_by_role("button", name="去办 有人问一次数据查询").click()
    expect(officer.locator(".qabout").first).to_contain_text("我没去过那里")
    officer.get_by_label("查错了").check()
    officer.get_by_label("理由").fill("窗口输错了一位号码")
    officer.get_by_label("怎样处理的").fill("已经删除")
    sound(Watched(officer, person.city), "answer")
    officer.get_by_role("button", name="答复本人").click()
    expect(officer.get_by_role("status").first).to_contain_text("告诉了本人")

    page.goto(f"{person.city}/my-data")
    expect(page.get_by_text("窗口输错了一位号码")).to_be_visible()
    sound(person, "answered")


def test_what_the_law_keeps_secret_is_seen_when_the_law_lets_it(
    look: Look, moment: Moment, secret: readings.Register
) -> None:
    # The authority keeps the police's readings from persons, by a law and until a day.
    authority = look("s-data-hall", "/data/secrecy").page
    authority.get_by_text("设为对本人保密").first.click()
    authority.get_by_label("授权书编号").fill(str(secret.grant))
    authority.get_by_label("保密到哪天").fill((MONDAY.date() + dt.timedelta(days=60)).isoformat())
    authority.get_by_label("为什么").fill("案件调查阶段")
    authority.get_by_role("button", name="设为对本人保密").click()
    expect(authority.get_by_role("status").first).to_contain_text("已设为对本人保密")
    moment.at = MONDAY + dt.timedelta(minutes=5)
    secret.asks(number_of("p001"), moment.at)
    sign(moment.at)

    person = look("p001", "/my-data")
    page = person.page
    expect(page.locator(".read")).to_have_count(1)
    expect(page.locator("main")).not_to_contain_text("SH/GOV/police/cases")

    # Who asked lifts it: from that moment it stands in the person's account, with its law.
    police = look("s-data-police", "/data/secrecy").page
    police.locator("table a").first.click()
    police.locator("summary", has_text="解除").click()
    police.get_by_label("为什么").last.fill("调查已经结束")
    sound(Watched(police, person.city), "secrecy")
    police.get_by_role("button", name="解除").click()
    expect(police.get_by_role("status").first).to_contain_text("本人从现在起可以看到")
    page.goto(f"{person.city}/my-data")
    expect(page.locator(".read")).to_have_count(2)
    sound(person, "seen")
