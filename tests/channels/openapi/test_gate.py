"""The gate before every address: methods, tags, languages, limits, other sites' pages, and what goes wrong."""

from __future__ import annotations

import json

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client

from tongban.channels.openapi import guard
from tongban.channels.openapi.limits import RateLimit
from tongban.services.catalogue import queries as catalogue

ITEM = "/api/v1/items/food-workshop-permit"
COMPILE = "/api/v1/bundles/opening-a-restaurant/compile"
LIMITS = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "RateLimit-Policy")


def problem_of(answer: HttpResponse) -> dict[str, object]:
    assert answer["Content-Type"] == "application/problem+json"
    document: dict[str, object] = json.loads(answer.content)
    assert document["status"] == answer.status_code
    assert document["type"] == f"/api/v1/docs#problem-{document['code']}"
    return document


def test_an_answer_says_how_long_it_is_true_and_in_which_language(ask: Client) -> None:
    answer = ask.get(ITEM)

    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    assert answer["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert answer["Content-Language"] == "zh-CN"
    assert answer["ETag"].startswith('"')


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', '"other",W/{} ,"third"', "*"])
def test_what_has_not_changed_costs_no_body(ask: Client, form: str) -> None:
    tag = ask.get(ITEM)["ETag"]
    again = ask.get(ITEM, HTTP_IF_NONE_MATCH=form.format(tag))

    assert again.status_code == 304
    assert again.content == b""
    assert again["ETag"] == tag
    assert "RateLimit-Remaining" in again


@pytest.mark.parametrize("form", ['"other"', "", "W/", ",,,", '"' + "x" * 9000])
def test_another_tag_gets_the_whole_answer(ask: Client, form: str) -> None:
    assert ask.get(ITEM, HTTP_IF_NONE_MATCH=form).status_code == 200


def test_nothing_is_unchanged_that_does_not_exist(ask: Client) -> None:
    assert ask.get("/api/v1/items/nothing", HTTP_IF_NONE_MATCH="*").status_code == 404


def test_every_address_and_every_language_has_its_own_tag(ask: Client) -> None:
    reference = "/api/v1/bundles/opening-a-restaurant/reference"
    answers = [
        ask.get(ITEM),
        ask.get(ITEM + "?district=310104"),
        ask.get(reference),
        ask.get(reference, HTTP_ACCEPT_LANGUAGE="en"),
    ]

    assert len({answer["ETag"] for answer in answers}) == 4
    assert answers[2]["Vary"] == answers[3]["Vary"] == "Accept-Language"
    assert answers[3]["Content-Language"] == "en"
    assert answers[2].content != answers[3].content


def test_head_says_what_get_would(ask: Client) -> None:
    got, head = ask.get(ITEM), ask.head(ITEM)

    assert head.status_code == 200
    assert head.content == b""
    assert head["Content-Length"] == got["Content-Length"]
    assert head["ETag"] == got["ETag"]


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        (ITEM, "GET, HEAD, OPTIONS"),
        (COMPILE, "POST, OPTIONS"),
        ("/api/v1/openapi.json", "GET, HEAD, OPTIONS"),
    ],
)
def test_methods_are_those_that_allow_names(ask: Client, path: str, allowed: str) -> None:
    options = ask.options(path)
    refused = ask.put(path, "{}", "application/json")

    assert options.status_code == 204
    assert options["Allow"] == refused["Allow"] == allowed
    assert refused.status_code == 405
    assert allowed in str(problem_of(refused)["detail"])


def test_pages_of_other_sites_may_read(ask: Client) -> None:
    """The browser asks first (preflight) and then reads; nothing here depends on who is signed in."""
    before = ask.options(
        COMPILE, HTTP_ORIGIN="https://example.org", HTTP_ACCESS_CONTROL_REQUEST_METHOD="POST"
    )
    answer = ask.get(ITEM, HTTP_ORIGIN="https://example.org")

    assert before["Access-Control-Allow-Origin"] == answer["Access-Control-Allow-Origin"] == "*"
    assert "POST" in before["Access-Control-Allow-Methods"]
    assert "Content-Type" in before["Access-Control-Allow-Headers"]
    assert {"ETag", "Link", "Retry-After"} <= set(answer["Access-Control-Expose-Headers"].split(", "))
    assert "Access-Control-Allow-Credentials" not in answer


