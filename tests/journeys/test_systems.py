"""A programmer and data officer in a real browser: a key is pasted, looked at and registered, the other one revoked; then
an address is tried in the sandbox, and what it was sent is read. Each page by axe, on a phone and on a desktop.
"""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import expect

from tests.channels.datadesk.conftest import WANTING
from tests.channels.datadesk.test_systems import know_others
from tests.factories import feeds
from tests.factories.resources import MORNING
from tests.journeys.test_datadesk import complaints, desk, picture, sit_down
from tongban.datahub.exchange import operations, queries
from tongban.kernel.types import SYSTEM

__all__ = ["desk", "sit_down"]
OURS = "SH/GOV/market/desk"


def public_key() -> str:
    public = Ed25519PrivateKey.generate().public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def test_keys_are_changed_and_an_address_is_tried(sit_down: Any, desk: str) -> None:
    operations.register_subsystem(code=OURS, name="食品许可系统", by=SYSTEM, at=MORNING)
    know_others()
    feeds.make_feed()
    page = sit_down(WANTING, "/data/systems")
    page.get_by_role("link", name="食品许可系统").click()

    for number in (1, 2):
        page.get_by_label("公钥（PEM 或 JWK），或客户端证书").fill(public_key())
        page.get_by_role("button", name="看一看").click()
        expect(page.get_by_text("核对：编号和你们自己算的一样")).to_be_visible()
        page.get_by_role("button", name="登记", exact=True).click()
        expect(page.locator(".dsaid-good")).to_contain_text("密钥已登记")
        expect(page.locator("tbody tr")).to_have_count(number)
    assert complaints(page, desk) == []
    page.locator("summary", has_text="吊销").last.click()
    page.get_by_label("理由").last.fill("换新")
    page.get_by_role("button", name="确认吊销").last.click()
    expect(page.locator("tbody tr").last).to_contain_text("已吊销")
    picture(page, "systems-keys")
    assert sum(one.revoked_at is None for one in queries.keys_of(OURS)) == 1

    page.get_by_role("link", name="沙箱").click()
    page.get_by_label("公钥（PEM 或 JWK），九十天有效").fill(public_key())
    page.get_by_role("button", name="登记沙箱密钥").click()
    expect(page.locator(".dsaid-good")).to_contain_text("沙箱密钥已登记")
    with feeds.receiving() as receiver:
        page.get_by_label("接收地址").fill(receiver.address)
        page.get_by_role("button", name="试推送").click()
        expect(page.locator("#tried")).to_contain_text("接收了：可以正式订阅")
    assert receiver.ids == [1, 2, 3]
    page.locator("#tried summary").last.click()
    expect(page.get_by_role("region", name="签名的原文").last).to_contain_text('"@method": POST')
    assert complaints(page, desk) == []
    picture(page, "systems-sandbox")
