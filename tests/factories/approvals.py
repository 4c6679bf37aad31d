"""A small city that opens restaurants: four departments, each with two reviewers and a head, and one bundle."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from tests.factories.cases import BASIS, ELEMENTS, LOADED, Cast, fill, make_seal, settle_cast, start
from tests.factories.catalogue import DISTRICTS, THEMES, make_city, make_item
from tests.services.approvals.calendar import DAYS
from tongban.foundation.calendars import operations as calendars
from tongban.foundation.government import operations as government
from tongban.foundation.government.types import Department, Post, StaffMember
from tongban.foundation.outbox import operations as outbox
from tongban.foundation.packs import operations as packs
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.types import SYSTEM, Actor, Subject
from tongban.services.approvals import operations, queries
from tongban.services.approvals.types import Branch, Member, Stance
from tongban.services.bundles import operations as bundles
from tongban.services.bundles.types import Bundle, Names
from tongban.services.cases import operations as cases
from tongban.services.catalogue import operations as catalogue
from tongban.services.catalogue.types import Item

__all__ = ["Cast", "settle_cast"]

NAMES = {
    "market": "市场监管局",
    "fire": "消防",
    "water": "水务局",
    "ecology": "生态环境局",
    "street": "街道办事处",
}
DEPARTMENTS = (
    *(Department(code=code, name=f"区{name}", short=name, english=code.title(), level="4") for code, name in NAMES.items()),
    Department(code="hall", name="区行政服务中心", short="行政服务中心", english="Service centre", level="4", is_hall=True),
)  # fmt: skip
POSTS = (
    *(
        post
        for code in NAMES
        for post in (
            Post(code=f"{code}-review", name="审查", english="Review", department=code,
                 may=("accept", "review", "joint-visit")),
            Post(code=f"{code}-head", name="负责人", english="Head", department=code, may=("decide", "head")),
        )
    ),
    Post(code="window", name="窗口", english="Window", department="hall", may=("accept",)),
    Post(code="mayor", name="分管负责人", english="Deputy head", department="hall", may=("head", "supervise")),
    Post(code="supervisor", name="督查", english="Supervisor", department="hall", may=("supervise",)),
)  # fmt: skip
STAFF = (
    *(
        StaffMember(code=f"{code}-{number}", name=f"{NAMES[code]}{number}号", posts=(f"{code}-review",))
        for code in NAMES
        for number in (1, 2)
    ),
    *(StaffMember(code=f"{code}-9", name=f"{NAMES[code]}负责人", posts=(f"{code}-head",)) for code in NAMES),
    StaffMember(code="window-1", name="窗口员", posts=("window",)),
    StaffMember(code="mayor-1", name="分管区长", posts=("mayor",)),
    StaffMember(code="supervisor-1", name="督查员", posts=("supervisor",)),
)
WINDOW, MAYOR, SUPERVISOR = (Actor("staff", code) for code in ("window-1", "mayor-1", "supervisor-1"))

RESTAURANT = Bundle.model_validate({
    "code": "restaurant", "name": "开饭店", "plain": "开一家饭店", "icon": "utensils", "lead": "market",
    "themes": ("food",), "audience": ("1", "2"),
    "questions": [{"code": "signboard", "ask": "装招牌吗？", "kind": "boolean", "default": False}],
    "items": [
        {"item": "company", "promise": {"days": 0, "reason": "即办", "basis": BASIS}},
        {"item": "environment", "needs": ["company"]},
        {"item": "food", "needs": ["company"]},
        {"item": "fire", "needs": ["company"], "promise": {"days": 7, "reason": "并联", "basis": BASIS}},
        {"item": "water", "needs": ["company"]},
    ],
    "joint_check": {"items": ["food", "fire", "water"], "within": 5, "basis": BASIS},
})  # fmt: skip
RESTAURANT_SUBJECT = Subject("bundle", "restaurant")


def reviewer(department: str, number: int = 1) -> Actor:
    """Return one of the two reviewers of a department."""
    return Actor("staff", f"{department}-{number}", f"{NAMES[department]}{number}号")


def head(department: str) -> Actor:
    """Return the head of a department."""
    return Actor("staff", f"{department}-9", f"{NAMES[department]}负责人")


def item(code: str, department: str, **changes: Any) -> Item:
    """Return an item that asks for a shop's name and one plan."""
    fields: dict[str, Any] = {
        "name": code, "plain": code, "department": department, "audience": ("1", "2"), "form": ["shop-name"],
        "materials": [{"code": "plan", "name": "布局图", "document": "layout-plan", "basis": BASIS}], "visits": [],
    }  # fmt: skip
    return make_item(code, **fields | changes)


