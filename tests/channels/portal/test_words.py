"""Presenters: words and figures out of records, without a database."""

from __future__ import annotations

from datetime import datetime

import pytest
from markupsafe import Markup

from tongban.channels.portal.presenters.items import duration, item_row, joined, plain_words
from tongban.channels.portal.presenters.search import hit_row, marked
from tongban.channels.portal.presenters.thumbnail import thumbnail
from tongban.channels.ui.tables import safe_cell
from tongban.foundation.government.types import Department
from tongban.kernel.clock import SHANGHAI
from tongban.services.bundles.types import PathStep
from tongban.services.catalogue.queries import ItemCard
from tongban.services.catalogue.search.types import Hit, Kind

MARKET = Department(
    code="market", name="市场监督管理局", short="市场监管局", english="Market Regulation", level="4"
)


def card(**changes: object) -> ItemCard:
    """Return the card of an item as a list reads it."""
    fields: dict[str, object] = {
        "code": "a", "number": 1, "name": "食品经营许可", "english": "Food licence", "plain": "卖吃的要办的证",
        "plain_english": "", "type": "01", "level": "4", "department": "market", "audience": ("2",), "themes": ("food",),
        "state": "in_use", "depth": "full", "sure": "C", "case_kind": "2", "promise_days": 5, "promise_unit": "working",
        "statutory_days": 20, "statutory_unit": "working", "visits": 1, "materials": 2, "charged": False,
        "online_depth": 4, "terminal": False, "variants": (), "published_at": datetime(2026, 3, 1, tzinfo=SHANGHAI),
    }  # fmt: skip
    return ItemCard(**{**fields, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ("承诺办完", "5 个工作日")),
        ({"promise_unit": "calendar"}, ("承诺办完", "5 天")),
        ({"promise_days": 0}, ("办结", "当场")),
        ({"case_kind": "1", "promise_days": None}, ("办结", "当场")),
        ({"promise_days": None}, ("法律最长", "20 个工作日")),
        ({"promise_days": None, "statutory_days": None}, ("时限", "")),
    ],
)
def test_the_limit_shown_is_the_promise_else_the_laws(
    changes: dict[str, object], words: tuple[str, str]
) -> None:
    assert duration(card(**changes), "zh") == words


def test_a_row_says_what_it_is_and_who_does_it() -> None:
    row = item_row(card(), {"market": MARKET}, "zh")

    assert (row.title, row.says) == ("食品经营许可", "卖吃的要办的证。市场监督管理局")
    assert (row.visits, row.materials, row.marks) == ("1 次", "2 份", ())


def test_a_summary_claims_nothing_it_does_not_know() -> None:
    row = item_row(card(depth="summary", visits=0, materials=0), {}, "zh")

    assert (row.visits, row.materials, row.marks) == ("", "", ("摘要",))


def test_an_english_row_is_english() -> None:
    row = item_row(card(), {"market": MARKET}, "en")

    assert (row.title, row.says, row.days) == ("Food licence", "Market Regulation", "5 working days")
    assert 'lang="zh-CN"' in item_row(card(english=""), {}, "en").title


def test_words_are_joined_with_one_stop() -> None:
    assert joined(Markup("卖吃的。"), "局", "zh") == "卖吃的。局"
    assert joined(Markup("要不要办？"), "局", "zh") == "要不要办？局"
    assert joined(Markup(""), "局", "zh") == "局"
    assert plain_words("<b>", "", False, "zh") == "&lt;b&gt;"


def test_what_matches_is_marked_and_the_rest_escaped() -> None:
    assert marked("开<饭店>吧", ((0, 1), (2, 4))) == "<mark>开</mark>&lt;<mark>饭店</mark>&gt;吧"
    assert marked("饭店", ()) == "饭店"


def test_a_question_leads_to_its_answer_in_the_guide() -> None:
    hit = Hit(Kind.QUESTION, "food#2", "要消防吗？", "要。", {"item": "food", "answer": "要" * 200})
    row = hit_row(hit, {}, "zh")

    assert row.path == "/items/food#question-2"
    assert len(row.says) == 80


def test_the_thumbnail_stays_within_its_frame() -> None:
    steps = [
        PathStep(
            step=f"s{n}",
            kind="item",
            name="x",
            department="market",
            days=n,
            start=0,
            end=n,
            after=(),
            critical=n == 9,
        )
        for n in range(10)
    ]
    check = PathStep(
        step="joint-check",
        kind="joint_check",
        name="x",
        department=None,
        days=1,
        start=0,
        end=5,
        after=(),
        critical=True,
    )
    drawing = thumbnail([*steps, check])

    assert drawing.count('class="block"') == 3
    assert drawing.count('class="critical"') == 1
    assert drawing.count("parallel") == 4
    assert thumbnail([check]) == ""


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx"])
def test_no_cell_is_taken_for_a_formula(cell: str) -> None:
    assert safe_cell(cell) == "'" + cell
    assert safe_cell("食品") == "食品"
    assert safe_cell(5) == 5
