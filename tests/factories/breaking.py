"""Each rule of a pack is shown by the smallest change to a right pack that breaks it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.factories.city import TinyCity
from tongban.foundation.packs.types import Problem, Rule

Change = Callable[[TinyCity], object]
LEFT_PLACE = re.compile(r"\{\w+\}")


@dataclass(frozen=True, slots=True)
class Break:
    """A change, the rule it breaks, and what else it can not help breaking."""

    rule: str
    change: Change
    also: frozenset[str]


class Breaks:
    """The changes for one table of rules."""

    def __init__(self) -> None:
        self.all: list[Break] = []

    def __call__(self, rule: str, *also: str) -> Callable[[Change], Change]:
        """Register the decorated change as breaking a rule."""

        def register(change: Change) -> Change:
            self.all.append(Break(rule, change, frozenset(also)))
            return change

        return register

    @property
    def parameters(self) -> list[Any]:
        """The parameters of a test, named by the rule."""
        return [pytest.param(one, id=one.rule) for one in self.all]

    def missing(self, rules: Mapping[str, Rule]) -> set[str]:
        """Return the rules that no change breaks."""
        return set(rules) - {one.rule for one in self.all}


def broken(one: Break, folder: Path) -> list[Problem]:
    """Return the problems of the broken rule, after holding that nothing else is told."""
    city = TinyCity(folder)
    one.change(city)
    problems = list(city.problems())
    told = {problem.rule.code for problem in problems}
    assert told == {one.rule} | one.also, [f"{p.place} {p.rule.code} {p.words()}" for p in problems]
    mine = [problem for problem in problems if problem.rule.code == one.rule]
    for problem in mine:
        for language in ("zh", "en"):
            sentence = problem.words(language)
            assert sentence and not LEFT_PLACE.search(sentence), sentence
        assert re.search("[一-鿿]", problem.words("zh"))
    return mine
