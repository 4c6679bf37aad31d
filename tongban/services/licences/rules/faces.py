"""What stands on the face of a licence: taken from the form that was decided upon."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from tongban.services.licences.types import Line

COMPANY = {
    "unified-credit-code": "统一社会信用代码",
    "company-type": "类型",
    "legal-representative-name": "法定代表人",
    "registered-address": "住所",
    "premises-address": "经营场所",
    "business-scope": "经营范围",
    "registered-capital": "注册资本（万元）",
}
PERSON = {
    "applicant-sex": "性别",
    "applicant-birth-date": "出生日期",
    "applicant-citizenship": "国籍（地区）",
    "household-address": "户籍地址",
    "premises-address": "经营场所",
}
"""The fields of the form that a licence shows, by their codes in the pack, and what they are called there."""
LONGEST, MOST = 160, 9


def lines(holder_kind: str, values: Mapping[str, object]) -> tuple[Line, ...]:
    """Return the lines of the face: those of the form's fields that licences show and that are filled."""
    labels = COMPANY if holder_kind == "company" else PERSON
    found = [(label, _words(values.get(code))) for code, label in labels.items()]
    return tuple(Line(label, words) for label, words in found if words)[:MOST]


def name_label(holder_kind: str) -> str:
    """Return what the holder's name is called on the face."""
    return "名称" if holder_kind == "company" else "姓名"


def term(valid_from: dt.date, valid_until: dt.date | None, validity: str) -> str:
    """Return the validity as a licence says it."""
    if valid_until is not None:
        return f"{day(valid_from)} 至 {day(valid_until)}"
    return validity or "长期"


def day(moment: dt.date) -> str:
    """Return a day as official papers write it."""
    return f"{moment.year}年{moment.month}月{moment.day}日"


def combined_lines(parts: Sequence[tuple[str, str]]) -> tuple[Line, ...]:
    """Return the lines that name the licences a combined one stands on: name and number of each."""
    return tuple(Line(name, f"编号 {number}") for name, number in parts)


def _words(value: object) -> str:
    if value is None or isinstance(value, bool):
        return ""
    text = "；".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
