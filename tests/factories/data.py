"""The data of the tiny city: a person's and a licence's resource, one entry of each list."""

from __future__ import annotations

from typing import Any

from tests.factories.city import TinyCity

Entry = dict[str, Any]


def add_data(city: TinyCity) -> TinyCity:
    """Put right files of ``data/`` into a tiny city and return it."""
    city.yaml |= {
        "data/themes.yaml": {"themes": [{"code": "people", "name": "人口", "english": "People"}]},
        "data/systems.yaml": {
            "systems": [
                _system("office-people", "office", "人口综合库"),
                _system("cityscape-works", "cityscape", "市容业务系统"),
            ]
        },
        "data/resources/people.yaml": {"resources": [_health(), _resident()]},
        "data/resources/cityscape.yaml": {"resources": [_signs()]},
        "data/duties.yaml": {"duties": [_duty()]},
        "data/demands.yaml": {"demands": [_demand()]},
        "data/negatives.yaml": {"negatives": [_negative()]},
    }
    return city


def entry(city: TinyCity, name: str, position: int = 0) -> Entry:
    """Return an entry of one of the lists of ``data/``: ``resources`` means those of people."""
    file = f"data/{'resources/people' if name == 'resources' else name}.yaml"
    found: Entry = city.yaml[file][name][position]
    return found


def _system(code: str, department: str, name: str) -> Entry:
    return {
        "code": code,
        "name": name,
        "department": department,
        "kind": "register",
        "subsystem": f"SH/GOV/{department}/{code}",
    }


def _health() -> Entry:
    return {
        "code": "health-checks",
        "name": "从业人员健康检查信息",
        "english": "Health checks of workers",
        "department": "office",
        "system": "office-people",
        "kind": "theme",
        "theme": "people",
        "summary": "食品从业人员健康检查的结论和日期。",
        "format": "service",
        "subject": "person",
        "fields": [
            {"code": "id-number", "name": "证件号码", "level": 3, "personal": True, "key": True},
            {"code": "name", "name": "姓名", "level": 2, "personal": True},
            {"code": "is-fit", "name": "是否合格", "type": "boolean", "level": 3, "personal": True},
            {"code": "shop", "name": "单位名称", "element": "shop-name", "level": 1},
        ],
        "sharing": "conditional",
        "condition": "只用于核验申请人的从业资格。",
        "basis": _law("食品安全法", "45"),
        "opening": "closed",
        "update": "daily",
        "level": 3,
        "since": "2024-05-01",
    }


def _resident() -> Entry:
    return {
        "code": "resident-basics",
        "name": "居民基本信息",
        "department": "office",
        "system": "office-people",
        "kind": "base",
        "theme": "people",
        "summary": "居民的姓名、证件号码、住址和收养信息。",
        "format": "service",
        "subject": "person",
        "fields": [
            {"code": "id-number", "name": "证件号码", "level": 3, "personal": True, "key": True},
            {"code": "name", "name": "姓名", "level": 2, "personal": True},
            {"code": "adopted", "name": "收养信息", "level": 4, "personal": True},
        ],
        "sharing": "unconditional",
        "opening": "closed",
        "update": "realtime",
        "level": 4,
    }


def _signs() -> Entry:
    return {
        "code": "outdoor-signs",
        "name": "户外招牌备案信息",
        "department": "cityscape",
        "system": "cityscape-works",
        "kind": "department",
        "theme": "people",
        "summary": "招牌的位置、尺寸和备案日期。",
        "format": "service",
        "subject": "thing",
        "fields": [
            {"code": "place", "name": "设置位置", "level": 1, "key": True},
            {"code": "size", "name": "尺寸", "type": "number", "level": 1},
        ],
        "sharing": "unconditional",
        "opening": "unconditional",
        "update": "weekly",
        "level": 1,
    }


def _duty() -> Entry:
    return {
        "code": "office-health-checks",
        "department": "office",
        "resource": "health-checks",
        "fields": ["id-number", "is-fit"],
        "basis": _law("上海市数据条例", "38"),
        "update": "daily",
        "answer_days": 5,
    }


def _demand() -> Entry:
    return {
        "code": "market-health",
        "department": "market",
        "item": "food-licence",
        "material": "health",
        "resource": "health-checks",
        "fields": ["is-fit"],
        "purpose": "核验从业人员健康状况",
        "basis": _law("食品安全法", "45"),
        "frequency": 200,
    }


def _negative() -> Entry:
    return {
        "code": "no-adoption",
        "resource": "resident-basics",
        "fields": ["adopted"],
        "law": "民法典",
        "article": "1110",
        "reason": "收养人、送养人要求保守收养秘密的，应当尊重其意愿。",
    }


def _law(law: str, article: str) -> Entry:
    return {"law": law, "article": article}
