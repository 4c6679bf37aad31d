"""The data authority follows a flow in a real browser: the city's map, department, service; pages renew themselves and can be
stopped; a moment of the past is looked at again, step by step or played."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.channels.datadesk.conftest import AUTHORITY
from tests.channels.datadesk.test_flows import SERVICE, called, publish_service
from tests.factories.catalogue import DISTRICTS
from tests.factories.exchange import count_from_here
from tests.factories.resources import MORNING
from tests.journeys.test_datadesk import WIDE, complaints, desk, picture, sit_down
from tongban.channels.ui import frame
from tongban.datahub.exchange import operations
from tongban.datahub.exchange.operations.representing import note_represented
from tongban.foundation.government import operations as government
from tongban.foundation.government import queries as government_queries
from tongban.foundation.government.types import Outline
from tongban.kernel.types import SYSTEM

__all__ = ["desk", "sit_down"]

END = "one => one.getPointAtLength(one.getTotalLength()).matrixTransform(one.getScreenCTM()).y"
"""How far down the page a line ends."""
BROKEN = "Server.ServerProxy.NetworkError"


def some_calls(number: int) -> None:
    """Have so many calls answered, one broken and one refused, and counted."""
    for seconds in range(number):
        called("market", "office", seconds=seconds)
    called("market", "office", problem="Server.ServerProxy.NetworkError")
    called("market", "office", outcome="QuotaExceeded")
    operations.count_exchanges(at=MORNING)


def test_from_the_map_to_a_service(sit_down: Any, desk: str, monkeypatch: pytest.MonkeyPatch) -> None:
    count_from_here(monkeypatch)
    publish_service()
    some_calls(20)
    page = sit_down(AUTHORITY, "/data/flows/departments?span=hour")
    expect(page.locator("#figures")).to_contain_text("22 次")
    expect(page.locator(".qstream-middle path")).to_have_count(1)
    found = complaints(page, desk)
    picture(page, "datadesk-flows")

    # Stopped, it stays as it is; going on, it renews at once without another page.
    page.get_by_role("button", name="停止自动刷新").click()
    some_calls(8)
    page.get_by_role("button", name="自动刷新").click()
    expect(page.locator("#figures")).to_contain_text("32 次")
    page.emulate_media(reduced_motion="reduce")
    page.reload()
    expect(page.get_by_role("button", name="自动刷新", exact=True)).to_be_visible()

    page.locator(".qside-p").get_by_role("link").first.click()
    expect(page.locator("#given + .dtable-wrap")).to_contain_text("32")
    found += complaints(page, desk)
    page.locator("#given + .dtable-wrap").get_by_role("link").first.click()
    expect(page.locator("#service")).to_contain_text("提供方系统没有应答，或者连不上")
    expect(page.locator("#service")).to_contain_text("当天次数用完了")
    found += complaints(page, desk)
    picture(page, "datadesk-service")
    assert not found, "\n".join(found)


DRAWN = [
    Outline(code=one.code, point=f"{20 + 60 * place} 50", outline=f"{60 * place} 0 {60 * place + 60} 0 {60 * place + 60} 99 {60 * place} 99")
    for place, one in enumerate(DISTRICTS)
]  # fmt: skip


@pytest.fixture
def drawn_city(desk: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give the address of a city whose districts are drawn, with calls of some minutes, the last of which fail."""
    count_from_here(monkeypatch)
    publish_service()
    government.load_government(
        departments=government_queries.departments(), districts=DISTRICTS, outlines=DRAWN,
        posts=government_queries.posts(), staff=government_queries.staff(), by=SYSTEM, at=MORNING,
    )  # fmt: skip
    frame._outlines.cache_clear()
    for seconds in range(0, 300, 10):
        id = uuid.uuid4()
        note_represented(id, f"GOV/{DISTRICTS[seconds // 10 % 2].slug}-market")
        called("market", "office", seconds=seconds, id=id, problem=BROKEN if seconds < 120 else "")
    called("market", "office", outcome="AccessDenied", grant=None)
    operations.count_exchanges(at=MORNING)
    return desk


