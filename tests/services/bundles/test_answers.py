"""Answers: filled in, read from text, refused with a sentence."""

from __future__ import annotations

import pytest

from tests.services.bundles.make import make_bundle, make_item
from tongban.kernel.errors import Conflict, Invalid
from tongban.services.bundles.rules import answer_problems, compile_bundle, fill_answers, read_answers
from tongban.services.bundles.types import Names

BUNDLE = make_bundle(
    ["a"],
    questions=[
        {"code": "area", "ask": "多大？", "kind": "number", "least": 5, "most": 1000, "default": 80},
        {"code": "alcohol", "ask": "卖酒吗？", "kind": "boolean", "default": False},
        {
            "code": "premises",
            "ask": "租的？",
            "kind": "choice",
            "default": "rented",
            "choices": [{"value": "rented", "label": "租的"}, {"value": "own", "label": "自己的"}],
        },
    ],
)


def test_what_was_not_answered_takes_the_default() -> None:
    assert fill_answers(BUNDLE, {"area": 12.5}) == {"area": 12.5, "alcohol": False, "premises": "rented"}


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"arae": 3}, "没有“arae”这个问题，是不是“area”？"),
        ({"zzzz": 3}, "没有“zzzz”这个问题，可以回答的有：alcohol、area、premises。"),
        ({"area": 4}, "“多大？”不能小于 5，现在是 4。"),
        ({"area": 1001}, "“多大？”不能大于 1000，现在是 1001。"),
        ({"area": True}, "“多大？”请填数字，现在是“True”。"),
        ({"area": float("nan")}, "“多大？”请填数字，现在是“nan”。"),
        ({"area": "大"}, "“多大？”请填数字，现在是“大”。"),
        ({"alcohol": 1}, "“卖酒吗？”请回答是或否，现在是“1”。"),
        ({"premises": "borrowed"}, "“租的？”没有“borrowed”这个选项，可选：rented（租的）、own（自己的）。"),
    ],
)
def test_a_wrong_answer_is_refused_with_a_sentence(answers: dict[str, object], sentence: str) -> None:
    assert [str(problem) for problem in answer_problems(BUNDLE, answers)] == [sentence]
    with pytest.raises(Invalid):
        fill_answers(BUNDLE, answers)


def test_every_wrong_answer_is_told_at_once() -> None:
    assert len(answer_problems(BUNDLE, {"area": 0, "alcohol": "x", "no": 1})) == 3


def test_a_very_long_answer_is_cut_in_the_sentence() -> None:
    assert len(str(answer_problems(BUNDLE, {"area": "9" * 5000})[0])) < 100


@pytest.mark.parametrize(
    ("raw", "good"),
    [
        (
            {"area": "３２０", "alcohol": "是", "premises": "own"},
            {"area": 320, "alcohol": True, "premises": "own"},
        ),
        ({"area": " 12.5 ", "alcohol": "off"}, {"area": 12.5, "alcohol": False}),
        ({"area": "", "q": "search words"}, {}),
    ],
)
def test_text_from_a_form_is_read(raw: dict[str, str], good: dict[str, object]) -> None:
    assert read_answers(BUNDLE, raw) == (good, {})


@pytest.mark.parametrize("text", ["1e309", "nan", "inf", "-1", "abc", "9" * 400, "\x00"])
def test_text_that_is_no_answer_is_refused(text: str) -> None:
    good, problems = read_answers(BUNDLE, {"area": text})
    assert good == {}
    assert list(problems) == ["area"]


def test_an_item_that_is_not_in_the_catalogue_is_named() -> None:
    with pytest.raises(Invalid, match="没有“a”"):
        compile_bundle(BUNDLE, {}, {}, names=Names())


def test_the_same_item_may_be_listed_under_conditions_that_exclude_each_other() -> None:
    question = {"code": "yes", "ask": "要吗？", "kind": "boolean", "default": True}
    either = make_bundle(
        [{"item": "a", "when": {"yes": True}}, {"item": "a", "when": {"yes": False}}], questions=[question]
    )
    items = {"a": make_item("a")}
    assert len(compile_bundle(either, items, {}, names=Names()).items) == 1
    both = make_bundle(["a", {"item": "a", "when": {"yes": True}}], questions=[question])
    with pytest.raises(Conflict, match="两种方式"):
        compile_bundle(both, items, {}, names=Names())
