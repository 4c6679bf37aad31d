"""Resident identity numbers, credit codes, phones, mails."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.foundation.identity import rules
from tongban.foundation.identity.rules import areas, numbers
from tongban.kernel.errors import Invalid

TODAY = dt.date(2026, 3, 2)
LIVING = st.dates(min_value=dt.date(1900, 1, 1), max_value=TODAY)


def made(area: str, born: dt.date, order: int) -> str:
    first = f"{area}{born:%Y%m%d}{order:03d}"
    return first + numbers.check_digit(first)


@given(st.sampled_from(sorted(areas.SHANGHAI)), LIVING, st.integers(1, 999))
def test_a_number_made_by_the_standard_is_right_exactly_where_its_area_still_was(
    area: str, born: dt.date, order: int
) -> None:
    last = areas.SHANGHAI[area][1]
    number = made(area, born, order)
    assert rules.is_resident_id(number, today=TODAY) == (last is None or born.year <= last)


@given(LIVING, st.integers(1, 999))
def test_what_it_says_is_read_back(born: dt.date, order: int) -> None:
    found = rules.check_resident_id(made("310104", born, order), today=TODAY)
    assert (found.birth_on, found.sex, found.area_name) == (born, "男" if order % 2 else "女", "徐汇区")


@given(LIVING, st.integers(1, 999), st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(born: dt.date, order: int, place: int, more: int) -> None:
    """ISO 7064 MOD 11-2 finds every single wrong sign."""
    number = made("310104", born, order)
    digit = "X0123456789".index(number[17]) - 1 if place == 17 else int(number[place])
    wrong = number[:place] + str((digit + more) % 10) + number[place + 1 :]
    if wrong != number:
        assert not rules.is_resident_id(wrong, today=TODAY)


@given(LIVING, st.integers(1, 999), st.integers(0, 16))
def test_two_neighbours_swapped_are_always_noticed(born: dt.date, order: int, place: int) -> None:
    number = made("310104", born, order)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped != number:
        assert not rules.is_resident_id(swapped, today=TODAY)


@given(LIVING, st.integers(1, 999))
def test_it_may_be_written_as_people_write_it(born: dt.date, order: int) -> None:
    number = made("310104", born, order)
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in number.lower())
    spaced = f" {number[:6]} {number[6:14]}-{number[14:]} "
    for written in (wide, spaced, number.lower()):
        assert rules.check_resident_id(written, today=TODAY).number == number


@given(st.text(max_size=30))
def test_any_text_is_answered(text: str) -> None:
    for rule in (rules.is_credit_code, rules.is_phone, rules.is_mail):
        assert rule(text) in (True, False)
    assert rules.is_resident_id(text, today=TODAY) in (True, False)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("310104800101123", "resident-id-old"),
        ("31010419900101123", "resident-id-form"),
        ("3101041990010112X4", "resident-id-form"),
        ("", "resident-id-form"),
        (made("310104", dt.date(1990, 1, 1), 1)[:17] + "A", "resident-id-form"),
        ("310104199002301233", "resident-id-birth"),
        (made("310104", dt.date(2026, 3, 3), 12), "resident-id-birth"),
        (made("310104", dt.date(1879, 1, 1), 12), "resident-id-birth"),
        (made("310225", dt.date(2005, 5, 5), 12), "resident-id-area"),
        (made("310999", dt.date(1990, 5, 5), 12), "resident-id-area"),
        (made("000000", dt.date(1990, 5, 5), 12), "resident-id-area"),
        ("310104199001011231", "resident-id-check"),
    ],
)
def test_each_mistake_has_its_own_sentence(number: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        rules.check_resident_id(number, today=TODAY)
    assert caught.value.code == code


def test_numbers_that_python_stdnum_refuses_are_right_here() -> None:
    """Born before their district was made, numbered in it later."""
    from stdnum.cn import ric

    number = made("310115", dt.date(1980, 6, 1), 11)  # 浦东新区 since 1992
    assert rules.is_resident_id(number, today=TODAY)
    assert not ric.is_valid(number)


def test_who_is_from_elsewhere_or_from_taiwan_is_let_in() -> None:
    assert rules.is_resident_id("11010519491231002X", today=TODAY)
    assert rules.is_resident_id(made("830000", dt.date(1990, 1, 1), 5), today=TODAY)


def test_credit_codes() -> None:
    assert rules.check_credit_code(" 91110000600037341l ") == "91110000600037341L"
    with pytest.raises(Invalid, match="最后一位"):
        rules.check_credit_code("911100006000373411")
    with pytest.raises(Invalid, match="18 位"):
        rules.check_credit_code("9111000060003734IL")


def test_phones_and_mails() -> None:
    assert rules.check_phone("+86 138-0013-8000") == "13800138000"
    assert not rules.is_phone("12800138000")
    assert rules.check_mail(" Name@Example.ORG ") == "name@example.org"
    assert not rules.is_mail("name@example")
    assert not rules.is_mail("a@b.c\nBcc: x@y.z")


def test_masks_leave_enough_to_know_ones_own() -> None:
    assert rules.mask_name("王小明") == "**明"
    assert rules.mask_name("王明") == "*明"
    assert rules.mask_number("310104199001011234") == "310*************34"
    assert rules.mask_phone("13800138000") == "138******00"
    assert rules.mask_mail("name@example.org") == "n***@example.org"


def test_what_was_typed_is_kept_without_anybodys_number() -> None:
    typed = "找 310104199001011234、13800138000 和 name@example.org，件号 1234567890123456"
    kept = "找 310*************34、138******00 和 n***@example.org，件号 1234567890123456"
    assert rules.mask_within(typed) == kept


@given(st.text(st.characters(exclude_characters="*"), min_size=2, max_size=20))
def test_no_mask_shows_the_whole(text: str) -> None:
    for mask in (rules.mask_name, rules.mask_number, rules.mask_phone, rules.mask_mail):
        assert mask(text) != text


def test_numbers_of_persons_and_codes_of_companies_are_found_among_other_texts() -> None:
    person, company = made("310101", dt.date(1985, 6, 15), 234), "91310000MA1FL00000"
    company = next(
        f"{company[:17]}{sign}"
        for sign in "0123456789ABCDEFGHJKLMNPQRTUWXY"
        if rules.is_credit_code(f"{company[:17]}{sign}")
    )
    said = [f" {person} ", company.lower(), "L0YBUDA23GK65XSMZ", person[:17] + "Y", "13800138000", ""]
    assert numbers.numbers_in(said) == {person, company}
    assert numbers.numbers_in([]) == frozenset()


SPOUSE, CHILD = "310101198506152345", "310101201001010012"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("310101198506152345、310101201001010012", {SPOUSE, CHILD}),
        ("310101198506152345;310101201001010012", {SPOUSE, CHILD}),
        ("310101198506152345 310101201001010012", {SPOUSE, CHILD}),
        ("310101198506152345310101201001010012", {SPOUSE, CHILD}),
        ("配偶李四（身份证310101198506152345），子女李五", {SPOUSE}),
        ("李四 3101 0119 8506 1523 45，李五 ３１０１０１２０１００１０１００１２", {SPOUSE, CHILD}),
        ('{"id": "310101198506152345"}', {SPOUSE}),
        ("卡号 6222310101198506152345", {SPOUSE}),
        ("3101  01 - 1985  0615 - 2345", {SPOUSE}),
        ("卡号 6222021001116245702，电话 13800000000", set()),
        ("上海市黄浦区人民大道 200 号 3 幢 1201 室，邮编 200003，电话 021-23111111", set()),
        ("310101198506152346、310101201001010013", set()),
        ("5f0c3a9e-1b2d-4c5e-8f70-123456789012", set()),
    ],
)
def test_numbers_are_found_wherever_they_stand_in_a_text(text: str, found: set[str]) -> None:
    assert numbers.numbers_in([text]) == found


def test_codes_of_companies_are_found_in_a_text_too() -> None:
    code = rules.check_credit_code(
        "91310115MA1K00001"
        + next(d for d in "0123456789ABCDEFGHJKLMNPQRTUWXY" if rules.is_credit_code("91310115MA1K00001" + d))
    )
    assert numbers.numbers_in([f"股东：某某有限公司（{code}）、{SPOUSE}"]) == {code, SPOUSE}


@given(st.text(max_size=60), LIVING, st.integers(1, 999), st.text(max_size=60))
def test_a_number_is_found_whatever_stands_around_it(
    before: str, born: dt.date, order: int, after: str
) -> None:
    number = made("310101", born, order)
    assert number in numbers.numbers_in([f"{before}、{number}，{after}"])


def test_a_long_text_takes_its_time_and_no_more() -> None:
    assert numbers.numbers_in(["1 " * 5_000 + SPOUSE]) == {SPOUSE}
