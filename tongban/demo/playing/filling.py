"""What people of the demonstration write into a form: something that fits, never a real address or number."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Mapping
from typing import Any

from tongban.demo.departments import things
from tongban.services.catalogue.types import DataElement

SHOPS = "晴川面馆 云栖小厨 禾田食堂 知味轩 东篱茶饮 海上咖啡 一木烘焙 三余书吧 观澜酒家 听雨小筑".split()
NAMES = "顾晓岚 沈一舟 陆明远 何若谷 程思齐 傅雨桐 叶知秋 苏慕白".split()
ROADS = "梧桐 银杏 丁香 海棠 紫藤 桂花 玉兰 石榴 枫林 松涛".split()
WORDS: Mapping[str, tuple[str, ...]] = {
    "shop-name": tuple(SHOPS),
    "shop-sign-text": tuple(SHOPS),
    "trade-name": tuple(SHOPS),
    "shop-sign-size": ("3.0×0.8×0.1", "4.5×0.9×0.12", "2.4×0.6×0.1"),
    "shop-sign-position": ("一层门头上方", "二层外墙正中"),
    "shop-sign-material": ("铝塑板、发光字", "亚克力发光字"),
    "shop-sign-maker": ("上海示意标识有限公司（演示）",),
    "business-hours": ("10:00—21:30", "07:00—20:00", "11:00—23:00"),
    "food-workflow": ("粗加工、切配、烹饪、备餐分间，生进熟出不交叉",),
    "equipment-list": ("冰箱 3 台、蒸箱 1 台、六眼灶 1 台、消毒柜 2 台",),
    "noise-source": ("排油烟机 1 台，经净化后高空排放",),
    "drainage-outlet-position": ("店后小路东侧检查井",),
    "drainage-pretreatment": ("隔油池 2 立方米，每周清捞",),
    "hygiene-ventilation": ("新风机组 2 台，每季清洗",),
    "move-reason": ("购房入户", "投靠亲属"),
    "lost-place": ("地铁上", "商场里", "不记得了"),
    "job-wish": ("餐饮服务", "办公室文员", "网约配送"),
    "deferral-reason": ("身体发育较慢，医院建议晚一年入学",),
    "deferral-period": ("一学年",),
    "dog-name": ("豆豆", "团子", "阿福"),
    "dog-colour": ("黄白", "黑", "棕"),
    "allergy-history": ("无",),
    "case-facts": ("单位拖欠三个月工资，要求支付",),
    "opponent-name": ("某贸易有限公司（演示）",),
    "contact-name": tuple(NAMES),
    "food-items": ("热食类食品制售", "冷食类食品制售", "自制饮品制售"),
    "drug-scope": ("乙类非处方药",),
    "device-classes": ("第二类医疗器械",),
    "fire-facilities": ("自动喷水灭火系统、火灾自动报警系统",),
    "school-name": ("海棠路小学（演示）", "银杏路小学（演示）"),
    "vaccination-clinic": ("示意社区卫生服务中心（演示）",),
    "health-status": ("良好",),
    "destination": ("香港",),
}
NUMBERS: Mapping[str, tuple[int, int]] = {
    "premises-area": (40, 420), "fire-area": (80, 420), "kitchen-area": (12, 80), "dining-area": (20, 200),
    "seats": (12, 140), "staff-count": (3, 40), "health-certificate-count": (3, 40), "drainage-volume": (2, 30),
    "premises-floor": (1, 3), "fire-exits": (2, 4), "hygiene-rooms": (12, 80), "hygiene-beds": (20, 140),
    "monthly-rent": (2500, 9800), "property-area": (42, 160), "property-price": (1_800_000, 9_500_000),
    "monthly-income": (0, 2400), "withdrawal-amount": (2500, 20000), "birth-order": (1, 2), "distance-to-school": (150, 900),
    "building-storeys": (2, 24), "building-height": (8, 80), "water-volume": (20, 160), "drainage-outlets": (1, 2),
}  # fmt: skip


OWNED: Mapping[str, Callable[[str], str]] = {"vehicle-vin": things.vin_of, "project-code": things.project_of}
"""What departments are asked by: the car or the project of whoever applies, by their own number."""


def value(code: str, element: DataElement | None, chance: random.Random, on: dt.date) -> Any:
    """Return something to write into a field, of its kind."""
    if element is not None and element.choices:
        return chance.choice(element.choices)
    if code in WORDS:
        return chance.choice(WORDS[code])
    if code in NUMBERS:
        return chance.randint(*NUMBERS[code])
    return _of_kind(code, element, chance, on)


def _of_kind(code: str, element: DataElement | None, chance: random.Random, on: dt.date) -> Any:
    kind = element.kind if element else "text"
    if kind == "boolean":
        return chance.random() < 0.5
    if kind == "number":
        return chance.randint(1, 12)
    if kind == "date":
        return (on + dt.timedelta(days=chance.randint(5, 60))).isoformat()
    if kind == "phone":
        return f"154{chance.randint(0, 99_999_999):08d}"
    if kind == "address":
        return f"{chance.choice(ROADS)}路（演示）{chance.randint(1, 900)} 号 {chance.randint(1, 6)} 层"
    if code.endswith("-name"):
        return chance.choice(NAMES)
    if code.endswith("-number"):
        return f"演示-{chance.randint(100_000, 999_999)}"
    return f"{element.name if element else code}（演示）"
