"""The drawing of the path: complete, in bounds, escaped, without a style of its own."""

from __future__ import annotations

import re
from xml.etree import ElementTree as Tree  # our own drawing, nothing foreign

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.services.bundles.make import LAW, compiled, make_bundle, make_item
from tongban.services.bundles.drawing import lanes, lanes_phone
from tongban.services.bundles.drawing.plan import axis_step
from tongban.services.bundles.drawing.svg import fit, width, wrap
from tongban.services.bundles.types import Compiled

LABELS = {"market": "市场监管局"}
DRAWINGS = {
    "wide": lambda one, language: lanes(one, LABELS, language),
    "phone": lambda one, language: lanes_phone(one, LABELS, language),
}


def case(days: list[int], *, joint: int = 0, chained: bool = False, name: str = "事项") -> Compiled:
    """A bundle with one item for each number of days; the first ``joint`` share a visit."""
    codes = [chr(97 + index) for index in range(len(days))]
    items = [
        make_item(
            code,
            name=f"{name} {code}",
            statutory={"days": limit},
            results=[{"name": "证"}],
            site_check={} if index < joint else None,
            visits=[{"purpose": "collect"}],
            needs=[codes[index - 1]] if chained and index else [],
        )
        for index, (code, limit) in enumerate(zip(codes, days, strict=True))
    ]
    shared = {"items": codes[:joint], "within": 5, "basis": LAW} if joint else None
    return compiled(make_bundle(codes, joint_check=shared), items)


def parse(drawing: str) -> Tree.Element:
    return Tree.fromstring(drawing)


@pytest.mark.parametrize("kind", DRAWINGS)
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "one",
    [
        case([0]),
        case([1]),
        case([0, 0, 0], chained=True),
        case([1, 1, 0], chained=True),
        case([10, 7, 10], joint=3),
        case([20, 20, 45, 7, 10, 30, 0, 20], chained=False, joint=2),
        case([15] * 8, chained=True),
        case([120, 3, 2], joint=3),
    ],
)
def test_everything_drawn_lies_within_the_picture(kind: str, language: str, one: Compiled) -> None:
    drawing = parse(DRAWINGS[kind](one, language))
    _, _, wide, high = (float(value) for value in drawing.attrib["viewBox"].split())
    for rect in drawing.iter("rect"):
        x, y = float(rect.attrib["x"]), float(rect.attrib["y"])
        assert float(rect.attrib["width"]) > 0
        assert float(rect.attrib["height"]) > 0
        assert x >= 0
        assert y >= 0
        assert x + float(rect.attrib["width"]) <= wide + 0.1
        assert y + float(rect.attrib["height"]) <= high + 0.1
    for words in drawing.iter("text"):
        size = 11 if words.attrib["class"] == "lane-tiny" else 14
        long = width(words.text or "", size)
        x = float(words.attrib["x"]) - (long / 2 if "text-anchor" in words.attrib else 0)
        assert x >= -12
        assert x + long <= wide + 24, words.text
    for path in drawing.iter("polyline"):
        points = [tuple(map(float, point.split(","))) for point in path.attrib["points"].split()]
        assert all(0 <= x <= wide and 0 <= y <= high for x, y in points)


@pytest.mark.parametrize("draw", DRAWINGS.values())
def test_it_has_a_name_and_says_in_words_what_it_shows(draw: object) -> None:
    drawing = parse(draw(case([10, 0, 7], joint=3), "zh"))  # type: ignore[operator]
    assert drawing.attrib["role"] == "img"
    title = drawing.find("title")
    assert title is not None
    assert title.text == "办理路径：3 个事项，最长的一条线 10 个工作日"
    assert drawing.attrib["aria-labelledby"] == title.attrib["id"]
    described = drawing.find("desc")
    if described is not None:
        assert "事项 c（市场监管局）：第 1 天到第 7 天。" in (described.text or "")


@pytest.mark.parametrize("draw", DRAWINGS.values())
def test_the_style_sheet_alone_gives_colours(draw: object) -> None:
    drawing = draw(case([10, 7], joint=2), "zh")  # type: ignore[operator]
    assert not re.search(r"style=|<style|fill=|stroke=|#[0-9a-f]{3}", drawing)


def test_names_are_escaped() -> None:
    drawing = lanes(case([3], name='<script>"&'), {"market": "<b>"})
    assert "<script" not in drawing
    assert "<b>" not in drawing
    parse(drawing)


def test_a_joint_visit_is_one_block_over_lanes_that_stand_together() -> None:
    drawing = parse(lanes(case([10, 7, 10, 0, 5], joint=3), LABELS))
    joint = [one for one in drawing.iter("rect") if "bar-joint" in one.attrib["class"]]
    assert len(joint) == 1
    assert float(joint[0].attrib["height"]) == 3 * 48 + 2 * 24


def test_waiting_is_dotted() -> None:
    drawing = lanes(case([10, 7], joint=0), LABELS)
    assert drawing.count('class="lane-wait"') == 1


def test_nothing_to_apply_for_is_still_a_drawing() -> None:
    bundle = make_bundle(
        [{"item": "a", "when": {"yes": True}}],
        questions=[{"code": "yes", "ask": "要吗？", "kind": "boolean", "default": False}],
    )
    nothing = compiled(bundle, [make_item("a")])
    for draw in DRAWINGS.values():
        assert "没有要办的事项" in draw(nothing, "zh")


@given(st.text(max_size=60), st.floats(10, 300))
@settings(max_examples=200)
def test_a_text_is_cut_to_its_room(words: str, room: float) -> None:
    assert width(fit(words, room, 14), 14) <= max(room, width("…", 14))
    assert all(width(one, 14) <= max(room, 14.0) for one in wrap(words, room, 14, 2))
    assert len(wrap(words, room, 14, 2)) <= 2


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["材料", "审查"], "材料审查"),
        (["市场监", "管局"], "市场监管局"),
        (["All results", "together"], "All results together"),
    ],
)
def test_lines_are_about_equally_long(lines: list[str], words: str) -> None:
    assert wrap(words, width(lines[0], 14) + 13, 14, 2) == lines


@pytest.mark.parametrize(("day", "step"), [(150, 1), (71, 1), (30, 5), (7, 10), (1, 100), (0.1, 100)])
def test_marks_of_the_axis_have_room(day: float, step: int) -> None:
    assert axis_step(day, 65) == step
