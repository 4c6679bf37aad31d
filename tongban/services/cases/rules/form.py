"""The form: what is filled already and from where, what wins when two devices write, what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from tongban.kernel.errors import N_, Conflict, Failure, Invalid
from tongban.kernel.law import law
from tongban.services.cases.types import Asked, CaseMaterial, FieldValue, FormField, MaterialState, Missing
from tongban.services.catalogue.types import DataElement

BY_APPLICANT = "applicant"
REGISTER = "register:"
EARLIER = "case:"
ANSWER = "answer:"
SHARED = "shared:"
"""What a department said of its own register for this case: filled in, and the applicant's to change."""
LONGEST = 4000
ONLY_OF_AGENTS = frozenset({"agent"})
"""Groups of the form that only an agent or a guardian fills."""
MADE_AT_SIGNING = frozenset({"applicant-signature", "agent-signature"})
OPTIONAL_KINDS = frozenset({"boolean"})  # not ticked means no

Fields = dict[str, FieldValue]

MSG_UNKNOWN_FIELD = N_("这张表没有“{field}”这一栏。")
MSG_FROM_REGISTER = N_("“{field}”来自{register}；不对的话请点“信息有误”，写下实际的。")
MSG_NOT_A_VALUE = N_("“{field}”的内容写不进去，请重新填写。")
MSG_NOT_A_CHOICE = N_("“{name}”请从列出的里面选一个。")
MSG_NEEDED_FIELD = N_("“{name}”还没有填。")
MSG_NEEDED_PAPER = N_("《{name}》还没有交。")
MSG_NEEDED_COMMITMENT = N_("《{name}》可以用承诺代替，请看过承诺书后签字，或者把它交上来。")
MSG_OFFERED_PAPER = N_("《{name}》您以前交过“{offered}”，请确认再用一次，或者另交一份。")


def prefill(
    form: Sequence[FormField],
    registers: Mapping[str, tuple[Any, str]],
    earlier: Mapping[str, FieldValue],
    number: str,
    answered: Mapping[str, tuple[Any, str]] | None = None,
) -> Fields:
    """Return the form filled by registers first, then by the answers given now, then by an earlier case.

    Args: ``answered`` by field, what was answered at the start and the question's code.
    """
    said = answered or {}
    filled: Fields = {}
    for field in form:
        if field.code in registers:
            value, register = registers[field.code]
            filled[field.code] = FieldValue(value, REGISTER + register)
        elif field.code in said:
            value, question = said[field.code]
            filled[field.code] = FieldValue(value, ANSWER + question)
        elif field.code in earlier and not earlier[field.code].source.startswith(REGISTER):
            filled[field.code] = FieldValue(earlier[field.code].value, EARLIER + number)
    return filled


def obtained(
    form: Sequence[FormField],
    fields: Mapping[str, FieldValue],
    known: Mapping[str, tuple[Any, str]],
    elements: Callable[[], Mapping[str, DataElement]],
) -> Fields:
    """Return what departments have said of fields that nobody has filled in yet, each with whose register it is of.

    What does not fit a field is left for the applicant to say. Args: ``known`` is value and register by field.
    """
    found: Fields = {}
    for field in form:
        present = fields.get(field.code)
        if field.code not in known or (present is not None and not is_empty(present.value)):
            continue
        value, register = known[field.code]
        with suppress(Failure):
            check_values([field], {}, {field.code: value}, elements)
            found[field.code] = FieldValue(value, SHARED + register)
    return found


def check_values(
    form: Sequence[FormField],
    fields: Mapping[str, FieldValue],
    values: Mapping[str, Any],
    elements: Callable[[], Mapping[str, DataElement]],
) -> None:
    """Raise Invalid for a field the form does not have or a value that can not be chosen there, Conflict for a field
    that a register answers for.

    ``elements`` is called only when something is written: what was only sent along is not looked at.
    """
    known = {field.code for field in form}
    for code, value in values.items():
        if code not in known:
            raise Invalid("case-field-unknown", MSG_UNKNOWN_FIELD, field=str(code)[:80])
        if not _is_value(value):
            raise Invalid("case-field-value", MSG_NOT_A_VALUE, field=code)
        present = fields.get(code)
        if present and is_from_register(present) and not present.disputed and value != present.value:
            register = present.source.removeprefix(REGISTER)
            raise Conflict("case-field-from-register", MSG_FROM_REGISTER, field=code, register=register)
    written = {
        code: value for code, value in values.items() if not is_empty(value) and _is_new(fields, code, value)
    }
    listed = elements() if written else {}
    for code, value in written.items():
        if code in listed and not _can_choose(listed[code], value):
            raise Invalid("case-field-choice", MSG_NOT_A_CHOICE, name=listed[code].name)


