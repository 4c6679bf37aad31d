"""What is written as bytes is read by asn1crypto as what was meant."""

from __future__ import annotations

import datetime as dt

import pytest
from asn1crypto import core
from hypothesis import given
from hypothesis import strategies as st

from tongban.foundation.trust import encoding


class Octets(core.SetOf):
    _child_spec = core.OctetString


@given(st.integers(0, 2**256))
def test_integers(number: int) -> None:
    assert core.Integer.load(encoding.integer(number), strict=True).native == number
    assert encoding.integer(number) == core.Integer(number).dump()


@given(
    st.binary(max_size=70_000)
    | st.sampled_from([bytes(127), bytes(128), bytes(255), bytes(256), bytes(65536)])
)
def test_octets_of_every_length(data: bytes) -> None:
    assert encoding.octets(data) == core.OctetString(data).dump()
    assert core.OctetString.load(encoding.explicit(3, encoding.octets(data)), explicit=3).native == data


@given(st.lists(st.binary(max_size=40), max_size=8))
def test_sets_stand_in_the_order_of_der(values: list[bytes]) -> None:
    assert encoding.set_of(*map(encoding.octets, values)) == Octets(values).dump()


@pytest.mark.slow
@given(st.datetimes(dt.datetime(1950, 1, 1), dt.datetime(2100, 1, 1), timezones=st.timezones()))
def test_moments_in_whole_seconds(at: dt.datetime) -> None:
    read = core.GeneralizedTime.load(encoding.moment(at)).native
    assert read == at.astimezone(dt.UTC).replace(microsecond=0)
