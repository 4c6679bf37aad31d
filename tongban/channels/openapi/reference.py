"""The documentation page, made from the OpenAPI document itself: no script, nothing loaded from elsewhere."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import resolve

from tongban.channels.openapi import document, examples, problems
from tongban.channels.openapi.document import ABOUT, Document
from tongban.channels.openapi.examples import Examples
from tongban.channels.openapi.explanations import OF_APPLYING
from tongban.channels.openapi.guard import RATE
from tongban.channels.openapi.limits import WINDOW_SECONDS
from tongban.channels.ui import revision
from tongban.channels.ui.access import public
from tongban.channels.ui.pages import reader_of, render
from tongban.kernel.errors import N_
from tongban.kernel.language import translate

KINDS = {
    "string": N_("文字"), "integer": N_("整数"), "number": N_("数字"), "boolean": N_("true 或 false"),
    "object": N_("对象"), "any": N_("任意值"), "date": N_("日期"), "date-time": N_("时刻"),
}  # fmt: skip
LIST_OF = N_("{kind} 的列表")
MAP_OF = N_("名称 → {kind}")
ONE_OF = N_("其中之一：{values}")
OR = N_(" 或 ")


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field or parameter: its name, type in words, whether it must be given, what it means."""

    name: str
    type: str
    required: bool
    default: str
    description: str