def _is_new(fields: Mapping[str, FieldValue], code: str, value: Any) -> bool:
    return code not in fields or fields[code].value != value


def _can_choose(element: DataElement, value: Any) -> bool:
    """Return whether a value is one of those that the element lists; where it lists none, all are."""
    chosen = value if isinstance(value, list) else [value]
    return not element.choices or all(one in element.choices for one in chosen)


def _is_value(value: Any) -> bool:
    if isinstance(value, list):
        return len(value) <= 100 and all(_is_value(one) and not isinstance(one, list) for one in value)
    if isinstance(value, str):
        return len(value) <= LONGEST and "\x00" not in value
    return value is None or isinstance(value, bool | int | float)


def merge(fields: Fields, values: Mapping[str, Any], version: int) -> Fields:
    """Return the form after a save: the last write of each field wins; an empty value empties the field."""
    merged = dict(fields)
    for code, value in values.items():
        present = merged.get(code)
        if present is not None and present.value == value:
            continue  # what was only sent along keeps its source and its version
        if is_empty(value):
            merged[code] = FieldValue(None, BY_APPLICANT, version=version)
        else:
            is_disputed = present is not None and present.disputed
            merged[code] = FieldValue(value, BY_APPLICANT, is_disputed, version)
    return merged


def written_since(fields: Mapping[str, FieldValue], seen: int, mine: Iterable[str]) -> Fields:
    """Return the fields that somebody else has written since the version this device has seen."""
    own = set(mine)
    return {code: one for code, one in fields.items() if one.version > seen and code not in own}


@law("case-register-wrong", basis="个人信息保护法 46；上海市数据条例 35", says="Who says that a register is wrong is believed for "
     "this case, and its keeper has to check and answer")  # fmt: skip
def dispute(fields: Fields, code: str, claimed: Any, version: int) -> Fields:
    """Return the form with what the applicant says instead of what the register says."""
    return fields | {code: replace(fields[code], value=claimed, disputed=True, version=version)}


def is_from_register(value: FieldValue) -> bool:
    """Return whether a register answers for the value."""
    return value.source.startswith(REGISTER)


def is_empty(value: Any) -> bool:
    """Return whether a field with this value is not filled."""
    return value is None or value == [] or (isinstance(value, str) and (not value or value.isspace()))


@law("case-all-at-once-before", basis="行政许可法 30、32", says="Everything missing is listed before filing, "
     "in plain sentences")  # fmt: skip
def missing(
    form: Sequence[FormField],
    fields: Mapping[str, FieldValue],
    materials: Sequence[CaseMaterial],
    names: Callable[[], Mapping[str, DataElement]],
    *,
    by_agent: bool,
) -> tuple[Missing, ...]:
    """Return everything that stands in the way of filing: fields in the form's order, then papers.

    ``names`` is called only when a field is missing: most filings are complete and never need it.
    """
    empty = [one for one in form if is_asked(one, by_agent=by_agent) and not _is_filled(fields, one.code)]
    elements = names() if empty else {}
    found = [
        Missing("field", MSG_NEEDED_FIELD, {"name": _name(one.code, elements)}, one.items[0], one.code)
        for one in empty
    ]
    return tuple(found + [_missing_paper(one) for one in materials if one.state is MaterialState.MISSING])


def _is_filled(fields: Mapping[str, FieldValue], code: str) -> bool:
    return code in fields and not is_empty(fields[code].value)


def is_asked(field: FormField, *, by_agent: bool) -> bool:
    """Return whether a field has to be filled by this applicant before filing."""
    return field.asked is Asked.ALWAYS or (by_agent and field.asked is Asked.AGENT)


def asked_of(code: str, kind: str, group: str) -> Asked:
    """Return of whom a data element must be filled: a box left unticked is an answer, a signature comes last."""
    if code in MADE_AT_SIGNING or kind in OPTIONAL_KINDS:
        return Asked.NEVER
    return Asked.AGENT if group in ONLY_OF_AGENTS else Asked.ALWAYS


def _missing_paper(one: CaseMaterial) -> Missing:
    values = {"name": one.name}
    sentence = MSG_NEEDED_PAPER
    if one.kind == "commitment":
        sentence = MSG_NEEDED_COMMITMENT
    elif one.offered is not None:
        sentence, values = MSG_OFFERED_PAPER, {"name": one.name, "offered": one.offered_name}
    return Missing("paper", sentence, values, one.item, one.code)


def _name(code: str, elements: Mapping[str, DataElement]) -> str:
    return elements[code].name if code in elements else code
