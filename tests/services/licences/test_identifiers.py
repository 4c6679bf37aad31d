"""Identifiers against samples of real licences, and their check character."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc
from stdnum.iso7064 import mod_37_36

from tongban.kernel.errors import Invalid
from tongban.services.licences.rules import identifiers, numbers

SAMPLES = [
    "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U",
    "1.2.156.3005.2.11100000000013338W087.11370800MB28559184.37080001202411010001.001.3",
    "1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.002.0",
]
AREA_SAMPLE = "1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9"
TEXT = st.text(alphabet=identifiers.ALPHABET, min_size=1, max_size=60)


@pytest.mark.law("licence-identifier-check")
@pytest.mark.parametrize("sample", SAMPLES)
def test_real_identifiers_have_the_check_character_that_we_compute(sample: str) -> None:
    assert identifiers.read(sample).flags == ()


def test_issuer_of_six_digits_is_flagged_and_not_refused() -> None:
    assert identifiers.read(AREA_SAMPLE).flags == (identifiers.SHORT_ISSUER,)


def test_wrong_check_character_is_flagged_and_not_refused() -> None:
    read = identifiers.read(SAMPLES[0][:-1] + "M")
    assert read.flags == (identifiers.WRONG_CHECK,)
    assert read.type_code == "11100000000013338W011"


@given(TEXT)
def test_check_character_is_that_of_another_implementation(text: str) -> None:
    assert identifiers.check_character(text) == mod_37_36.calc_check_digit(text)


@given(TEXT, st.data())
def test_one_wrong_sign_is_always_noticed(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from([one for one in identifiers.ALPHABET if one != text[place]]))
    changed = text[:place] + other + text[place + 1 :]
    assert identifiers.check_character(changed) != identifiers.check_character(text)


def test_what_is_made_is_read_back() -> None:
    body = numbers.stand_in_code("market/310104")
    made = identifiers.make(body=body, type_number=7, issuer=body, serial="SPJY3101042026000123", version=2)
    read = identifiers.read(f"  {made.lower()} ")
    assert (read.body, read.type_number, read.serial, read.version) == (
        body,
        "007",
        "SPJY3101042026000123",
        "002",
    )
    assert read.flags == ()


@pytest.mark.parametrize(
    "text", ["", "SPJY3101042026000123", "1.2.156.3005.2.x", SAMPLES[0] + "Z", SAMPLES[0] + "\n1"]
)
def test_other_texts_are_no_identifiers(text: str) -> None:
    assert not identifiers.is_identifier(text)
    with pytest.raises(Invalid):
        identifiers.read(text)


@given(st.text(max_size=200))
def test_any_text_is_an_identifier_or_is_refused_with_a_sentence(text: str) -> None:
    if not identifiers.is_identifier(text):
        with pytest.raises(Invalid, match="电子证照标识"):
            identifiers.read(text)


@given(st.text(min_size=1, max_size=40))
def test_stand_in_codes_are_well_formed_and_of_no_real_place(department: str) -> None:
    code = numbers.stand_in_code(department)
    assert uscc.is_valid(code)
    assert code[2:8] == "990000"
