"""Checking a licence in a browser: by what stands on it, by a code somebody gave, by a file."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.foundation.documents.files import pdf
from tests.journeys.conftest import DESKTOP, SMALL_PHONE, OpenPage


@pytest.mark.parametrize("size", [SMALL_PHONE, DESKTOP])
def test_checking_what_is_no_licence(visit: OpenPage, size: tuple[int, int]) -> None:
    seen = visit("/verify", size=size)
    page = seen.page
    assert not seen.violations() and not seen.overflow() and not seen.small_targets()
    # a number that nobody has
    page.get_by_label("电子证照标识或者编号").fill("SPJY3101042026999999")
    page.get_by_label("验证码").fill("zzzzzz")
    page.get_by_role("button", name="查验", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("没有查到")
    assert not seen.violations()
    # a code whose time is over
    page.get_by_label("持证人给您的出示码").fill("AAAAA-AAAAA")
    page.get_by_role("button", name="看证照").click()
    expect(page.get_by_role("alert")).to_contain_text("已经过期")
    # a file without a seal
    page.get_by_label(re.compile("PDF 文件")).set_input_files(
        {"name": "a.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    )
    page.get_by_role("button", name="查看印章").click()
    expect(page.get_by_role("heading", name="文件上的电子印章")).to_be_visible()
    expect(page.get_by_text("文件上没有印章。")).to_be_visible()
    assert not seen.violations() and not seen.overflow()
