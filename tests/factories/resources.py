"""A city with data in the database, and who acts on it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from tests.factories.city import TinyCity
from tests.factories.data import add_data
from tongban.datahub.resources import operations
from tongban.datahub.resources.types import LegalBasis, Negative, Wish
from tongban.foundation.calendars import operations as calendars
from tongban.foundation.government import operations as government
from tongban.foundation.packs import operations as packs
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.types import SYSTEM, Actor
from tongban.runtime.city import CityPack
from tongban.services.catalogue import operations as catalogue

MORNING = dt.datetime(2026, 3, 2, 9, 30, tzinfo=SHANGHAI)
"""A Monday."""
MARKET = Actor("staff", "s-market", "陈明（演示）")
OFFICE = Actor("staff", "s-office", "李华（演示）")
AUTHORITY = Actor("staff", "s-authority", "周芳（演示）")
NO_SHOP = Negative(
    code="no-shop",
    resource="health-checks",
    fields=("shop",),
    law="商业秘密法",
    article="3",
    reason="商业秘密",
)
"""Where somebody works is shared with nobody from now on."""


def data_city(folder: Path) -> TinyCity:
    """Return the tiny city with data, and data officers of two departments and of the authority."""
    city = add_data(TinyCity(folder))
    city.yaml["government/posts.yaml"]["posts"] += [
        _post("data-market", "market", "data-officer"),
        _post("data-office", "office", "data-officer"),
        _post("data-authority", "office", "data-authority"),
    ]
    city.yaml["government/staff.yaml"]["staff"] += [
        {"code": "s-market", "name": "陈明（演示）", "posts": ["data-market"]},
        {"code": "s-office", "name": "李华（演示）", "posts": ["data-office"]},
        {"code": "s-authority", "name": "周芳（演示）", "posts": ["data-authority"]},
    ]
    return city


def _post(code: str, department: str, may: str) -> dict[str, object]:
    return {"code": code, "name": "数据专员", "english": code, "department": department, "may": [may]}


def load(city: TinyCity, at: dt.datetime = MORNING) -> CityPack:
    """Put what a tiny city says of government, days and data into the database, and return it."""
    pack, problems = city.read()
    assert not problems.errors, [f"{p.place} {p.words()}" for p in problems.errors]
    revision = packs.open_revision(act="load", digest="0" * 64, by=SYSTEM, at=at)
    government.load_government(
        departments=pack.departments.values(),
        districts=pack.districts.values(),
        posts=pack.posts.values(),
        staff=pack.staff.values(),
        by=SYSTEM,
        at=at,
    )
    calendars.load_days(days=pack.days.values(), by=SYSTEM, at=at)
    catalogue.publish_items(items=pack.items, revision=revision, by=SYSTEM, at=at)
    load_data(pack, at)
    return pack


def load_data(pack: CityPack, at: dt.datetime = MORNING) -> dict[str, object]:
    """Put what a pack says of data into the database, and return what changed."""
    changes = operations.load_data(
        systems=pack.systems.values(),
        themes=pack.data_themes.values(),
        resources=pack.resources.values(),
        duties=pack.data_duties.values(),
        demands=pack.demands.values(),
        negatives=pack.negatives.values(),
        by=SYSTEM,
        at=at,
    )
    return {name: changed for name, changed in changes.items() if changed}


def wish(resource: str | None = "health-checks", *fields: str, **more: object) -> Wish:
    """Return what the market department wants from a resource for the health certificate of its food licence."""
    said: dict[str, object] = {
        "department": "market",
        "item": "food-licence",
        "material": "health",
        "purpose": "核验从业人员健康状况",
        "basis": LegalBasis(law="食品安全法", article="45"),
        "resource": resource,
        "fields": fields or ("is-fit",),
    }
    return Wish(**(said | more))  # type: ignore[arg-type]
