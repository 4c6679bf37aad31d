"""What holds for every bundle: generated items with needs, papers, conditions, checks, trips and forms."""

from __future__ import annotations

from collections import Counter
from itertools import product
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.services.bundles.make import LAW, NAMES, kinds
from tongban.kernel.conditions import Answer, holds, names
from tongban.kernel.errors import Conflict
from tongban.services.bundles.rules import compile_bundle, fill_answers, spoken
from tongban.services.bundles.types import Bundle, Compiled, Measure
from tongban.services.catalogue.types import Item

CODES = "abcdefgh"
QUESTIONS = [
    {"code": "area", "ask": "多大？", "kind": "number", "least": 0, "most": 500, "default": 100},
    {"code": "alcohol", "ask": "卖酒吗？", "kind": "boolean", "default": False},
    {
        "code": "premises",
        "ask": "租的？",
        "kind": "choice",
        "default": "rented",
        "choices": [{"value": v, "label": v} for v in ("rented", "own")],
    },
    {"code": "unused", "ask": "无关的？", "kind": "number", "default": 0},
]
WAYS = (
    "no_legal_basis",
    "form_merge",
    "bundle_output",
    "licence_library",
    "data_sharing",
    "generated",
    "commitment",
)

EXAMPLES = settings(max_examples=60, deadline=None)

Case = tuple[Bundle, dict[str, Item], dict[str, Answer]]

# One choice among all combinations costs the generator a fraction of a choice for each of their parts.
CONDITIONS: tuple[dict[str, Any] | None, ...] = (
    *(None,) * 14,
    {"alcohol": True},
    {"alcohol": False},
    {"area": {"at_least": 200}},
    {"area": {"below": 200}},
    {"premises": "own"},
    {"not": {"premises": "own"}},
    {"any": [{"alcohol": True}, {"area": {"above": 300}}]},
)
conditions = st.sampled_from(CONDITIONS)
ways = st.lists(st.sampled_from(list(product(WAYS, CONDITIONS))), max_size=2)
kinds_of_paper = product((False, False, False, True), (None, "lease", "plan", "id"), "1123", CONDITIONS)
papers = st.lists(st.tuples(st.sampled_from(list(kinds_of_paper)), ways), max_size=4)
purposes = product(("submit", "collect", "verify", "attend"), (None, None, "某法第 1 条"))
visits = st.lists(st.sampled_from([{"purpose": one, "law": law} for one, law in purposes]), max_size=3)
days = product(("working", "calendar"), range(31))
limits = st.one_of(st.none(), st.sampled_from([{"days": count, "unit": unit} for unit, count in days]))
site_checks = st.sampled_from([None, {}, {"when": {"alcohol": True}}])
fields = st.lists(st.sampled_from(["name", "phone", "area", "address", "seats"]), max_size=4)
letters = [st.sampled_from(CODES[:count] or " ") for count in range(len(CODES) + 1)]
needs = [st.lists(one, max_size=2) for one in letters]
results = st.integers(0, 2)
answers = st.fixed_dictionaries(
    {},
    optional={
        "area": st.integers(0, 500),
        "alcohol": st.booleans(),
        "premises": st.sampled_from(["rented", "own"]),
        "unused": st.integers(),
    },
)


def instead(draw: st.DrawFn, chosen: list[tuple[str, Any]], earlier: str) -> list[dict[str, Any]]:
    """Only what another item before it gives can be had from the bundle."""
    return [
        {"by": by, "when": when} | ({"item": draw(letters[len(earlier)])} if by == "bundle_output" else {})
        for by, when in chosen
        if earlier or by != "bundle_output"
    ]


def materials(draw: st.DrawFn, earlier: str) -> list[dict[str, Any]]:
    return [
        {
            "code": f"p{index}",
            "name": f"材料 {index}",
            "is_form": is_form,
            "document": document,
            "when": when,
            "necessity": necessity,
            "instead": instead(draw, chosen, earlier),
        }
        for index, ((is_form, document, necessity, when), chosen) in enumerate(draw(papers))
    ]


