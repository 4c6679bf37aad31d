"""“我要开饭店”, from the search box to four sealed licences, on a phone, in Chinese.

The whole demonstration city lives in this process, so that its clock can be moved: a visit is planned for a
morning and held on it. The four departments act as the desk's pages would have them (test_desk walks those).
"""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import subprocess
import tempfile
import uuid
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.channels.desk.conftest import Moment, deliver
from tests.factories.cases import MONDAY
from tests.journeys.conftest import SMALL_PHONE
from tests.journeys.looking import Watched
from tests.journeys.test_apply import enter, fill_in, png, sound
from tongban.channels.ui import frame, revision
from tongban.foundation.identity import queries as identity
from tongban.foundation.trust import queries as trust
from tongban.kernel import clock
from tongban.kernel.types import Actor
from tongban.runtime import publishing
from tongban.runtime.environment import ROOT
from tongban.services.approvals import operations as approvals
from tongban.services.approvals import queries as branches
from tongban.services.approvals.types import Branch, Member, Outcome, Stance
from tongban.services.cases import operations as cases

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
GROUNDS = "申请材料齐全、符合法定形式，现场与图纸一致。"
OWNER = "p002"
"""The invented legal representative of a catering company."""


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> Moment:
    standing = Moment(MONDAY)
    monkeypatch.setattr(clock, "now", standing.now)
    return standing


@pytest.fixture
def address(transactional_db: None, settings: Any, moment: Moment, request: pytest.FixtureRequest) -> str:
    """Give the address of the whole demonstration city."""
    settings.DEMONSTRATION = True
    settings.STATIC_URL = "/somewhere-else/"
    settings.ACCOUNT_RATE_LIMITS = {}
    publishing.load(ROOT / "city" / "shanghai")
    revision.forget()
    frame._frame.cache_clear()
    opened: str = request.getfixturevalue("live_server").url
    return opened


@pytest.fixture
def seen(browser: Browser, address: str) -> Any:
    context = browser.new_context(
        viewport={"width": SMALL_PHONE[0], "height": SMALL_PHONE[1]}, locale="zh-CN", accept_downloads=True
    )
    yield Watched(context.new_page(), address)
    context.close()


def picture(page: Page, name: str) -> None:
    folder = os.environ.get("TONGBAN_PICTURES")
    if folder:
        page.screenshot(path=f"{folder}/restaurant-{name}.png", full_page=True)


def look(seen: Watched, name: str) -> None:
    """Ask of the page what is asked of every page, and keep a picture if a folder is named for it."""
    picture(seen.page, name)
    sound(seen)


# ── the citizen ─────────────────────────────────────────────────────────────────────────────────────
def find_the_matter(seen: Watched) -> None:
    page = seen.page
    page.goto(seen.city + "/")
    page.locator("input[name=q]").first.fill("我要开饭店")
    page.keyboard.press("Enter")
    page.get_by_role("link", name=re.compile("开办餐饮店")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("开办餐饮店")
    page.get_by_text("先检查，合格再开业").first.click()
    page.get_by_text("自己直接排进公共管网").first.click()
    page.get_by_role("button", name="按我的情况算").click()
    expect(page.get_by_text("由 4 个事项的材料、时限和环节算出来")).to_be_visible()
    look(seen, "1-bundle")


def hand_it_in(seen: Watched) -> uuid.UUID:
    page = seen.page
    page.get_by_role("link", name="开始办理").click()
    page.locator("input[name=the-party]").last.check()
    page.locator("select[name=the-district]").select_option(label="黄浦区")
    look(seen, "2-start")
    page.get_by_role("button", name="开始填写").click()
    while "/form/" in page.url:
        here = page.url
        fill_in(page)
        expect(page.locator("#saved")).to_contain_text(re.compile(r"\d\d:\d\d:\d\d"))
        look(seen, f"3-form-{here[-1]}")
        page.get_by_role("button", name=re.compile("^保存")).click()
        expect(page).not_to_have_url(here)
    while (agree := page.locator(".commit input[name=agree]")).count():
        left = agree.count()
        agree.first.check()
        page.get_by_role("button", name=re.compile("^签字")).first.click()
        expect(page.locator(".commit input[name=agree]")).to_have_count(left - 1)
    upload = ".needed .is-open > .upload input[type=file]"
    while (box := page.locator(upload)).count():
        left = box.count()
        box.first.set_input_files({"name": "图.png", "mimeType": "image/png", "buffer": png()})
        expect(page.locator(upload)).to_have_count(left - 1)
    look(seen, "4-materials")
    page.get_by_role("link", name="到核对、提交").click()
    look(seen, "5-check")
    page.locator("#true").check()
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_role("heading", name="收到了")).to_be_visible()
    look(seen, "6-receipt")
    return uuid.UUID(page.url.split("/")[-2])


