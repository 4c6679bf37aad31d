"""Numbers that can not be guessed, and are hard to write wrongly."""

from __future__ import annotations

import secrets
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tongban.services.cases.rules import numbers

NUMBERS = st.integers(0, 9 * 10**14 - 1).map(lambda one: numbers.make_number(lambda below: one))


@given(NUMBERS)
def test_a_number_is_read_back_however_it_is_spaced(number: str) -> None:
    assert len(number) == 16
    assert number[0] != "0"
    for text in (number, numbers.spaced(number), f" {number[:8]}-{number[8:]} "):
        assert numbers.read_number(text) == number


@given(NUMBERS, st.integers(0, 15), st.integers(1, 9))
def test_one_wrong_digit_is_found(number: str, place: int, more: int) -> None:
    wrong = str((int(number[place]) + more) % 10)
    assert numbers.read_number(number[:place] + wrong + number[place + 1 :]) is None


@given(st.text(max_size=20))
def test_any_text_is_a_number_or_none(text: str) -> None:
    found = numbers.read_number(text)
    assert found is None or (len(found) == 16 and found.isascii())


def test_full_width_digits_are_none() -> None:
    number = numbers.make_number(secrets.randbelow)
    assert numbers.read_number(number.translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789"})) is None


def test_ten_thousand_are_ten_thousand() -> None:
    made = {numbers.make_number(secrets.randbelow) for _ in range(10_000)}
    assert len(made) == 10_000
    ordered = sorted(map(int, made))
    assert max(b - a for a, b in pairwise(ordered)) > 10**9, "they do not count up"


def test_codes_have_no_signs_that_look_alike() -> None:
    code = "".join(numbers.make_code(secrets.randbelow) for _ in range(500))
    assert not set(code) & set("01OIL")
    assert len(numbers.make_code(secrets.randbelow)) == 6
