"""Full-width characters where half-width ones are wanted: codes, numbers, telephones, marks of a format."""

from __future__ import annotations

import re
import unicodedata

FULL_WIDTH = re.compile(r"[\u3000\uff01-\uff5e]")
"""Full-width forms of ASCII; Chinese punctuation such as “，” and “：” is among them."""
OTHER_FORMS = {
    "。": ".",
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "、": ",",
    "—": "-",
    "–": "-",
    "‐": "-",
    "【": "[",
    "】": "]",
    "「": '"',
    "」": '"',
    "\u3000": " ",
}


def half_width(character: str) -> str:
    """Return the half-width character that was meant."""
    return OTHER_FORMS.get(character) or unicodedata.normalize("NFKC", character)


def find_full_width(text: str) -> tuple[str, str] | None:
    """Return the first full-width character of a text and what was meant, if there is one."""
    for character in text:
        if character in OTHER_FORMS or FULL_WIDTH.match(character):
            return character, half_width(character)
    return None
