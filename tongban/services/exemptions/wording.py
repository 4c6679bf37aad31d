"""A reason that was kept is a Chinese sentence with its places filled: which sentence it is, so that it can be read in English."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tongban.services.exemptions import rules

PLACE = re.compile(r"\\\{(\w+)\\\}")


def _pattern(sentence: str) -> re.Pattern[str]:
    return re.compile(PLACE.sub(r"(?P<\1>.*)", re.escape(sentence)), re.DOTALL)


SENTENCES = {
    sentence: _pattern(sentence)
    for sentence in (
        *rules.REASONS.values(), *rules.BY_EXCHANGE.values(), rules.NEEDED, *rules.NEEDED_AFTER.values()
    )
}  # fmt: skip


def sentence_of(reason: str) -> tuple[str, Mapping[str, str]] | None:
    """Return the sentence of ours that a reason is, and what stands in its places; None for somebody else's words."""
    for sentence, pattern in SENTENCES.items():
        if found := pattern.fullmatch(reason):
            return sentence, found.groupdict()
    return None
