"""Which column of a list holds which field of an item: as somebody says, or by names that lists use."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tongban.kernel.errors import N_
from tongban.services.catalogue.errors import ListUnreadable

NAMES: dict[str, tuple[str, ...]] = {
    "name": (
        "name", "item_name", "task_name", "ql_name", "业务办理项名称", "业务办理项", "办理项名称", "事项名称",
        "政务服务事项名称", "实施清单名称", "事项", "名称",
    ),
    "type": ("task_type", "item_type", "type", "ql_kind", "事项类型", "权力类型", "事项类别", "类型", "类别"),
    "department": (
        "department", "dept_name", "dept", "organ_name", "org_name", "实施主体", "实施主体名称", "实施机构",
        "实施部门", "主管部门", "部门名称", "部门", "单位名称", "单位",
    ),
    "number": (
        "item_code", "task_code", "implementation_code", "ql_inner_code", "实施编码", "实施清单编码", "事项编码",
        "业务办理项编码", "事项代码", "编码", "code",
    ),
    "main_item": ("main_item", "main_name", "主项名称", "主项", "基本目录名称"),
    "department_code": ("dept_code", "department_code", "org_code", "实施主体编码", "部门编码", "部门代码",
                        "统一社会信用代码"),
    "area": ("area_code", "region_code", "行政区划代码", "行政区划编码", "行政区划", "区划代码"),
    "level": ("use_level", "level", "行使层级", "实施层级", "层级"),
    "audience": ("server_type", "audience", "服务对象", "面向对象", "办理对象"),
    "case_kind": ("project_type", "case_kind", "办件类型"),
    "statutory_days": ("anticipate_day", "statutory_days", "法定办结时限", "法定时限", "法定期限"),
    "promise_days": ("promise_day", "promise_days", "承诺办结时限", "承诺时限", "承诺期限"),
    "plain": ("plain", "通俗名称", "别名"),
    "enquiry_phone": ("link_way", "link_tel", "enquiry_phone", "咨询方式", "咨询电话"),
    "complaint_phone": ("supervise_way", "complaint_phone", "监督投诉方式", "监督电话", "投诉电话"),
    "hours": ("transact_time", "hours", "办理时间"),
}  # fmt: skip
"""Field → headers by which it goes in lists of the national platform and of cities; the surest first."""

REQUIRED = ("name", "type", "department")

TITLES = {
    "name": N_("事项名称"),
    "type": N_("事项类型"),
    "department": N_("实施主体"),
}
MOST_MAP = 1 << 16


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said about a list: which column holds which field, and what its words mean here."""

    columns: Mapping[str, str] = field(default_factory=dict)
    departments: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)


def fold(header: str) -> str:
    """Return a header as it is compared: half-width, lower case, without spaces, marks and remarks."""
    plain = unicodedata.normalize("NFKC", header).lower().split("(")[0]
    return "".join(c for c in plain if c.isalnum())


KNOWN = {field: tuple(fold(name) for name in names) for field, names in NAMES.items()}


def guess(header: tuple[str, ...]) -> dict[str, int]:
    """Return field → column by the names that lists use; a column serves one field only."""
    places = {fold(name): index for index, name in reversed(list(enumerate(header)))}
    found: dict[str, int] = {}
    for name, known in KNOWN.items():
        index = next((places[one] for one in known if one in places), None)
        if index is not None and index not in found.values():
            found[name] = index
    return found


def place(header: tuple[str, ...], said: Said) -> dict[str, int]:
    """Return field → column, as said or as guessed; raise ListUnreadable naming what is missing."""
    found = guess(header) if not said.columns else _as_said(header, said.columns)
    missing = [name for name in REQUIRED if name not in found]
    if missing:
        raise ListUnreadable(
            N_("缺少列：{missing}。文件里的列是：{found}。可以用 --map 指明，例如 name=事项名称。"),
            missing="、".join(f"{name}（{TITLES[name]}）" for name in missing),
            found=shown(header),
        )
    return found


def fits(header: tuple[str, ...], said: Said) -> bool:
    """Return whether this row is a header in which every needed column is found."""
    try:
        place(header, said)
    except ListUnreadable:
        return False
    return True


def shown(header: tuple[str, ...]) -> str:
    """Return the columns found, shortened, for a sentence."""
    names = [name[:30] for name in header if name][:30]
    return "、".join(names) or N_("（没有）")


def _as_said(header: tuple[str, ...], columns: Mapping[str, str]) -> dict[str, int]:
    places = {fold(name): index for index, name in reversed(list(enumerate(header)))}
    found = {}
    for name, column in columns.items():
        if fold(column) not in places:
            raise ListUnreadable(
                N_("--map 里说的列“{column}”不在文件里。文件里的列是：{found}。"),
                column=column[:60],
                found=shown(header),
            )
        found[name] = places[fold(column)]
    return found


def read_said(text: str) -> Said:
    """Return the mapping in a YAML file, or written ``field=column,field=column``; raise ListUnreadable."""
    if not text:
        return Said()
    if "=" in text and not Path(text).is_file():
        pairs = [pair.split("=", 1) for pair in text.split(",") if pair.strip()]
        if any(len(pair) != 2 for pair in pairs):
            raise ListUnreadable(N_("--map 要写成 字段=列名,字段=列名，或给出一个 YAML 文件。"))
        return Said(_known_fields({name.strip(): column.strip() for name, column in pairs}))
    return _from_yaml(Path(text))


def _from_yaml(path: Path) -> Said:
    import yaml

    try:
        with path.open("rb") as file:
            # Every scalar stays text, so that a code like 01 is kept as written.
            content = yaml.load(file.read(MOST_MAP), Loader=yaml.BaseLoader)  # noqa: S506  plain data only
    except OSError as error:
        reason = error.strerror or str(error)
        raise ListUnreadable(N_("无法读取文件“{file}”：{reason}。"), file=path.name, reason=reason) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ListUnreadable(N_("--map 的文件不是 YAML：{reason}。"), reason=str(error)[:200]) from error
    if not isinstance(content, dict) or not content:
        raise ListUnreadable(N_("--map 的文件要写成 字段: 列名，一行一个。"))
    special = {name: _texts(content.pop(name, {})) for name in ("departments", "types")}
    columns = _texts(content.pop("columns", content))
    return Said(_known_fields(columns), special["departments"], special["types"])


def _texts(content: object) -> dict[str, str]:
    if not isinstance(content, dict) or not all(isinstance(value, str) for value in content.values()):
        raise ListUnreadable(N_("--map 的文件要写成 字段: 列名，一行一个。"))
    return {str(name): value for name, value in content.items()}


def _known_fields(columns: dict[str, str]) -> dict[str, str]:
    for name in columns:
        if name not in NAMES:
            raise ListUnreadable(
                N_("--map 里没有“{field}”这个字段；可用的字段是：{known}。"),
                field=name[:60],
                known="、".join(NAMES),
            )
    return columns
