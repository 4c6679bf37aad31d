"""Rows of the three lists as departments keep them in tables: found by name, judged, made into entries. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError

from tongban.datahub.resources.labels import VALUES
from tongban.datahub.resources.rules import entries, partial
from tongban.datahub.resources.rules.cells import alike, clean, day, half_width, plain, whole
from tongban.datahub.resources.types import DataDuty, Demand, ListKind, Negative, Resource
from tongban.kernel.errors import N_, Failure, Invalid

COLUMNS: dict[ListKind, dict[str, tuple[str, ...]]] = {
    ListKind.DUTY: {
        "code": ("code", "责任编码", "条目编码", "编码", "代码"),
        "department": ("department", "责任部门", "提供部门", "数据提供部门", "部门名称", "部门"),
        "resource": ("resource", "数据资源代码", "资源代码", "数据资源名称", "数据资源", "资源名称"),
        "fields": ("fields", "信息项", "信息项名称", "数据项"),
        "items": ("items", "直接共享事项", "事项"),
        "law": ("law", "法律依据", "依据"),
        "article": ("article", "条款", "条文"),
        "says": ("says", "依据内容"),
        "sure": ("sure", "依据可信度"),
        "source": ("source", "依据来源"),
        "update": ("update", "更新周期", "更新频率"),
        "answer_days": ("answer_days", "答复期限", "答复时限"),
        "per_day": ("per_day", "自动同意上限"),
        "note": ("note", "备注"),
    },
    ListKind.DEMAND: {
        "code": ("code", "需求编码", "条目编码", "编码", "代码"),
        "department": ("department", "需求部门", "数据需求部门", "部门名称", "部门"),
        "item": ("item", "政务服务事项", "事项名称", "事项代码", "事项"),
        "material": ("material", "申请材料", "材料名称", "材料"),
        "resource": ("resource", "数据资源代码", "资源代码", "数据资源名称", "数据资源", "资源名称"),
        "fields": ("fields", "信息项", "信息项名称", "数据项"),
        "elements": ("elements", "数据元"),
        "purpose": ("purpose", "应用场景", "使用用途", "用途"),
        "law": ("law", "法律依据", "使用依据", "依据"),
        "article": ("article", "条款", "条文"),
        "says": ("says", "依据内容"),
        "sure": ("sure", "依据可信度"),
        "source": ("source", "依据来源"),
        "frequency": ("frequency", "每日调用次数", "调用频次"),
        "until": ("until", "使用期限", "截止日期"),
    },
    ListKind.RESOURCE: {
        "code": ("code", "资源代码", "数据资源代码", "信息资源代码"),
        "name": ("name", "数据资源名称", "信息资源名称", "资源名称"),
        "department": ("department", "提供方", "资源提供方", "提供部门", "部门"),
        "system": ("system", "所属信息系统", "信息系统", "系统"),
        "kind": ("kind", "资源分类", "分类"),
        "theme": ("theme", "数据主题", "主题"),
        "summary": ("summary", "摘要", "资源摘要"),
        "format": ("format", "共享方式", "资源格式"),
        "subject": ("subject", "数据主体"),
        "sharing": ("sharing", "共享类型", "共享属性"),
        "condition": ("condition", "共享条件"),
        "law": ("law", "法律依据", "依据"),
        "article": ("article", "条款", "条文"),
        "says": ("says", "依据内容"),
        "sure": ("sure", "依据可信度"),
        "source": ("source", "依据来源"),
        "opening": ("opening", "开放类型", "开放属性"),
        "update": ("update", "更新周期", "更新频率"),
        "since": ("since", "发布日期"),
        "english": ("english", "英文名称"),
        "service": ("service", "服务代码"),
        "opened_as": ("opened_as", "脱敏方式"),
        "category": ("category", "信息资源分类码", "分类码"),
        "related": ("related", "关联资源代码"),
        "field_code": ("field_code", "信息项代码", "信息项编码"),
        "field_name": ("field_name", "信息项名称", "信息项"),
        "element": ("element", "数据元"),
        "type": ("type", "数据类型"),
        "length": ("length", "数据长度", "长度"),
        "level": ("level", "数据级别", "敏感级别", "级别"),
        "personal": ("personal", "个人信息", "是否个人信息"),
        "key": ("key", "查询条件", "是否查询条件"),
        "owner": ("owner", "归属人号码", "是否归属人号码"),
        "description": ("description", "信息项说明"),
    },
    ListKind.NEGATIVE: {
        "code": ("code", "条目编码", "编码", "代码"),
        "resource": ("resource", "数据资源代码", "资源代码", "数据资源名称", "数据资源", "资源名称"),
        "fields": ("fields", "信息项", "信息项名称", "数据项"),
        "law": ("law", "法律依据", "不予共享依据", "依据"),
        "article": ("article", "条款", "条文"),
        "sure": ("sure", "依据可信度"),
        "source": ("source", "依据来源"),
        "reason": ("reason", "不予共享理由", "理由"),
        "until": ("until", "有效期", "截止日期"),
    },
}
"""List → field → headers by which it goes in the lists of departments, the surest first."""

REQUIRED = {
    ListKind.DUTY: ("department", "resource", "law"),
    ListKind.DEMAND: ("department", "item", "material", "purpose", "law"),
    ListKind.NEGATIVE: ("resource", "law", "reason"),
    ListKind.RESOURCE: ("code", "name", "field_code", "field_name", "level"),
}
MODELS: dict[ListKind, type[DataDuty] | type[Demand] | type[Negative]] = {
    ListKind.DUTY: DataDuty,
    ListKind.DEMAND: Demand,
    ListKind.NEGATIVE: Negative,
}
SEVERAL = re.compile(r"[;；、,，\n]+")
CITED = re.compile(r"《([^》]+)》\s*(?:第?\s*([0-9零一二三四五六七八九十百]+)\s*条)?")
UNQUOTED = re.compile(r"(.+?)(?:\s*第\s*([0-9零一二三四五六七八九十百]+)\s*条|\s+([0-9]+))")
"""A law with its article and without 《》, as these pages show it: 上海市数据条例 38."""
ARTICLE = re.compile(r"第?\s*([0-9]+|[零一二三四五六七八九十百]+)\s*条?")
DIGITS = "零一二三四五六七八九"

REASONS = {
    "missing": N_("缺少“{detail}”"),
    "department-unknown": N_("部门“{detail}”不在城市的部门名录中"),
    "resource-unknown": N_("数据资源“{detail}”不在目录里，或者同名的不止一个"),
    "field-unknown": N_("数据资源没有信息项“{detail}”"),
    "item-unknown": N_("事项“{detail}”不在公布的事项里，或者同名的不止一个"),
    "material-unknown": N_("事项没有申请材料“{detail}”"),
    "article-missing": N_("没有写明第几条：“{detail}”"),
    "value": N_("“{detail}”的写法不对"),
    "number": N_("“{detail}”不是一个整数"),
    "day": N_("“{detail}”不是一个日期，请写成 2026-12-31"),
    "rule": N_("不合规则：{detail}"),
    "system-unknown": N_("信息系统“{detail}”不在目录里，或者同名的不止一个"),
    "theme-unknown": N_("没有数据主题“{detail}”"),
    "twice": N_("与第 {detail} 行的编码相同"),
}
"""Why a row is refused."""


@dataclass(frozen=True, slots=True)
class Around:
    """What rows are looked up in: departments by any name; resources; items and their materials, name by code."""

    find_department: Callable[[str], str | None]
    resources: Mapping[str, Resource]
    negatives: tuple[Negative, ...] = ()
    items: Mapping[str, str] = field(default_factory=dict)
    materials: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    systems: Mapping[str, str] = field(default_factory=dict)
    themes: Mapping[str, str] = field(default_factory=dict)
    standing: Mapping[ListKind, Mapping[str, BaseModel]] = field(default_factory=dict)

    def standing_entry(self, kind: ListKind, code: str) -> BaseModel | None:
        """Return the entry of a code as it stands, if there is one."""
        return self.standing.get(kind, {}).get(code)


@dataclass(frozen=True, slots=True)
class Fault:
    """One reason why a row is refused: of which field, where it is one, or of which column (from 0) of the file.

    Of a row that breaks a rule the ``failure`` is what was raised: it is said to who reads it, in their language.
    """

    code: str
    detail: str = ""
    field: str = ""
    column: int | None = None
    failure: Failure | None = None


class Wrong(Exception):
    """A row can not be used, for one reason."""

    def __init__(self, code: str, detail: str = "", field: str = "") -> None:
        self.fault = Fault(code, detail, field)


def place(
    kind: ListKind, header: Iterable[str], said: Mapping[str, str], fold: Callable[[str], str]
) -> dict[str, int]:
    """Return field → column, as said (field → header) or by the names that lists use; a column serves one field."""
    places = {fold(name): index for index, name in reversed(list(enumerate(header)))}
    found: dict[str, int] = {}
    for name, known in COLUMNS[kind].items():
        wanted = (said[name],) if name in said else () if said else known
        index = next((places[fold(one)] for one in wanted if fold(one) in places), None)
        if index is not None and index not in found.values():
            found[name] = index
    return found


def missing(kind: ListKind, places: Mapping[str, int]) -> tuple[str, ...]:
    """Return the fields without which no row of the list can be used."""
    return tuple(name for name in REQUIRED[kind] if name not in places)


def judge(kind: ListKind, cells: Mapping[str, str], around: Around) -> DataDuty | Demand | Negative | Fault:
    """Return the entry that a row is, or the first reason why it is none.

    Args: ``cells`` are the row's cells by field, of all columns that the table has; what it has none for stays as it is.
    """
    said = {name: cell for name, one in cells.items() if (cell := clean(one))}
    try:
        absent = missing(kind, dict.fromkeys(said, 0))
        if absent:
            raise Wrong("missing", "、".join(COLUMNS[kind][name][1] for name in absent), absent[0])
        document = _document(kind, said, around)
        document = partial.completed(document, cells, around.standing_entry(kind, document["code"]))
        entry = MODELS[kind].model_validate(document)
        _check(entry, around)
    except Wrong as wrong:
        return wrong.fault
    except ValidationError as error:
        return _fault(error, said)
    except Invalid as error:
        return Fault("rule", failure=error)
    return entry


def _fault(error: ValidationError, said: Mapping[str, str]) -> Fault:
    field = str(error.errors()[0]["loc"][0])
    field = "law" if field == "basis" else field
    return Fault("value", said.get(field, field)[:60], field)


def _document(kind: ListKind, said: Mapping[str, str], around: Around) -> dict[str, Any]:
    law, article = cited(said["law"], said.get("article", ""))
    resource = _resource(said["resource"], around) if "resource" in said else None
    document: dict[str, Any] = {
        name: said[name] for name in ("purpose", "reason", "note") if name in said
    }  # fmt: skip
    document |= {
        name: _whole(said[name], name) for name in ("answer_days", "frequency", "per_day") if name in said
    }
    document |= {name: _day(said[name], name) for name in ("until",) if name in said}
    if resource is not None:
        document["resource"] = resource.code
        document["fields"] = [_field(name, resource) for name in several(said.get("fields", ""))]
    elif "fields" in said:
        raise Wrong("missing", COLUMNS[kind]["resource"][1], "resource")
    if "department" in said:
        document["department"] = around.find_department(said["department"]) or refuse(
            "department-unknown", said["department"], "department"
        )
    if kind is ListKind.NEGATIVE:
        document |= {"law": law, "article": article or refuse("article-missing", said["law"], "article")}
        document |= {name: said[name] for name in ("sure", "source") if name in said}
    else:
        document["basis"] = basis(said)
    if kind is ListKind.DUTY:
        document["update"] = _update(said.get("update", ""))
        document["items"] = [_item(name, around, "items") for name in several(said.get("items", ""))]
    if kind is ListKind.DEMAND:
        document["item"] = _item(said["item"], around)
        document["material"] = _material(said["material"], document["item"], around)
        document["elements"] = several(said.get("elements", ""))
    return document | {"code": plain(said.get("code", "")) or _code(kind, document)}


def _check(entry: BaseModel, around: Around) -> None:
    """Raise Invalid for what no pack may say either."""
    if isinstance(entry, DataDuty):
        resource = around.resources[entry.resource]
        against = [one for one in around.negatives if one.resource == resource.code]
        entries.refuse(entries.of_duty(entry, resource, against))
    elif isinstance(entry, Demand):
        entries.refuse(entries.of_demand(entry, around.resources.get(entry.resource or "")))


def refuse(code: str, detail: str, field: str = "") -> Any:
    """Refuse a row for one reason; never returns."""
    raise Wrong(code, detail, field)


def _whole(said: str, field: str) -> int:
    found = whole(said)
    return found if found is not None else refuse("number", said, field)


def _day(said: str, field: str) -> dt.date:
    return day(said) or refuse("day", said, field)


def named(said: str, names: Mapping[str, str], code: str, field: str) -> str:
    """Return the code that is said, or the only one with the name that is said, whatever its spaces and widths."""
    if plain(said) in names:
        return plain(said)
    found = [one for one, name in names.items() if name == said]
    found = found or [one for one, name in names.items() if alike(name) == alike(said)]
    return found[0] if len(found) == 1 else refuse(code, said, field)


def _resource(said: str, around: Around) -> Resource:
    names = {code: resource.name for code, resource in around.resources.items()}
    return around.resources[named(said, names, "resource-unknown", "resource")]


def _field(said: str, resource: Resource) -> str:
    return named(said, {one.code: one.name for one in resource.fields}, "field-unknown", "fields")


def _item(said: str, around: Around, field: str = "item") -> str:
    return named(said, around.items, "item-unknown", field)


def _material(said: str, item: str, around: Around) -> str:
    return named(said, around.materials.get(item, {}), "material-unknown", "material")


def _update(said: str) -> str:
    known = VALUES["update"]
    names = {name: code for code, (name, _) in known.items()} | {"": "irregular"}
    return said if said in known else names.get(said) or refuse("value", said, "update")


def basis(said: Mapping[str, str]) -> dict[str, str]:
    """Return the law that cells name, with what they know of it."""
    law, article = cited(said["law"], said.get("article", ""))
    more = {name: said[name] for name in ("says", "sure", "source") if name in said}
    return {"law": law} | ({"article": article} if article else {}) | more


def several(cell: str) -> list[str]:
    """Return what a cell lists."""
    return [one.strip() for one in SEVERAL.split(cell) if one.strip()]


def cited(law: str, article: str) -> tuple[str, str]:
    """Return law and article as they are written here: ``《上海市数据条例》第三十八条`` is 上海市数据条例 and 38."""
    law, article = half_width(law), half_width(article)
    # With an article of its own, a law that only has another's name in it is called so: 上海市实施《…》办法.
    cited = CITED.search(law) if law.startswith("《") or not article else None
    if cited is None and not article and (found := UNQUOTED.fullmatch(law)):
        return found.group(1), _number(found.group(2) or found.group(3))
    name = cited.group(1) if cited else law
    said = article or (cited.group(2) if cited and cited.group(2) else "")
    found = ARTICLE.fullmatch(said)
    return name, _number(found.group(1)) if found else said


def _number(said: str) -> str:
    """Return a number of an article in digits."""
    if said.isascii():
        return said
    total, digit = 0, 0
    for sign in said:
        if sign in DIGITS:
            digit = DIGITS.index(sign)
        else:
            total, digit = total + (digit or 1) * {"十": 10, "百": 100}[sign], 0
    return str(total + digit)


def _code(kind: ListKind, document: Mapping[str, Any]) -> str:
    """Return a code for a row without one: the same row has the same code whenever it is imported."""
    parts = {
        ListKind.DUTY: ("department", "resource"),
        ListKind.DEMAND: ("department", "item", "material"),
        ListKind.NEGATIVE: ("resource",),
    }[kind]
    return "-".join([kind.value, *(str(document[name]) for name in parts)])[:80].strip("-")
