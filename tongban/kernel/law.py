"""Which law stands behind a rule: written where the rule is, read by ``tools/reference_law.py``.

A test that shows the rule carries ``@pytest.mark.law("code")``; a rule without a test, and a test without a
rule, fail the check of ``docs/reference/law.md``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

F = TypeVar("F", bound=Callable[..., object])


def law(code: str, *, basis: str, says: str) -> Callable[[F], F]:
    """Mark a function as what holds a duty: ``code`` for its tests, law and article, and what it says."""

    def mark(function: F) -> F:
        return function

    return mark
