"""A row of a list: read by the names that departments use, or refused with a reason; nothing else happens."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.datahub.resources.test_answering import negative, resource
from tongban.datahub.resources.rules import cataloguing, importing
from tongban.datahub.resources.types import Demand, ListKind, Negative, Resource

KINDS = tuple(importing.MODELS)
AROUND = importing.Around(
    find_department={"市场监管局": "market", "市政府办公厅": "office"}.get,
    resources={"health": resource(), "twin": resource(code="twin")},
    negatives=(negative(fields=("place",)),),
    items={"food-licence": "食品经营许可", "a": "同名", "b": "同名"},
    materials={"food-licence": {"health": "健康证明"}},
    systems={"office-people": "人口综合库"},
    themes={"people": "人口"},
)
DEMAND = {
    "department": "市场监管局",
    "item": "食品经营许可",
    "material": "健康证明",
    "resource": "health",
    "fields": "name；fit",
    "purpose": "核验",
    "law": "《食品安全法》第四十五条",
}


def judged(kind: ListKind, cells: dict[str, str]) -> Any:
    return importing.judge(kind, cells, AROUND)


def test_a_row_says_law_and_article_in_one_cell_or_in_two() -> None:
    for law, article, wanted in (
        ("《食品安全法》第四十五条", "", "45"),
        ("食品安全法", "第45条", "45"),
        ("食品安全法", "一百零三", "103"),
        ("《食品安全法》", "45(二)", "45(二)"),
        ("《食品安全法》", "", None),
    ):
        found = judged(ListKind.DEMAND, DEMAND | {"law": law, "article": article})
        assert isinstance(found, Demand), found
        assert (found.basis.law, found.basis.article) == ("食品安全法", wanted)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"purpose": ""}, "missing"),
        ({"resource": "", "elements": ""}, "missing"),
        ({"department": "卫健委"}, "department-unknown"),
        ({"item": "同名"}, "item-unknown"),
        ({"resource": "健康检查信息"}, "resource-unknown"),
        ({"fields": "blood"}, "field-unknown"),
        ({"material": "照片"}, "material-unknown"),
        ({"frequency": "many"}, "number"),
        ({"until": "2026-13-01"}, "day"),
        ({"department": "市政府办公厅"}, "rule"),
        ({"fields": "", "elements": ""}, "rule"),
        ({"code": "Not A Code"}, "value"),
    ],
)
def test_a_row_that_can_not_be_used_says_why(change: dict[str, str], code: str) -> None:
    found = judged(ListKind.DEMAND, DEMAND | change)
    assert isinstance(found, importing.Fault), found
    assert found.code == code
    assert code in importing.REASONS


def test_an_entry_that_forbids_names_its_article() -> None:
    row = {"resource": "health", "fields": "fit", "law": "《某法》", "reason": "隐私"}
    assert judged(ListKind.NEGATIVE, row) == importing.Fault("article-missing", "《某法》", "article")
    found = judged(ListKind.NEGATIVE, row | {"article": "3"})
    assert isinstance(found, Negative)
    assert found.words == "某法 3"


def test_columns_are_found_by_the_surest_name_and_serve_one_field() -> None:
    header = ("部门", "事项", "材料", "用途", "依据", "需求部门")
    places = importing.place(ListKind.DEMAND, header, {}, str)
    assert (places["department"], places["item"], places["law"]) == (5, 1, 4)
    assert importing.missing(ListKind.DEMAND, places) == ()
    said = importing.place(ListKind.DEMAND, header, {"department": "部门"}, str)
    assert said == {"department": 0}
    assert "item" in importing.missing(ListKind.DEMAND, said)


words = st.sampled_from(
    ["市场监管局", "food-licence", "health", "name", "《某法》第三条", "3", "", "，", "每日"]
)
cells = st.dictionaries(
    st.sampled_from(sorted({name for known in importing.COLUMNS.values() for name in known})),
    words | st.text(max_size=20),
)


@pytest.mark.slow
@given(st.sampled_from(KINDS), cells)
def test_whatever_stands_in_a_row_it_is_an_entry_or_a_reason(kind: ListKind, row: dict[str, str]) -> None:
    found = judged(kind, {name: cell for name, cell in row.items() if name in importing.COLUMNS[kind]})
    if isinstance(found, importing.Fault):
        assert found.code in importing.REASONS
    else:
        assert isinstance(found, importing.MODELS[kind])


FIRST = {
    "code": "permits",
    "name": "居住证信息",
    "department": "市政府办公厅",
    "system": "人口综合库",
    "theme": "人口",
    "summary": "居住证的持有人和期限。",
    "format": "服务接口",
    "subject": "自然人",
    "sharing": "无条件共享",
    "update": "每日",
    "field_code": "number",
    "field_name": "证件号码",
    "level": "3",
}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"department": ""}, "missing"),
        ({"level": ""}, "missing"),
        ({"level": "高"}, "number"),
        ({"level": "5"}, "value"),
        ({"length": "长"}, "number"),
        ({"sharing": "随意"}, "value"),
        ({"personal": "也许"}, "value"),
        ({"department": "卫健委"}, "department-unknown"),
        ({"system": "没有"}, "system-unknown"),
        ({"theme": "没有"}, "theme-unknown"),
        ({"sharing": "有条件共享"}, "rule"),
        ({"opening": "无条件开放", "personal": "是"}, "rule"),
    ],
)
def test_a_resource_that_can_not_be_used_says_why(change: dict[str, str], code: str) -> None:
    assert isinstance(cataloguing.judge([FIRST], AROUND), Resource)
    found = cataloguing.judge([FIRST | change], AROUND)
    assert isinstance(found, importing.Fault), found
    assert found.code == code


catalogue_rows = st.lists(
    st.dictionaries(
        st.sampled_from(sorted(importing.COLUMNS[ListKind.RESOURCE])), words | st.text(max_size=20)
    ).map(lambda changes: FIRST | changes),
    min_size=1,
    max_size=3,
)


@pytest.mark.slow
@given(catalogue_rows)
def test_whatever_rows_say_they_are_a_resource_or_a_reason(rows: list[dict[str, str]]) -> None:
    found = cataloguing.judge(rows, AROUND)
    assert isinstance(found, Resource) or found.code in importing.REASONS
