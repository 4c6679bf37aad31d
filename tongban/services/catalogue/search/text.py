"""Text as search sees it: normalised, cut into units, without the words that only politeness adds.

A *unit* is one Chinese character or one run of Latin letters and digits. Everything else separates.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

import rjieba

LONGEST = 100
"""Characters of a query that are read; the rest is left out."""

_UNIT = re.compile(r"[a-z0-9]+|[^\W_a-z0-9]")
_CHUNK = re.compile(r"[^\W_]+")

_LEADING = (
    "请问|您好|你好|我们|我|本人|咱们|想要|想|要|需要|打算|准备|怎么样|怎么|怎样|如何|去哪里|去哪儿|去哪|"
    "在哪里|在哪儿|在哪|哪里|哪儿|能不能|可不可以|可以|能否|是否|帮我|帮忙|给我|关于|有关|麻烦"
)
_STOP = (
    _LEADING
    + "|办理|申请|申办|办|去|到|在|给|把|的|了|吗|呢|吧|啊|呀|么|嘛|一下|一个|个|一张|这个|那个|手续|流程|指南|"
    "怎么办|怎么弄|怎么做|咋|咋办|咋弄|弄|搞|什么|哪些|材料|资料|多少钱|多少|多久|几天|要带|带|"
    "有没有|能|会|是|和|与|及|或|或者|以及|等|用|上海|上海市|本市|网上|线上|自己|现在|如果|应该|必须|"
    "地方|哪个|部门|窗口|a|an|the|to|of|for|my|i|in|how|do|want|get|where|can"
)
_LEADING_WORDS = re.compile(f"(?:{_LEADING})+")
_ONLY_STOP_WORDS = re.compile(f"(?:{'|'.join(sorted(_STOP.split('|'), key=len, reverse=True))})+")


def normalise(text: str) -> str:
    """Return the text in NFKC and lower case, everything but letters and digits folded into one space.

    At most LONGEST characters are returned; what a person could not have meant to type (control
    characters, halves of surrogate pairs, emoji) is gone.
    """
    # NFKC can make 18 characters of one, so cut before and after.
    plain = unicodedata.normalize("NFKC", text[: 4 * LONGEST]).lower()
    return " ".join(_CHUNK.findall(plain))[:LONGEST].strip()


def units(text: str) -> list[str]:
    """Return the units of a normalised text."""
    return _UNIT.findall(text)


def pairs(parts: Sequence[str]) -> list[str]:
    """Return all neighbours of a sequence of units, joined."""
    return [a + b for a, b in pairwise(parts)]


@lru_cache(maxsize=4096)
def words(chunk: str) -> tuple[str, ...]:
    """Return the words of a piece of normalised text, in order."""
    return tuple(word for word in rjieba.cut(chunk) if not word.isspace())


@lru_cache(maxsize=4096)
def small_words(word: str) -> tuple[str, ...]:
    """Return the words that a long word is made of, or the word itself: 养老保险 → 养老, 保险."""
    if len(word) < 4 or word.isascii():
        return (word,)
    known = sorted({part for part in rjieba.cut_for_search(word) if 2 <= len(part) < len(word)}, key=len)
    return _tiled(word, known) or (word,)


def _tiled(rest: str, known: Sequence[str]) -> tuple[str, ...] | None:
    """Return words that make up the rest, the shortest that fit, or none if there are no such words."""
    if not rest:
        return ()
    for part in known:
        if rest.startswith(part):
            further = _tiled(rest[len(part) :], known)
            if further is not None:
                return (part, *further)
    return None


@lru_cache(maxsize=4096)
def is_stop(word: str) -> bool:
    """Return whether the word says nothing about the matter (我要, 怎么, 办理 …)."""
    return _ONLY_STOP_WORDS.fullmatch(word) is not None


def without_lead(text: str) -> str:
    """Return the normalised text without the polite words it begins with, unless it has no others."""
    match = _LEADING_WORDS.match(text)
    return (text[match.end() :].lstrip() if match else text) or text


def core_units(text: str) -> list[str]:
    """Return the units of a normalised text without stop words; all units when nothing else is left."""
    kept = [
        unit
        for chunk in without_lead(text).split()
        for word in words(chunk)
        if not is_stop(word)
        for unit in units(word)
    ]
    return kept or units(text)


def join(parts: Sequence[str]) -> str:
    """Return units as one string; a space stays only between two Latin units."""
    joined: list[str] = []
    for part in parts:
        if joined and part.isascii() and joined[-1].isascii():
            joined.append(" ")
        joined.append(part)
    return "".join(joined)


def core(text: str) -> str:
    """Return a text as it is compared: normalised and without stop words."""
    return join(core_units(normalise(text)))


def bag(parts: Iterable[str]) -> str:
    """Return one string for all orders of the same units: it finds a title whose words were moved."""
    return "".join(sorted(parts))
