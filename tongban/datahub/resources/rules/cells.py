"""What cells of a table mean, however a department's spreadsheet has kept them: days, whole numbers, names. Pure."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))
DAY = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]00:00(?::00)?)?|(\d{4})(\d{2})(\d{2})"
)
WHOLE = re.compile(r"(\d{1,9})(?:\.0+)?\s*(?:个?工作日|日|天|次|级|位)?")
SERIAL = re.compile(r"[2-7]\d{4}")
"""A day that Excel has kept as a number, from 1954 to 2119."""
WIDE = {ord("０") + n: str(n) for n in range(10)}
FIRST = dt.date(1899, 12, 30)
"""The day before which Excel counts, its leap year of 1900 included."""


def clean(cell: str) -> str:
    """Return a cell without what nobody sees: spaces of any kind around it, characters without width."""
    return cell.translate(INVISIBLE).strip()


def half_width(said: str) -> str:
    """Return a text whose figures are half-width, all else as it is."""
    return said.translate(WIDE)


def plain(said: str) -> str:
    """Return a code or a figure in half-width signs, without spaces."""
    return "".join(unicodedata.normalize("NFKC", said).split())


def alike(said: str) -> str:
    """Return a name as it is compared: half-width, in lower case, without spaces."""
    return plain(said).lower()


def day(said: str) -> dt.date | None:
    """Return the day that a cell says, in any of the ways of writing it; None where it says none."""
    text = unicodedata.normalize("NFKC", said).strip()
    if SERIAL.fullmatch(text):
        return FIRST + dt.timedelta(days=int(text))
    found = DAY.fullmatch(text)
    if found is None:
        return None
    try:
        return dt.date(*(int(part) for part in found.groups() if part is not None))
    except ValueError:
        return None


def letter(column: int) -> str:
    """Return a column (from 0) as a spreadsheet names it: A, B, … Z, AA."""
    before, at = divmod(column, 26)
    return (letter(before - 1) if before else "") + chr(ord("A") + at)


def whole(said: str) -> int | None:
    """Return the whole number that a cell says, with or without its unit; None where it says none."""
    found = WHOLE.fullmatch(unicodedata.normalize("NFKC", said).strip())
    return int(found.group(1)) if found else None
