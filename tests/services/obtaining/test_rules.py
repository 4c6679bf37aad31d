"""Whom to ask by what, and what an answer comes to: pure, the same facts give the same answer."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.services.exemptions.types import Standing
from tongban.services.obtaining import rules
from tongban.services.obtaining.types import State, Want

ON = dt.date(2026, 11, 22)
NUMBER, CODE = "310199199509090012", "91310199MA1DEM001X"
ASKED = {"id-number": NUMBER}


def who(**changes: object) -> dict[str, object]:
    return {"number": NUMBER, "credit_code": "", "is_minor": False, "sex": "女"} | changes


COMPANY = {"number": "", "credit_code": CODE, "sex": ""}


@pytest.mark.parametrize(
    ("parameter", "element", "about", "found"),
    [
        ("id-number", "applicant-id-number", {}, NUMBER),
        ("tenant-id-number", "applicant-id-number", {}, NUMBER),
        ("owner-id-number", "", {}, NUMBER),
        ("owner-id-number", "", COMPANY, CODE),
        ("credit-code", "unified-credit-code", COMPANY, CODE),
        ("credit-code", "unified-credit-code", {}, None),
        ("id-number", "applicant-id-number", COMPANY, None),
        ("id-number", "child-id-number", {"is_minor": True}, NUMBER),
        ("id-number", "child-id-number", {}, None),
        ("mother-id-number", "mother-id-number", {}, NUMBER),
        ("mother-id-number", "mother-id-number", {"sex": "男"}, None),
        ("father-id-number", "father-id-number", {"sex": "男"}, NUMBER),
        ("id-number", "deceased-id-number", {}, None),
        ("relative-id-number", "", {}, None),
        ("certificate-number", "", {}, None),
    ],
)
def test_a_register_is_asked_by_the_applicants_own_number_or_not_at_all(
    parameter: str, element: str, about: dict[str, object], found: str | None
) -> None:
    asked = rules.asked_by([parameter], {parameter: element}, **who(**about))  # type: ignore[arg-type]
    assert asked == ({parameter: found} if found else None)


def test_a_service_without_parameters_is_nobodys_record() -> None:
    assert rules.asked_by([], {}, **who()) is None  # type: ignore[arg-type]
    assert rules.asked_by(["id-number", "certificate-number"], {}, **who()) is None  # type: ignore[arg-type]


@given(st.dates(dt.date(1950, 1, 1), dt.date(2040, 1, 1)), st.dates(dt.date(1950, 1, 1), dt.date(2040, 1, 1)))
def test_who_was_born_eighteen_years_ago_is_of_age(born: dt.date, on: dt.date) -> None:
    is_of_age = (on.year - born.year, (on.month, on.day) >= (born.month, born.day)) >= (18, True)
    assert rules.is_minor(born, on) is not is_of_age


ROWS = st.lists(
    st.fixed_dictionaries(
        {"name": st.text(max_size=5)},
        optional={
            "id-number": st.sampled_from([NUMBER, NUMBER.lower(), "310199199001010014"]),
            "valid-until": st.one_of(st.dates().map(dt.date.isoformat), st.text(max_size=4)),
            "status": st.sampled_from(["有效", "注销", "正常", "失效"]),
        },
    ),
    max_size=3,
)


@pytest.mark.slow
@pytest.mark.law("obtained-answer-is-about-applicant")
@given(st.sampled_from([200, 204, 302, 404, 410, 500, 503]), ROWS)
def test_only_what_is_about_the_applicant_and_holds_is_used(
    status: int, rows: list[dict[str, object]]
) -> None:
    said = rules.judged(status, rows, ASKED, ON)
    assert said == rules.judged(status, rows, ASKED, ON)
    assert (said.state is State.OBTAINED) == bool(said.rows)
    for row in said.rows:
        assert str(row.get("id-number", NUMBER)).upper() == NUMBER
        assert row.get("status") not in rules.ENDED
    assert said.valid_until is None or said.valid_until >= ON
    if said.state is State.OBTAINED:
        assert status == 200
        assert set(map(id, said.rows)) <= set(map(id, rows))
    assert said.state is not State.NO_ANSWER, "whether to ask again is not the answer's affair"


@pytest.mark.parametrize(
    ("status", "rows", "state", "problem"),
    [
        (200, [], State.NOT_FOUND, ""),
        (404, [], State.NOT_FOUND, ""),
        (200, [{"valid-until": "2026-11-21"}], State.NOT_FOUND, "over"),
        (200, [{"valid-until": "2026-11-22"}], State.OBTAINED, ""),
        (200, [{"status": "注销"}], State.NOT_FOUND, "over"),
        (200, [{"id-number": "1"}], State.WANTED, "about-somebody-else"),
        (503, [], State.WANTED, "status-503"),
        (200, [{"name": "x"}] * 101, State.WANTED, "too-much"),
    ],
)
def test_what_an_answer_comes_to(
    status: int, rows: list[dict[str, object]], state: State, problem: str
) -> None:
    said = rules.judged(status, rows, ASKED, ON)
    assert (said.state, said.problem) == (state, problem)


def test_pauses_grow_and_end() -> None:
    at = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    tries = [rules.next_try(attempts, at) for attempts in range(1, len(rules.PAUSES) + 2)]
    assert tries[-1] is None
    moments = [moment for moment in tries[:-1] if moment is not None]
    assert moments == sorted(moments)
    assert len(moments) == len(rules.PAUSES)


def want(state: State) -> Want:
    return Want("i", "m", uuid.uuid4(), "上海市公安局", "户籍", state, (), None, None, None)


@pytest.mark.slow
@given(st.lists(st.sampled_from(State), max_size=4), st.integers(0, 2))
def test_one_that_was_found_is_enough_and_while_one_is_asked_nobody_is_bothered(
    states: list[State], waiting: int
) -> None:
    evidence = rules.evidence_of([want(one) for one in states], [want(State.WANTED)] * waiting)
    all_of_them = {*states, *([State.WANTED] if waiting else [])}
    if not all_of_them:
        assert evidence is None
        return
    assert evidence is not None
    expected = (
        Standing.FOUND if State.OBTAINED in all_of_them
        else Standing.UNDER_WAY if State.WANTED in all_of_them
        else Standing.NO_ANSWER if State.NO_ANSWER in all_of_them
        else Standing.NOT_FOUND
    )  # fmt: skip
    assert evidence.standing is expected
