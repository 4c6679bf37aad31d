"""The data authority follows a flow in a real browser: map, department, service; the page renews itself and can be stopped."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.channels.datadesk.conftest import AUTHORITY
from tests.channels.datadesk.test_flows import SERVICE, called, publish_service
from tests.factories.exchange import count_from_here
from tests.factories.resources import MORNING
from tests.journeys.test_datadesk import WIDE, complaints, desk, picture, sit_down
from tongban.datahub.exchange import operations

__all__ = ["desk", "sit_down"]


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
    page = sit_down(AUTHORITY, "/data/flows?span=hour")
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
