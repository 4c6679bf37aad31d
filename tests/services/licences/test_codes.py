"""The square code on a paper: the one that a known maker makes, with the mask that the standard's rules prefer."""

from __future__ import annotations

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.services.licences.documents import codes

LINK = "http://localhost:8000/verify?id=JXSY3101042026000123&code=7KQ2MX"
FINDER = [1, 0, 1, 1, 1, 0, 1]
Matrix = list[list[int]]


def with_each_mask(text: str) -> list[Matrix]:
    return [
        [[int(dark) for dark in line] for line in segno.make(text, error="m", micro=False, mask=mask).matrix]
        for mask in codes.MASKS
    ]


def in_a_line(line: list[int]) -> int:
    """ISO/IEC 18004:2015, table 11, N1 and N3, one module after another."""
    found, run = 0, 1
    for before, now in zip(line, [*line[1:], -1], strict=True):
        if before == now:
            run += 1
            continue
        found += run - 2 if run >= 5 else 0
        run = 1
    padded = [0] * 4 + line + [0] * 4
    for place in range(4, 4 + len(line) - 6):
        around = padded[place - 4 : place], padded[place + 7 : place + 11]
        found += 40 if padded[place : place + 7] == FINDER and not all(any(four) for four in around) else 0
    return found


def slowly_judged(matrix: Matrix) -> int:
    size = len(matrix)
    lines = sum(in_a_line(line) for line in [*matrix, *map(list, zip(*matrix, strict=True))])
    blocks = sum(
        matrix[y][x] == matrix[y][x + 1] == matrix[y + 1][x] == matrix[y + 1][x + 1]
        for y in range(size - 1)
        for x in range(size - 1)
    )
    dark = sum(map(sum, matrix))
    return lines + 3 * blocks + 10 * int(abs(dark * 100 / size**2 - 50) / 5)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.text(min_size=1, max_size=300))
def test_the_code_is_a_known_makers_with_the_mask_that_reads_best(text: str) -> None:
    made = [[int(sign) for sign in line] for line in codes.code_rows(text)]
    known = with_each_mask(text)
    judged = [slowly_judged(one) for one in known]
    assert made in known
    assert judged[known.index(made)] == min(judged)


def test_a_link_has_the_size_that_a_camera_reads() -> None:
    rows = codes.code_rows(LINK)
    assert len(rows) == 37  # version 5
    assert {len(line) for line in rows} == {37}
    assert set("".join(rows)) == {"0", "1"}


def test_what_lies_at_the_rim_is_judged_as_if_all_around_were_light() -> None:
    matrix = [[0] * 21 for _ in range(21)]
    for place in (0, 14):
        matrix[place][place : place + 7] = FINDER
    board = codes.board([bytes(line) for line in matrix])
    assert codes.penalty(board, 21) == slowly_judged(matrix)