@dataclass(frozen=True, slots=True)
class OperationPage:
    """One operation as the page shows it; ``curl`` asks for the example, ``excerpt`` is the answer's beginning."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[FieldLine, ...]
    body: tuple[FieldLine, ...]
    answer: str
    record: str
    address: str
    sent: str
    headers: tuple[str, ...]
    excerpt: str


@dataclass(frozen=True, slots=True)
class Part:
    """The operations about one subject."""

    tag: str
    title: str
    operations: tuple[OperationPage, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """One record that answers are made of."""

    name: str
    description: str
    fields: tuple[FieldLine, ...]
    values: tuple[str, ...]


@public
def docs(request: HttpRequest) -> HttpResponse:
    """Show every operation, its parameters and answers, and every record."""
    language, number = reader_of(request).language, revision.current()
    return render(
        request, "openapi/docs.html", about=ABOUT, parts=_parts(language, number), records=_records(language),
        problems=(problems.OWN | problems.OF_THE_CATALOGUE | OF_APPLYING).items(), places=defaultdict(lambda: "…"),
        limit=RATE.limit, window=WINDOW_SECONDS,
    )  # fmt: skip


@lru_cache(maxsize=4)
def _parts(language: str, number: int) -> tuple[Part, ...]:
    """Return everything the interface can do; ``number`` is the revision the examples come from."""
    shown = examples.of_revision(number)
    made = document.document(language)
    found: dict[str, list[OperationPage]] = {tag["name"]: [] for tag in made["tags"]}
    for path, method, act in document.operations(made):
        found[act["tags"][0]].append(_operation(path, method, act, language, shown))
    return tuple(Part(tag["name"], tag["description"], tuple(found[tag["name"]])) for tag in made["tags"])


def _operation(path: str, method: str, act: Document, language: str, shown: Examples) -> OperationPage:
    fine = next(answer for status, answer in act["responses"].items() if status in ("200", "201"))
    kind, content = next(iter(fine["content"].items()))
    content_sent = act.get("requestBody", {}).get("content", {})
    body = content_sent.get("application/json", {}).get("schema", {})
    address = shown.address(act["operationId"], path) if shown is not examples.NOTHING else ""
    sent = (
        json.dumps(shown.bodies[act["operationId"]], ensure_ascii=False)
        if act["operationId"] in shown.bodies
        else ""
    )
    told = _words(content["schema"], language)
    return OperationPage(
        id=act["operationId"],
        method=method.upper(),
        path=path,
        summary=act["summary"],
        description=act["description"],
        parameters=tuple(_parameters(act, language)),
        body=tuple(_fields(_resolved(body, language), language)),
        answer=told if kind == "application/json" else kind,
        record=_record_of(content["schema"]),
        address=address,
        sent=sent,
        headers=tuple(_headers(act, bool(sent))),
        excerpt=_excerpt(method, address, sent, language) if address and _can_be_tried(act) else "",
    )


def _can_be_tried(act: Document) -> bool:
    """Return whether an example of this operation answers anybody: without a token, about what is there."""
    return not act.get("security") and act["tags"] != ["public"]


def _headers(act: Document, has_body: bool) -> Iterator[str]:
    """Yield the headers that a request of this operation carries, as a shell wants them."""
    if act.get("security"):
        yield '"Authorization: Bearer $token"'
    for one in act["parameters"]:
        if one.get("in") == "header" and one["required"]:
            yield f"'{one['name']}: {one['example']}'"
    if has_body:
        yield "'Content-Type: application/json'"


def _parameters(act: Document, language: str) -> Iterator[FieldLine]:
    for one in act["parameters"]:
        if "name" in one:
            schema = one["schema"]
            yield FieldLine(
                one["name"], _words(schema, language), one["required"], _default(schema), one["description"]
            )


def _default(schema: Document) -> str:
    value = schema.get("default", "")
    return value if isinstance(value, str) else json.dumps(value)


def _excerpt(method: str, address: str, sent: str, language: str) -> str:
    """Return the beginning of what this address answers now: the same operation, asked in this process."""
    path, _, query = address.partition("?")
    asked = HttpRequest()
    # Nobody asked over the network, so the site has no name here and links stay relative.
    asked.META["SERVER_NAME"], asked.META["SERVER_PORT"] = "", "80"
    asked.method, asked.path, asked.GET = method.upper(), path, QueryDict(query)
    asked.META["HTTP_ACCEPT_LANGUAGE"] = language
    asked._body = sent.encode()
    found = resolve(path)
    answer = found.func.__wrapped__(asked, *found.args, **found.kwargs)
    if answer["Content-Type"].startswith("text/"):
        return "\n".join(answer.content.decode("utf-8-sig").splitlines()[: examples.MOST_ENTRIES + 1])
    return examples.excerpt(answer.content)


@lru_cache(maxsize=2)
def _records(language: str) -> tuple[Record, ...]:
    schemas = document.document(language)["components"]["schemas"]
    return tuple(
        Record(
            name,
            schema.get("description", ""),
            tuple(_fields(schema, language)),
            tuple(map(str, schema.get("enum", ()))),
        )
        for name, schema in schemas.items()
        if not name.startswith("Listed_")
    )


def _fields(schema: Document, language: str) -> Iterator[FieldLine]:
    required = schema.get("required", ())
    for name, field in schema.get("properties", {}).items():
        yield FieldLine(
            name, _words(field, language), name in required, _default(field), field.get("description", "")
        )


def _resolved(schema: Document, language: str) -> Document:
    name = _record_of(schema)
    return dict(document.document(language)["components"]["schemas"][name]) if name else schema


def _record_of(schema: Document) -> str:
    """Return the name of the record that a schema is about, empty for plain values."""
    if schema.get("type") == "array":
        return _record_of(schema.get("items", {}))
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    return name.removeprefix("Listed_").removesuffix("_") if name.startswith("Listed_") else name


def _words(schema: Document, language: str) -> str:
    """Return a type as one reads it."""
    if "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        return _say(LIST_OF, language, kind=_record_of(schema)) if name.startswith("Listed_") else name
    if "anyOf" in schema:
        kinds = [_words(one, language) for one in schema["anyOf"] if one.get("type") != "null"]
        return _say(OR, language).join(dict.fromkeys(kinds))
    if "enum" in schema or "const" in schema:
        values = schema.get("enum", [schema.get("const")])
        return _say(ONE_OF, language, values=", ".join(map(str, values)))
    kind = str(schema.get("format", schema.get("type", "any")))
    if kind == "array":
        return _say(LIST_OF, language, kind=_words(schema.get("items", {}), language))
    inside = schema.get("additionalProperties")
    if kind == "object" and isinstance(inside, dict) and inside:
        return _say(MAP_OF, language, kind=_words(inside, language))
    return _say(KINDS.get(kind, kind), language)


def _say(sentence: str, language: str, **values: Any) -> str:
    return translate(sentence, language, **values)
