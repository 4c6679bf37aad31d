"""Which law stands behind a rule: written where the rule is, read by ``tools/reference_law.py``.

A test that shows the rule carries ``@pytest.mark.law("code")``; a rule without a test, and a test without a
rule, fail the check of ``docs/reference/law.md``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

F = TypeVar("F", bound=Callable[..., object])
CITED = re.compile(
    r"《?[\u4e00-\u9fff（）、]*(?:法|法典|条例|办法|规定|规则|细则|决定|解释)》?"
    r"\s*(?:第\s*(?:[0-9]+|[零一二三四五六七八九十百]+)\s*条|[0-9]+)"
)
"""A law and its article, as they are cited: 个人信息保护法 47, 《档案法》第十三条."""


def names_article(text: str) -> bool:
    """Return whether a text begins with a law and one of its articles."""
    return CITED.match(text.strip()) is not None


def law(code: str, *, basis: str, says: str) -> Callable[[F], F]:
    """Mark a function as what holds a duty: ``code`` for its tests, law and article, and what it says."""

    def mark(function: F) -> F:
        return function

    return mark