def items() -> tuple[Item, ...]:
    """Return the items of the restaurant, and a few for other lives."""
    check = {"people": 2}
    return (
        item("company", "market", case_kind="1", promise={"days": 0}),
        item("environment", "ecology", case_kind="1", promise={"days": 0}),
        item("food", "market", site_check=check),
        item("fire", "fire", site_check=check),
        item("water", "water", site_check=check),
        item("alone", "market"),
        item("silent", "market", promise={"days": 5}, silence_is_consent=True),
        item("tiered", "market", handle_mode="2", joint_departments=("street",)),
        item("quick", "market", case_kind="1", promise={"days": 0}),
        item(
            "calendar",
            "market",
            promise={"days": 10, "unit": "calendar"},
            statutory={"days": 30, "unit": "calendar"},
        ),
    )


def load_city_of_approvals() -> None:
    """Load the small city."""
    government.load_government(
        departments=DEPARTMENTS, districts=DISTRICTS, posts=POSTS, staff=STAFF, by=SYSTEM, at=LOADED
    )
    calendars.load_days(days=DAYS, by=SYSTEM, at=LOADED)
    catalogue.keep_code_lists(city=make_city(), themes=THEMES, elements=ELEMENTS, by=SYSTEM, at=LOADED)
    said = {one.code: one for one in items()}
    revision = packs.open_revision(act="load", digest=uuid.uuid4().hex * 2, by=SYSTEM, at=LOADED)
    catalogue.publish_items(items=said, revision=revision, by=SYSTEM, at=LOADED)
    names = Names(departments={one.code: one for one in DEPARTMENTS})
    bundles.publish_bundles(
        bundles={"restaurant": RESTAURANT}, items=said, names=names, revision=revision, by=SYSTEM, at=LOADED
    )
    make_seal(at=moment(12, 1, year=2025))


def moment(month: int, day: int, hour: int = 10, year: int = 2026) -> dt.datetime:
    """Return a moment in Asia/Shanghai."""
    return dt.datetime(year, month, day, hour, tzinfo=SHANGHAI)


MONDAY = moment(1, 5)


def accepted(cast: Cast, service: str = "alone", *, at: dt.datetime = MONDAY, **more: Any) -> uuid.UUID:
    """Return a case that has been filed and accepted, its branches open."""
    subject = RESTAURANT_SUBJECT if service == "restaurant" else Subject("item", service)
    case_id = start(cast, subject, at=at, **more)
    fill(cast, case_id, at=at, by=more.get("by"))
    cases.submit(case_id=case_id, by=more.get("by", cast.applicant), at=at)
    cases.accept(case_id=case_id, by=WINDOW, at=at)
    outbox.deliver(at=at)
    return case_id


def branch(case_id: uuid.UUID, code: str = "", *, at: dt.datetime = MONDAY) -> Branch:
    """Return the branch of an item, or the only one."""
    return next(one for one in queries.branches(case_id, at=at) if code in ("", one.item))


def opinion(one: Branch, *, at: dt.datetime, stance: Stance = Stance.GRANT) -> None:
    """Write an opinion as the department's first reviewer."""
    operations.give_opinion(
        branch_id=one.id, stance=stance, grounds="材料齐全，符合条件", by=reviewer(one.department), at=at
    )


def members(
    case_id: uuid.UUID, codes: tuple[str, ...] = ("food", "fire", "water"), at: dt.datetime = MONDAY
) -> list[Member]:
    """Return two people of each department for a visit."""
    found = [branch(case_id, code, at=at) for code in codes]
    return [Member(one.id, (f"{one.department}-1", f"{one.department}-2")) for one in found]
