"""What the validator found wrong, said in a sentence a person can act on, at the line where it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from tongban.foundation.packs.reading.plain import Path
from tongban.foundation.packs.reading.rules import RULES
from tongban.foundation.packs.reading.text import shown
from tongban.foundation.packs.types import Official, Phrase, Place, Problems, Term, did_you_mean
from tongban.kernel.errors import N_
from tongban.kernel.width import find_full_width

CODE_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
ALTERNATIVES = re.compile(r"\^\(?((?:[\w.]+\|)*[\w.]+)\)?\$")
ONE_OF = re.compile(r"\^\[(\w+)\](\??)\$")

KINDS: dict[str, str] = {
    "string_type": N_("文字"),
    "tuple_type": N_("列表，每一条以“- ”开头或写在 [ ] 里"),
    "list_type": N_("列表，每一条以“- ”开头或写在 [ ] 里"),
    "dict_type": N_("映射（名称: 值）"),
    "model_type": N_("映射（名称: 值）"),
    "model_attributes_type": N_("映射（名称: 值）"),
    "int_type": N_("整数"),
    "bool_type": N_("true 或 false"),
    "date_type": N_("日期"),
}
FOUND: tuple[tuple[type, str], ...] = (
    (bool, N_("true 或 false（文字要加引号）")),
    (str, N_("文字“{value}”")),
    (int, N_("数字 {value}")),
    (list, N_("列表")),
    (dict, N_("映射（名称: 值）")),
)
FORMS: dict[str, str] = {
    r"^[0-9]{6}$": N_("要六位数字，如 310104"),
    r"^[0-9]{9}$": N_("要九位数字，如 310104003"),
    r"^[0-9]{12}$": N_("要十二位数字"),
    r"^[^\s\u3000\uff01-\uff5e]+$": N_("不能有空格"),
    r"^[a-z][a-z0-9_]*$": N_("以小写字母开头，只用小写字母、数字和下划线，如 seats"),
}
AT_LEAST = N_("不小于 {least}")
AT_MOST = N_("不大于 {most}")


@dataclass(frozen=True, slots=True)
class Naming:
    """Official names of fields and of the values of code lists, for sentences."""

    fields: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, tuple[Official, ...]] = field(default_factory=dict)

    def of(self, name: str) -> Term:
        """Return a field's name with its official term."""
        return Term(name, self.fields.get(name, ""))


At = Callable[[Path, bool], Place]
"""Where the value at a path of the record stands; with True, where its name stands."""


def explain(
    error: ValidationError, model: type[BaseModel], data: Any, at: At, naming: Naming, problems: Problems
) -> None:
    """Tell every mistake of one record, each at its place and each once."""
    told: set[Path] = set()
    for detail in error.errors(include_url=False):
        path = _path(detail, data)
        kind = detail["type"]
        if path in told and kind not in ("missing", "extra_forbidden"):
            continue  # several readings of one value failed: one sentence is enough
        told.add(path)
        _Mistake(detail, path, model, at, naming, problems).tell()


def _path(detail: ErrorDetails, data: Any) -> Path:
    """Return the location without what the validator adds for the variants of a union."""
    found: list[str | int] = []
    here: Any = data
    location = detail["loc"]
    for position, step in enumerate(location):
        if _leads_on(here, step):
            here = here[step]
        elif detail["type"] == "missing" and position == len(location) - 1:
            pass
        else:
            continue
        found.append(step)
    return tuple(found)


def _leads_on(here: Any, step: str | int) -> bool:
    if isinstance(here, list):
        return isinstance(step, int) and step < len(here)
    return isinstance(here, dict) and step in here