# ── the departments ─────────────────────────────────────────────────────────────────────────────────
def staff_for(department: str, duty: str, nth: int = 0) -> Actor:
    """Return somebody of the department who may do this."""
    member = identity.staff_with(duty, department=department)[nth]
    return Actor("staff", member.code, member.name)


def judge(case_id: uuid.UUID, moment: Moment) -> None:
    """Accept, visit together, write findings and opinions, decide: four departments in parallel."""
    lead = "district-market-regulation"
    cases.accept(case_id=case_id, by=staff_for(lead, "accept"), at=moment.at)
    deliver(moment.at)
    opened = branches.branches(case_id, at=moment.at)
    assert len({one.department for one in opened}) == 4
    visited = [one for one in opened if one.needs_visit]
    starts = moment.at + dt.timedelta(days=1)
    approvals.plan_visit(
        case_id=case_id, starts_at=starts, ends_at=starts + dt.timedelta(hours=2), place="马当路 288 号",
        members=[Member(one.id, visitors(one)) for one in visited],
        by=staff_for(lead, "joint-visit"), at=moment.at,
    )  # fmt: skip
    moment.pass_days(1)
    for one in visited:
        approvals.record_finding(
            branch_id=one.id, passes=True, text="与平面图一致",
            by=staff_for(one.department, "joint-visit"), at=moment.at,
        )  # fmt: skip
    moment.pass_days(1)
    for one in branches.branches(case_id, at=moment.at):
        if one.is_final:
            continue  # the filing of the shop sign was made on the spot
        reviewer = staff_for(one.department, "review")
        approvals.give_opinion(
            branch_id=one.id, stance=Stance.GRANT, grounds=GROUNDS, by=reviewer, at=moment.at
        )
        approvals.decide(
            branch_id=one.id, outcome=Outcome.GRANTED, reasons=GROUNDS, at=moment.at,
            by=staff_for(one.department, "decide"),
        )  # fmt: skip
    deliver(moment.at)


def visitors(one: Branch) -> tuple[str, ...]:
    return tuple(staff_for(one.department, "joint-visit", nth).id for nth in (0, 1))


# ── what comes of it ────────────────────────────────────────────────────────────────────────────────
def receive(seen: Watched, case_id: uuid.UUID) -> None:
    """See the result, and hold each sealed licence against what any reader of PDF makes of it."""
    page = seen.page
    page.goto(f"{seen.city}/cases/{case_id}")
    look(seen, "7-case")
    assert "办成了" in seen.text()
    licences = page.get_by_role("link", name="下载盖章的证照")
    assert licences.count() == 4 + 1, "four licences and the industry licence over them"
    for link in licences.all():
        sealed = page.request.get(seen.city + str(link.get_attribute("href")))
        assert sealed.headers["content-type"] == "application/pdf"
        verdict = trust.verify_pdf(sealed.body())
        assert verdict.is_good, verdict
        assert verdict.is_original, verdict
        assert poppler_agrees(sealed.body())


def poppler_agrees(sealed: bytes) -> bool:
    """Return whether a program of others finds the seal valid; where there is none, the journey still goes on."""
    program = shutil.which("pdfsig")
    if program is None:
        return True
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(sealed)
        file.flush()
        line = [program, "-nocert", file.name]
        said = subprocess.run(line, capture_output=True, text=True, check=False, timeout=60).stdout
    return "Signature is Valid." in said


def rate(seen: Watched) -> None:
    page = seen.page
    prompt = page.get_by_role("heading", name="这次办得怎么样？")
    expect(prompt).to_have_count(1)
    page.locator("label[for=level-5]").click()
    look(seen, "8-rating")
    page.get_by_role("button", name="提交评价").click()
    expect(page.get_by_role("heading", name="您的评价")).to_be_visible()
    expect(prompt).to_have_count(0)


# ── what the journey shows ──────────────────────────────────────────────────────────────────────────
def test_opening_a_restaurant(seen: Watched, moment: Moment) -> None:
    enter(seen, OWNER)
    find_the_matter(seen)
    case_id = hand_it_in(seen)
    deliver(moment.at)

    judge(case_id, moment)

    enter(seen, OWNER)  # two days have passed
    receive(seen, case_id)
    rate(seen)
