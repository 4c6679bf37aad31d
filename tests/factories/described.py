"""A pet register as X-Road's specification has it for its examples: its entry in the catalogue, its OpenAPI file."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

import yaml

from tests.factories.exchange import OFFICER, PROVIDER
from tongban.datahub.exchange import known, operations, queries
from tongban.datahub.resources import operations as catalogue
from tongban.datahub.resources.types import DataTheme, Resource, System
from tongban.kernel import clock
from tongban.kernel.types import SYSTEM

PETS = "pets"
SERVICE = f"{PROVIDER}/{PETS}"
FIELDS: tuple[Mapping[str, Any], ...] = (
    {"code": "chip-number", "name": "电子标识号", "level": 1, "key": True, "length": 20},
    {"code": "name", "name": "名称", "level": 1},
    {"code": "owner-id-number", "name": "养犬人证件号码", "level": 3, "personal": True, "key": True},
    {"code": "vaccinated-on", "name": "免疫日期", "type": "date", "level": 1},
    {"code": "status", "name": "状态", "type": "code", "length": 2, "level": 1},
)


def pet_schema() -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            "chipNumber": {"type": "string"},
            "name": {"type": "string"},
            "vaccinatedOn": {"type": "string", "format": "date"},
            "status": {"type": "string"},
            "photoUrls": {"type": "array", "items": {"type": "string"}},
        },
    }


def answer(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"200": {"description": "ok", "content": {"application/json": {"schema": schema}}}}


def asked_by(name: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": {"type": "string"}}


def petstore(server: str = "http://127.0.0.1:9/store") -> dict[str, Any]:
    """Return the description: what PR-REST's examples in its chapter 6 ask for, in our own words."""
    pet = {"$ref": "#/components/schemas/Pet"}
    id = {"name": "petId", "in": "path", "required": True, "schema": {"type": "integer"}}
    body = {"content": {"application/json": {"schema": pet}}}
    return {
        "openapi": "3.0.0",
        "info": {"title": "Pets", "version": "1.0.0"},
        "servers": [{"url": server}],
        "paths": {
            "/v2/pets": {
                "get": {
                    "parameters": [asked_by(name) for name in ("term", "chip-number", "owner-id-number")],
                    "responses": answer({"type": "array", "items": pet}),
                },
                "post": {"requestBody": body, "responses": {"201": {"description": "created"}}},
            },
            "/v2/pets/{petId}": {
                "parameters": [id],
                "get": {"responses": answer(pet)},
                "put": {"requestBody": body, "responses": {"200": {"description": "updated"}}},
                "delete": {"responses": {"200": {"description": "gone"}}},
            },
            "/v2/pets/search": {
                "get": {
                    "parameters": [asked_by(name) for name in ("chip-number", "chipNumber", "name")],
                    "responses": answer({"properties": {"rows": {"items": pet}}}),
                }
            },
        },
        "components": {"schemas": {"Pet": pet_schema()}},
    }


def text_of(document: Mapping[str, Any]) -> bytes:
    """Return a description as a file."""
    text: str = yaml.safe_dump(json.loads(json.dumps(document)), allow_unicode=True, sort_keys=False)
    return text.encode()


def make_catalogue(*more: Resource) -> None:
    """Put the pet register into the catalogue of data, and more of the same system."""
    _, _, member, _ = PROVIDER.split("/")
    system = System(
        code="pet-system", name="犬只登记系统", department=member, kind="service", subsystem=PROVIDER
    )
    resource = Resource.model_validate(
        {
            "code": PETS, "name": "犬只信息", "department": member, "system": system.code, "kind": "department",
            "theme": "animals", "summary": "犬只的登记信息。", "format": "service", "subject": "thing",
            "fields": FIELDS, "sharing": "unconditional", "update": "daily", "level": 3,
        }
    )  # fmt: skip
    catalogue.load_data(
        systems=[system],
        themes=[DataTheme(code="animals", name="动物", english="Animals")],
        resources=[resource, *more],
        duties=(),
        demands=(),
        negatives=(),
        by=SYSTEM,
        at=clock.now(),
    )


def publish(document: Mapping[str, Any], *, subject: str = "", at: dt.datetime | None = None) -> int:
    """Publish the register as a description says."""
    known.forget()
    text, moment = text_of(document), at or clock.now()
    described, content = queries.read_description(text, resource=PETS, subject=subject)
    operations.register_subsystem(code=PROVIDER, name="犬只登记系统", by=SYSTEM, at=moment)
    return operations.publish_described(
        provider=PROVIDER, code=PETS, resource=PETS, described=described, content=content, text=text,
        subject=subject, by=OFFICER, at=moment,
    )  # fmt: skip
