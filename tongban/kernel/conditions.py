"""Conditions in city packs: data, never code.

A condition is a mapping from an answer's name to a test; several names mean “and”::

    {alcohol: true}
    {area: {at_least: 300}, premises: rented}
    {kind: {one_of: [catering, canteen]}}
    {any: [{alcohol: true}, {seats: {above: 50}}]}
    {all: [...]}   {not: {...}}

Unknown answers make a test false (also under ``not``, where the whole stays false: what nobody
answered decides nothing). One meaning here and in words (``describe``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tongban.kernel.errors import N_

Answer = bool | int | float | str
Answers = Mapping[str, Answer]
Condition = Mapping[str, Any]

TESTS = ("at_least", "at_most", "above", "below", "one_of", "is")
JOINTS = ("all", "any", "not")
MAX_DEPTH = 8


class BadCondition(ValueError):
    """The condition is not one of the forms above. ``sentence`` and ``values`` say it in any language."""

    def __init__(self, sentence: str, **values: object) -> None:
        self.sentence = sentence
        self.values = values
        super().__init__(sentence.format(**values))


def check(condition: object, depth: int = 0) -> None:
    """Raise BadCondition unless the value is a well-formed condition."""
    if depth > MAX_DEPTH:
        raise BadCondition(N_("嵌套超过 {most} 层"), most=MAX_DEPTH)
    if not isinstance(condition, Mapping) or not condition:
        raise BadCondition(N_("条件是一个映射，至少写一个名称"))
    for name, test in condition.items():
        if not isinstance(name, str):
            raise BadCondition(N_("“{name}”不是名称"), name=_short(name))
        if name in ("all", "any"):
            if not isinstance(test, list | tuple) or not test:
                raise BadCondition(N_("“{name}”下面是条件的列表"), name=name)
            for part in test:
                check(part, depth + 1)
        elif name == "not":
            check(test, depth + 1)
        elif isinstance(test, Mapping):
            if not test:
                raise BadCondition(N_("“{name}”没有写怎么比较"), name=_short(name))
            for word, value in test.items():
                _check_test(name, word, value)
        elif not isinstance(test, bool | int | float | str):
            raise BadCondition(N_("“{name}”不能与“{value}”比较"), name=_short(name), value=_short(test))


def _check_test(name: str, word: object, value: object) -> None:
    if word not in TESTS:
        raise BadCondition(
            N_("“{name}”没有“{word}”这种比较；可以写：{tests}"),
            name=_short(name),
            word=_short(word),
            tests=", ".join(TESTS),
        )
    if word == "one_of":
        plain = isinstance(value, list | tuple) and all(
            isinstance(one, bool | int | float | str) for one in value
        )
        if not plain or not value:
            raise BadCondition(N_("“{name}”的 {word} 下面是值的列表"), name=_short(name), word=word)
    elif word == "is":
        if not isinstance(value, bool | int | float | str):
            raise BadCondition(N_("“{name}”的 {word} 只写一个值"), name=_short(name), word=word)
    elif isinstance(value, bool) or not isinstance(value, int | float):
        raise BadCondition(N_("“{name}”的 {word} 后面是数字"), name=_short(name), word=word)


def _short(value: object) -> str:
    return str(value)[:40]


def names(condition: Condition | None) -> Iterator[str]:
    """Yield the names of all answers that the condition looks at."""
    for name, test in (condition or {}).items():
        if name in ("all", "any"):
            for part in test:
                yield from names(part)
        elif name == "not":
            yield from names(test)
        else:
            yield name


def holds(condition: Condition | None, answers: Answers) -> bool:
    """Return whether the condition holds for the answers; no condition always holds."""
    return condition is None or _value(condition, answers) is True


def _value(condition: Condition, answers: Answers) -> bool | None:
    """Three-valued (Kleene): True, False, or None where an answer is missing."""
    return _and(_part(name, test, answers) for name, test in condition.items())


def _part(name: str, test: Any, answers: Answers) -> bool | None:
    if name == "all":
        return _and(_value(part, answers) for part in test)
    if name == "any":
        inverse = _and(_not(_value(part, answers)) for part in test)
        return _not(inverse)
    if name == "not":
        return _not(_value(test, answers))
    if name not in answers:
        return None
    answer = answers[name]
    if isinstance(test, Mapping):
        return all(_test(word, value, answer) for word, value in test.items())
    return _same(answer, test)


def _same(answer: Answer, value: Any) -> bool:
    return isinstance(answer, bool) == isinstance(value, bool) and answer == value


def _test(word: str, value: Any, answer: Answer) -> bool:
    if word == "one_of":
        return any(_same(answer, one) for one in value)
    if word == "is":
        return _same(answer, value)
    if isinstance(answer, bool) or not isinstance(answer, int | float):
        return False
    if word == "at_least":
        return answer >= value
    if word == "at_most":
        return answer <= value
    return answer > value if word == "above" else answer < value


def _and(parts: Iterator[bool | None]) -> bool | None:
    result: bool | None = True
    for part in parts:
        if part is False:
            return False
        if part is None:
            result = None
    return result


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value