@pytest.mark.parametrize(
    ("path", "accept"),
    [(ITEM, "text/html"), ("/api/v1/items.csv", "application/json"), (ITEM, "application/json;q=0")],
)
def test_what_is_not_wanted_is_not_sent(ask: Client, path: str, accept: str) -> None:
    answer = ask.get(path, HTTP_ACCEPT=accept)

    assert answer.status_code == 406
    assert problem_of(answer)["code"] == "not-acceptable"


def test_a_minute_used_up_says_when_to_come_back(ask: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "RATE", RateLimit(3))
    answers = [ask.get(path) for path in (ITEM, "/api/v1/nothing", "/api/v1/city", "/api/v1/city")]

    assert [answer.status_code for answer in answers] == [200, 404, 200, 429]
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert 1 <= int(answers[3]["Retry-After"]) <= 60
    assert problem_of(answers[3])["code"] == "too-many-requests"
    assert answers[3]["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "path",
    [
        ITEM,
        "/api/v1/items/nothing",
        "/api/v1/nothing",
        "/api/nothing/at/all",
        "/api/v1/items?page=0",
        "/api/v1/openapi.json",
    ],
)
def test_every_answer_carries_its_limits(ask: Client, path: str) -> None:
    answer = ask.get(path)

    assert all(name in answer for name in LIMITS)
    assert answer["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("header", "told"), [("en", "There is no such address"), ("zh", "没有这个地址"), ("", "没有这个地址")]
)
def test_a_problem_speaks_the_callers_language(ask: Client, header: str, told: str) -> None:
    answer = ask.get("/api/v1/nothing", HTTP_ACCEPT_LANGUAGE=header)

    assert told in str(problem_of(answer)["detail"])
    assert answer["Content-Language"] == ("en" if header == "en" else "zh-CN")
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "code", "status"),
    [
        ("/api/v1/search?q=%00", "address-unreadable", 400),
        ("/api/v1/items/a%00b", "address-unreadable", 400),
        ("/api/v1/departments/%00", "address-unreadable", 400),
        ("/api/v1/search?q=" + "x" * 5000, "address-too-long", 414),
        ("/api/v1/items/" + "x" * 5000, "address-too-long", 414),
        ("/api/v1/items/" + "x" * 300, "not-found", 404),
        ("/api/v1/items/%ED%A0%80", "item-unknown", 404),
        ("/api/v1/items/%FF%FE", "item-unknown", 404),
        ("/api/v1/items/%F0%9F%8D%9C", "item-unknown", 404),
        ("/api/v1/items/..%2F..%2Fetc", "not-found", 404),
        ("/api/v1/items/", "not-found", 404),
        ("/api/v1/bundles/nothing/reference", "bundle-unknown", 404),
        ("/api/v1/departments/nothing", "department-unknown", 404),
        ("/api/v1/schemas/nothing.json", "not-found", 404),
        ("/en/api/v1/nothing", "not-found", 404),
    ],
)
def test_strange_addresses_are_answered_with_a_sentence(
    ask: Client, path: str, code: str, status: int
) -> None:
    answer = ask.get(path)

    assert answer.status_code == status
    assert problem_of(answer)["code"] == code


@pytest.mark.parametrize(
    "path",
    ["/api/v1/search?q=%ED%A0%80%FF", "/api/v1/suggest?q=%F0%9F%8D%9C", "/api/v1/search?q=%25%5F%5C%27"],
)
def test_strange_words_are_only_not_found(ask: Client, path: str) -> None:
    assert ask.get(path).status_code == 200


def test_a_failure_of_ours_is_a_problem_too(
    ask: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise RuntimeError("the reason is for the log only")

    monkeypatch.setattr(catalogue, "get_city", broken)
    answer = ask.get("/api/v1/city", HTTP_ACCEPT_LANGUAGE="en")

    assert answer.status_code == 500
    assert "not your fault" in str(problem_of(answer)["detail"])
    assert b"reason" not in answer.content
    assert "the reason is for the log only" in caplog.text


def test_without_the_database_callers_are_asked_to_wait(ask: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(catalogue, "get_city", away)
    answer = ask.get("/api/v1/city")

    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert problem_of(answer)["code"] == "unavailable"
