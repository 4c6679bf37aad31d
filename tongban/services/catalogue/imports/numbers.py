"""Check characters of the codes that bodies carry. Codes that fail are flagged, never refused: real lists
are full of codes that were made up when the real one was not at hand.
"""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100-2015: digits and capitals without I, O, S, V, Z."""
BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
CREDIT_LENGTH, BODY_LENGTH = 18, 9


def code_warning(code: str) -> str | None:
    """Return what is doubtful about a department's code: its form, its check character, or nothing."""
    plain = code.replace("-", "").upper()
    if len(plain) == CREDIT_LENGTH and all(c in ALPHABET for c in plain):
        return None if credit_code_holds(plain) else "department_code_check"
    if len(plain) == BODY_LENGTH and plain.isascii() and plain.isalnum():
        return None if body_code_holds(plain) else "department_code_check"
    return "department_code_form"


def credit_code_holds(code: str) -> bool:
    """Return whether the check character of an 18-character 统一社会信用代码 is right (GB 32100-2015)."""
    total = sum(ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(code[:-1]))
    return ALPHABET[-total % 31] == code[-1]


def body_code_holds(code: str) -> bool:
    """Return whether the check character of a 9-character 组织机构代码 is right (GB 11714-1997)."""
    total = sum(int(c, 36) * weight for c, weight in zip(code, BODY_WEIGHTS, strict=False))
    return "0123456789X0"[(11 - total % 11) % 11] == code[-1]
