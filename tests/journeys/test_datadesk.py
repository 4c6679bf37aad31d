"""Two data officers in a real browser: a demand from a material is answered at once, another by its owner with fewer
fields; the grant is seen, used by nobody, and taken back.

The small city lives in this process, so that its clock stands; the pages are asked for over HTTP. Pictures of the pages
are kept where TONGBAN_PICTURES names a folder.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.channels.datadesk.conftest import AUTHORITY, OWNING, WANTING, publish
from tests.channels.desk.conftest import Moment
from tests.factories.resources import MORNING
from tests.journeys.conftest import SMALL_PHONE
from tests.journeys.looking import Watched
from tongban.channels.ui import frame, revision
from tongban.datahub.resources import queries
from tongban.datahub.resources.types import GrantState
from tongban.kernel import clock

# The browser's driver runs a loop in this thread; the queries of the test are its own all the same.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

WIDE = (1440, 900)
ASK = "/data/demands/new?item=food-licence&material=health"


@pytest.fixture
def desk(
    transactional_db: None, settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    request: pytest.FixtureRequest,
) -> str:  # fmt: skip
    """Give the address of a city with data, on a Monday morning that stands still."""
    settings.DEMONSTRATION = True
    # Django's own handler of static files keeps out of the way: ours names files by content.
    settings.STATIC_URL = "/somewhere-else/"
    settings.ACCOUNT_RATE_LIMITS = {}
    monkeypatch.setattr(clock, "now", Moment(MORNING).now)
    publish(tmp_path)
    revision.forget()
    frame._frame.cache_clear()
    address: str = request.getfixturevalue("live_server").url
    return address


@pytest.fixture
def sit_down(browser: Browser, desk: str) -> Iterator[Any]:
    """Give a function that signs a data officer in and opens a page of the desk of data."""
    contexts = []

    def sit(code: str, path: str, *, scripts: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": WIDE[0], "height": WIDE[1]}, java_script_enabled=scripts
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{desk}/staff/signin")
        page.locator(f"button[value='{code}']").first.click()
        page.goto(desk + path)
        return page

    yield sit
    for context in contexts:
        context.close()


def picture(page: Page, name: str) -> None:
    """Keep a picture of the page, if a folder is named for it."""
    folder = os.environ.get("TONGBAN_PICTURES")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


def complaints(page: Page, desk: str) -> list[str]:
    """Return what is wrong with a page for whoever hears it, sees little, or holds a phone."""
    watched = Watched(page, desk)
    found = [*watched.violations(), *watched.unmarked()]
    watched.look_at(SMALL_PHONE)
    found += [*watched.overflow(), *watched.small_targets()]
    watched.look_at(WIDE)
    return [f"{page.url}: {one}" for one in found]


def test_from_a_material_to_a_grant_and_back(sit_down: Any, desk: str) -> None:
    asking = sit_down(WANTING, "/data")
    asking.keyboard.press("c")
    asking.get_by_role("link", name="提出需求").first.click()
    asking.get_by_role("link", name="居民基本信息").or_(asking.locator("#f-resource")).first.wait_for()

    # At once: what all may have is granted while one waits, and what the law forbids is said before it is stated.
    asking.goto(desk + ASK + "&resource=resident-basics")
    asking.get_by_label("姓名").check()
    expect(asking.locator("#verdict")).to_contain_text("提出后当场授权")
    asking.get_by_label("收养信息").check()
    expect(asking.locator("#verdict")).to_contain_text("不给：民法典 1110")
    picture(asking, "datadesk-demand")
    asking.get_by_label("承诺本项需求真实").check()
    asking.get_by_role("button", name="提出需求").click()
    expect(asking.locator(".qopen")).to_contain_text("按三清单自动答复")
    expect(asking.locator(".qfields .is-no")).to_contain_text("民法典 1110")

    # Queued: its owner answers by the clock, with fewer fields, by keys alone.
    asking.goto(desk + ASK + "&resource=health-checks&fields=is-fit&fields=shop")
    expect(asking.locator("#verdict")).to_contain_text("由数据所在部门答复")
    asking.get_by_label("承诺本项需求真实").check()
    asking.keyboard.press("Control+Enter")
    expect(asking.locator(".qopen-clock")).to_contain_text("剩 10 日")

    owner = sit_down(OWNING, "/data")
    picture(owner, "datadesk")
    owner.keyboard.press("r")
    expect(owner.locator("#panel")).to_contain_text("共享是原则")
    owner.keyboard.press("Escape")
    expect(owner.locator("#panel .dpanel")).to_have_count(0)
    owner.set_viewport_size({"width": 1280, "height": 800})
    pane = (
        "one => Math.max(...[...one.querySelectorAll('input')].map(box => box.getBoundingClientRect().right))"
    )
    assert owner.locator(".qgrant").evaluate(pane) <= 1280, "all of the grant can be seen on a small screen"
    picture(owner, "datadesk-1280")
    owner.get_by_label("给“单位名称”").uncheck()
    owner.keyboard.press("g")
    expect(owner.get_by_role("button", name="签发授权")).to_be_focused()
    owner.keyboard.press("Enter")
    expect(owner.get_by_role("status").first).to_contain_text("已签发授权")
    expect(owner.locator(".qfields .is-less")).to_contain_text("没给")

    # Seen by who asked, taken back by who gave.
    asking.goto(desk + "/data/grants?view=held")
    expect(asking.locator("table")).to_contain_text("从业人员健康检查信息")
    owner.get_by_role("link", name="用量和收回").click()
    owner.get_by_text("收回授权").click()
    owner.locator("details[open]").get_by_label("理由").fill("超出必要范围")
    owner.get_by_role("button", name="确认收回").click()
    expect(owner.get_by_role("status").first).to_contain_text("已收回")
    held = queries.department_grants(consumers="market", ended=True).items
    assert [(one.fields, one.state) for one in held] == [(("is-fit",), GrantState.REVOKED)]


PAGES = {
    "": ("/data", "/data/requests/", "/data/demands/new", ASK + "&resource=health-checks&fields=is-fit&per_day=20000", "/data/catalogue",
         "/data/resources/health-checks", "/data/duties", "/data/worth", "/data/imports"),
    "/en": ("/data/requests/", "/data/demands", "/data/resources/health-checks/change", "/data/duties/office-health-checks",
            "/data/negatives"),
}  # fmt: skip


def test_the_desk_of_data_can_be_read_by_everybody(sit_down: Any, desk: str) -> None:
    from tests.factories.resources import MARKET, OFFICE, wish
    from tongban.datahub.resources import operations

    def stated(*fields: str) -> UUID:
        return operations.state_demand(
            wish=wish("health-checks", *fields, per_day=20_000), promised=True, by=MARKET, at=MORNING
        )

    misused = operations.grant_request(request_id=stated("is-fit"), by=OFFICE, at=MORNING)
    operations.revoke_grant(grant_id=misused, why="夜间大量查询，说不出办的是哪些件", by=OFFICE, at=MORNING)
    waits = stated("is-fit", "shop")
    found = []
    for code, language in ((WANTING, ""), (OWNING, "/en")):
        page = sit_down(code, language + "/data")
        for path in PAGES[language]:
            page.goto(desk + language + (f"{path}{waits}" if path.endswith("requests/") else path))
            found += complaints(page, desk)
    assert not found, "\n".join(found)


def test_an_owner_answers_without_scripts(sit_down: Any, desk: str) -> None:
    from tests.factories.resources import MARKET, wish
    from tongban.datahub.resources import operations

    waits = operations.state_demand(wish=wish(), promised=True, by=MARKET, at=MORNING)
    page = sit_down(OWNING, "/data", scripts=False)
    page.get_by_role("button", name="不同意共享").click()
    page.get_by_label("法律和条文").fill("个人信息保护法 28")
    page.get_by_label("理由").fill("超出必要")
    page.get_by_role("button", name="确认不同意共享").click()
    expect(page.get_by_role("status").first).to_contain_text("已答复不同意")
    assert queries.get_request(waits).refused[0].law == "个人信息保护法 28"

    page.goto(desk + "/data/duties/new")
    page.locator("#f-resource").select_option("resident-basics")
    page.get_by_role("button", name="就选它").click()
    page.get_by_label("姓名").check()
    page.get_by_label("法律依据").fill("上海市数据条例")
    page.get_by_label("第几条").fill("38")
    page.get_by_label("理由").fill("报送")
    page.get_by_role("button", name="写入责任清单").click()
    expect(page.get_by_role("status").first).to_contain_text("已写入")
    assert queries.duties(resource="resident-basics")[0].fields == ("name",)


def test_a_refusal_is_disputed_upheld_and_decided(sit_down: Any, desk: str) -> None:
    from tests.factories.resources import MARKET, OFFICE, wish
    from tongban.datahub.resources import operations
    from tongban.foundation.outbox import operations as outbox

    id = operations.state_demand(
        wish=wish("health-checks", "is-fit", "shop"), promised=True, by=MARKET, at=MORNING
    )
    operations.refuse_request(
        request_id=id, legal_basis="个人信息保护法 28", reason="不必要", by=OFFICE, at=MORNING
    )

    # Who was refused disputes it, by a key; both sides see whose turn it is.
    asking = sit_down(WANTING, f"/data/requests/{id}?view=stated")
    asking.keyboard.press("d")
    expect(asking.locator("#panel")).to_contain_text("十个工作日内再次答复")
    picture(asking, "datadesk-dispute")
    asking.get_by_label("为什么应当共享").fill("发证前必须核对健康状况")
    asking.get_by_role("button", name="确认提出异议").click()
    expect(asking.get_by_role("status").first).to_contain_text("已提出异议")
    expect(asking.locator(".qopen-clock")).to_contain_text("剩 10 日")
    found = complaints(asking, desk)

    # The owner hears of it in the inbox, and stands by its refusal.
    outbox.deliver(at=MORNING)
    owner = sit_down(OWNING, "/data")
    owner.get_by_role("link", name="消息").click()
    expect(owner.locator(".told-list")).to_contain_text("对不同意共享有异议")
    picture(owner, "datadesk-inbox")
    found += complaints(owner, desk)
    owner.get_by_role("button", name="去办 对不同意共享有异议").click()
    expect(owner.locator(".qabout")).to_contain_text("发证前必须核对健康状况")
    owner.keyboard.press("r")
    owner.get_by_label("理由").fill("可以由本人出示")
    owner.get_by_role("button", name="确认维持不同意").click()
    expect(owner.locator(".qsteps [aria-current]")).to_contain_text("数据主管部门裁定")

    # The authority decides: shared, in part.
    authority = sit_down(AUTHORITY, "/data?view=disputed")
    expect(authority.locator(".ddock-said")).to_contain_text("没有达成一致")
    authority.keyboard.press("g")
    authority.locator("#panel").get_by_label("单位名称").uncheck()
    authority.locator("#panel").get_by_label("理由").fill("应当共享，减去单位名称")
    picture(authority, "datadesk-decision")
    found += complaints(authority, desk)
    authority.get_by_role("button", name="确认改为同意").click()
    expect(authority.get_by_role("status").first).to_contain_text("已改为同意")
    assert [one.fields for one in queries.grants(resource="health-checks")] == [("is-fit",)]
    assert not found, "\n".join(found)
