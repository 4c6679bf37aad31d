"""The words of importing: a row as it was read, the faults that refuse it, what it becomes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tongban.kernel.errors import N_

REASONS = {
    "encoding": N_("这一行与文件其余部分编码不同，或有无法解读的字节（文件第 {detail} 字节）"),
    "columns": N_("列数与表头不符（{detail}）"),
    "unclosed_quote": N_("双引号没有配对"),
    "too_long": N_("这一行太长，不像是一行数据"),
    "merged": N_("合并的单元格跨列，或合并了名称、编码：看不出哪个值属于这一行（{detail}）"),
    "formula": N_("单元格是公式或以公式符号开头，不会被计算；请粘贴为值（{detail}）"),
    "cell_error": N_("单元格里是 Excel 的错误值（{detail}）"),
    "control_characters": N_("有不可见的控制字符（{detail}）"),
    "name_missing": N_("没有事项名称"),
    "name_too_long": N_("事项名称超过 200 个字（GB/T 39046-2020）"),
    "type_missing": N_("没有事项类型"),
    "type_unknown": N_("事项类型“{detail}”不在 GB/T 39046-2020 表 A.1 中"),
    "department_missing": N_("没有实施主体"),
    "department_too_long": N_("实施主体的名称超过 300 个字"),
    "number_unusable": N_("编码“{detail}”超过 80 个字，或含有空格、全角字符"),
    "duplicate_row": N_("编码与第 {detail} 行重复"),
    "duplicate_published": N_("编码“{detail}”已有公布的事项"),
    "duplicate_draft": N_("编码“{detail}”已有草稿"),
}
"""Why a row is refused."""

WARNINGS = {
    "department_unknown": N_("实施主体不在城市的部门名录中，草稿里保留原来的写法"),
    "department_code_form": N_("部门代码既不是 18 位统一社会信用代码，也不是 9 位组织机构代码"),
    "department_code_check": N_("部门代码的校验位不对"),
    "number_missing": N_("没有编码，无法查重"),
    "digits_lost": N_("编码在 Excel 里存成了数字，15 位以后的数字可能已丢失"),
    "same_name": N_("同一部门有同名事项，但编码不同"),
    "area_elsewhere": N_("行政区划不属于这座城市"),
    "line_break": N_("单元格里有换行或制表符，已合并"),
    "invisible": N_("单元格里有零宽字符，已删去"),
    "level_unknown": N_("行使层级读不懂，已略去"),
    "audience_unknown": N_("服务对象读不懂，已略去"),
    "case_kind_unknown": N_("办件类型读不懂，已略去"),
    "days_unreadable": N_("时限读不懂，已略去"),
    "promise_over_statutory": N_("承诺时限长于法定时限，发布前要改"),
    "filled_down": N_("合并单元格的值已向下填充"),
}
"""What is doubtful about a row that becomes a draft nevertheless."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One reason why a row is refused; ``detail`` fills the sentence's place; ``column`` (from 0) where it is one cell."""

    code: str
    detail: str = ""
    column: int | None = None


@dataclass(slots=True)
class Row:
    """A row as it was read: its number as a spreadsheet shows it, its first byte (CSV only), its cells."""

    number: int
    position: int
    cells: list[str]
    faults: list[Fault] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Table:
    """A list opened for reading: what it is, its header, and its rows, once."""

    kind: str
    encoding: str
    header: tuple[str, ...]
    header_row: int
    rows: Iterator[Row]


@dataclass(frozen=True, slots=True)
class Judged:
    """What becomes of a row: a draft's document with warnings, or faults."""

    row: Row
    document: dict[str, Any] | None
    department_said: str = ""
    faults: tuple[Fault, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def is_accepted(self) -> bool:
        """Return whether the row becomes a draft."""
        return not self.faults


def _nobody(name: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Known:
    """What the city knows already: departments by name, numbers in use, its own area code."""

    find_department: Callable[[str], str | None] = _nobody
    published: frozenset[str] = frozenset()
    drafts: frozenset[str] = frozenset()
    area: str = ""


@dataclass(slots=True)
class Tally:
    """The account of a list: every row is either accepted or rejected."""

    rows: int = 0
    accepted: int = 0
    rejected: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    warnings: dict[str, int] = field(default_factory=dict)

    def count(self, judged: Judged) -> None:
        """Count one row."""
        self.rows += 1
        if judged.is_accepted:
            self.accepted += 1
        else:
            self.rejected += 1
        for fault in {fault.code for fault in judged.faults}:
            self.reasons[fault] = self.reasons.get(fault, 0) + 1
        for warning in set(judged.warnings) if judged.is_accepted else ():
            self.warnings[warning] = self.warnings.get(warning, 0) + 1
