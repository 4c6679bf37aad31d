"""Every act in every state, by everybody: the table is all there is."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.datahub.resources.test_answering import wish
from tongban.datahub.resources.rules import clocks, life_cycle
from tongban.datahub.resources.types import Refusal, Request, RequestAct, RequestState
from tongban.foundation.government.types import Post
from tongban.foundation.identity.types import StaffAccess
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import Conflict, Invalid, NotAllowed

POSSIBLE = {
    (RequestState.QUEUED, RequestAct.CONFIRM): RequestState.QUEUED,
    (RequestState.QUEUED, RequestAct.GRANT): RequestState.GRANTED,
    (RequestState.QUEUED, RequestAct.REFUSE): RequestState.REFUSED,
    (RequestState.QUEUED, RequestAct.EXTEND): RequestState.QUEUED,
    (RequestState.QUEUED, RequestAct.ESCALATE): RequestState.QUEUED,
    (RequestState.QUEUED, RequestAct.WITHDRAW): RequestState.WITHDRAWN,
    (RequestState.QUEUED, RequestAct.FORWARD): RequestState.QUEUED,
    (RequestState.REFUSED, RequestAct.DISPUTE): RequestState.REFUSED,
    (RequestState.REFUSED, RequestAct.UPHOLD): RequestState.REFUSED,
    (RequestState.REFUSED, RequestAct.REFER): RequestState.REFUSED,
    (RequestState.REFUSED, RequestAct.DROP): RequestState.REFUSED,
    (RequestState.REFUSED, RequestAct.OVERTURN): RequestState.GRANTED,
}
MOMENT = dt.datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)


def access(department: str, *may: str) -> StaffAccess:
    post = Post(code="p", name="岗位", english="Post", department=department, may=may)  # type: ignore[arg-type]
    return StaffAccess(None, "s-1", "陈明（演示）", (post,), frozenset({department}), frozenset(may))


def request(due_on: dt.date, *, is_extended: bool = False) -> Request:
    return Request(
        id=uuid.uuid4(),
        demand="",
        wish=wish(),
        consumer="SH/GOV/market/cases",
        state=RequestState.QUEUED,
        resource="health",
        fields=("fit",),
        refused=(),
        owner="office",
        basis="上海市数据条例 38",
        stated_at=MOMENT,
        due_on=due_on,
        is_extended=is_extended,
        escalated_at=None,
        answered_at=None,
        answer="",
        grant=None,
    )


@pytest.mark.parametrize("state", RequestState)
@pytest.mark.parametrize("act", RequestAct)
def test_every_act_in_every_state(state: RequestState, act: RequestAct) -> None:
    wanted = POSSIBLE.get((state, act))
    if wanted is None:
        with pytest.raises(Conflict):
            life_cycle.after(state, act)
    else:
        assert life_cycle.after(state, act) is wanted


@pytest.mark.law("data-officer-acts")
@pytest.mark.parametrize(
    ("who", "may_act", "is_authority"),
    [
        (None, True, True),
        (access("office", "data-officer"), True, False),
        (access("market", "data-officer"), False, False),
        (access("office", "accept", "decide", "head"), False, False),
        (access("market", "data-authority"), True, True),
        (access("office"), False, False),
    ],
)
def test_who_acts_for_the_office(who: StaffAccess | None, may_act: bool, is_authority: bool) -> None:
    for allowed, check in (
        (may_act, lambda: life_cycle.check_acts_for(who, "office")),
        (is_authority, lambda: life_cycle.check_is_authority(who)),
    ):
        if allowed:
            check()
        else:
            with pytest.raises(NotAllowed):
                check()


@given(st.lists(st.sampled_from("abcd"), unique=True), st.lists(st.sampled_from("abcde"), unique=True))
@pytest.mark.law("data-not-more-than-asked")
def test_an_answer_gives_what_was_asked_or_less(asked: list[str], given_: list[str]) -> None:
    if given_ and set(given_) <= set(asked):
        found = life_cycle.narrowed(tuple(asked), tuple(given_))
        assert set(found) == set(given_)
        assert list(found) == [one for one in asked if one in found]
    else:
        with pytest.raises(Invalid):
            life_cycle.narrowed(tuple(asked), tuple(given_))
    assert life_cycle.narrowed(tuple(asked), None) == tuple(asked)


@pytest.mark.law("data-refusal-says-why")
@pytest.mark.parametrize(("law", "reason"), [("", "x"), ("x", ""), (" ", "x")])
def test_a_refusal_has_law_and_reason(law: str, reason: str) -> None:
    with pytest.raises(Invalid):
        life_cycle.check_refusal(Refusal(("fit",), law, reason))


@pytest.mark.parametrize(
    ("law", "is_one"),
    [
        ("个人信息保护法 28", True),
        ("《个人信息保护法》第二十八条第二款", True),
        ("上海市实施《中华人民共和国献血法》办法 １２", True),
        ("民事诉讼法（2023 年修正）第 5 条", True),
        ("上海市数据条例", False),
        ("哈利波特 99", False),
        ("因为", False),
    ],
)
def test_a_law_is_named_with_its_article(law: str, is_one: bool) -> None:
    refusal = Refusal(("fit",), law, "不必要")
    if is_one:
        life_cycle.check_refusal(refusal)
    else:
        with pytest.raises(Invalid) as raised:
            life_cycle.check_refusal(refusal)
        assert raised.value.code == "data-law-unknown"


@pytest.mark.law("data-answer-extended-once")
@given(st.integers(-3, 20), st.booleans(), st.integers(-5, 5))
def test_an_extension_is_short_once_and_in_time(days: int, extended: bool, late: int) -> None:
    due = dt.date(2026, 3, 9)
    one, today = request(due, is_extended=extended), due + dt.timedelta(days=late)
    if 1 <= days <= clocks.EXTENDED_BY and not extended and late <= 0:
        clocks.check_may_extend(one, days, "核对口径", today)
    else:
        with pytest.raises((Invalid, Conflict)):
            clocks.check_may_extend(one, days, "核对口径", today)
