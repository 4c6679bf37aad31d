"""What becomes of a row: a draft in the pack's own words, or reasons why not. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from tongban.services.catalogue.imports.headers import Said
from tongban.services.catalogue.imports.numbers import code_warning
from tongban.services.catalogue.imports.types import Fault, Judged, Known, Row, Table

LONGEST_NAME, LONGEST_DEPARTMENT, LONGEST_NUMBER = 200, 300, 80
TYPES = {
    "00": "行政权力", "01": "行政许可", "02": "行政处罚", "03": "行政强制", "04": "行政征收", "05": "行政给付",
    "06": "行政检查", "07": "行政确认", "08": "行政奖励", "09": "行政裁决", "10": "其他行政权力",
    "20": "公共服务",
}  # fmt: skip
"""事项类型, GB/T 39046-2020 A.1."""
LEVELS = {
    "1": "国家级", "2": "省级", "3": "市级", "4": "县级", "5": "镇(街道)级", "6": "村(社区)级", "7": "分级管理",
}  # fmt: skip
AUDIENCES = {
    "1": "自然人", "2": "企业法人", "3": "事业法人", "4": "社会组织法人", "5": "行政机关", "6": "其他组织",
}  # fmt: skip
CASE_KINDS = {"1": "即办件", "2": "承诺件", "9": "其他"}
SPOKEN = {
    "许可": "01", "确认": "07", "给付": "05", "奖励": "08", "裁决": "09", "其他": "10", "其他权力": "10",
    "其他类": "10", "公共服务事项": "20", "区级": "4", "区县级": "4", "街镇级": "5", "个人": "1", "公民": "1",
    "企业": "2", "法人": "2", "即办": "1", "承诺": "2",
}  # fmt: skip
ODD = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\ufffd\ue000-\uf8ff]")
BREAKS = re.compile(r"[ \t]*[\r\n\t\u2028\u2029]+[ \t]*")
DAYS = re.compile(r"^(\d{1,4})\s*(?:个)?(工作日|日历日|自然日|天|日)?$")
UNUSABLE = re.compile(r"[\s\u3000\uff01-\uff5e]")
GUARDED = ("name", "department", "number")  # a value in which a formula can not be meant
FORMULA = ("=", "+", "@")
UNSORTED = "未分类"


class Judge:
    """Judges the rows of one list, in order; remembers numbers and names of earlier rows."""

    def __init__(self, table: Table, places: Mapping[str, int], said: Said, known: Known) -> None:
        self._width = len(table.header)
        self._is_csv = table.kind == "csv"
        self._places = places
        self._said = said
        self._known = known
        # Digests of 8 bytes, not the texts: a list of 100,000 rows must not lie in memory.
        self._numbers: dict[int, int] = {}
        self._names: set[int] = set()
        self._departments: dict[str, str | None] = {}
        self._bodies: dict[str, str | None] = {}

    def judge(self, row: Row) -> Judged:
        """Return what becomes of the row."""
        warnings = self._filled(row)
        faults = list(row.faults)
        faults += [] if row.faults else self._wrong_width(row)
        if faults:
            return Judged(row, None, faults=tuple(faults))
        values = {name: self._value(name, row, faults, warnings) for name in self._places}
        faults += self._needed(values)
        if not faults:
            faults += self._repeated(values, row)
        if faults:
            return Judged(row, None, faults=tuple(faults))
        document = dict(self._document(values, warnings))
        warnings += self._doubts(values, document)
        return Judged(row, document, values["department"], (), tuple(dict.fromkeys(warnings)))

    def _filled(self, row: Row) -> list[str]:
        """Return the row's warnings; a name or number that was merged over rows becomes a fault."""
        own = {self._places.get(name) for name in ("name", "number")}
        kept = []
        for warning in row.warnings:
            code, _, column = warning.partition(":")
            if code == "filled_down" and int(column) in own:
                row.faults.append(Fault("merged", row.cells[int(column)][:60]))
            elif code == "digits_lost" and "number" not in self._places:
                continue
            elif code != "filled_down" or int(column) in self._places.values():
                kept.append(code)
        return kept

    def _wrong_width(self, row: Row) -> list[Fault]:
        """A row that is longer than the header is shifted; Excel leaves out empty cells at the end."""
        if len(row.cells) > self._width or (self._is_csv and len(row.cells) < self._width):
            return [Fault("columns", f"{len(row.cells)} ≠ {self._width}")]
        return []

    def _value(self, name: str, row: Row, faults: list[Fault], warnings: list[str]) -> str:
        place = self._places[name]
        value = row.cells[place] if place < len(row.cells) else ""
        if ODD.search(value):
            value = _clean(value, faults, warnings)
        value = value.strip().strip("\u3000")
        if name in GUARDED and value.startswith(FORMULA):
            faults.append(Fault("formula", value[:60]))
        return value

    def _needed(self, values: Mapping[str, str]) -> Iterator[Fault]:
        if not values["name"]:
            yield Fault("name_missing")
        elif len(values["name"]) > LONGEST_NAME:
            yield Fault("name_too_long")
        if not values["type"]:
            yield Fault("type_missing")
        elif not self._type(values["type"]):
            yield Fault("type_unknown", values["type"][:60])
        if not values["department"]:
            yield Fault("department_missing")
        elif len(values["department"]) > LONGEST_DEPARTMENT:
            yield Fault("department_too_long")
        number = values.get("number", "")
        if len(number) > LONGEST_NUMBER or UNUSABLE.search(number):
            yield Fault("number_unusable", number[:60])

    def _repeated(self, values: Mapping[str, str], row: Row) -> Iterator[Fault]:
        number = values.get("number")
        if not number:
            return
        first = self._numbers.setdefault(hash(number), row.number)
        if first != row.number:
            yield Fault("duplicate_row", str(first))
        elif number in self._known.published:
            yield Fault("duplicate_published", number)
        elif number in self._known.drafts:
            yield Fault("duplicate_draft", number)

    def _type(self, written: str) -> str | None:
        return coded(self._said.types.get(written, written), TYPES, width=2)

    def _document(self, values: Mapping[str, str], warnings: list[str]) -> Iterator[tuple[str, Any]]:
        """Yield the fields of the draft, named as in the pack."""
        yield "name", values["name"]
        yield "plain", values.get("plain") or values["name"]
        yield "type", self._type(values["type"])
        yield "state", "draft"
        yield "depth", "summary"
        if department := self._department(values["department"]):
            yield "department", department
        if number := values.get("number"):
            yield "implementation_code", number
        if level := self._level(values, warnings):
            yield "level", level
        yield from _coded_fields(values, warnings)
        for name in ("enquiry_phone", "complaint_phone", "hours"):
            if value := values.get(name, "")[:300]:
                yield name, value
        if (main := values.get("main_item", "")) not in ("", UNSORTED, values["name"]):
            yield "aliases", [main[:300]]

    def _department(self, written: str) -> str | None:
        """Return the department's code, looked up once for each way it is written."""
        if written not in self._departments:
            name = self._said.departments.get(written, written)
            self._departments[written] = self._known.find_department(name)
        return self._departments[written]

    def _level(self, values: Mapping[str, str], warnings: list[str]) -> str | None:
        if written := values.get("level"):
            level = coded(written, LEVELS)
            if level is None:
                warnings.append("level_unknown")
            return level
        return level_of(values.get("area", ""))

    def _doubts(self, values: Mapping[str, str], document: Mapping[str, Any]) -> Iterator[str]:
        if "department" not in document:
            yield "department_unknown"
        if body := values.get("department_code"):
            if body not in self._bodies:
                self._bodies[body] = code_warning(body)
            if warning := self._bodies[body]:
                yield warning
        if not values.get("number"):
            yield "number_missing"
        area = values.get("area", "")
        if area and self._known.area and area[:2] != self._known.area[:2]:
            yield "area_elsewhere"
        name = hash((values["department"], values["name"]))
        if name in self._names:
            yield "same_name"
        self._names.add(name)


