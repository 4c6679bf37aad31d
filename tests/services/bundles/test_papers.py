"""Which papers stay, which are saved, and for which reason."""

from __future__ import annotations

from typing import Any

import pytest

from tests.services.bundles.make import compiled, kinds, make_bundle, make_item
from tongban.kernel.errors import Conflict

FORM = {"code": "form", "name": "申请书", "is_form": True}


def paper(code: str = "paper", **changes: Any) -> dict[str, Any]:
    return {"code": code, "name": f"材料 {code}"} | changes


def test_forms_become_one_and_the_first_in_order_stays() -> None:
    items = [
        make_item("b", materials=[FORM]),
        make_item("a", materials=[FORM], needs=["b"]),
        make_item("c", materials=[FORM]),
    ]
    answer = compiled(make_bundle(["a", "b", "c"]), items)
    assert [(one.item, one.how, one.merged, one.also_for) for one in answer.needed] == [
        ("b", "fill", 3, ("a", "c"))
    ]
    assert kinds(answer, "materials") == {"form_merge": 2}


def test_a_form_is_never_saved_by_something_else() -> None:
    generated = FORM | {"instead": [{"by": "generated"}, {"by": "commitment"}]}
    answer = compiled(make_bundle(["a", "b"]), [make_item(c, materials=[generated]) for c in "ab"])
    assert answer.after.materials == 1
    assert kinds(answer, "materials") == {"form_merge": 1}


def test_a_form_without_legal_basis_is_not_the_merged_form() -> None:
    baseless = FORM | {"instead": [{"by": "no_legal_basis"}]}
    answer = compiled(
        make_bundle(["a", "b"]), [make_item("a", materials=[baseless]), make_item("b", materials=[FORM])]
    )
    assert [one.item for one in answer.needed] == ["b"]


def test_a_paper_goes_into_the_form_only_where_there_is_one() -> None:
    letter = paper(instead=[{"by": "form_merge"}])
    without = compiled(make_bundle(["a"]), [make_item("a", materials=[letter])])
    assert without.after.materials == 1
    with_form = compiled(
        make_bundle(["a", "b"]), [make_item("a", materials=[letter]), make_item("b", materials=[FORM])]
    )
    assert [saving.reason for saving in with_form.savings if saving.kind == "form_merge"] == [
        "并入一张申请表，只填一次"
    ]


def test_a_result_of_the_bundle_is_not_asked_back() -> None:
    licence = paper(
        "licence",
        instead=[
            {"by": "licence_library", "licence": "business-licence"},
            {"by": "bundle_output", "item": "a"},
        ],
    )
    items = [make_item("a", statutory={"days": 3}), make_item("b", materials=[licence])]
    both = compiled(make_bundle(["a", "b"]), items)
    assert kinds(both, "materials") == {"bundle_output": 1}
    assert both.after.days == 13, "b waits for a"
    alone = compiled(make_bundle(["b"]), items)
    assert kinds(alone, "materials") == {"licence_library": 1}
    assert alone.after.days == 10


def test_the_reason_is_the_first_of_a_fixed_order_whatever_the_order_in_the_file() -> None:
    ways = [{"by": by} for by in ("commitment", "generated", "data_sharing", "licence_library")]
    for order in (ways, ways[::-1]):
        answer = compiled(make_bundle(["a"]), [make_item("a", materials=[paper(instead=order)])])
        assert kinds(answer, "materials") == {"licence_library": 1}


def test_a_way_counts_only_under_its_condition() -> None:
    own = paper(instead=[{"by": "licence_library", "when": {"premises": "own"}}])
    question = {
        "code": "premises",
        "ask": "租的？",
        "kind": "choice",
        "default": "rented",
        "choices": [{"value": v, "label": v} for v in ("rented", "own")],
    }
    bundle = make_bundle(["a"], questions=[question])
    items = [make_item("a", materials=[own])]
    assert compiled(bundle, items).after.materials == 1
    assert compiled(bundle, items, {"premises": "own"}).after.materials == 0


def test_the_same_paper_is_asked_once() -> None:
    lease = paper("lease", document="premises-proof")
    answer = compiled(make_bundle(["a", "b", "c"]), [make_item(c, materials=[lease]) for c in "abc"])
    assert [(one.item, one.also_for) for one in answer.needed] == [("a", ("b", "c"))]
    assert [saving.reason for saving in answer.savings if saving.kind == "duplicate"] == [
        "和“事项 a”要的是同一份，只交一次"
    ] * 2


def test_a_paper_saved_for_one_item_is_still_needed_by_another() -> None:
    items = [
        make_item("a", materials=[paper(document="d", instead=[{"by": "commitment"}])]),
        make_item("b", materials=[paper(document="d")]),
    ]
    answer = compiled(make_bundle(["a", "b"]), items)
    assert [one.item for one in answer.needed] == ["b"]


def test_papers_nobody_has_to_bring_and_papers_of_other_situations_are_not_counted() -> None:
    materials = [
        paper("must"),
        paper("may", necessity="2"),
        paper("later", necessity="3"),
        paper("other", situations=["renewal"]),
    ]
    situations = [{"code": "first", "name": "首次"}, {"code": "renewal", "name": "延续"}]
    item = make_item("a", materials=materials, situations=situations)
    first = compiled(make_bundle(["a"]), [item])
    assert [one.code for one in first.needed] == ["must", "later"]
    renewal = compiled(make_bundle([{"item": "a", "situation": "renewal"}]), [item])
    assert [one.code for one in renewal.needed] == ["must", "later", "other"]


def test_a_model_text_makes_a_paper_one_to_sign() -> None:
    materials = [paper("a", blank="示范文本"), paper("b"), paper("c", blank="表样", source_type="20")]
    answer = compiled(make_bundle(["a"]), [make_item("a", materials=materials)])
    assert [one.how for one in answer.needed] == ["sign", "upload", "upload"]


def test_items_that_want_each_other_s_results_are_a_circle() -> None:
    items = [
        make_item("a", materials=[paper(instead=[{"by": "bundle_output", "item": "b"}])]),
        make_item("b", needs=["a"]),
    ]
    with pytest.raises(Conflict, match="：事项 a → 事项 b → 事项 a") as caught:
        compiled(make_bundle(["a", "b"]), items)
    assert caught.value.code == "bundle-circle"


def test_a_saving_cites_its_own_law_before_the_city_s() -> None:
    own = {
        "by": "commitment",
        "sure": "N",
        "note": "办法第 7 条",
        "basis": {"law": "城镇污水排入排水管网许可管理办法", "article": "7(四)"},
    }
    answer = compiled(
        make_bundle(["a"]),
        [make_item("a", materials=[paper("p", instead=[own]), paper("q", instead=[{"by": "commitment"}])])],
    )
    assert [(s.law, s.sure, s.note) for s in answer.savings] == [
        ("《城镇污水排入排水管网许可管理办法》第7条（四）", "N", "办法第 7 条"),
        ("《优化营商环境条例》第36条", "C", None),
    ]
