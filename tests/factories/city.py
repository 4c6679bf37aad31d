"""A tiny city pack in a folder: right in everything, until a test changes one thing."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import yaml

from tongban.foundation.packs.types import Problems
from tongban.runtime.city import CityPack, read_city

Data = dict[str, Any]


class _Plain(yaml.CSafeDumper):
    """Writes the same thing twice rather than with an anchor."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


class TinyCity:
    """The files of a pack as data: ``yaml`` by path, ``csv`` by path as rows, ``raw`` as bytes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.yaml: dict[str, Any] = {
            "city.yaml": _head(),
            "sources.yaml": {
                "sources": [{"code": "L-FOOD", "name": "食品安全法", "kind": "law", "sure": "R"}]
            },
            "government/departments.yaml": {"departments": _departments()},
            "government/posts.yaml": {
                "posts": [
                    {"code": "clerk", "name": "受理员", "english": "Clerk", "department": "market"},
                    _chief("market"),
                    _chief("cityscape"),
                ]
            },
            "government/staff.yaml": {
                "staff": [
                    {"code": "s-1", "name": "陈明（演示）", "posts": ["clerk"]},
                    {"code": "s-9", "name": "周芳（演示）", "posts": ["head-market", "head-cityscape"]},
                ]
            },
            "government/duties.yaml": {
                "duties": [{"code": "food-safety", "name": "食品安全", "department": "market"}]
            },
            "codes/themes.yaml": {"themes": [_theme("food"), _theme("sign")]},
            "items/food.yaml": {"items": [_food_licence(), _health_card()]},
            "items/sign.yaml": {"items": [_sign_filing()]},
            "bundles/noodles.yaml": _bundle(),
        }
        self.csv: dict[str, list[Data]] = {
            "government/districts.csv": [
                {"code": "310104", "slug": "xuhui", "name": "徐汇区", "english": "Xuhui"},
                {"code": "310105", "slug": "changning", "name": "长宁区", "english": "Changning"},
            ],
            "government/streets.csv": [{"code": "310104003", "name": "天平路街道", "district": "310104"}],
            "government/centres.csv": [
                {
                    "code": "xuhui-centre",
                    "name": "徐汇区行政服务中心",
                    "kind": "district",
                    "district": "310104",
                    "street": "310104003",
                }
            ],
            "government/windows.csv": [
                {"code": "window-1", "centre": "xuhui-centre", "name": "综合窗口 1", "kind": "general"}
            ],
            "calendar/days.csv": [
                {"date": "2026-01-01", "kind": "off", "name": "元旦", "source": "notice-2026"},
                {"date": "2026-01-04", "kind": "work", "name": "元旦", "source": "notice-2026"},
            ],
            "codes/licences.csv": [
                {
                    "code": "food-licence",
                    "name": "食品经营许可证",
                    "catalogue_code": "310100717000200",
                    "holder": "company",
                    "issuer": "market",
                    "source": "L-FOOD",
                },
                {"code": "health-card", "name": "健康证", "catalogue_code": "310100717000300"},
            ],
            "codes/elements.csv": [
                {
                    "code": "shop-name",
                    "name": "店名",
                    "english": "Shop name",
                    "group": "premises",
                    "kind": "text",
                },
            ],
            "search/synonyms.csv": [{"word": "饭馆", "means": "饭店", "kind": "synonym"}],
        }
        self.raw: dict[str, bytes] = {}

    @property
    def head(self) -> Data:
        """The content of city.yaml."""
        found: Data = self.yaml["city.yaml"]
        return found

    @property
    def item(self) -> Data:
        """The full item of the pack: a food licence."""
        found: Data = self.yaml["items/food.yaml"]["items"][0]
        return found

    @property
    def other(self) -> Data:
        """The item that the first one needs: a health card."""
        found: Data = self.yaml["items/food.yaml"]["items"][1]
        return found

    @property
    def material(self) -> Data:
        """The first material of the food licence."""
        found: Data = self.item["materials"][0]
        return found

    @property
    def bundle(self) -> Data:
        """The one bundle of the pack."""
        found: Data = self.yaml["bundles/noodles.yaml"]
        return found

    def write(self) -> Path:
        """Write the files and return the folder."""
        for path, data in self.yaml.items():
            text = yaml.dump(data, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=100)
            self._put(path, text.encode())
        for path, rows in self.csv.items():
            self._put(path, _csv_text(rows).encode())
        for path, raw in self.raw.items():
            self._put(path, raw)
        return self.folder

    def read(self) -> tuple[CityPack, Problems]:
        """Write the files and read them back."""
        return read_city(self.write())

    def problems(self) -> Problems:
        """Write the files and return what is wrong with them."""
        return self.read()[1]

    def _put(self, path: str, raw: bytes) -> None:
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(raw)


def _csv_text(rows: list[Data]) -> str:
    columns: list[str] = []
    for row in rows:
        columns += [column for column in row if column not in columns]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _head() -> Data:
    return {
        "schema": "tongban-city/1",
        "code": "310000",
        "name": "某市（演示）",
        "english": "A city",
        "short": "某市",
        "slogan": "一件事，一次办",
        "slogan_english": "One thing, once",
        "hotline": "12345",
        "complaint_hotline": "12388",
        "remedies": ["不服决定的，可以在 60 日内申请行政复议。"],
        "saving_basis": {"form_merge": {"law": "某决定", "article": "4", "sure": "R", "source": "L-FOOD"}},
    }


def _departments() -> list[Data]:
    return [
        {
            "code": "market",
            "name": "区市场监督管理局",
            "short": "市场监管局",
            "english": "Market Regulation",
            "level": "4",
            "aliases": ["区市场局"],
            "parent": "office",
            "credit_code": "11310000002422169G",
        },
        {
            "code": "office",
            "name": "某市人民政府办公厅",
            "short": "市政府办公厅",
            "english": "General Office",
            "level": "3",
        },
        {
            "code": "cityscape",
            "name": "区绿化和市容管理局",
            "short": "绿化市容局",
            "english": "Cityscape",
            "level": "4",
        },
    ]


def _chief(department: str) -> Data:
    return {
        "code": f"head-{department}",
        "name": "负责人",
        "english": "Head",
        "department": department,
        "may": ["decide", "head"],
    }


def _theme(code: str) -> Data:
    return {"code": code, "name": f"主题 {code}", "english": code, "audience": "2", "icon": "utensils"}


def _basis() -> Data:
    return {"law": "食品安全法", "article": "35", "sure": "R", "source": "L-FOOD"}


def _full(code: str, name: str) -> Data:
    return {
        "code": code,
        "name": name,
        "plain": f"{name}，通俗地说",
        "type": "01",
        "audience": ["2"],
        "themes": ["food"],
        "department": "market",
        "level": "4",
        "basis": [_basis()],
        "conditions": ["有固定的场所"],
        "materials": [],
        "statutory": {"days": 20},
        "promise": {"days": 10},
        "steps": [{"name": "网上申请"}],
        "enquiry_phone": "021-5555 0001",
        "complaint_phone": "12345",
    }


def _food_licence() -> Data:
    return _full("food-licence", "食品经营许可") | {
        "situations": [{"code": "new", "name": "新办", "promise": {"days": 8}}],
        "materials": [
            {"code": "form", "name": "申请书", "is_form": True, "basis": _basis()},
            {
                "code": "health",
                "name": "健康证明",
                "basis": _basis(),
                "situations": ["new"],
                "when": {"staff": {"at_least": 1}},
                "when_words": "有从业人员的",
                "instead": [
                    {"by": "bundle_output", "item": "health-card"},
                    {"by": "licence_library", "licence": "health-card"},
                ],
            },
        ],
        "form": ["shop-name"],
        "site_check": {"people": 2},
        "visits": [{"purpose": "submit", "why": "核对原件"}],
        "fee": {
            "charged": True,
            "online_payment": True,
            "charges": [{"name": "检测费", "standard": "每次 100 元", "basis": _basis()}],
        },
        "results": [{"name": "食品经营许可证", "licence": "food-licence"}],
        "special_procedures": ["专家评审"],
        "needs": ["health-card"],
        "variants": {
            "310104": {
                "promise_days": 5,
                "visits": 0,
                "not_asked": ["health"],
                "enquiry_phone": "021-5555 0002",
            }
        },
        "sure": "R",
        "source": "L-FOOD",
    }


def _health_card() -> Data:
    return _full("health-card", "从业人员健康证明") | {
        "type": "20",
        "results": [{"name": "健康证", "licence": "health-card", "kind": "proof"}],
        "site_check": {"people": 2},
    }


def _sign_filing() -> Data:
    return {
        "code": "sign-filing",
        "name": "招牌备案",
        "plain": "装招牌前先备案",
        "depth": "summary",
        "type": "10",
        "audience": ["2"],
        "themes": ["sign"],
        "department": "cityscape",
        "level": "5",
        "promise": {"days": 3},
        "site_check": {"people": 2},
    }


def _bundle() -> Data:
    return {
        "code": "noodles",
        "name": "开面馆",
        "plain": "开一家面馆",
        "icon": "utensils",
        "themes": ["food"],
        "lead": "market",
        "questions": [
            {"code": "staff", "ask": "有几名员工？", "kind": "number", "default": 2, "least": 0, "most": 99},
            {"code": "sign", "ask": "装招牌吗？", "kind": "boolean", "default": True},
            {
                "code": "place",
                "ask": "开在哪里？",
                "kind": "choice",
                "default": "street",
                "choices": [{"value": "street", "label": "沿街"}, {"value": "mall", "label": "商场里"}],
            },
        ],
        "reference": {"staff": 3, "sign": True, "place": "street"},
        "items": [
            {"item": "food-licence", "situation": "new"},
            {"item": "health-card"},
            {
                "item": "sign-filing",
                "when": {"all": [{"sign": True}, {"place": "street"}]},
                "when_words": "沿街装招牌的",
            },
        ],
        "joint_check": {"items": ["food-licence", "sign-filing"], "within": 2, "basis": _basis()},
        "published": {"after": {"days": 18}},
    }
