"""A small city where cases live: items, a bundle, staff with posts, invented people; made by operations."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.factories.catalogue import DEPARTMENTS, DISTRICTS, THEMES, make_city, make_item
from tests.foundation.documents.files import pdf
from tongban.foundation.calendars import operations as calendars
from tongban.foundation.calendars.types import CalendarDay
from tongban.foundation.documents import operations as documents
from tongban.foundation.government import operations as government
from tongban.foundation.government.types import Department, Post, StaffMember
from tongban.foundation.identity import operations as identity
from tongban.foundation.identity.adapters.demonstration import population
from tongban.foundation.packs import operations as packs
from tongban.foundation.trust import operations as trust
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.types import SYSTEM, Actor, Subject
from tongban.services.bundles import operations as bundles
from tongban.services.bundles.types import Bundle, Names
from tongban.services.cases import operations as cases
from tongban.services.cases import queries
from tongban.services.cases.types import Case, Receipt
from tongban.services.catalogue import operations as catalogue
from tongban.services.catalogue.types import City, DataElement, Item, Material

LOADED = dt.datetime(2026, 3, 1, 8, 0, tzinfo=SHANGHAI)
MONDAY = dt.datetime(2026, 3, 2, 9, 30, tzinfo=SHANGHAI)
"""Receipt on this Monday: the five working days end with Monday the 9th."""

HALL = Department(
    code="hall",
    name="区行政服务中心",
    short="行政服务中心",
    english="Service centre",
    level="4",
    is_hall=True,
)
FIRE = Department(code="fire", name="区消防救援支队", short="消防", english="Fire", level="4")

POSTS = (
    Post(code="window", name="窗口", english="Window", department="hall", may=("accept",)),
    Post(code="market-clerk", name="受理", english="Clerk", department="market", may=("accept",)),
    Post(code="market-review", name="审查", english="Review", department="market", may=("review",)),
    Post(code="market-decide", name="审批", english="Decide", department="market", may=("decide", "head")),
    Post(
        code="police-all",
        name="户政",
        english="Police",
        department="police",
        may=("accept", "review", "decide"),
    ),
    Post(code="supervisor", name="督查", english="Supervisor", department="hall", may=("supervise",)),
    Post(code="guide", name="引导", english="Guide", department="hall"),
)
STAFF = tuple(
    StaffMember(code=f"s-{post.code}", name=f"{post.name}员（演示）", posts=(post.code,)) for post in POSTS
)
CLERK = Actor("staff", "s-market-clerk", "受理员（演示）")
WINDOW = Actor("staff", "s-window", "窗口员（演示）")
REVIEWER = Actor("staff", "s-market-review", "审查员（演示）")
DECIDER = Actor("staff", "s-market-decide", "审批员（演示）")
POLICE = Actor("staff", "s-police-all", "户政员（演示）")
SUPERVISOR = Actor("staff", "s-supervisor", "督查员（演示）")
GUIDE = Actor("staff", "s-guide", "引导员（演示）")

ELEMENTS = (
    *(
        DataElement(code=code, name=name, english=name, group=group, kind=kind, held_by=held)
        for code, name, group, kind, held in (
            ("applicant-name", "姓名", "applicant", "text", "人口库"),
            ("applicant-id-number", "证件号码", "applicant", "text", "人口库"),
            ("applicant-phone", "手机号码", "applicant", "phone", "实名账户"),
            ("company-name", "企业名称", "company", "text", "法人库"),
            ("agent-name", "代理人姓名", "agent", "text", "人口库"),
            ("shop-name", "店名", "premises", "text", None),
            ("floor-area", "面积", "premises", "number", None),
            ("has-cold-dishes", "有冷食", "premises", "boolean", None),
        )
    ),
    DataElement(
        code="place-kind",
        name="场所性质",
        english="Kind of premises",
        group="premises",
        kind="choice",
        choices=("租赁", "自有"),
    ),
)
BASIS = {"law": "食品安全法", "article": "35"}
PHOTO = {"code": "photo", "name": "门头照片", "necessity": "3", "basis": BASIS}
"""A paper that is not essential."""


def food_licence(**changes: Any) -> Item:
    """Return a licence that a person may ask for: two fields to fill, one paper to bring, one to commit to."""
    fields: dict[str, Any] = {
        "audience": ("1", "2"),
        "form": ["applicant-name", "applicant-id-number", "shop-name", "floor-area", "has-cold-dishes", "agent-name"],
        "materials": [
            {"code": "form", "name": "申请书", "is_form": True, "basis": BASIS},
            {"code": "layout", "name": "布局图", "document": "layout-plan", "basis": BASIS},
            {"code": "id-copy", "name": "身份证复印件", "basis": BASIS,
             "instead": [{"by": "data_sharing", "data": "人口库"}]},
            {"code": "health", "name": "健康管理制度", "basis": BASIS,
             "instead": [{"by": "commitment", "basis": {"law": "上海市优化营商环境条例", "article": "27"}}]},
            {"code": "proof", "name": "居委会证明", "instead": [{"by": "no_legal_basis"}]},
        ],
        "visits": [],
    }  # fmt: skip
    return make_item(**fields | changes)


def sign_filing(**changes: Any) -> Item:
    """Return the second item of the bundle, of another department."""
    fields: dict[str, Any] = {
        "code": "shop-sign", "audience": ("1", "2"), "name": "户外招牌备案", "plain": "装招牌", "department": "police",
        "form": ["applicant-name", "shop-name"], "promise": {"days": 3}, "statutory": {"days": 20}, "visits": [],
        "materials": [
            {"code": "sign-form", "name": "备案表", "is_form": True, "basis": BASIS},
            {"code": "plan", "name": "布局图", "document": "layout-plan", "basis": BASIS},
        ],
    }  # fmt: skip
    return make_item(**fields | changes)


RESTAURANT = Bundle.model_validate({
    "code": "restaurant", "name": "开饭店", "plain": "开一家饭店", "icon": "utensils", "lead": "market",
    "themes": ("food",), "audience": ("1", "2"),
    "questions": [
        {"code": "signboard", "ask": "装招牌吗？", "kind": "boolean", "default": True},
        {"code": "area", "ask": "店面有多大？", "kind": "number", "default": 60, "fills": "floor-area"},
    ],
    "items": [{"item": "food-licence"}, {"item": "shop-sign", "when": {"signboard": True}}],
})  # fmt: skip

DAYS = (
    CalendarDay(date=dt.date(2026, 2, 17), kind="off", name="春节", source="notice-2026"),
    CalendarDay(date=dt.date(2026, 4, 6), kind="off", name="清明节", source="notice-2026"),
)


def load_city_of_cases(*items: Item) -> None:
    """Load the small city: departments, posts, staff, calendar, elements, items and the bundle."""
    departments = (*DEPARTMENTS, HALL, FIRE)
    government.load_government(
        departments=departments, districts=DISTRICTS, posts=POSTS, staff=STAFF, by=SYSTEM, at=LOADED
    )
    calendars.load_days(days=DAYS, by=SYSTEM, at=LOADED)
    catalogue.keep_code_lists(city=_city(), themes=THEMES, elements=ELEMENTS, by=SYSTEM, at=LOADED)
    publish_items(*(items or (food_licence(), sign_filing())))
    make_seal()


def make_seal(code: str = "market", at: dt.datetime = LOADED) -> None:
    """Have an office's seal made with the city: otherwise each test that seals anything makes it, and all keys."""
    trust.ensure_seal(code=code, name="市场监督管理局行政审批专用章", department="market", at=at)