def _clean(value: str, faults: list[Fault], warnings: list[str]) -> str:
    """Return the value without what nobody sees; what can not be mended becomes a fault."""
    if BREAKS.search(value.strip()):
        value = BREAKS.sub(_joint, value.strip())
        warnings.append("line_break")
    rest = ODD.sub(lambda match: "" if unicodedata.category(match.group()) == "Cf" else match.group(), value)
    if rest != value:
        warnings.append("invisible")
    if odd := ODD.search(rest):
        where = "encoding" if odd.group() == "\ufffd" else "control_characters"
        faults.append(Fault(where, f"U+{ord(odd.group()):04X}"))
    return rest


def _joint(match: re.Match[str]) -> str:
    """Return what takes the place of a line break: nothing between Chinese characters, else a space."""
    text, start, end = match.string, match.start(), match.end()
    before, after = text[start - 1 : start], text[end : end + 1]
    return "" if before > "\u2e7f" or after > "\u2e7f" else " "


def coded(written: str, words: Mapping[str, str], width: int = 1) -> str | None:
    """Return the code of a value that is written as its code or as its official or usual name."""
    plain = unicodedata.normalize("NFKC", written).strip()
    if plain.isascii() and plain.isdigit() and plain.zfill(width)[:3] in words:
        return plain.zfill(width)
    names = {plain, plain.removesuffix("事项")} - {""}
    spoken = {SPOKEN[name] for name in names if name in SPOKEN}
    return next((code for code, name in words.items() if name in names or code in spoken), None)


def level_of(area: str) -> str | None:
    """Return the level (A.2) that an area code of 6, 9 or 12 digits stands for; its zeros tell it."""
    if not (area.isascii() and area.isdigit()) or len(area) not in (6, 9, 12):
        return None
    code = area.ljust(12, "0")
    for start, end, level in ((9, 12, "6"), (6, 9, "5"), (4, 6, "4"), (2, 4, "3")):
        if code[start:end].strip("0"):
            return level
    return "2"


def _coded_fields(values: Mapping[str, str], warnings: list[str]) -> Iterator[tuple[str, Any]]:
    if written := values.get("audience"):
        codes = [coded(part, AUDIENCES) for part in re.split(r"[;；,，、/|\s]+", written) if part]
        if None in codes:
            warnings.append("audience_unknown")
        if known := list(dict.fromkeys(code for code in codes if code)):
            yield "audience", known
    if written := values.get("case_kind"):
        if code := coded(written, CASE_KINDS):
            yield "case_kind", code
        else:
            warnings.append("case_kind_unknown")
    limits = {name: _limit(values.get(f"{name}_days", ""), warnings) for name in ("statutory", "promise")}
    yield from ((name, limit) for name, limit in limits.items() if limit)
    statutory, promise = limits["statutory"], limits["promise"]
    if statutory and promise and promise["days"] > statutory["days"]:
        warnings.append("promise_over_statutory")


def _limit(written: str, warnings: list[str]) -> dict[str, Any] | None:
    if not written:
        return None
    match = DAYS.match(unicodedata.normalize("NFKC", written))
    if match is None or int(match.group(1)) > 3650:
        warnings.append("days_unreadable")
        return None
    unit = "calendar" if match.group(2) in ("日历日", "自然日", "天") else "working"
    return {"days": int(match.group(1)), "unit": unit}
