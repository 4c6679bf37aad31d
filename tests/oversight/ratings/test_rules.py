"""Levels, tags and days of ratings; who follows up a bad one."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.foundation.calendars.rules import Calendar
from tongban.foundation.government.types import Post
from tongban.foundation.identity.types import StaffAccess
from tongban.kernel.errors import Failure, Invalid
from tongban.oversight.ratings.rules import mending, rating, tags
from tongban.oversight.ratings.types import FollowUpAct, FollowUpState, Level


def test_five_levels_with_eight_words_each_under_their_national_codes() -> None:
    assert [level.stars for level in Level] == [5, 4, 3, 2, 1]
    assert [level for level in Level if level.is_bad] == [Level.DISSATISFIED, Level.VERY_DISSATISFIED]
    assert {level: len(tags.tags_of(level)) for level in Level} == dict.fromkeys(Level, 8)
    first = {level: tags.tags_of(level)[0].code for level in Level}
    assert list(first.values()) == ["510", "406", "307", "207", "108"]
    assert tags.TAGS["307"].text == "一次性告知需要补正的材料"
    assert tags.TAGS["115"].text == "服务态度差效率低"


@given(st.sampled_from(list(Level)), st.lists(st.sampled_from([*tags.TAGS, "999", ""]), max_size=5))
def test_only_words_of_the_level_are_taken(level: Level, codes: list[str]) -> None:
    if all(code in tags.TAGS and tags.TAGS[code].level is level for code in codes):
        assert {tag.code for tag in rating.check_said(level, codes, "")} == set(codes)
    else:
        with pytest.raises(Invalid):
            rating.check_said(level, codes, "")


def test_five_hundred_characters_and_no_more() -> None:
    assert rating.check_said(Level.FAIR, (), "好" * 500) == ()
    with pytest.raises(Invalid, match="500"):
        rating.check_said(Level.FAIR, (), "好" * 501)


@pytest.mark.law("rating-followed-up")
def test_one_five_and_fifteen_working_days_from_the_rating() -> None:
    friday = dt.date(2026, 3, 6)
    calendar = Calendar({})
    assert mending.contact_due(calendar, friday) == dt.date(2026, 3, 9)
    assert mending.answer_due(calendar, friday, is_complex=False) == dt.date(2026, 3, 13)
    assert mending.answer_due(calendar, friday, is_complex=True) == dt.date(2026, 3, 27)


def holder(department: str, *may: str) -> StaffAccess:
    post = Post(code="p", name="岗", english="Post", department=department, may=may)
    return StaffAccess(None, "s", "人", (post,), frozenset({department}), frozenset(may))


@pytest.mark.parametrize(
    "act", [FollowUpAct.CONTACT, FollowUpAct.ANSWER, FollowUpAct.RETURN, FollowUpAct.CLOSE]
)
def test_every_act_by_every_role_in_every_state(act: FollowUpAct) -> None:
    people = {
        "department": holder("market", "review"),
        "supervisor": holder("office", "supervise"),
        "own supervisor": holder("market", "supervise"),
        "other": holder("fire", "head"),
    }
    for (name, person), state in product(people.items(), FollowUpState):
        step = mending.STEPS.get((state, act))
        allowed = step is not None and name == ("supervisor" if step.supervises else "department")
        assert mending.can_act(act, state, person, "market") == allowed
        if allowed:
            assert step
            assert mending.check_act(act, state, person, "market", "写明情况") is step.next
        else:
            with pytest.raises(Failure):
                mending.check_act(act, state, person, "market", "写明情况")