def publish_items(*items: Item, at: dt.datetime = LOADED) -> None:
    """Publish exactly these items, and the bundle over them, as a load of a folder does."""
    said = {item.code: item for item in items}
    digest = uuid.uuid4().hex * 2
    revision = packs.open_revision(act="load", digest=digest, by=SYSTEM, at=at)
    catalogue.publish_items(items=said, revision=revision, by=SYSTEM, at=at)
    names = Names(
        elements={one.code: one for one in ELEMENTS}, departments={one.code: one for one in DEPARTMENTS}
    )
    offered = {"restaurant": RESTAURANT} if {"food-licence", "shop-sign"} <= said.keys() else {}
    bundles.publish_bundles(bundles=offered, items=said, names=names, revision=revision, by=SYSTEM, at=at)


@cache
def _city() -> City:
    saving = {
        kind: {"law": law, "article": article}
        for kind, law, article in (
            ("no_legal_basis", "优化营商环境条例", "44"),
            ("form_merge", "上海市人大常委会关于“一网通办”改革的决定", "4"),
            ("data_sharing", "国务院关于在线政务服务的若干规定", "7"),
            ("duplicate", "上海市优化营商环境条例", "29"),
            ("commitment", "上海市优化营商环境条例", "27"),
        )
    }
    return make_city(saving_basis=saving)


