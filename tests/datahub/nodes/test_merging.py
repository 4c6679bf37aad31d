"""What is kept of changes that come in any order, any number of times, in parts: always the same directory."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.datahub.nodes.rules import merging
from tongban.datahub.nodes.types import ORDER, Change

KINDS = st.sampled_from(["subsystem", "key", "service"])
CODES = st.sampled_from(["a", "b", "c"])
ORIGINS = st.sampled_from(["city", "pudong"])


@st.composite
def logs(draw: st.DrawFn) -> list[Change]:
    """A log: positions one after the other."""
    said = draw(st.lists(st.tuples(KINDS, CODES, ORIGINS), max_size=30))
    return [Change(place, *one, document={"at": place}) for place, one in enumerate(said, 1)]


class Directory:
    """What a node keeps: of each thing the position and the document."""

    def __init__(self) -> None:
        self.kept: dict[merging.Key, Change] = {}

    def keep(self, changes: list[Change]) -> int:
        known = {key: change.position for key, change in self.kept.items()}
        fresh = merging.newest(changes, known)
        self.kept |= {merging.key_of(change): change for change in fresh}
        return len(fresh)


@pytest.mark.slow
@given(st.data())
def test_any_order_and_any_repetition_end_alike(data: st.DataObject) -> None:
    log = data.draw(logs())
    straight, crooked = Directory(), Directory()
    for change in log:
        straight.keep([change])
    order = data.draw(st.permutations(log + log))
    while order:
        size = data.draw(st.integers(1, len(order)))
        batch, order = order[:size], order[size:]
        crooked.keep(batch)
    assert crooked.kept == straight.kept


@given(logs())
def test_what_is_known_is_not_kept_again(log: list[Change]) -> None:
    node = Directory()
    node.keep(log)
    assert node.keep(log) == 0


@given(logs())
def test_what_something_needs_comes_before_it(log: list[Change]) -> None:
    places = [ORDER[change.kind] for change in merging.newest(log, {})]
    assert places == sorted(places)


@given(logs(), st.integers(0, 30))
def test_a_cut_at_any_position_is_made_good(log: list[Change], cut: int) -> None:
    """A node that was cut off has the beginning; what follows brings it to where it would have been."""
    whole, cut_off = Directory(), Directory()
    whole.keep(log)
    cut_off.keep([change for change in log if change.position <= cut])
    cut_off.keep([change for change in log if change.position > cut])
    assert cut_off.kept == whole.kept
