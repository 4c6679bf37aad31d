"""Licence numbers, verification codes, and the stand-in for a body's code in a demonstration."""

from __future__ import annotations

import hashlib
import re
import secrets
from functools import lru_cache

from stdnum.cn import uscc

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No signs that look alike; some people read the code out on the telephone."""
CODE_LENGTH = 6
LETTERS = 4
AREA_OF_NOBODY = "990000"
"""No place has this area code: a body's stand-in code can not be taken for a real one."""


def new_code() -> str:
    """Return a verification code: 30 bits, of use only together with number or identifier."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def tidy_code(text: str) -> str:
    """Return a code as it was typed, without spaces and in capitals."""
    return "".join(text.split()).upper()


@lru_cache(maxsize=2000)
def letters_of(name: str) -> str:
    """Return the first letters of a licence's name as it sounds: 食品经营许可证 → SPJY."""
    from pypinyin import Style, lazy_pinyin  # slow to import

    found = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER, errors="ignore")).upper()
    return (re.sub("[^A-Z]", "", found) or "ZZ")[:LETTERS]


def series_of(letters: str, area: str, year: int) -> str:
    """Return the series in which numbers are counted: one for each kind of licence, place and year."""
    return f"{letters}{area}{year}"


def number_in(series: str, count: int) -> str:
    """Return the number: ``SPJY3101042026000123``; it grows beyond six digits where a year needs it."""
    return f"{series}{count:06}"


@lru_cache(maxsize=1024)
def stand_in_code(department: str) -> str:
    """Return a well-formed unified social credit code for a body of a demonstration whose real one is not known."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    digest = int.from_bytes(hashlib.sha256(department.encode()).digest())
    organisation = ""
    for _ in range(8):
        digest, place = divmod(digest, len(alphabet))
        organisation += alphabet[place]
    front = f"11{AREA_OF_NOBODY}{organisation}"
    front += _organisation_check(organisation)
    return front + uscc.calc_check_digit(front)


def _organisation_check(code: str) -> str:
    """Return the check character of an organisation code (GB 11714)."""
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    values = (int(character, 36) for character in code)
    rest = 11 - sum(weight * value for weight, value in zip(weights, values, strict=True)) % 11
    # “X” stands for ten there; in the alphabet of the credit code it is an ordinary sign.
    return {10: "X", 11: "0"}.get(rest, str(rest))
