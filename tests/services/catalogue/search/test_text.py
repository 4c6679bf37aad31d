"""Text is folded to what people mean by it, whatever they type."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.services.catalogue.search.text import (
    LONGEST,
    core,
    is_stop,
    normalise,
    pairs,
    small_words,
    units,
    words,
)

ANY_TEXT = st.text(alphabet=st.characters(), max_size=300)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("ＡＢＣ　食品（新办）", "abc 食品 新办"),
        ("  身份证\t补办\n", "身份证 补办"),
        ("!!!???，。；", ""),
        ("😀👍", ""),
        ("\x00\ud800饭店\x1b[31m", "饭店 31m"),
        ("'; DROP TABLE item; --", "drop table item"),
        ("饭店 & !身份证 | (a:*)", "饭店 身份证 a"),
    ],
)
def test_what_is_not_a_letter_or_digit_separates(typed: str, expected: str) -> None:
    assert normalise(typed) == expected


@given(ANY_TEXT)
def test_normalising_twice_changes_nothing_and_never_grows_long(typed: str) -> None:
    once = normalise(typed)
    assert normalise(once) == once
    assert len(once) <= LONGEST
    once.encode()


def test_one_character_that_becomes_eighteen_stays_within_the_limit() -> None:
    assert len(normalise("\ufdfa" * 200)) <= LONGEST


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("我要开饭店", "开饭店"),
        ("想开饭店", "开饭店"),
        ("请问怎么办理居住证？", "居住证"),
        ("身份证 补办", "身份证补办"),
        ("怎么办理", "怎么办理"),
        ("open a restaurant", "open restaurant"),
    ],
)
def test_polite_words_do_not_count_unless_there_are_no_others(typed: str, expected: str) -> None:
    assert core(typed) == expected


def test_units_are_characters_or_runs_of_letters() -> None:
    assert units("3c认证abc") == ["3c", "认", "证", "abc"]
    assert pairs(["开", "饭", "店"]) == ["开饭", "饭店"]


def test_long_words_are_also_their_parts() -> None:
    assert small_words("养老保险") == ("养老", "保险")
    assert small_words("饭店") == ("饭店",)


@given(ANY_TEXT)
def test_words_are_the_text_cut_and_nothing_lost(typed: str) -> None:
    for chunk in normalise(typed).split():
        assert "".join(words(chunk)) == chunk


def test_stop_words() -> None:
    assert is_stop("怎么办")
    assert is_stop("我要")
    assert not is_stop("要素")