def items(draw: st.DrawFn, code: str, earlier: str) -> dict[str, Any]:
    return {
        "code": code,
        "name": f"事项 {code}",
        "plain": "事",
        "type": "01",
        "audience": ["2"],
        "themes": ["x"],
        "department": "market",
        "level": "4",
        "needs": draw(needs[len(earlier)]) if earlier else [],
        "materials": materials(draw, earlier),
        "statutory": draw(limits),
        "visits": draw(visits),
        "site_check": draw(site_checks),
        "form": draw(fields),
        "results": [{"name": f"证 {code}"}] * draw(results),
    }


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A bundle of up to 8 items; each may wait only for earlier letters, so circles come from joint checks."""
    codes = CODES[: draw(st.integers(1, 8))]
    catalogue = {c: Item.model_validate(items(draw, c, codes[:i])) for i, c in enumerate(codes)}
    entries = [entry(draw, catalogue[code]) for code in codes]
    joint = draw(st.lists(st.sampled_from(codes), min_size=2, unique=True)) if len(codes) > 2 else []
    bundle = Bundle.model_validate(
        {
            "code": "b",
            "name": "一件事",
            "plain": "事",
            "icon": "box",
            "lead": "market",
            "items": entries,
            "questions": QUESTIONS,
            "joint_check": {"items": joint, "within": draw(st.integers(1, 8)), "basis": LAW}
            if joint
            else None,
            "online": draw(st.booleans()),
            "one_pickup": draw(st.booleans()),
            "delivery": draw(st.booleans()),
            "combined_licence": draw(st.sampled_from([None, "combined"])),
        }
    )
    return bundle, catalogue, draw(answers)


def entry(draw: st.DrawFn, item: Item) -> dict[str, Any]:
    found: dict[str, Any] = {"item": item.code, "when": draw(conditions)}
    if item.statutory and item.statutory.unit == "working" and draw(st.booleans()):
        days = draw(st.integers(0, item.statutory.days))
        found["promise"] = {"days": days, "reason": "更快", "basis": LAW}
    return found


def answer_to(case: Case) -> Compiled:
    bundle, catalogue, given_answers = case
    try:
        return compile_bundle(bundle, catalogue, given_answers, names=NAMES)
    except Conflict:  # a joint check over items of which one waits for another
        assume(False)
        raise


@pytest.mark.slow
@EXAMPLES
@given(cases())
def test_it_never_takes_more_than_one_by_one_and_the_savings_add_up(case: Case) -> None:
    answer = answer_to(case)
    for measure in Measure:
        before, after = getattr(answer.before, measure), getattr(answer.after, measure)
        assert 0 <= after <= before
        assert sum(kinds(answer, measure).values()) == before - after
    assert all(saving.reason and saving.law for saving in answer.savings)


@pytest.mark.slow
@EXAMPLES
@given(cases())
def test_every_paper_asked_is_needed_or_saved_exactly_once(case: Case) -> None:
    bundle, catalogue, given_answers = case
    answer = answer_to(case)
    filled = fill_answers(bundle, given_answers)
    asked = [
        (one.item, material.code)
        for one in answer.items
        if one.applies
        for material in catalogue[one.item].materials
        if material.necessity != "2" and holds(material.when, filled)
    ]
    needed = [(one.item, one.code) for one in answer.needed]
    saved = [(one.item, one.material) for one in answer.savings if one.measure == "materials"]
    assert Counter(asked) == Counter(needed) + Counter(saved)
    assert len(asked) == answer.before.materials


@pytest.mark.slow
@EXAMPLES
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_files_and_of_their_lines_decides_nothing(case: Case, random: Any) -> None:
    bundle, catalogue, given_answers = case
    entries, files, questions = list(bundle.items), list(catalogue.items()), list(bundle.questions)
    for listed in (entries, files, questions):
        random.shuffle(listed)
    shuffled = bundle.model_copy(update={"items": tuple(entries), "questions": tuple(questions)})
    assert answer_to((shuffled, dict(files), given_answers)) == answer_to(case)


@pytest.mark.slow
@EXAMPLES
@given(cases(), st.data())
def test_removing_an_item_never_lengthens_the_path(case: Case, data: st.DataObject) -> None:
    bundle, catalogue, given_answers = case
    assume(len(bundle.items) > 1)
    answer = answer_to(case)
    removed = data.draw(st.sampled_from([one.item for one in bundle.items]))
    rest = bundle.model_copy(update={"items": tuple(one for one in bundle.items if one.item != removed)})
    assert answer_to((rest, catalogue, given_answers)).after.days <= answer.after.days


@pytest.mark.slow
@EXAMPLES
@given(cases(), st.integers())
def test_an_answer_that_no_condition_looks_at_changes_nothing(case: Case, value: int) -> None:
    bundle, catalogue, given_answers = case
    other = answer_to((bundle, catalogue, given_answers | {"unused": value}))
    assert other.model_copy(update={"answers": {}}) == answer_to(case).model_copy(update={"answers": {}})


@pytest.mark.slow
@EXAMPLES
@given(cases())
def test_the_same_question_has_the_same_answer(case: Case) -> None:
    bundle, catalogue, _ = case
    first = answer_to(case)
    assert first == answer_to(case)
    assert first == answer_to((bundle, catalogue, first.answers)), "the filled answers give the same"
    assert Compiled.model_validate_json(first.model_dump_json()) == first
    assert spoken(first, str) == first


@pytest.mark.slow
@EXAMPLES
@given(cases())
def test_nothing_starts_before_what_it_waits_for(case: Case) -> None:
    answer = answer_to(case)
    steps = {step.step: step for step in answer.path}
    for step in answer.path:
        assert all(steps[one].end <= step.start for one in step.after)
        assert step.kind == "joint_check" or step.end - step.start == step.days + step.waits
    joint = steps.get("joint-check")
    for code in joint.joint if joint else ():
        assert steps[code].start <= joint.start <= joint.end <= steps[code].end
    assert answer.after.days == max((step.end for step in answer.path), default=0)
    assert not answer.path or any(step.critical and step.end == answer.after.days for step in answer.path)


@pytest.mark.slow
@EXAMPLES
@given(cases())
def test_only_what_the_answers_choose_is_on_the_path(case: Case) -> None:
    bundle, _, given_answers = case
    answer = answer_to(case)
    filled = fill_answers(bundle, given_answers)
    applying = {one.item for one in bundle.items if holds(one.when, filled)}
    assert {step.step for step in answer.path if step.kind == "item"} == applying
    assert {one.item for one in answer.items if one.applies} == applying
    assert all(name in filled for one in bundle.items for name in names(one.when))
