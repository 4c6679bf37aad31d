"""What is wrong with parameters and bodies, said field by field in the caller's language."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

COMPILE = "/api/v1/bundles/opening-a-restaurant/compile"


def errors_of(answer: Any) -> dict[str, tuple[str, str]]:
    assert answer.status_code == 422, answer.content
    document = json.loads(answer.content)
    assert document["code"] == "parameters-invalid"
    return {one["field"]: (one["code"], one["message"]) for one in document["errors"]}


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("page=0", "page", "too-small"),
        ("page=-1", "page", "too-small"),
        ("page=100001", "page", "too-large"),
        ("page=99999999999999999999999", "page", "not-a-number"),
        ("page=1.0", "page", "not-a-number"),
        ("page=%D9%A1", "page", "not-a-number"),
        ("page=", "page", "not-a-number"),
        ("size=101", "size", "too-large"),
        ("online=yes", "online", "not-a-boolean"),
        ("audience=9", "audience", "not-one-of"),
        ("audience=", "audience", "not-one-of"),
        ("order=cheap", "order", "not-one-of"),
        ("theme=" + "x" * 81, "theme", "too-long"),
        ("themes=food", "themes", "unknown"),
        ("page=1&page=2", "page", "repeated"),
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_wrong_parameter_is_named_with_a_code(
    ask: Client, query: str, field: str, code: str, language: str
) -> None:
    found = errors_of(ask.get(f"/api/v1/items?{query}", HTTP_ACCEPT_LANGUAGE=language))

    assert found[field][0] == code
    assert any("\u4e00" <= sign <= "\u9fff" for sign in found[field][1]) == (language == "zh")


def test_everything_wrong_is_told_at_once(ask: Client) -> None:
    assert set(errors_of(ask.get("/api/v1/items?page=0&size=x&online=1"))) == {"page", "size", "online"}


def test_a_name_spelt_wrong_is_put_right(ask: Client) -> None:
    message = errors_of(ask.get("/api/v1/items?departement=x", HTTP_ACCEPT_LANGUAGE="en"))["departement"][1]
    assert "“department”" in message


@pytest.mark.parametrize("path", ["items", "search", "streets", "centres", "items/food-workshop-permit"])
def test_an_unknown_district_is_never_taken_for_the_city(ask: Client, path: str) -> None:
    answer = ask.get(f"/api/v1/{path}?district=999999")

    assert answer.status_code == 404
    assert "999999" in json.loads(answer.content)["detail"]


@pytest.mark.parametrize("query", ["theme=nothing", "department=nothing"])
def test_an_unknown_filter_is_not_an_empty_list(ask: Client, query: str) -> None:
    assert ask.get(f"/api/v1/items?{query}").status_code == 404


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("first=2026-02-30&last=2026-03-01", "first"),
        ("first=20260201&last=2026-03-01", "first"),
        ("first=0&last=2026-03-01", "first"),
        ("first=2026-02-01", "last"),
    ],
)
def test_days_are_dates_that_exist(ask: Client, query: str, field: str) -> None:
    assert field in errors_of(ask.get(f"/api/v1/calendar?{query}"))


@pytest.mark.parametrize("query", ["first=2026-02-02&last=2026-02-01", "first=0001-01-01&last=9999-12-31"])
def test_a_span_has_an_order_and_an_end(ask: Client, query: str) -> None:
    answer = ask.get(f"/api/v1/calendar?{query}")

    assert answer.status_code == 422
    assert json.loads(answer.content)["code"] == "span-too-long"


def send(ask: Client, body: bytes | str, kind: str = "application/json") -> Any:
    return ask.generic("POST", COMPILE, body, kind)


@pytest.mark.parametrize(
    "body",
    [
        b" ", b"{", b"\xff\xfe{}", '{"answers": {"area": NaN}}', '{"answers": {"area": -Infinity}}',
        '{"answers": {"area": "\\ud800"}}', "[" * 60_000, '{"answers": ' * 5000, "9" * 5000,
    ],
)  # fmt: skip
def test_a_body_that_is_no_json_is_refused(ask: Client, body: bytes | str) -> None:
    answer = send(ask, body)

    assert answer.status_code in (400, 422)
    assert json.loads(answer.content)["code"] in ("body-unreadable", "parameters-invalid")


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ("[]", {""}),
        ("null", {""}),
        ('"x"', {""}),
        ('{"answers": []}', {"answers"}),
        ('{"answers": {"area": [1]}}', {"answers.area"}),
        ('{"answers": {"area": null, "seats": {}}}', {"answers.area", "answers.seats"}),
        ('{"answers": {}, "extra": 1}', {"extra"}),
        (json.dumps({"answers": {str(number): 1 for number in range(101)}}), {"answers"}),
        (json.dumps({"answers": {"area": "x" * 201}}), {"answers.area"}),
    ],
)
def test_a_body_of_another_form_says_where(ask: Client, body: str, fields: set[str]) -> None:
    assert set(errors_of(send(ask, body))) == fields


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"aera": 1}, "bundle-unknown-answer"),
        ({"\u0000": 1}, "bundle-unknown-answer"),
        ({"area": "large"}, "bundle-answer-number"),
        ({"area": 1}, "bundle-answer-least"),
        ({"area": 10**12}, "bundle-answer-most"),
        ({"alcohol": 1}, "bundle-answer-boolean"),
        ({"alcohol": "true"}, "bundle-answer-boolean"),
        ({"premises": "stolen"}, "bundle-answer-choice"),
    ],
)
def test_an_answer_the_question_does_not_allow_says_why(
    ask: Client, answers: dict[str, object], code: str
) -> None:
    answer = send(ask, json.dumps({"answers": answers}))

    assert answer.status_code == 422, answer.content
    assert json.loads(answer.content)["code"] == code


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
def test_a_body_of_another_kind_is_not_guessed_at(ask: Client, kind: str) -> None:
    answer = send(ask, "{}", kind)

    assert answer.status_code == 415
    assert answer["Accept-Post"] == "application/json"


def test_a_huge_body_is_not_read(ask: Client) -> None:
    assert send(ask, b"x" * 70_000).status_code == 413
    assert ask.generic("POST", COMPILE, b"{}", "application/json", CONTENT_LENGTH="9" * 40).status_code == 413


@pytest.mark.parametrize("length", ["", "-1", "1e3", "²"])
def test_a_body_of_unknown_length_is_not_read(ask: Client, length: str) -> None:
    assert ask.generic("POST", COMPILE, b"{}", "application/json", CONTENT_LENGTH=length).status_code == 411
