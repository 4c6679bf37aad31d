"""What is wrong with a parameter or a field of a body, in one kind sentence each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, Literal

from pydantic import BaseModel, Field

from tongban.kernel.errors import N_
from tongban.kernel.language import translate

Place = Literal["query", "body"]
SHOWN = 60
"""Characters shown of what was sent."""

# By the type of pydantic's error, and of our own readers in parameters.py.
WORDS: dict[str, tuple[str, str]] = {
    "missing": ("missing", N_("必须给出。")),
    "number": ("not-a-number", N_("要用整数，例如 1；现在是“{input}”。")),
    "flag": ("not-a-boolean", N_("只能是 true 或 false；现在是“{input}”。")),
    "day": ("not-a-date", N_("要用真实存在的日期，写成 2026-03-02 的样子；现在是“{input}”。")),
    "greater_than_equal": ("too-small", N_("不能小于 {ge}；现在是 {input}。")),
    "less_than_equal": ("too-large", N_("不能大于 {le}；现在是 {input}。")),
    "string_too_long": ("too-long", N_("最多 {max_length} 个字符。")),
    "too_long": ("too-long", N_("最多 {max_length} 项。")),
    "literal_error": ("not-one-of", N_("只能是其中之一：{expected}；现在是“{input}”。")),
    "enum": ("not-one-of", N_("只能是其中之一：{expected}；现在是“{input}”。")),
    "extra_forbidden": ("unknown", N_("没有这个字段。")),
    "dict_type": ("not-an-object", N_("要用 JSON 对象，例如 {{}}。")),
    "model_attributes_type": ("not-an-object", N_("要用 JSON 对象，例如 {{}}。")),
    "model_type": ("not-an-object", N_("要用 JSON 对象，例如 {{}}。")),
}
ANSWER = ("not-an-answer", N_("回答只能是 true、false、数字或文字。"))
OTHER = ("invalid", N_("这个值不对：“{input}”。"))
UNKNOWN = N_("没有这个参数。这里的参数有：{known}。")
UNKNOWN_NEAR = N_("没有这个参数，是不是“{near}”？")
UNKNOWN_ALL = N_("没有这个参数：这个地址没有参数。")
REPEATED = N_("这个参数只能给一次。")


class Complaint(BaseModel):
    """One thing that is wrong with what was sent."""

    place: Place = Field(description="Where it was given")
    field: str = Field(description="Name of the parameter, or path in the body joined by dots")
    code: str = Field(description="Stable name of what is wrong, for programs")
    message: str = Field(description="What is wrong and how to mend it, for people")


def of(errors: Iterable[Mapping[str, Any]], language: str) -> list[Complaint]:
    """Return pydantic's errors as complaints in the language, one a field."""
    found = {complaint.field: complaint for complaint in (_complaint(error, language) for error in errors)}
    return list(found.values())


def of_names(given: Mapping[str, int], known: Iterable[str], language: str) -> list[Complaint]:
    """Return complaints about names of parameters: those that do not exist, those given more than once."""
    names = tuple(known)
    found = []
    for name, times in given.items():
        if name not in names:
            found.append(
                Complaint(
                    place="query", field=name[:SHOWN], code="unknown", message=_unknown(name, names, language)
                )
            )
        elif times > 1:
            found.append(
                Complaint(place="query", field=name, code="repeated", message=translate(REPEATED, language))
            )
    return found


def _unknown(name: str, names: tuple[str, ...], language: str) -> str:
    near = get_close_matches(name[:SHOWN], names, n=1)
    if near:
        return translate(UNKNOWN_NEAR, language, near=near[0])
    return translate(UNKNOWN, language, known=", ".join(names)) if names else translate(UNKNOWN_ALL, language)


def _complaint(error: Mapping[str, Any], language: str) -> Complaint:
    place, *steps = error["loc"]
    if place == "body":
        steps = steps[1:]  # ninja names the argument that takes the body
    code, sentence = WORDS.get(error["type"], OTHER)
    if steps[:1] == ["answers"] and len(steps) > 1:
        # pydantic complains once for each type an answer may have.
        steps, (code, sentence) = steps[:2], ANSWER
    shown = str(error.get("input", ""))
    values = {**error.get("ctx", {}), "input": shown if len(shown) <= SHOWN else shown[: SHOWN - 1] + "…"}
    return Complaint(
        place="body" if place == "body" else "query",
        field=".".join(str(step) for step in steps)[:200],
        code=code,
        message=translate(sentence, language, **values),
    )
