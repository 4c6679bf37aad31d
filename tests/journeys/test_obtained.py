"""A paper that the police has, in a real browser: obtained over HTTP from the police's own system, seen by who applies and
who reviews, and on record for the person. The small city lives in this process, so that its clock can be moved.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.channels.desk.conftest import Moment
from tests.factories.cases import CLERK, MONDAY, Cast, fill, load_city_of_cases, settle_cast, start
from tests.factories.obtaining import RESOURCE, Register, list_data, publish, resource, state
from tests.journeys.conftest import DESKTOP
from tests.journeys.looking import Watched
from tests.journeys.test_apply import enter
from tongban.channels.ui import frame, revision
from tongban.datahub.exchange import known
from tongban.datahub.exchange import queries as exchange
from tongban.datahub.exchange.types import ServiceKind
from tongban.demo.departments import rest
from tongban.demo.departments.troubles import Trouble, Troubles
from tongban.foundation.identity import queries as identity
from tongban.kernel import clock
from tongban.services.cases import operations as cases

# The browser's driver runs a loop in this thread; the queries of the test are its own all the same.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
PATIENCE = 60_000


@pytest.fixture
def troubles(tmp_path: Path) -> Troubles:
    return Troubles(tmp_path / "troubles.json")


@pytest.fixture
def address(
    transactional_db: None, settings: Any, monkeypatch: pytest.MonkeyPatch, troubles: Troubles,
    request: pytest.FixtureRequest,
) -> Iterator[str]:  # fmt: skip
    """Yield the address of the small city, whose police answers over HTTP."""
    settings.DEMONSTRATION = True
    settings.STATIC_URL = "/somewhere-else/"
    settings.ACCOUNT_RATE_LIMITS = {}
    monkeypatch.setattr(clock, "now", Moment(MONDAY).now)
    load_city_of_cases()
    list_data()
    revision.forget()
    frame._frame.cache_clear()
    police = rest.Departments(
        {RESOURCE: resource()}, identity.population(), today=MONDAY.date, troubles=troubles
    )
    with rest.answering(police):
        publish(Register(), kind=ServiceKind.UPSTREAM, target=f"{police.address}/police/{RESOURCE}")
        state()
        yield request.getfixturevalue("live_server").url
    known.forget()


@pytest.fixture
def seen(browser: Browser, address: str) -> Iterator[Watched]:
    context = browser.new_context(viewport={"width": DESKTOP[0], "height": DESKTOP[1]}, locale="zh-CN")
    yield Watched(context.new_page(), address)
    context.close()


def sound(seen: Watched, name: str) -> None:
    if folder := os.environ.get("TONGBAN_PICTURES"):
        seen.page.screenshot(path=f"{folder}/obtained-{name}.png", full_page=True)
    assert not seen.violations()
    assert not seen.overflow()


def test_a_paper_is_obtained_while_the_applicant_looks_on(seen: Watched, troubles: Troubles) -> None:
    cast = settle_cast()
    page, case_id, second = seen.page, start(cast), start(cast)
    enter(seen, "p001")
    troubles.put("police", Trouble.DEAD)
    page.goto(f"{seen.city}/apply/{case_id}/materials")
    expect(page.get_by_text("正在向上海市公安局取得“人口基本信息”，不用您准备")).to_be_visible()
    expect(page.get_by_text("有的部门还没有答复，我们接着取，您可以先往下办。")).to_be_visible()
    sound(seen, "1-under-way")
    troubles.put("police", None)
    page.goto(f"{seen.city}/apply/{second}/materials")
    # Within the view, or on a busy machine by the look that the page takes by itself.
    expect(page.get_by_text("由上海市公安局数据共享取得：人口基本信息")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("取得：证件号码、姓名")).to_be_visible()
    sound(seen, "2-obtained")
    told = [
        one
        for one in exchange.exchanges_about(identity.identifiers_of(cast.subject).number)
        if one.issue == str(second)
    ]
    assert [(one.status, one.fields, one.user) for one in told] == [
        (200, ("id-number", "name"), "item:food-licence")
    ]


def test_who_reviews_sees_what_came_and_where_from(seen: Watched) -> None:
    cast: Cast = settle_cast()
    case_id = start(cast)
    assert cases.obtain_papers(case_id=case_id, by=cast.applicant, at=MONDAY)
    fill(cast, case_id)
    cases.submit(case_id=case_id, by=cast.applicant, at=MONDAY)
    page = seen.page
    page.goto(seen.city + "/staff/signin")
    page.locator(f"button[value='{CLERK.id}'], form:has(input[value='{CLERK.id}']) button").first.click()
    page.goto(f"{seen.city}/desk/cases/{case_id}?paper=food-licence.id-copy")
    preview = page.locator("#preview")
    expect(preview.get_by_text("经数据交换取得，交换编号")).to_be_visible()
    masked = identity.get_person(cast.applicant.id).masked_name
    expect(preview.locator("dd", has_text=masked).first).to_be_visible()
    assert identity.identifiers_of(cast.subject).number not in page.content(), (
        "a number is masked here as everywhere"
    )
    sound(seen, "3-reviewer")