def test_the_map_of_the_city(sit_down: Any, drawn_city: str) -> None:
    page = sit_down(AUTHORITY, "/data/flows?span=hour")
    expect(page.locator(".qland polygon")).to_have_count(2)
    expect(page.locator("#how")).to_contain_text("1 个提供方降级")
    expect(page.locator("#trouble")).to_contain_text("12 次没有正确的答复")
    expect(page.locator("#latest")).to_contain_text("没有授权")
    rows = page.locator(".qplaces tbody tr")
    expect(rows).to_have_count(3)
    # Each line from the map ends at the middle of its row.
    for place in range(2):
        row, end = rows.nth(place).bounding_box(), page.locator(f".qland path.c{place}").evaluate(END)
        assert row and abs(row["y"] + row["height"] / 2 - end) < 2
    rows.first.hover()
    expect(page.locator(".qland path.c1")).to_have_css("opacity", "0.15")
    found = complaints(page, drawn_city)
    picture(page, "datadesk-city")
    page.get_by_text("一对一对的数").first.click()
    expect(page.locator("#pairs tbody tr")).to_have_count(3)
    found += complaints(page, drawn_city)
    page.locator(".qanswers").get_by_role("link").first.click()
    expect(page.locator("#given + .dtable-wrap")).to_contain_text("31")
    assert not found, "\n".join(found)


def test_a_moment_is_looked_at_again_and_played(sit_down: Any, drawn_city: str) -> None:
    page = sit_down(AUTHORITY, "/data/flows?span=hour")
    page.get_by_role("link", name="回放").click()
    expect(page.locator("#map")).to_contain_text("这段时间没有调用。")
    page.get_by_label("从什么时候").fill((MORNING - dt.timedelta(minutes=4)).strftime("%Y-%m-%dT%H:%M"))
    page.get_by_role("button", name="看", exact=True).click()
    first = page.locator("#steps b").inner_text()
    expect(page.locator(".qland polygon")).to_have_count(2)
    found = complaints(page, drawn_city)
    page.get_by_role("link", name="下一步").click()
    expect(page.locator("#steps b")).not_to_have_text(first)
    # It plays to the last minute that is over, and says that there is no more.
    page.get_by_role("button", name="播放").click()
    expect(page.locator("#steps")).to_contain_text("到头了", timeout=30_000)
    expect(page.get_by_role("button", name="播放")).to_be_visible(timeout=10_000)
    assert (MORNING - dt.timedelta(minutes=1)).strftime("at=%Y-%m-%dT%H:%M") in page.url
    assert not found, "\n".join(found)


def test_without_scripts_one_steps_by_links(sit_down: Any, drawn_city: str) -> None:
    moment = (MORNING - dt.timedelta(minutes=3)).strftime("%Y-%m-%dT%H:%M")
    page = sit_down(AUTHORITY, f"/en/data/flows?at={moment}&by=minute", scripts=False)
    said = page.locator("#steps b").inner_text()
    page.get_by_role("link", name="Back").click()
    expect(page.locator("#steps b")).not_to_have_text(said)
    expect(page.get_by_role("button", name="Play")).to_have_count(0)


def test_without_scripts_there_is_a_link(sit_down: Any, desk: str, monkeypatch: pytest.MonkeyPatch) -> None:
    count_from_here(monkeypatch)
    publish_service()
    some_calls(3)
    page = sit_down(AUTHORITY, f"/en/data/flows/services/{SERVICE}?span=hour", scripts=False)
    expect(page.locator("#figures")).to_contain_text("5 times")
    assert page.viewport_size == {"width": WIDE[0], "height": WIDE[1]}
    expect(page.get_by_role("button", name="Stop renewing")).to_have_count(0)
    some_calls(1)
    page.get_by_role("link", name="Refresh").click()
    expect(page.locator("#figures")).to_contain_text("8 times")
