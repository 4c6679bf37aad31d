"""A city pack on the disk: small for tests, of thousands of items for measuring. Nothing in it is real."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from tongban.services.licences.rules.numbers import stand_in_code

A_FILE = 20  # items
DEPARTMENTS = ("market", "police", "civil", "housing", "health")
TITLES = ("区市场监督管理局", "区公安分局", "区民政局", "区住房保障局", "区卫生健康委员会")
THEMES = ("food", "identity", "family", "home")

CITY: dict[str, Any] = {
    "schema": "tongban-city/1",
    "code": "310000",
    "name": "样例市",
    "english": "Sample City",
    "short": "样例市",
    "slogan": "一件事，一次办",
    "slogan_english": "One thing, done once",
    "hotline": "12345",
    "complaint_hotline": "12388",
    "remedies": ["不服的，可以申请行政复议或者提起行政诉讼。"],
    "remedies_english": ["You may apply for review or sue."],
    "saving_basis": {
        name: {"law": "优化营商环境条例", "article": "44"}
        for name in (
            "no_legal_basis",
            "form_merge",
            "generated",
            "bundle_output",
            "licence_library",
            "data_sharing",
            "commitment",
            "duplicate",
            "time_limit",
            "parallel",
            "joint_check",
            "online_filing",
            "one_pickup",
            "one_window",
            "same_element",
            "combined_licence",
        )
    },
}


def write_pack(folder: Path, items: int = 3, bundles: int = 1) -> Path:
    """Write a pack of so many items and return its folder."""
    _yaml(folder / "city.yaml", CITY)
    _yaml(folder / "sources.yaml", {"sources": [{"code": "L-1", "name": "法律", "kind": "law", "sure": "K"}]})
    departments = [
        {"code": code, "name": name, "short": name.removeprefix("区"), "english": code.title(), "level": "4",
         "credit_code": stand_in_code(code)}
        for code, name in zip(DEPARTMENTS, TITLES, strict=True)
    ]  # fmt: skip
    _yaml(folder / "government/departments.yaml", {"departments": departments})
    _text(folder / "government/districts.csv", "code,slug,name,english\n310104,xuhui,徐汇区,Xuhui\n")
    _text(folder / "government/streets.csv", "code,name,district\n310104003,天平路街道,310104\n")
    _text(folder / "calendar/days.csv", "date,kind,name,source\n2026-01-01,off,元旦,notice-2026\n")
    _text(folder / "codes/licences.csv", "code,name,category,holder\nlicence,许可证,1,company\n")
    _text(
        folder / "codes/elements.csv",
        "code,name,english,group,kind\napplicant-name,姓名,Name,applicant,text\n",
    )
    themes = [
        {"code": code, "name": code, "english": code.title(), "audience": "2", "icon": "house"}
        for code in THEMES
    ]
    _yaml(folder / "codes/themes.yaml", {"themes": themes})
    _text(folder / "search/synonyms.csv", "word,means,kind\n饭店,餐馆,synonym\n")
    for start in range(0, items, A_FILE):
        made = [item(number) for number in range(start, min(items, start + A_FILE))]
        _yaml(folder / f"items/part-{start // A_FILE:04d}.yaml", {"items": made})
    for number in range(bundles):
        _yaml(folder / f"bundles/bundle-{number}.yaml", bundle(number, min(items, 3)))
    return folder


def item(number: int, **changes: Any) -> dict[str, Any]:
    """Return an item in full depth as a pack writes it."""
    fields: dict[str, Any] = {
        "code": f"item-{number}",
        "name": f"第{number}类经营许可",
        "plain": f"开办第{number}类店铺要办的许可",
        "aliases": [f"开{number}号店", f"第{number}类许可证"],
        "implementation_code": f"31000000{number:08d}",
        "type": "01",
        "audience": ["2"],
        "themes": [THEMES[number % len(THEMES)]],
        "department": DEPARTMENTS[number % len(DEPARTMENTS)],
        "level": "4",
        "basis": [{"law": "行政许可法", "article": "12", "sure": "R", "source": "L-1"}],
        "conditions": ["有固定的经营场所。", "有与经营相适应的设备。", "负责人没有被禁止从业。"],
        "materials": [_material(number, one) for one in range(8)],
        "form": ["applicant-name"],
        "statutory": {"days": 20, "sure": "R"},
        "promise": {"days": 10},
        "steps": [{"name": name, "takes": "1 个工作日"} for name in ("申请", "受理", "审查", "决定")],
        "visits": [{"purpose": "submit"}, {"purpose": "collect"}],
        "visits_why": "核对原件",
        "fee": {"charged": False},
        "results": [{"name": "许可证", "licence": "licence", "paper": True}],
        "online": {"depth": 4, "url": "https://example.invalid/apply"},
        "enquiry_phone": "12345",
        "complaint_phone": "12388",
        "questions": [{"ask": f"第{number}类要多久？", "answer": "十个工作日。"}],
        "variants": {"310104": {"promise_days": 8}},
    }
    return fields | changes


def bundle(number: int, items: int) -> dict[str, Any]:
    """Return a bundle over the first items of the pack."""
    return {
        "code": f"bundle-{number}",
        "name": f"第{number}件事",
        "english": f"Thing {number}",
        "plain": f"一次办成第{number}件事",
        "icon": "house",
        "themes": ["food"],
        "lead": "market",
        "questions": [
            {"code": "rented", "ask": "是租的吗？", "english": "Rented?", "kind": "boolean", "default": True}
        ],
        "reference": {"rented": True},
        "items": [
            {"item": "item-0", "when": {"rented": True}, "when_words": "租用场所"},
            *({"item": f"item-{one}"} for one in range(1, items)),
        ],
    }


def change_item(folder: Path, number: int, **changes: Any) -> None:
    """Write one item of the pack anew; ``None`` takes a field away."""
    path = folder / f"items/part-{number // A_FILE:04d}.yaml"
    content = yaml.safe_load(path.read_text("utf-8"))
    entry = next(one for one in content["items"] if one["code"] == f"item-{number}")
    entry |= changes
    content["items"] = [{k: v for k, v in one.items() if v is not None} for one in content["items"]]
    _yaml(path, content)


def remove_item(folder: Path, number: int) -> None:
    """Take one item out of the pack."""
    path = folder / f"items/part-{number // A_FILE:04d}.yaml"
    content = yaml.safe_load(path.read_text("utf-8"))
    content["items"] = [one for one in content["items"] if one["code"] != f"item-{number}"]
    _yaml(path, content)


def _material(number: int, one: int) -> dict[str, Any]:
    return {
        "code": f"paper-{one}",
        "name": f"第{one}份材料",
        "copies": 1,
        "source_type": "10",
        "issuer": "申请人",
        "how_to_fill": "用黑色钢笔或打印填写，签名或盖章。",
        "accepted_if": "填写完整，字迹清楚，与原件一致。",
        "basis": {"law": "行政许可法", "article": str(31 + number % 3), "sure": "R", "source": "L-1"},
    }


def _yaml(path: Path, content: Any) -> None:
    _text(path, yaml.dump(content, allow_unicode=True, sort_keys=False, Dumper=_Quoting))


def _text(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")


class _Quoting(yaml.CSafeDumper):
    """Writes no anchors, which packs do not allow."""

    def ignore_aliases(self, data: Any) -> bool:
        return True
