"""The lists as tables to take away: the columns by which they can be imported again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from tongban.channels.ui.tables import MARK, safe_cell
from tongban.datahub.resources.types import VALUES, DataDuty, Demand, LegalBasis, Negative, Resource

HEADERS = {
    "demands": ("需求编码", "需求部门", "事项代码", "材料", "资源代码", "信息项", "数据元", "应用场景", "法律依据", "条款",
                "依据内容", "依据可信度", "依据来源", "每日调用次数", "使用期限"),
    "duties": ("责任编码", "责任部门", "资源代码", "信息项", "直接共享事项", "法律依据", "条款", "依据内容",
               "依据可信度", "依据来源", "更新周期", "答复期限", "自动同意上限", "备注"),
    "negatives": ("条目编码", "资源代码", "信息项", "法律依据", "条款", "依据可信度", "依据来源", "不予共享理由",
                  "有效期"),
    "resources": ("资源代码", "数据资源名称", "提供方", "所属信息系统", "资源分类", "数据主题", "摘要", "共享方式", "数据主体",
                  "共享类型", "共享条件", "法律依据", "条款", "依据内容", "依据可信度", "依据来源", "开放类型",
                  "更新周期", "发布日期", "英文名称", "服务代码", "脱敏方式", "信息资源分类码", "关联资源代码", "信息项代码", "信息项名称",
                  "数据元", "数据类型", "数据长度", "数据级别", "个人信息", "查询条件", "归属人号码", "信息项说明"),
}  # fmt: skip
"""The official names of the columns: a file of the office stays Chinese, whoever takes it."""


def table(name: str, header: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes:
    """Return a CSV file that spreadsheets open rightly; no cell of it runs."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(header)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return (MARK + file.getvalue()).encode()


def demands(entries: Iterable[Demand]) -> Iterator[tuple[object, ...]]:
    """Yield a row for each entry of the demand list."""
    for one in entries:
        yield (one.code, one.department, one.item, one.material, one.resource or "", _several(one.fields),
               _several(one.elements), one.purpose, *_law(one.basis), one.frequency, one.until or "")  # fmt: skip


def duties(entries: Iterable[DataDuty]) -> Iterator[tuple[object, ...]]:
    """Yield a row for each entry of the duty list."""
    for one in entries:
        yield (one.code, one.department, one.resource, _several(one.fields), _several(one.items), *_law(one.basis),
               _word("update", one.update.value), one.answer_days, one.per_day or "", one.note or "")  # fmt: skip


def negatives(entries: Iterable[Negative]) -> Iterator[tuple[object, ...]]:
    """Yield a row for each entry of the negative list."""
    for one in entries:
        yield (
            one.code,
            one.resource,
            _several(one.fields),
            one.law,
            one.article,
            one.sure,
            one.source or "",
            one.reason,
            one.until or "",
        )


def resources(entries: Iterable[Resource]) -> Iterator[tuple[object, ...]]:
    """Yield a row for each field; what is said of its resource stands in the first."""
    for one in entries:
        said: tuple[object, ...] = (
            one.code, one.name, one.department, one.system, _word("kind", one.kind.value), one.theme, one.summary,
            _word("format", one.format.value), _word("subject", one.subject.value), _word("sharing", one.sharing.value),
            one.condition or "", *_law(one.basis), _word("opening", one.opening.value), _word("update", one.update.value),
            one.since or "", one.english or "", one.service or "", one.opened_as or "", one.category or "",
            _several(one.related),
        )  # fmt: skip
        for at, field in enumerate(one.fields):
            head = said if at == 0 else (one.code, *[""] * (len(said) - 1))
            yield (*head, field.code, field.name, field.element or "", _word("type", field.type.value), field.length or "",
                   field.level, "是" if field.personal else "否", "是" if field.key else "否",
                   "是" if field.owner else "否", field.description or "")  # fmt: skip


def _several(codes: Iterable[str]) -> str:
    return "；".join(codes)


def _law(basis: LegalBasis | None) -> tuple[str, ...]:
    if basis is None:
        return ("",) * 5
    return basis.law, basis.article or "", basis.says or "", basis.sure, basis.source or ""


def _word(name: str, code: str) -> str:
    return VALUES[name][code][0]
