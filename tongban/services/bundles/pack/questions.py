"""Questions, answers and conditions: each answer possible, each condition decided by an answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tongban.foundation.packs.types import Finding, Official, Phrase, did_you_mean
from tongban.kernel.conditions import JOINTS, TESTS, BadCondition, check
from tongban.kernel.errors import N_
from tongban.services.bundles.rules.answers import answer_problem
from tongban.services.bundles.types import Bundle, BundleQuestion

Path = tuple[str | int, ...]
Questions = Mapping[str, BundleQuestion]

KINDS = {"boolean": N_("是非题"), "number": N_("数字题"), "choice": N_("选择题")}
YES_OR_NO = (Official("true"), Official("false"))
COMPARING = tuple(word for word in TESTS if word not in ("is", "one_of"))


def question_findings(bundle: Bundle) -> Iterator[Finding]:
    """Yield questions that can not be asked, and defaults and reference answers that are none."""
    seen: set[str] = set()
    for position, question in enumerate(bundle.questions):
        path: Path = ("questions", position)
        if question.code in seen:
            yield Finding("question-twice", (*path, "code"), {"code": question.code})
        seen.add(question.code)
        values = [choice.value for choice in question.choices]
        if question.kind == "choice" and len(values) < 2:
            yield Finding("question-choices", path, {"code": question.code})
            continue
        for number, value in enumerate(values):
            if value in values[:number]:
                twice = {"code": question.code, "value": value}
                yield Finding("choice-twice", (*path, "choices", number, "value"), twice)
        yield from _answer(question, question.default, (*path, "default"), "default")
    questions = {question.code: question for question in bundle.questions}
    for name, answer in bundle.reference.items():
        if name in questions:
            yield from _answer(questions[name], answer, ("reference", name), "reference")
        else:
            yield unknown(name, questions, ("reference", name))


def _answer(question: BundleQuestion, answer: object, path: Path, field: str) -> Iterator[Finding]:
    problem = answer_problem(question, answer)
    if problem:
        detail = Phrase(problem.sentence, tuple(problem.values.items()))
        yield Finding("answer-not-possible", path, {"field": field, "detail": detail})


def unknown(name: str, questions: Iterable[str], path: Path) -> Finding:
    """Return the finding that a name is no question, with the nearest one."""
    return Finding("unknown-question", path, {"name": name, "hint": did_you_mean(name, questions)})


def leaves(condition: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield every name with its test, however the condition is joined; it must be well-formed."""
    for name, test in condition.items():
        if name in JOINTS:
            for part in test if isinstance(test, list | tuple) else [test]:
                yield from leaves(part)
        else:
            yield name, test


def condition_findings(condition: dict[str, Any], questions: Questions, path: Path) -> Iterator[Finding]:
    """Yield what is wrong with a condition that must be decided by these questions."""
    for name, test in leaves(condition):
        if name not in questions:
            yield unknown(name, questions, path)
        else:
            yield from findings_of_test(questions[name], test, path)


def well_formed(condition: object) -> BadCondition | None:
    """Return what is wrong with the form of a condition, if anything."""
    try:
        check(condition)
    except BadCondition as bad:
        return bad
    return None


def findings_of_test(question: BundleQuestion, test: Any, path: Path) -> Iterator[Finding]:
    """Yield tests that no answer to the question could pass."""
    tests = test if isinstance(test, Mapping) else {"is": test}
    for word, value in tests.items():
        if word in COMPARING:
            if question.kind != "number":
                yield _wrong_kind(question, path)
        else:
            for one in value if word == "one_of" else [value]:
                yield from _value(question, one, path)


def _value(question: BundleQuestion, value: object, path: Path) -> Iterator[Finding]:
    if question.kind == "choice":
        if not any(
            type(choice.value) is type(value) and choice.value == value for choice in question.choices
        ):
            allowed = tuple(
                Official(str(choice.value), choice.label, choice.english or "") for choice in question.choices
            )
            yield Finding(
                "condition-value", path, {"name": question.code, "value": value, "allowed": allowed}
            )
    elif question.kind == "boolean":
        if not isinstance(value, bool):
            yield Finding(
                "condition-value", path, {"name": question.code, "value": value, "allowed": YES_OR_NO}
            )
    elif isinstance(value, bool | str):
        yield _wrong_kind(question, path)


def _wrong_kind(question: BundleQuestion, path: Path) -> Finding:
    return Finding("condition-kind", path, {"name": question.code, "kind": Phrase(KINDS[question.kind])})