@dataclass(frozen=True, slots=True)
class Cast:
    """The people of a test: an applicant, their agent, the representative of a company, a stranger."""

    applicant: Actor
    agent: Actor
    representative: Actor
    stranger: Actor
    company: Subject

    @property
    def subject(self) -> Subject:
        """Return the applicant as a subject."""
        return Subject("person", self.applicant.id)


def settle_cast() -> Cast:
    """Settle the people: the agent holds the applicant's mandate for everything."""
    people = [
        identity.settle_persona(code=code, by=SYSTEM, at=LOADED) for code in ("p001", "p002", "p003", "p006")
    ]
    applicant, representative, agent, stranger = people
    firm = next(
        one for one in population().firms.values() if one.representative == "p002" and not one.dissolved_on
    )
    company = identity.register_company(credit_code=firm.credit_code, by=SYSTEM, at=LOADED)
    grantee = population().citizens["p003"]
    mandate = identity.give_mandate(
        principal=applicant.subject, grantee_name=grantee.name, grantee_number=grantee.number,
        until=dt.date(2030, 12, 31), by=applicant.actor, at=LOADED,
    )  # fmt: skip
    identity.accept_mandate(mandate=mandate.id, by=agent.actor, at=LOADED)
    return Cast(applicant.actor, agent.actor, representative.actor, stranger.actor, company.subject)


FOOD = Subject("item", "food-licence")
RESTAURANT_SUBJECT = Subject("bundle", "restaurant")


def start(cast: Cast, service: Subject = FOOD, *, at: dt.datetime = MONDAY, **more: Any) -> uuid.UUID:
    """Begin a draft for the applicant."""
    given = {"applicant": cast.subject, "by": cast.applicant} | more
    return cases.start(service=service, at=at, **given)


def fill(
    cast: Cast, case_id: uuid.UUID, *, at: dt.datetime = MONDAY, by: Actor | None = None, shop: str = "小面馆"
) -> None:
    """Fill in the form, give the paper that must be brought, sign the commitment."""
    by = by or cast.applicant
    values = {"shop-name": shop, "floor-area": 80}
    case = queries.get_case(case_id, by=by, at=at)
    known = {field.code for field in case.form}
    cases.save_fields(case_id=case_id, values={k: v for k, v in values.items() if k in known}, by=by, at=at)
    for paper in case.materials:
        if not paper.is_open:
            continue
        if paper.kind == "commitment":
            _, shown = queries.commitment_text(case_id, item=paper.item, material=paper.code, by=by, at=at)
            cases.sign_commitment(
                case_id=case_id, item=paper.item, material=paper.code, shown=shown, by=by, at=at
            )
        else:
            cases.attach(
                case_id=case_id,
                item=paper.item,
                material=paper.code,
                document=store(case.applicant, at=at),
                name="a.pdf",
                by=by,
                at=at,
            )


def publish_item_with_photo() -> None:
    """Publish the items again, the licence with a paper that may be promised for later."""
    item = food_licence()
    photo = Material.model_validate(PHOTO)
    publish_items(item.model_copy(update={"materials": (*item.materials, photo)}), sign_filing())


def promise_photo(cast: Cast, case_id: uuid.UUID, until: dt.date, *, at: dt.datetime = MONDAY) -> None:
    """Promise the photograph for a day."""
    signs = {"case_id": case_id, "item": "food-licence", "material": "photo", "until": until}
    _, shown = queries.commitment_text(**signs, by=cast.applicant, at=at)  # type: ignore[arg-type]
    cases.sign_commitment(shown=shown, **signs, by=cast.applicant, at=at)  # type: ignore[arg-type]


def store(owner: Subject, *, at: dt.datetime = MONDAY) -> uuid.UUID:
    """Store a plain PDF of an owner's."""
    actor = Actor("person", owner.id)
    return documents.store(data=pdf(), name="a.pdf", purpose="material", owner=owner, by=actor, at=at).id


def submit(
    cast: Cast, service: Subject = FOOD, *, at: dt.datetime = MONDAY, key: str = "", **more: Any
) -> Receipt:
    """Begin, fill in and hand in."""
    case_id = start(cast, service, at=at, **more)
    by = more.get("by", cast.applicant)
    fill(cast, case_id, at=at, by=by)
    return cases.submit(case_id=case_id, idempotency_key=key, by=by, at=at)


def get(case_id: uuid.UUID, by: Actor, at: dt.datetime = MONDAY) -> Case:
    """Return the case."""
    return queries.get_case(case_id, by=by, at=at)
