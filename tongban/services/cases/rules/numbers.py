"""The number of a case and the code beside it: not to be guessed, and hard to write wrongly."""

from __future__ import annotations

import re
from collections.abc import Callable

DIGITS = 15
CODE_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without 0 O, 1 I L
CODE_LENGTH = 6
_SEPARATORS = re.compile(r"[\s\-－—·]")

Below = Callable[[int], int]
"""Gives a random number from 0 up to, and not, the given one: ``secrets.randbelow``."""


def make_number(below: Below) -> str:
    """Return 15 random digits, the first not zero, and a check digit (ISO 7064 MOD 11,10)."""
    digits = str(10 ** (DIGITS - 1) + below(9 * 10 ** (DIGITS - 1)))
    return digits + check_digit(digits)


def make_code(below: Below) -> str:
    """Return six random signs that can be told apart when read aloud."""
    return "".join(CODE_SIGNS[below(len(CODE_SIGNS))] for _ in range(CODE_LENGTH))


def check_digit(digits: str) -> str:
    """Return the check digit of ISO 7064 MOD 11,10: it finds every wrong digit and 49 of 50 exchanged pairs."""
    product = 10
    for digit in digits:
        total = (product + int(digit)) % 10 or 10
        product = 2 * total % 11
    return str((11 - product) % 10)


def read_number(text: str) -> str | None:
    """Return the number that somebody typed, with or without spaces and hyphens; None if it can not be one."""
    digits = _SEPARATORS.sub("", text)
    right = len(digits) == DIGITS + 1 and digits.isascii() and digits.isdigit()
    return digits if right and check_digit(digits[:-1]) == digits[-1] else None


def spaced(number: str) -> str:
    """Return the number in groups of four, as receipts print it."""
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))
