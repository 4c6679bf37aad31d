"""The facts of a case: what the form says, where each value comes from. Names and numbers of people stay masked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tongban.kernel.errors import N_
from tongban.services.cases import queries as cases
from tongban.services.cases.types import Case
from tongban.services.catalogue.types import DataElement

REFERENCE = re.compile(r" ?#person:[0-9a-f-]{36}$")
NUMBERS = ("-id-number", "-account-number")
NAMES = ("applicant-name", "agent-name", "legal-representative-name")
FIRST = ("company", "applicant", "agent", "legal-representative")
REGISTER, SHARED, EARLIER, OFFICE = "register:", "shared:", "case:", "office:"
YES, NO = N_("是"), N_("否")


@dataclass(frozen=True, slots=True)
class Fact:
    """One value of the form; ``is_held`` says that what is masked could be read in full, for a purpose."""

    code: str
    name: str
    english: str
    value: str
    source: str
    disputed: bool = False
    is_held: bool = False
    full: str = ""

    @property
    def can_be_unmasked(self) -> bool:
        """Return whether the whole of it is held somewhere and is not shown."""
        return self.is_held and "*" in self.value and not self.full


@dataclass(frozen=True, slots=True)
class Facts:
    """Who applies, and what else the form says."""

    who: tuple[Fact, ...]
    what: tuple[Fact, ...]


def facts(case: Case, elements: Mapping[str, DataElement]) -> Facts:
    """Return the filled fields of a case in the form's order, people first."""
    found = [(_group(code, elements), _fact(code, case, elements)) for code in _order(case)]
    filled = [(group, fact) for group, fact in found if fact.value]
    return Facts(
        tuple(fact for group, fact in filled if group in FIRST),
        tuple(fact for group, fact in filled if group not in FIRST),
    )


def find(case: Case, code: str, elements: Mapping[str, DataElement]) -> Fact | None:
    """Return one value of the form, None where there is none."""
    if code not in case.fields:
        return None
    return _fact(code, case, elements)


def _order(case: Case) -> Iterable[str]:
    known = [field.code for field in case.form if field.code in case.fields]
    return [*known, *(code for code in case.fields if code not in set(known))]


def _group(code: str, elements: Mapping[str, DataElement]) -> str:
    return elements[code].group if code in elements else ""


def _fact(code: str, case: Case, elements: Mapping[str, DataElement]) -> Fact:
    name, english = (elements[code].name, elements[code].english) if code in elements else (code, code)
    one = case.fields[code]
    return Fact(
        code, name, english, shown(code, one.value), source(one.source), one.disputed, _is_held(case, code)
    )


def _is_held(case: Case, code: str) -> bool:
    """Return whether the whole value is somewhere: with the person it points to, or as it was typed."""
    is_registered = cases.held(case, code)[0].kind == "person"
    return is_registered or "*" not in str(case.fields[code].value)


def shown(code: str, value: object) -> str:
    """Return a value as the desk shows it: numbers, phones and names of people masked."""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, list | tuple):
        return "、".join(str(one) for one in value)
    text = REFERENCE.sub("", "" if value is None else str(value))
    if "*" in text:
        return text
    if code.endswith(NUMBERS):
        return mask(text, 4, 2)
    if code.endswith("-phone") and code != "company-phone":
        return mask(text, 3, 4)
    return masked_name(text) if code in NAMES else text


def mask(text: str, first: int, last: int) -> str:
    """Return text of which only the ends can be read."""
    if len(text) <= first + last:
        return "*" * len(text)
    return f"{text[:first]}{'*' * (len(text) - first - last)}{text[-last:]}"


def masked_name(name: str) -> str:
    """Return a person's name as lists show it: 沈*秋."""
    return f"{name[:1]}*{name[-1:]}" if len(name) > 2 else f"{name[:1]}*" if name else ""


def source(said: str) -> str:
    """Return where a value comes from, in words."""
    if said.startswith(REGISTER):
        return said.removeprefix(REGISTER)
    if said.startswith(SHARED):
        return said.removeprefix(SHARED)
    if said.startswith(EARLIER):
        return N_("上次填写")
    return N_("经办更正") if said.startswith(OFFICE) else N_("申请人填写")
