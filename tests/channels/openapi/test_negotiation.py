"""Which language and which media type a caller gets."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from tongban.channels.openapi.negotiation import accepts, language_of

ask = RequestFactory()


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "zh"),
        ("en", "en"),
        ("EN-gb", "en"),
        ("zh-Hant-TW, en;q=0.9", "zh"),
        ("fr, en;q=0.4, zh;q=0.3", "en"),
        ("en;q=0, zh", "zh"),
        ("en;q=0.1, zh-CN;q=0.9", "zh"),
        ("fr", "zh"),
        ("*", "zh"),
        ("en;q=nonsense", "en"),
        ("english", "zh"),
    ],
)
def test_the_language_liked_best_of_those_there_are(header: str, language: str) -> None:
    assert language_of(ask.get("/api/v1/items", HTTP_ACCEPT_LANGUAGE=header)) == language


def test_without_a_wish_the_address_decides() -> None:
    assert language_of(ask.get("/en/api/v1/items")) == "en"
    assert language_of(ask.get("/en/api/v1/items", HTTP_ACCEPT_LANGUAGE="zh")) == "zh"


@pytest.mark.parametrize(
    ("header", "kind", "taken"),
    [
        ("", "text/csv", True),
        ("*/*", "text/csv", True),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json", True),
        ("application/*", "application/json", True),
        ("application/JSON;q=0.1", "application/json", True),
        ("application/json;q=0, */*", "application/json", False),
        ("application/xml", "application/json", False),
        ("application/json", "text/csv", False),
        ("text/*;q=0, */*;q=1", "text/csv", False),
    ],
)
def test_a_media_type_is_taken_when_the_header_names_it(header: str, kind: str, taken: bool) -> None:
    assert accepts(header, kind) is taken


@given(st.text(max_size=200))
def test_no_header_is_too_strange(header: str) -> None:
    accepts(header, "application/json")
    language_of(ask.get("/api/v1/items", HTTP_ACCEPT_LANGUAGE=header))
