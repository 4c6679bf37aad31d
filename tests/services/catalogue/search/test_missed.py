"""What is kept of a search without an answer says nothing about a person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.services.catalogue.search.missed import LONGEST, worth_keeping


@pytest.mark.parametrize(
    "typed",
    [
        "310101199001011234",
        "31010119900101123X 身份证",
        "１３８１２３４５６７８ 电话",
        "138-1234-5678",
        "1 3 8 1 2 3 4 5 6 7 8",
        "一三八一二三四五六七八",
        "zhang.san@example.com",
        "张三＠公司",
        "微信号abc123",
        "我叫张小明 要办证",
        "姓名李雷",
        "王先生 居住证",
        "沪A12345 违章",
        "南京路100弄5号301室",
        "91310000MA1FL0000X",
        "x" * (LONGEST + 1),
        "，。！",
        "证",
    ],
)
def test_not_kept(typed: str) -> None:
    assert worth_keeping(typed) == ""


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("无人机 飞行", "无人机飞行"),
        ("我要办宠物 殡葬！", "宠物殡葬"),
        ("12345热线", ""),
        ("3岁托班", "3岁托班"),
    ],
)
def test_kept(typed: str, kept: str) -> None:
    assert worth_keeping(typed) == kept


def test_a_name_among_the_words_is_taken_out() -> None:
    assert "王小明" not in worth_keeping("王小明 无人机登记")


@given(st.text(alphabet=st.characters(), max_size=200))
def test_any_text_is_short_and_never_fails(typed: str) -> None:
    assert len(worth_keeping(typed)) <= LONGEST
