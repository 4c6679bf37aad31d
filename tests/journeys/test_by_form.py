"""A car's papers in a real browser, and a project's: said to come, asked for once the number is written, and there."""

from __future__ import annotations

import datetime as dt
import os
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.factories.cases import Cast, settle_cast
from tests.journeys.conftest import DESKTOP, PHONE
from tests.journeys.looking import Watched
from tests.journeys.test_apply import enter
from tongban.channels.ui import frame, revision
from tongban.datahub.exchange import known
from tongban.datahub.resources import operations as resources
from tongban.datahub.resources import queries as lists
from tongban.demo.departments import things
from tongban.foundation.identity import queries as identity
from tongban.kernel import clock
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.conditions import Answer
from tongban.kernel.types import SYSTEM, Subject
from tongban.runtime import departments, environment
from tongban.runtime.environment import ROOT
from tongban.runtime.publishing import load_city
from tongban.services.cases import operations as cases
from tongban.services.cases import queries

# The browser's driver runs a loop in this thread; the queries of the test are its own all the same.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
PATIENCE = 60_000
NOW = dt.datetime(2026, 11, 20, 9, 0, tzinfo=SHANGHAI)
ITEMS = ("vehicle-registration", "construction-permit", "planning-permit")
ANSWERS: dict[str, Answer] = {"inspection_needed": True, "car": "imported", "shanghai_plate": False}
INVOICE = "由国家税务总局上海市税务局数据共享取得：机动车销售统一发票信息"


@pytest.fixture
def address(
    transactional_db: None, settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Iterator[str]:  # fmt: skip
    """Yield the address of Shanghai, whose departments answer over HTTP; what a car and a building need is granted."""
    settings.DEMONSTRATION = True
    settings.STATIC_URL = "/somewhere-else/"
    settings.ACCOUNT_RATE_LIMITS = {}
    began = time.monotonic()
    # It goes on, so that who is busy is asked again.
    monkeypatch.setattr(clock, "now", lambda: NOW + dt.timedelta(seconds=time.monotonic() - began))
    load_city(ROOT / "city" / "shanghai", by=SYSTEM, at=NOW - dt.timedelta(days=10))
    revision.forget()
    frame._frame.cache_clear()
    with departments.answering(replace(environment.read({}), state=tmp_path)):
        for one in lists.demands():
            if one.item in ITEMS:
                resources.state_listed(code=one.code, promised=True, by=SYSTEM, at=NOW - dt.timedelta(days=5))
        yield request.getfixturevalue("live_server").url
    known.forget()


@pytest.fixture
def seen(browser: Browser, address: str) -> Iterator[Watched]:
    context = browser.new_context(viewport={"width": DESKTOP[0], "height": DESKTOP[1]}, locale="zh-CN")
    yield Watched(context.new_page(), address)
    context.close()


def sound(seen: Watched, name: str) -> None:
    for size, at in (("desktop", DESKTOP), ("phone", PHONE)):
        seen.look_at(at)
        if folder := os.environ.get("TONGBAN_PICTURES"):
            seen.page.screenshot(path=f"{folder}/by-form-{name}-{size}.png", full_page=True)
        assert not seen.violations()
        assert not seen.overflow()
    seen.look_at(DESKTOP)


def test_a_car_and_a_project_bring_their_papers_once_their_numbers_are_written(seen: Watched) -> None:
    cast = settle_cast()
    case_id = cases.start(
        service=Subject("item", ITEMS[0]), applicant=cast.subject, answers=ANSWERS, situation="imported",
        district="310115", by=cast.applicant, at=NOW,
    )  # fmt: skip
    page, papers = seen.page, f"{seen.city}/apply/{case_id}/materials"
    enter(seen, "p001")
    page.goto(papers)
    waiting = page.get_by_text(re.compile("填好“车辆识别代号”后，我们向.*取得.*，不用您交"))
    expect(waiting).to_have_count(3)
    sound(seen, "1-said-to-come")
    page.get_by_role("link", name=re.compile("去填写")).first.click()
    expect(page.get_by_text("填好后，3 份材料不用您交")).to_be_visible()
    sound(seen, "2-asked-by")
    page.get_by_label(re.compile("^车辆识别代号")).fill(
        things.vin_of(identity.identifiers_of(cast.subject).number)
    )
    page.locator("button[name=go][value=next]").first.click()
    page.goto(papers)
    for words in (
        INVOICE,
        "由上海海关数据共享取得：进口机动车货物证明信息",
        "数据共享取得：机动车安全技术检验合格信息",
    ):
        # Within the view, or on a busy machine by a look that the page takes by itself.
        expect(page.get_by_text(words)).to_be_visible(timeout=PATIENCE)
    expect(waiting).to_have_count(0)
    sound(seen, "3-obtained")
    page.goto(f"{seen.city}/my-data")
    expect(page.get_by_text("不是按您的号码查的，结果里有您的号码")).to_be_visible()
    cases.save_fields(case_id=case_id, values={"vehicle-vin": "L0Y00000000000000"}, by=cast.applicant, at=NOW)
    page.goto(papers)
    expect(page.get_by_text("没有查到能用的记录，需要您准备")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("没能核实“车辆识别代号”在您名下")).to_have_count(2)
    sound(seen, "4-not-there")
    check_a_project(seen, cast)


def check_a_project(seen: Watched, cast: Cast) -> None:
    """A company opens its papers: by the project's code on its land permit the papers of its works are there, unwritten."""
    answers: dict[str, Answer] = {"works": "building", "land": "granted", "investment": 1200}
    case_id = cases.start(
        service=Subject("bundle", "construction-permit"), applicant=cast.company, answers=answers,
        district="310115", by=cast.representative, at=NOW,
    )  # fmt: skip
    page, papers = seen.page, f"{seen.city}/apply/{case_id}/materials"
    page.context.clear_cookies()
    enter(seen, "p002")
    page.goto(papers)
    for words in (
        "地形图和总平面图",
        "施工图设计文件审查信息",
        "施工、监理招投标和合同备案信息",
        "工程质量安全监督信息",
    ):
        expect(page.get_by_text(f"数据共享取得：{words}")).to_be_visible(timeout=PATIENCE)
    sound(seen, "5-project")
    fields = queries.get_case(case_id, by=cast.representative, at=NOW).fields
    project = things.project_of(identity.identifiers_of(cast.company).credit_code)
    assert (fields["project-code"].value, fields["project-code"].source[:7]) == (project, "shared:")
