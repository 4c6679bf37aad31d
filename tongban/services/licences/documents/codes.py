"""The square code of a paper (ISO/IEC 18004), with the data mask that makes it the easiest to read.

The standard wants eight masks tried and judged. A matrix is one whole number here, so that a rule of the judgement is
a handful of shifts over all its modules, not a loop over each: a fifth of the time, and the same code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import segno

MASKS = range(8)
LIGHT_AROUND = 4
"""Light modules behind each line: with them a finder's look-alike at the rim counts, and no line runs into the next."""
LOOKS_LIKE_A_FINDER = 0b1011101
LINE_OF_ONE, BLOCK, FINDER, UNEVEN = 3, 3, 40, 10
"""Penalties N1 to N4 (ISO/IEC 18004:2015, table 11)."""


@dataclass(frozen=True, slots=True)
class Board:
    """A matrix twice, line by line and column by column, each as one number."""

    lines: int
    columns: int

    def __xor__(self, other: Board) -> Board:
        return Board(self.lines ^ other.lines, self.columns ^ other.columns)


def code_rows(text: str) -> list[str]:
    """Return the code as lines of 0 and 1, dark being 1; errors up to a seventh of it are mended (level M)."""
    plain = segno.make(text, error="m", micro=False, mask=0)
    size, first = len(plain.matrix), board(plain.matrix)
    best = min(
        (first ^ change for change in _changes(plain.version, plain.error)),
        key=lambda one: penalty(one, size),
    )
    stride = size + LIGHT_AROUND
    said = f"{best.lines:0{size * stride}b}"
    return [said[start : start + size] for start in range(0, size * stride, stride)]


def penalty(matrix: Board, size: int) -> int:
    """Return how hard a matrix is to read: the sum of the four rules of table 11."""
    stride = size + LIGHT_AROUND
    pairs, blocks = _within(size, 2), _within(size, 2, high=2)
    return (
        _in_lines(matrix.lines, size, pairs)
        + _in_lines(matrix.columns, size, pairs)
        + BLOCK * _blocks(matrix.lines, stride, blocks)
        + UNEVEN * int(abs(matrix.lines.bit_count() * 100 / size**2 - 50) / 5)
    )


def _in_lines(all_: int, size: int, pairs: int) -> int:
    """Return the penalties of one direction: five and more alike in a line, and what looks like a finder."""
    alike = ~(all_ ^ all_ >> 1) & pairs
    fives = alike & alike >> 1
    fives &= fives >> 2
    runs = fives & ~(fives >> 1)
    return fives.bit_count() + (LINE_OF_ONE - 1) * runs.bit_count() + FINDER * _finders(all_, size)


def _finders(all_: int, size: int) -> int:
    """Return how often dark-light-dark³-light-dark stands beside four light modules; outside of the matrix is light."""
    padded = all_ << LIGHT_AROUND
    light = ~padded
    found = _within(size, 7) << LIGHT_AROUND
    for place in range(7):
        found &= (padded if LOOKS_LIKE_A_FINDER >> place & 1 else light) >> place
    four = light & light >> 1
    four &= four >> 2
    return (found & (four >> 7 | four << LIGHT_AROUND)).bit_count()


def _blocks(all_: int, stride: int, blocks: int) -> int:
    """Return how many squares of two by two are of one colour."""
    beside, beneath = all_ ^ all_ >> 1, all_ ^ all_ >> stride
    return (~(beside | beneath | beside >> stride) & blocks).bit_count()


@lru_cache(maxsize=256)
def _within(size: int, wide: int, high: int = 1) -> int:
    """Return the places from which ``wide`` modules to the left, and ``high`` lines up, are in the matrix."""
    line = (1 << size - wide + 1) - 1 << LIGHT_AROUND
    stride = size + LIGHT_AROUND
    return sum(line << number * stride for number in range(size - high + 1))


@lru_cache(maxsize=64)
def _changes(version: int, error: str) -> list[Board]:
    """Return what turns a code with mask 0 into that with each mask: it depends on version and level alone."""
    boards = [board(_any(version, error, mask).matrix) for mask in MASKS]
    return [boards[0] ^ one for one in boards]


def _any(version: int, error: str, mask: int) -> segno.QRCode:
    return segno.make("0", version=version, error=error, mask=mask, boost_error=False, micro=False)


def board(lines: Sequence[bytes | bytearray]) -> Board:
    """Return a matrix of 0 and 1 as numbers."""
    return Board(_number(lines), _number([bytes(one) for one in zip(*lines, strict=True)]))


def _number(lines: Sequence[bytes | bytearray]) -> int:
    behind = bytes(LIGHT_AROUND)
    bits = behind.join([*lines, b""])
    return int(bits.translate(DIGITS), 2)


DIGITS = bytes.maketrans(b"\x00\x01", b"01")
