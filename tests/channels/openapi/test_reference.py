"""The documentation page: everything on it, every anchor where a link leads, examples that are real."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tongban.channels.openapi import document, problems


@pytest.fixture(params=["", "/en"], ids=["zh", "en"])
def page(request: pytest.FixtureRequest, ask: Client) -> str:
    answer = ask.get(f"{request.param}/api/v1/docs")
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_every_operation_record_and_problem_has_its_place(page: str) -> None:
    made = document.document("en")
    records = [name for name in made["components"]["schemas"] if not name.startswith("Listed_")]
    anchors = set(re.findall(r'id="([^"]+)"', page))

    assert {act["operationId"] for _, _, act in document.operations(made)} <= anchors
    assert {f"record-{name}" for name in records} <= anchors
    assert {f"problem-{code}" for code in (*problems.OWN, *problems.OF_THE_CATALOGUE)} <= anchors


def test_every_link_within_the_page_leads_somewhere(page: str) -> None:
    anchors = re.findall(r'id="([^"]+)"', page)

    assert len(anchors) == len(set(anchors))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(anchors)


def test_examples_can_be_copied_and_hold_real_answers(page: str) -> None:
    assert "curl" in page
    assert "/api/v1/items/" in page
    assert "&#34;code&#34;: &#34;opening-a-restaurant&#34;" in page


def test_an_address_of_an_example_can_be_opened(page: str, ask: Client) -> None:
    addresses = re.findall(r'class="more" href="(/api/[^"]+)"', page)

    assert len(addresses) > 20
    for address in addresses:
        assert ask.get(address.replace("&amp;", "&")).status_code == 200, address


def test_without_a_city_the_page_still_explains(db: None) -> None:
    answer = Client(HTTP_HOST="localhost").get("/api/v1/docs")

    assert answer.status_code == 200
    assert b"/api/v1/items/{code}" in answer.content
