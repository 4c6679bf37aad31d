"""Whom to ask by what, and what an answer comes to: pure, the same facts give the same answer."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.services.exemptions.types import Standing
from tongban.services.obtaining import rules
from tongban.services.obtaining.types import Footing, Plan, State, Want, Who

ON = dt.date(2026, 11, 22)
NUMBER, CODE = "310199199509090012", "91310199MA1DEM001X"
ASKED = {"id-number": NUMBER}


def who(**changes: object) -> Who:
    return replace(Who(NUMBER, sex="女"), **changes)  # type: ignore[arg-type]


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
    plan = rules.plan([parameter], {parameter: element}, who(**about))
    assert (plan and plan.parameters) == ({parameter: found} if found else None)
    assert plan is None or (plan.footing, plan.elements, plan.owner) == (Footing.SELF, (), "")


def test_a_service_without_parameters_is_nobodys_record() -> None:
    assert rules.plan([], {}, who()) is None
    assert rules.plan(["id-number", "certificate-number"], {}, who()) is None


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


@given(st.lists(st.sampled_from(Standing), max_size=5))
def test_one_that_was_found_is_enough_and_while_one_may_be_nobody_is_bothered(
    standings: list[Standing],
) -> None:
    evidence = rules.evidence_of([(one, want(State.WANTED)) for one in standings], ("vin",), ("车架号",))
    assert (evidence is None) == (not standings)
    if evidence is not None and evidence.provenance is not None:
        assert evidence.standing is min(standings, key=rules.BEST_FIRST.index)
        assert (evidence.provenance.asked_by, evidence.provenance.named) == (("vin",), ("车架号",))


def test_every_standing_has_its_place() -> None:
    assert set(rules.BEST_FIRST) == set(Standing)
    assert set(rules.STANDINGS) == set(State)


ELEMENTS = st.sampled_from(
    ["vin", "code", "spouse-id-number", "unified-credit-code", "applicant-id-number", "child-id-number", ""]
)
NAMES = st.sampled_from(
    ["vin", "code", "id-number", "credit-code", "owner-id-number", "child-id-number", "spouse-id-number"]
)
FORMS = st.dictionaries(
    ELEMENTS.filter(bool), st.sampled_from(["", " ", "A1", "310199199001010014"]), max_size=5
)
OTHER = "310199199001010014"


@pytest.mark.slow
@pytest.mark.law("obtained-by-form-only-ones-own")
@given(
    st.dictionaries(NAMES, ELEMENTS, min_size=1, max_size=3),
    FORMS,
    st.sampled_from(["", "owner"]),
    st.booleans(),
)
def test_what_the_form_says_is_nobodys_number_and_needs_a_footing(
    keys: dict[str, str], form: dict[str, str], owner: str, is_open: bool
) -> None:
    plan = rules.plan(list(keys), keys, who(), form, owner=owner, is_open=is_open)
    if plan is None:
        return
    assert OTHER not in [value for name, value in plan.parameters.items() if name.endswith(rules.NUMBERS)]
    assert not any(one.endswith(rules.NUMBERS) for one in plan.elements)
    assert set(plan.elements) <= form.keys() and all(
        form[one].strip() == value for one, value in plan.said.items()
    )
    assert all(keys[name] in plan.missing for name in keys.keys() - plan.parameters.keys())
    is_own = any(plan.parameters.get(name) == NUMBER for name in keys)
    assert (plan.footing is Footing.SELF) == is_own
    if plan.footing is Footing.OWNER:
        assert (plan.owner, plan.whose) == (owner, NUMBER)
    assert (plan.footing is Footing.OPEN) <= (is_open and not owner)


@pytest.mark.parametrize(
    ("element", "standing"),
    [("vehicle-vin", Standing.UNDER_WAY), ("project-code", Standing.UNDER_WAY), ("plate-number", Standing.UNDER_WAY),
     ("project-name", None), ("premises-address", None), ("vehicle-brand", None)],
)  # fmt: skip
def test_only_what_belongs_to_one_thing_alone_is_confirmed(element: str, standing: Standing | None) -> None:
    plan = Plan(Footing.CONFIRMED, {"by": "A1"}, {element: "A1"})
    assert rules.standing_of(plan, {element: {"A1"}}, (), (element,)) is standing


VALUES = st.sampled_from(["a1", "A1 ", "B2"])
SETS = st.frozensets(st.sampled_from(["vin", "code"]))


@pytest.mark.slow
@pytest.mark.law("obtained-by-form-only-ones-own")
@given(
    st.sampled_from(Footing), st.dictionaries(st.sampled_from(["vin", "code"]), VALUES), SETS,
    st.dictionaries(st.sampled_from(["vin", "code"]), st.frozensets(st.just("A1"))), SETS, SETS,
)  # fmt: skip
def test_without_an_owner_in_the_answer_only_what_is_confirmed_is_asked_by(
    footing: Footing, said: dict[str, str], missing: frozenset[str], shown: dict[str, frozenset[str]],
    coming: frozenset[str], possible: frozenset[str],
) -> None:  # fmt: skip
    plan = Plan(footing, said, said, tuple(sorted(missing - said.keys())))
    standing = rules.standing_of(plan, shown, coming, possible)
    is_shown = all(value.strip().upper() in shown.get(one, ()) for one, value in said.items())
    if standing is Standing.UNDER_WAY:
        assert not plan.missing
        assert footing is not Footing.CONFIRMED or is_shown
    if plan.missing:
        assert standing in (Standing.AWAITED, None)
    if standing in (Standing.CONFIRMING, Standing.UNCONFIRMED, None):
        assert footing is Footing.CONFIRMED
    if standing is Standing.UNCONFIRMED:
        assert not is_shown


@pytest.mark.slow
@pytest.mark.law("obtained-by-form-only-ones-own")
@given(
    st.sampled_from([200, 404]),
    st.lists(
        st.fixed_dictionaries(
            {"vin": st.just("A1")}, optional={"owner": st.sampled_from([NUMBER, OTHER, "", 7])}
        )
    ),
)
def test_a_record_of_somebody_else_is_as_if_it_were_not_there(
    status: int, rows: list[dict[str, object]]
) -> None:
    own = [row for row in rows if row.get("owner") == NUMBER]
    asked, whose = {"vin": "a1"}, {"owner": NUMBER.lower()}
    assert rules.judged(status, rows, asked, ON, whose) == rules.judged(status, own, asked, ON, whose)
    assert rules.judged(200, [{"owner": OTHER}] * 101, asked, ON, whose) == rules.judged(
        200, [], asked, ON, whose
    )