@dataclass(slots=True)
class _Mistake:
    detail: ErrorDetails
    path: Path
    model: type[BaseModel]
    at: At
    naming: Naming
    problems: Problems

    def tell(self) -> None:
        kind = self.detail["type"]
        value = self.detail["input"]
        if kind == "missing":
            self._add("missing-field", self.at(self.path[:-1], False), field=self.field)
        elif kind == "extra_forbidden":
            known = [info.alias or name for name, info in fields_at(self.model, self.path[:-1]).items()]
            name = str(self.path[-1])
            self._add(
                "unknown-field", self.at(self.path, True), field=shown(name), hint=did_you_mean(name, known)
            )
        elif value is None:
            self._add("no-value", field=self.field)
        elif kind == "enum" or kind == "literal_error":
            self._wrong_value(self._allowed(), value)
        elif kind == "string_pattern_mismatch":
            self._pattern(str(value))
        elif kind in ("string_too_long", "string_too_short", "too_short", "too_long"):
            self._length(kind, value)
        elif kind in ("greater_than_equal", "less_than_equal", "greater_than", "less_than"):
            self._bounds(value)
        else:
            self._kind(kind, value)

    @property
    def field(self) -> Term:
        """The field's name, with the entry of its list: ``materials[2].basis`` is too much; the name is enough."""
        names = [step for step in self.path if isinstance(step, str)]
        return self.naming.of(shown(names[-1])) if names else Term("—")

    def _add(self, rule: str, place: Place | None = None, **values: object) -> None:
        self.problems.add(RULES[rule], place or self.at(self.path, False), **values)

    def _kind(self, kind: str, value: object) -> None:
        written = shown(value)
        if isinstance(value, str) and kind.startswith(("int", "float")):
            if not self._full_width(value):
                self._add("not-a-number", field=self.field, value=written)
        elif isinstance(value, str) and kind.startswith("bool"):
            self._add("not-true-or-false", field=self.field, value=written)
        elif kind.startswith("date"):
            self._add("not-a-date", field=self.field, value=written)
        elif kind in KINDS or kind in ("int_from_float", "bool_parsing"):
            wanted = Phrase(KINDS.get(kind, KINDS["int_type"]))
            self._add("wrong-kind", field=self.field, wanted=wanted, found=_found(value))
        else:
            self._add("bad-entry", field=self.field, value=written)

    def _pattern(self, value: str) -> None:
        pattern = str(self.detail.get("ctx", {}).get("pattern", ""))
        allowed = self._allowed() or alternatives(pattern)
        if not value.strip():
            self._add("too-short", field=self.field)
        elif self._full_width(value):
            pass
        elif pattern == CODE_PATTERN:
            self._add("bad-code", field=self.field, value=shown(value))
        elif allowed:
            self._wrong_value(allowed, value)
        elif pattern in FORMS:
            self._add("bad-form", field=self.field, value=shown(value), wanted=Phrase(FORMS[pattern]))
        else:
            self._add("bad-entry", field=self.field, value=shown(value))

    def _full_width(self, value: str) -> bool:
        """Tell a full-width character in a code or number; return whether there was one."""
        found = find_full_width(value)
        if found:
            self._add("full-width", field=self.field, value=shown(value), character=found[0], meant=found[1])
        return bool(found)

    def _wrong_value(self, allowed: tuple[Official, ...], value: object) -> None:
        if isinstance(value, str) and self._full_width(value):
            return
        self._add("wrong-value", field=self.field, value=shown(value), allowed=allowed)

    def _allowed(self) -> tuple[Official, ...]:
        names = [step for step in self.path if isinstance(step, str)]
        known = self.naming.values.get(names[-1], ()) if names else ()
        return known or _members(self.model, self.path)

    def _length(self, kind: str, value: Any) -> None:
        context = self.detail.get("ctx", {})
        if kind == "string_too_long":
            self._add("too-long", field=self.field, length=len(str(value)), most=context.get("max_length"))
        elif kind == "string_too_short":
            self._add("too-short", field=self.field)
        elif kind == "too_short":
            self._add("empty-list", field=self.field, least=context.get("min_length"))
        else:
            self._add("bad-entry", field=self.field, value=shown(value))

    def _bounds(self, value: object) -> None:
        context = self.detail.get("ctx", {})
        if "ge" in context:
            bounds = Phrase(AT_LEAST, (("least", context["ge"]),))
        else:
            bounds = Phrase(AT_MOST, (("most", context.get("le", "?")),))
        self._add("out-of-range", field=self.field, value=shown(value), bounds=bounds)


def _found(value: object) -> Phrase:
    for kind, sentence in FOUND:
        if isinstance(value, kind):
            return Phrase(sentence, (("value", shown(value)),))
    return Phrase(FOUND[1][1], (("value", shown(value)),))


def alternatives(pattern: str) -> tuple[Official, ...]:
    """Return the values that a pattern such as ``^[1239]$`` or ``^(a|b)$`` allows, if it is a plain choice."""
    one = ONE_OF.fullmatch(pattern)
    if one:
        return tuple(Official(value) for value in one.group(1))
    several = ALTERNATIVES.fullmatch(pattern)
    return tuple(Official(value) for value in several.group(1).split("|")) if several else ()


def fields_at(model: type[BaseModel], path: Path) -> dict[str, FieldInfo]:
    """Return the fields of the record at a path below a model, empty where it is no record."""
    found = annotation_at(model, path)
    return dict(found.model_fields) if isinstance(found, type) and issubclass(found, BaseModel) else {}


def annotation_at(model: type[BaseModel], path: Path) -> Any:
    """Return the type wanted at a path below a model, without ``None`` and constraints; None where unknown."""
    here: Any = model
    for step in path:
        if isinstance(here, type) and issubclass(here, BaseModel):
            named = {info.alias or name: info for name, info in here.model_fields.items()}
            here = bare(named[str(step)].annotation) if step in named else None
        elif get_origin(here) in (tuple, list):
            here = bare(get_args(here)[0])
        elif get_origin(here) is dict:
            here = bare(get_args(here)[1])
        else:
            return None
    return here


def bare(annotation: Any) -> Any:
    """Return a type without ``None`` beside it and without constraints around it."""
    if get_origin(annotation) is Annotated:
        return bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        some = [one for one in get_args(annotation) if one is not type(None)]
        return bare(some[0]) if len(some) == 1 else annotation
    return annotation


def _members(model: type[BaseModel], path: Path) -> tuple[Official, ...]:
    found = annotation_at(model, path)
    if isinstance(found, type) and issubclass(found, Enum):
        return tuple(Official(str(member.value)) for member in found)
    return ()
