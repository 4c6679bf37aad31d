"""Both suites by the same properties, and against vectors of the standards."""

from __future__ import annotations

import hmac
import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.foundation.trust import rules
from tongban.foundation.trust.suites import Suite, all_suites, suite_named

suites = st.sampled_from(all_suites())
data = st.binary(max_size=2000)


@given(suites, data, st.data())
def test_what_is_locked_opens_only_unchanged(suite: Suite, plain: bytes, chance: st.DataObject) -> None:
    key = secrets.token_bytes(suite.key_bytes)
    blob = rules.lock(suite, 7, key, "purpose", plain)
    assert rules.unlock(rules.take_apart(blob), key, "purpose") == plain
    assert plain not in blob or len(plain) < 4
    place = chance.draw(st.integers(0, len(blob) - 1))
    flipped = bytearray(blob)
    flipped[place] ^= chance.draw(st.integers(1, 255))
    with pytest.raises(ValueError):
        rules.unlock(_with_key_of(rules.take_apart(bytes(flipped)), suite), key, "purpose")
    with pytest.raises(ValueError):
        rules.unlock(rules.take_apart(blob), key, "another purpose")


def _with_key_of(parts: rules.Ciphertext, suite: Suite) -> rules.Ciphertext:
    if parts.suite is not suite:
        raise ValueError("suite")
    return parts


@given(st.binary(max_size=32))
def test_what_is_too_short_is_refused(blob: bytes) -> None:
    with pytest.raises(ValueError):
        rules.take_apart(blob)


@pytest.mark.slow
@settings(max_examples=40)
@given(suites, data, st.data())
def test_a_signature_is_over_exactly_this_data(suite: Suite, plain: bytes, chance: st.DataObject) -> None:
    pair, other = suite.make_pair(), suite.make_pair()
    value = suite.sign(pair.private, plain)
    assert suite.verify(pair.public, plain, value)
    assert not suite.verify(other.public, plain, value)
    assert not suite.verify(pair.public, plain + b"x", value)
    # DER has 70 to 72 bytes, as chance will have it.
    place = chance.draw(st.integers(0, 71)) % len(value)
    flipped = bytearray(value)
    flipped[place] ^= chance.draw(st.integers(1, 255))
    assert not suite.verify(pair.public, plain, bytes(flipped))


@given(suites, st.binary(max_size=100), st.binary(max_size=100))
def test_nonsense_is_no_signature(suite: Suite, plain: bytes, value: bytes) -> None:
    assert not suite.verify(suite.make_pair().public, plain, value)


def test_digests_are_those_of_the_standards() -> None:
    assert suite_named("national").digest(b"abc").hex().startswith("66c7f0f462eeedd9d1f2d46bdc10e4e2")
    assert suite_named("international").digest(b"abc").hex().startswith("ba7816bf8f01cfea414140de5dae2223")


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_the_normal_form_is_stable(text: str) -> None:
    assert rules.normal(rules.normal(text)) == rules.normal(text)


@given(st.text(st.characters(min_codepoint=0, max_codepoint=126)))
def test_plain_text_is_found_as_the_wide_signs_for_it(text: str) -> None:
    wide = "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)
    assert rules.normal(text) == rules.normal(wide)


@given(st.binary(max_size=100), st.binary(max_size=3000))
def test_the_keyed_digest_is_the_standards(key: bytes, said: bytes) -> None:
    assert rules.keyed_digest(key, said) == hmac.digest(key, said, "sha256").hex()


def test_one_number_written_in_many_ways_is_found_by_one_index() -> None:
    key = secrets.token_bytes(32)
    ways = [
        "11010519491231002x",
        "11010519491231002X",
        "１１０１０５１９４９１２３１００２Ｘ",
        " 110105 19491231 002x ",
    ]
    assert len({rules.blind(key, way) for way in ways}) == 1
    assert rules.blind(key, ways[0]) != rules.blind(secrets.token_bytes(32), ways[0])
