"""Restaurants that are really opened: four departments decide, and each gives a licence; one licence over them."""

from __future__ import annotations

import datetime as dt
import uuid

from tests.factories import approvals as offices
from tests.factories.cases import ELEMENTS, LOADED, Cast
from tests.factories.catalogue import THEMES, make_city
from tongban.foundation.outbox import operations as outbox
from tongban.foundation.packs import operations as packs
from tongban.kernel.types import SYSTEM
from tongban.services.approvals import operations as approvals
from tongban.services.approvals.types import Outcome
from tongban.services.bundles import operations as bundles
from tongban.services.bundles.types import Names
from tongban.services.catalogue import operations as catalogue
from tongban.services.catalogue.types import Item, LicenceType, Result

HOUR = dt.timedelta(hours=1)
WEEKDAY = offices.moment(1, 6)
VISITED = ("food", "fire", "water")
LICENCES = {
    "company": ("business-licence", "营业执照", None),
    "food": ("food-business-licence", "食品经营许可证", "5 年"),
    "fire": ("fire-safety-decision", "公众聚集场所消防安全许可", "长期"),
    "water": ("drainage-licence", "排水许可证", "5 年"),
    "silent": ("silent-licence", "到期即准的许可", "1 年"),
    "alone": ("alone-licence", "单独的许可", "3 年"),
}
COMBINED = LicenceType(
    code="industry-combined-licence", name="行业综合许可证", issuer="market", holder="both"
)
TYPES = (
    *(LicenceType(code=code, name=name, holder="both") for code, name, _ in LICENCES.values()), COMBINED,
)  # fmt: skip


def give_licences() -> None:
    """Have the city of approvals give licences: a demonstration, four of a restaurant and one over them."""
    city = make_city(demonstration="演示城市，数据都是虚构的。")
    catalogue.keep_code_lists(
        city=city, themes=THEMES, elements=ELEMENTS, licences=TYPES, by=SYSTEM, at=LOADED
    )
    said = {one.code: _with_licence(one) for one in offices.items()}
    revision = packs.open_revision(act="load", digest=uuid.uuid4().hex * 2, by=SYSTEM, at=LOADED)
    catalogue.publish_items(items=said, revision=revision, by=SYSTEM, at=LOADED)
    names = Names(departments={one.code: one for one in offices.DEPARTMENTS})
    wanted = {"restaurant": offices.RESTAURANT.model_copy(update={"combined_licence": COMBINED.code})}
    bundles.publish_bundles(bundles=wanted, items=said, names=names, revision=revision, by=SYSTEM, at=LOADED)


def decide_all(case_id: uuid.UUID, at: dt.datetime, *, refuse: str = "") -> None:
    """Have every office grant its branch (one refuses, where named): registered, visited once, decided."""
    decide(case_id, "company", at)
    decide(case_id, "environment", at)
    visit(case_id, at)
    for code in VISITED:
        decide(case_id, code, at + 3 * HOUR, Outcome.REFUSED if code == refuse else Outcome.GRANTED)


def visit(case_id: uuid.UUID, at: dt.datetime) -> None:
    """Have three offices visit together, find all well and write so."""
    approvals.plan_visit(
        case_id=case_id, starts_at=at + HOUR, ends_at=at + 2 * HOUR, place="马当路 288 号", prepare="店里留一个人",
        members=offices.members(case_id, at=at), by=offices.reviewer("market"), at=at,
    )  # fmt: skip
    after = at + 2 * HOUR
    for code in VISITED:
        one = offices.branch(case_id, code, at=after)
        approvals.record_finding(
            branch_id=one.id, passes=True, text="与平面图一致", by=offices.reviewer(one.department), at=after
        )
        offices.opinion(offices.branch(case_id, code, at=after), at=after)


def decide(case_id: uuid.UUID, code: str, at: dt.datetime, outcome: Outcome = Outcome.GRANTED) -> None:
    """Have the office decide on one branch, and what follows from it happen."""
    one = offices.branch(case_id, code, at=at)
    why = "场所不符合条件" if outcome is Outcome.REFUSED else ""
    approvals.decide(branch_id=one.id, outcome=outcome, reasons=why, by=offices.head(one.department), at=at)
    outbox.deliver(at=at)


def opened(cast: Cast, service: str = "restaurant", *, at: dt.datetime = offices.MONDAY) -> uuid.UUID:
    """Return a case that is accepted, its branches open."""
    return offices.accepted(cast, service, at=at)


def _with_licence(item: Item) -> Item:
    if item.code not in LICENCES:
        return item.model_copy(update={"results": ()})
    code, name, validity = LICENCES[item.code]
    return item.model_copy(update={"results": (Result(name=name, licence=code, validity=validity),)})
