"""What stands on the face of a licence: what its type says, filled from the form that was decided upon."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from tongban.services.licences.types import Line

COMPANY: Mapping[str, str] = {
    "unified-credit-code": "统一社会信用代码",
    "company-type": "类型",
    "legal-representative-name": "法定代表人",
    "registered-address": "住所",
    "premises-address": "经营场所",
    "business-scope": "经营范围",
    "registered-capital": "注册资本（万元）",
}
PERSON: Mapping[str, str] = {
    "applicant-sex": "性别",
    "applicant-birth-date": "出生日期",
    "applicant-citizenship": "国籍（地区）",
    "household-address": "户籍地址",
    "premises-address": "经营场所",
}
"""What a type shows that names no face of its own: data elements by their codes, and what they are called."""
LONGEST, MOST = 160, 9


def lines(holder_kind: str, values: Mapping[str, object], face: Mapping[str, str]) -> tuple[Line, ...]:
    """Return the lines of the face that the form fills, in the order of the type.

    Args: ``face`` is data element → label, as the type says; empty for a type that says nothing.
    """
    labels = face or (COMPANY if holder_kind == "company" else PERSON)
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
