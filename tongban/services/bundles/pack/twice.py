"""An item may stand in a bundle several times, in different situations, if never two apply at once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, islice, product
from typing import Any

from tongban.foundation.packs.types import Finding
from tongban.kernel.conditions import Answer, holds
from tongban.services.bundles.pack.questions import leaves, well_formed
from tongban.services.bundles.types import Bundle, BundleItem, BundleQuestion

MOST_CASES = 20_000


def twice_findings(bundle: Bundle) -> Iterator[Finding]:
    """Yield entries of one item of which two would apply to the same answers."""
    entries: dict[str, list[tuple[int, BundleItem]]] = {}
    for position, entry in enumerate(bundle.items):
        entries.setdefault(entry.item, []).append((position, entry))
    for code, several in entries.items():
        for (_, first), (position, second) in combinations(several, 2):
            case = _both(first, second, bundle)
            if case is not None:
                values = {"code": code, "case": _in_words(case)}
                yield Finding("bundle-item-twice", ("items", position, "item"), values)


def _both(first: BundleItem, second: BundleItem, bundle: Bundle) -> dict[str, Answer] | None:
    """Return answers to which both entries apply, if there are some."""
    conditions = [entry.when for entry in (first, second) if entry.when is not None]
    if any(well_formed(condition) for condition in conditions):
        return None
    tests = [leaf for condition in conditions for leaf in leaves(condition)]
    asked = {question.code: question for question in bundle.questions}
    names = sorted({name for name, _ in tests if name in asked})
    values = [list(_answers(asked[name], [test for other, test in tests if other == name])) for name in names]
    for case in islice(product(*values), MOST_CASES):
        answers = dict(zip(names, case, strict=True))
        if holds(first.when, answers) and holds(second.when, answers):
            return answers
    return None


def _answers(question: BundleQuestion, tests: list[Any]) -> Iterator[Answer]:
    """Yield the answers that can make a difference: all choices, and numbers around those compared with."""
    if question.kind == "boolean":
        yield from (False, True)
    elif question.kind == "choice":
        yield from (choice.value for choice in question.choices)
    else:
        numbers = set(_numbers(tests))
        around = {number + step for number in numbers for step in (-1, 0, 1)} | {question.default}
        for number in around:
            if isinstance(number, int) and _allowed(question, number):
                yield number


def _numbers(tests: list[Any]) -> Iterator[int]:
    for test in tests:
        for value in test.values() if isinstance(test, dict) else [test]:
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, int) and not isinstance(one, bool):
                    yield one


def _allowed(question: BundleQuestion, number: int) -> bool:
    least, most = question.least, question.most
    return (least is None or number >= least) and (most is None or number <= most)


def _in_words(case: dict[str, Answer]) -> str:
    words = (
        f"{name}: {str(value).lower() if isinstance(value, bool) else value}" for name, value in case.items()
    )
    return "{" + ", ".join(words) + "}"
