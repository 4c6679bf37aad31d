"""The documentation page, made from the OpenAPI document itself: no script, nothing loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse

from tongban.channels.openapi.api import api
from tongban.channels.openapi.guard import RATE
from tongban.channels.openapi.limits import WINDOW_SECONDS
from tongban.channels.ui.access import public
from tongban.channels.ui.pages import render

TAGS = ("items", "bundles", "city")


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field or parameter: its name, type in words, whether it must be given, what it means."""

    name: str
    type: str
    required: bool
    description: str


@dataclass(frozen=True, slots=True)
class OperationPage:
    """One operation as the page shows it."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[FieldLine, ...]
    body: tuple[FieldLine, ...]
    answer: str


@public
def docs(request: HttpRequest) -> HttpResponse:
    """Show every operation, its parameters and answers, and every record."""
    return render(
        request, "openapi/docs.html", operations=_operations(), records=_records(), tags=TAGS,
        about=api.description, limit=RATE.limit, window=WINDOW_SECONDS,
    )  # fmt: skip


@cache
def _document() -> dict[str, Any]:
    return dict(api.get_openapi_schema())


@cache
def _operations() -> dict[str, tuple[OperationPage, ...]]:
    found: dict[str, list[OperationPage]] = {tag: [] for tag in TAGS}
    for path, methods in _document()["paths"].items():
        for method, operation in methods.items():
            found[operation["tags"][0]].append(_operation(path, method, operation))
    return {tag: tuple(pages) for tag, pages in found.items()}


def _operation(path: str, method: str, operation: dict[str, Any]) -> OperationPage:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    answer = operation["responses"].get(200, {}).get("content", {}).get("application/json", {}).get("schema", {})
    return OperationPage(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        description=operation.get("description", ""),
        parameters=tuple(
            FieldLine(one["name"], _words(one["schema"]), one.get("required", False),
                      one.get("description") or one["schema"].get("description", ""))
            for one in operation.get("parameters", ())
        ),
        body=tuple(_fields(_resolve(body))),
        answer=_words(answer),
    )  # fmt: skip


@cache
def _records() -> tuple[tuple[str, str, tuple[FieldLine, ...], tuple[str, ...]], ...]:
    schemas = _document()["components"]["schemas"]
    return tuple(
        (name, schema.get("description", ""), tuple(_fields(schema)), tuple(map(str, schema.get("enum", ()))))
        for name, schema in sorted(schemas.items())
    )


def _fields(schema: dict[str, Any]) -> Iterator[FieldLine]:
    required = schema.get("required", ())
    for name, field in schema.get("properties", {}).items():
        yield FieldLine(name, _words(field), name in required, field.get("description", ""))


def _resolve(schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return dict(_document()["components"]["schemas"][name]) if name else schema


def _words(schema: dict[str, Any]) -> str:
    """Return a type as one reads it: ``list of ItemCard``, ``text``, ``one of name, fast``."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        kinds = [_words(one) for one in schema["anyOf"] if one.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if "enum" in schema:
        return "one of " + ", ".join(map(str, schema["enum"]))
    kind = str(schema.get("type", "any"))
    if kind == "array":
        return f"list of {_words(schema.get('items', {}))}"
    if kind == "object" and "additionalProperties" in schema and schema["additionalProperties"] is not True:
        return f"map of {_words(schema['additionalProperties'])}" if schema["additionalProperties"] else "map"
    names = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
    return str(schema.get("format", names.get(kind, kind)))
