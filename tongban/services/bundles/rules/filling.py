"""Answers that fill in the form: what was asked at the start is not asked again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tongban.kernel.conditions import Answer
from tongban.services.bundles.types import BundleQuestion


def filled(
    questions: Iterable[BundleQuestion], answers: Mapping[str, Answer]
) -> dict[str, tuple[Answer, str]]:
    """Return what the answers write into the form: by data element, the value and the question's code."""
    return {
        question.fills: (written(question, answers[question.code]), question.code)
        for question in questions
        if question.fills is not None and question.code in answers
    }


def written(question: BundleQuestion, answer: Answer) -> Answer:
    """Return an answer as it stands in the form: of a choice what it says to write, else its label."""
    choice = next((one for one in question.choices if one.value == answer), None)
    if question.kind != "choice" or choice is None:
        return answer
    return choice.label if choice.fills is None else choice.fills
