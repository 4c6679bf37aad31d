"""The order of the items, the longest line, the joint check."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.services.bundles.make import LAW, compiled, kinds, make_bundle, make_item
from tongban.kernel.errors import Conflict, Invalid
from tongban.services.bundles.rules.schedule import canonical_order, schedule


def waits(**after: str) -> dict[str, frozenset[str]]:
    return {code: frozenset(earlier.split()) for code, earlier in after.items()}


def ends(
    after: Mapping[str, frozenset[str]], days: Mapping[str, int], together: str = "", within: int = 5
) -> dict[str, int]:
    plan = schedule(after, days, together.split(), within)
    return {code: slot.end for code, slot in plan.slots.items()}


def test_each_comes_after_what_it_waits_for_and_ties_are_in_order_of_code() -> None:
    assert canonical_order(waits(a="c", b="", c="", d="b")) == ("b", "c", "a", "d")


def test_a_circle_is_named() -> None:
    with pytest.raises(Conflict, match="：a → b → c → a。"):
        canonical_order(waits(a="c", b="a", c="b", d="a"))


def test_things_run_side_by_side_and_the_longest_line_counts() -> None:
    after = waits(a="", b="a", c="a", d="b c")
    assert ends(after, {"a": 1, "b": 5, "c": 2, "d": 1}) == {"a": 1, "b": 6, "c": 3, "d": 7}


def test_the_critical_line_is_marked() -> None:
    plan = schedule(waits(a="", b="a", c="a", d="b c"), {"a": 1, "b": 5, "c": 2, "d": 1}, (), 0)
    assert {code for code, slot in plan.slots.items() if slot.critical} == {"a", "b", "d"}


def test_a_joint_check_waits_for_the_last_of_its_items() -> None:
    plan = schedule(waits(a="", b="x", x=""), {"a": 10, "b": 6, "x": 3}, ("a", "b"), 5)
    assert plan.joint is not None
    assert (plan.joint.start, plan.joint.end) == (3, 8)
    assert (plan.slots["a"].end, plan.slots["a"].waits) == (13, 3)
    assert (plan.slots["b"].end, plan.slots["b"].waits) == (9, 0)
    assert plan.days == 13
    assert {code for code, slot in plan.slots.items() if slot.critical} == {"a", "x"}


def test_a_joint_check_comes_sooner_where_an_item_must_be_decided_sooner() -> None:
    plan = schedule(waits(a="", b=""), {"a": 2, "b": 10}, ("a", "b"), 5)
    assert plan.joint is not None
    assert plan.joint.end == 2


def test_an_item_can_not_wait_for_another_that_shares_its_visit() -> None:
    with pytest.raises(Conflict, match="联合核查"):
        schedule(waits(a="", b="m", m="a"), {"a": 5, "b": 5, "m": 1}, ("a", "b"), 5)


def test_site_checks_become_one_visit_only_for_two_or_more() -> None:
    joint = {"items": ["a", "b", "c"], "within": 5, "basis": LAW}
    items = [make_item("a", site_check={}), make_item("b", site_check={}), make_item("c")]
    both = compiled(make_bundle(["a", "b", "c"], joint_check=joint), items)
    assert (both.before.checks, both.after.checks) == (2, 1)
    step = next(one for one in both.path if one.kind == "joint_check")
    assert (step.joint, step.start, step.end) == (("a", "b"), 0, 5)
    single = compiled(make_bundle(["a", "c"], joint_check=joint), items)
    assert (single.before.checks, single.after.checks) == (1, 1)
    assert [one.kind for one in single.path] == ["item", "item", "handover"]


def test_a_site_check_may_depend_on_the_answers() -> None:
    question = {"code": "area", "ask": "多大？", "kind": "number", "default": 100}
    item = make_item("a", site_check={"when": {"area": {"at_least": 300}}})
    bundle = make_bundle(["a"], questions=[question])
    assert compiled(bundle, [item]).before.checks == 0
    assert compiled(bundle, [item], {"area": 300}).before.checks == 1


def test_days_before_are_the_sum_and_the_savings_say_why_they_fell() -> None:
    promise = {"days": 4, "reason": "减半", "basis": LAW, "sure": "N"}
    items = [make_item("a", statutory={"days": 8}), make_item("b", promise={"days": 5})]
    answer = compiled(make_bundle([{"item": "a", "promise": promise}, "b"]), items)
    assert (answer.before.days, answer.after.days) == (13, 5)
    assert kinds(answer, "days") == {"time_limit": 4, "parallel": 4}
    shorter = next(one for one in answer.savings if one.kind == "time_limit")
    assert (shorter.reason, shorter.law, shorter.sure) == ("减半", "《行政许可法》第26条", "N")


def test_a_promise_of_the_bundle_may_not_be_longer() -> None:
    promise = {"days": 11, "reason": "慢慢办", "basis": LAW}
    with pytest.raises(Invalid, match="不能更长"):
        compiled(make_bundle([{"item": "a", "promise": promise}]), [make_item("a")])


def test_calendar_days_count_five_to_the_week_and_say_so() -> None:
    item = make_item("a", statutory={"days": 15, "unit": "calendar"})
    answer = compiled(make_bundle(["a"]), [item])
    assert answer.before.days == answer.after.days == 11
    assert answer.notes == ("“事项 a”的时限是 15 日（自然日），每 7 日按 5 个工作日折算成 11 个工作日",)


def test_an_unknown_limit_is_said() -> None:
    answer = compiled(make_bundle(["a"]), [make_item("a", statutory=None)])
    assert answer.before.days == 0
    assert answer.notes == ("“事项 a”没有找到公布的时限，按 0 天计算，实际可能更长",)


def test_the_path_tells_what_comes_after_what() -> None:
    items = [make_item("a", statutory={"days": 0}), make_item("b", needs=["a", "elsewhere"])]
    answer = compiled(make_bundle(["b", {"item": "c", "needs": ["b"]}, "a"]), [*items, make_item("c")])
    assert [(one.step, one.start, one.end, one.after) for one in answer.path] == [
        ("a", 0, 0, ()),
        ("b", 0, 10, ("a",)),
        ("c", 10, 20, ("b",)),
        ("handover", 20, 20, ("c",)),
    ]
    assert all(one.critical for one in answer.path)
