"""A small city in memory and in the database, made by the same operations that a load calls."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tongban.foundation.government import operations as government
from tongban.foundation.government.types import Department, District
from tongban.foundation.packs import operations as packs
from tongban.foundation.packs.operations import Changes
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.digests import digest_of
from tongban.kernel.types import SYSTEM
from tongban.services.catalogue import operations as catalogue
from tongban.services.catalogue.types import City, Item, Theme

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)

DEPARTMENTS = (
    Department(
        code="market",
        name="区市场监督管理局",
        short="市场监管局",
        english="Market Regulation",
        level="4",
        aliases=("长宁区市场监督管理局",),
    ),
    Department(code="police", name="上海市公安局", short="公安局", english="Police", level="3"),
)
DISTRICTS = (
    District(code="310105", slug="changning", name="长宁区", english="Changning"),
    District(code="310104", slug="xuhui", name="徐汇区", english="Xuhui"),
)
THEMES = (
    Theme(code="food", name="餐饮", english="Food", audience="2", icon="utensils"),
    Theme(code="identity", name="证件", english="Identity", audience="1", icon="id-card"),
)


def make_city(**changes: Any) -> City:
    """Return the head of a pack."""
    fields: dict[str, Any] = {
        "schema": "tongban-city/1",
        "code": "310000",
        "name": "上海市",
        "english": "Shanghai",
        "short": "上海市",
        "slogan": "一网通办",
        "slogan_english": "One door",
        "hotline": "12345",
        "complaint_hotline": "12345",
        "remedies": ("可以申请行政复议。",),
    }
    return City.model_validate(fields | changes)


def make_item(code: str = "food-licence", **changes: Any) -> Item:
    """Return an item; only what a test is about need be named."""
    fields: dict[str, Any] = {
        "code": code,
        "name": "食品经营许可",
        "plain": "开饭店要办的食品经营许可",
        "type": "01",
        "audience": ("2",),
        "themes": ("food",),
        "department": "market",
        "level": "4",
        "statutory": {"days": 20},
        "promise": {"days": 10},
        "materials": [
            {"code": "form", "name": "申请书", "is_form": True},
            {"code": "layout", "name": "布局图", "basis": {"law": "食品安全法", "article": "35"}},
        ],
        "visits": [{"purpose": "submit"}, {"purpose": "collect"}],
    }
    return Item.model_validate(fields | changes)


def load_frame() -> None:
    """Load departments, districts, themes and the city's head: what items stand on."""
    government.load_government(departments=DEPARTMENTS, districts=DISTRICTS, by=SYSTEM, at=NOW)
    catalogue.keep_code_lists(city=make_city(), themes=THEMES, by=SYSTEM, at=NOW)


def publish(*items: Item, why: str = "", at: datetime = NOW) -> Changes:
    """Publish exactly these items as a load of a folder does."""
    digest = digest_of([item.model_dump(mode="json") for item in items])
    revision = packs.open_revision(act="load", digest=digest, by=SYSTEM, at=at, why=why)
    said = {item.code: item for item in items}
    return catalogue.publish_items(items=said, revision=revision, by=SYSTEM, at=at, why=why)
