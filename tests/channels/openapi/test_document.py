"""The OpenAPI document as such: complete, in two languages, the same as in docs/reference."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve

from tongban.channels.openapi import document, examples, problems
from tongban.channels.openapi.api import path_views
from tongban.channels.openapi.explanations import OF_APPLYING
from tongban.runtime.environment import ROOT
from tools.reference_openapi import FILE, text

MADE = document.document("en")
OPERATIONS = {act["operationId"]: (path, method, act) for path, method, act in document.operations(MADE)}


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= sign <= "\u9fff" for sign in text)


def test_the_kept_document_is_fresh() -> None:
    assert FILE.read_text("utf-8") == text(), "run: make fix"


def test_it_names_every_operation_once() -> None:
    served = sum(len(view.operations) for view in path_views().values())
    assert len(OPERATIONS) == served
    assert MADE["openapi"] == "3.1.0"
    assert MADE["security"] == []


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_is_whole(name: str) -> None:
    path, method, act = OPERATIONS[name]

    assert act["summary"]
    assert act["description"]
    assert act["tags"][0] in {tag["name"] for tag in MADE["tags"]}
    assert {"404", "406", "422", "429", "500", "503"} <= set(act["responses"])
    fine = next(answer for status, answer in act["responses"].items() if status in ("200", "201"))
    assert set(document.LIMITS) <= set(fine["headers"])
    assert all(one.get("description") for one in act["parameters"] if "name" in one)
    needs_token = bool(act.get("security"))
    assert ("304" in act["responses"]) == (method == "get" and not needs_token)
    assert ({"401", "403"} <= set(act["responses"])) == needs_token == path.startswith("/api/v1/my/")


def test_every_reference_leads_somewhere() -> None:
    for reference in references(MADE):
        found: Any = MADE
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]
        assert found


def references(part: Any) -> list[str]:
    if isinstance(part, dict):
        return [value for name, value in part.items() if name == "$ref"] + references(list(part.values()))
    return [one for inner in part for one in references(inner)] if isinstance(part, list) else []


def test_no_two_records_share_a_name() -> None:
    """ninja would let the later one win in silence: a bundle's ``Published`` and an item's were two things."""
    seen: dict[str, Any] = {}
    for view in path_views().values():
        for operation in view.operations:
            for model in operation.response_models.values():
                if model in (None, ...) or not hasattr(model, "model_json_schema"):
                    continue
                for name, schema in model.model_json_schema(mode="serialization").get("$defs", {}).items():
                    assert seen.setdefault(name, schema) == schema, name


def test_it_is_whole_in_both_languages() -> None:
    paths = document.document("zh")["paths"]
    for name, (path, method, act) in OPERATIONS.items():
        chinese = paths[path][method]
        assert not is_chinese(act["summary"] + act["description"]), name
        assert is_chinese(chinese["summary"]), name


def test_every_code_the_catalogue_raises_is_explained() -> None:
    for codes in (problems.OWN, problems.OF_THE_CATALOGUE):
        assert all(status in problems.TITLES for status, _ in codes.values())
    assert not problems.OWN.keys() & problems.OF_THE_CATALOGUE.keys()


def test_what_is_explained_of_applying_is_raised_somewhere() -> None:
    """A code that was renamed would else be explained for ever."""
    folders = ("services", "foundation", "channels/openapi/applying")
    source = "".join(file.read_text() for one in folders for file in (ROOT / "tongban" / one).rglob("*.py"))
    assert [code for code in OF_APPLYING if f'"{code}"' not in source] == []
    assert all(status in problems.TITLES for status, _ in OF_APPLYING.values())
    assert not OF_APPLYING.keys() & (problems.OWN | problems.OF_THE_CATALOGUE).keys()


@pytest.mark.slow
def test_examples_are_of_this_city_and_answer(ask: Client, city: int) -> None:
    shown = examples.of_revision(city)
    told = json.loads(ask.get("/api/v1/openapi.json", HTTP_ACCEPT_LANGUAGE="en").content)

    for path, method, act in document.operations(told):
        address = shown.address(act["operationId"], path)
        assert resolve(address.partition("?")[0])
        if act.get("security") or act["tags"] == ["public"]:
            continue  # of somebody's own case: test_restaurant.py asks for each
        if method == "get":
            assert ask.get(address).status_code == 200, address
        else:
            sent = act["requestBody"]["content"]["application/json"]["example"]
            assert ask.post(address, sent, "application/json").status_code == 200


def test_before_a_city_is_loaded_there_are_no_examples(db: None) -> None:
    assert examples.NOTHING.address("get_item", "/api/v1/items/{code}") == "/api/v1/items/{code}"
