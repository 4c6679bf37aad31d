"""The sounds of Chinese text: for people who type letters, and for words that sound alike."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

from pypinyin import lazy_pinyin
from pypinyin.constants import PINYIN_DICT
from pypinyin.contrib.tone_convert import to_normal


@lru_cache(maxsize=8192)
def sound(character: str) -> str:
    """Return the most usual syllable of one character without its tone; other text sounds as written."""
    if len(character) != 1:
        return character
    readings = PINYIN_DICT.get(ord(character))
    return str(to_normal(readings.split(",")[0])) if readings else character


def sounds(parts: list[str]) -> list[str]:
    """Return one syllable a unit, each character by itself, so that a part sounds as it does in the whole."""
    return [sound(part) for part in parts]


def read_aloud(word: str) -> list[str]:
    """Return the syllables of a word as it is read (银行 is yin hang); for what people type in letters."""
    return [syllable for syllable in lazy_pinyin(word, v_to_u=False) if syllable.strip()]


def initials(syllables: list[str]) -> str:
    """Return the first letters: kai fan dian → kfd."""
    return "".join(syllable[0] for syllable in syllables)


def sound_pairs(syllables: list[str]) -> list[str]:
    """Return all neighbouring syllables."""
    return [f"{a} {b}" for a, b in pairwise(syllables)]
