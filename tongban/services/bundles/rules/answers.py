"""What a person answered: filled in from the defaults, and checked against the questions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from difflib import get_close_matches

from tongban.kernel.conditions import Answer
from tongban.kernel.errors import N_, Invalid
from tongban.services.bundles.types import Bundle, BundleQuestion

YES = frozenset({"true", "yes", "on", "1", "是", "有", "要"})
NO = frozenset({"false", "no", "off", "0", "否", "无", "不", "没有", "不要"})


def fill_answers(bundle: Bundle, answers: Mapping[str, Answer]) -> dict[str, Answer]:
    """Return an answer to every question: the given one, else the question's default.

    Raises Invalid for a name that is no question and for an answer outside what the question allows.
    """
    for problem in answer_problems(bundle, answers):
        raise problem
    return {q.code: answers.get(q.code, q.default) for q in bundle.questions}


def answer_problems(bundle: Bundle, answers: Mapping[str, Answer]) -> tuple[Invalid, ...]:
    """Return everything that is wrong with the answers, one sentence each."""
    questions = {q.code: q for q in bundle.questions}
    problems = []
    for name in sorted(answers, key=str):
        question = questions.get(name)
        problem = answer_problem(question, answers[name]) if question else _unknown(name, questions)
        if problem:
            problems.append(problem)
    return tuple(problems)


def answer_problem(question: BundleQuestion, answer: object) -> Invalid | None:
    """Return what is wrong with one answer, or None."""
    if question.kind == "boolean":
        return None if isinstance(answer, bool) else _not_yes_or_no(question, answer)
    if question.kind == "choice":
        return _choice_problem(question, answer)
    return _number_problem(question, answer)


def _unknown(name: str, known: Mapping[str, BundleQuestion]) -> Invalid:
    near = get_close_matches(str(name), list(known), n=1)
    if near:
        return Invalid(
            "bundle-unknown-answer",
            N_("没有“{name}”这个问题，是不是“{near}”？"),
            name=_short(name),
            near=near[0],
        )
    if not known:
        return Invalid(
            "bundle-unknown-answer", N_("没有“{name}”这个问题：这件事不用回答问题。"), name=_short(name)
        )
    return Invalid(
        "bundle-unknown-answer",
        N_("没有“{name}”这个问题，可以回答的有：{known}。"),
        name=_short(name),
        known="、".join(sorted(known)),
    )


def _not_yes_or_no(question: BundleQuestion, answer: object) -> Invalid:
    return Invalid(
        "bundle-answer-boolean",
        N_("“{ask}”请回答是或否，现在是“{answer}”。"),
        ask=question.ask,
        answer=_short(answer),
    )


def _choice_problem(question: BundleQuestion, answer: object) -> Invalid | None:
    # True == 1 in Python; a choice of 1 is not answered by “yes”.
    if any(type(answer) is type(c.value) and answer == c.value for c in question.choices):
        return None
    return Invalid(
        "bundle-answer-choice",
        N_("“{ask}”没有“{answer}”这个选项，可选：{choices}。"),
        ask=question.ask,
        answer=_short(answer),
        choices="、".join(f"{c.value}（{c.label}）" for c in question.choices),
    )


def _number_problem(question: BundleQuestion, answer: object) -> Invalid | None:
    if isinstance(answer, bool) or not isinstance(answer, int | float) or not math.isfinite(answer):
        return Invalid(
            "bundle-answer-number",
            N_("“{ask}”请填数字，现在是“{answer}”。"),
            ask=question.ask,
            answer=_short(answer),
        )
    if question.least is not None and answer < question.least:
        return Invalid(
            "bundle-answer-least",
            N_("“{ask}”不能小于 {least}，现在是 {answer}。"),
            ask=question.ask,
            least=question.least,
            answer=_short(answer),
        )
    if question.most is not None and answer > question.most:
        return Invalid(
            "bundle-answer-most",
            N_("“{ask}”不能大于 {most}，现在是 {answer}。"),
            ask=question.ask,
            most=question.most,
            answer=_short(answer),
        )
    return None


def read_answers(bundle: Bundle, raw: Mapping[str, str]) -> tuple[dict[str, Answer], dict[str, Invalid]]:
    """Read answers that came as text (a form, a query): the good ones, and what is wrong with each bad one.

    Names that are no question are left alone: a query string carries other things too. An empty text is
    no answer.
    """
    good: dict[str, Answer] = {}
    problems: dict[str, Invalid] = {}
    for question in bundle.questions:
        text = str(raw.get(question.code, "")).strip()
        if not text:
            continue
        answer = read_answer(question, text)
        problem = answer_problem(question, answer)
        if problem:
            problems[question.code] = problem
        else:
            good[question.code] = answer
    return good, problems


def read_answer(question: BundleQuestion, text: str) -> Answer:
    """Return the answer that a text means, or the text itself where it means none."""
    if question.kind == "boolean":
        word = text.lower()
        return True if word in YES else False if word in NO else text
    if question.kind == "choice":
        return next((c.value for c in question.choices if _as_text(c.value) == text), text)
    return _number(text)


def _as_text(value: Answer) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _number(text: str) -> Answer:
    """Read a number also when it was typed with full-width digits (３２０)."""
    try:
        value = float(text)
    except ValueError:
        return text
    return int(value) if math.isfinite(value) and value == int(value) and abs(value) < 1e15 else value


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 40 else text[:39] + "…"
