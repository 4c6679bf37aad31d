"""Descriptions for consumers: the department's own without the address of its system, or one written from the catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tongban.datahub.exchange.rules.protocol import PREFIX
from tongban.datahub.exchange.types import Service
from tongban.datahub.resources.types import DataField, FieldType

SCHEMAS: Mapping[FieldType, Mapping[str, str]] = {
    FieldType.NUMBER: {"type": "number"},
    FieldType.BOOLEAN: {"type": "boolean"},
    FieldType.DATE: {"type": "string", "format": "date"},
    FieldType.DATETIME: {"type": "string", "format": "date-time"},
}
CLIENT = {"name": "X-Road-Client", "in": "header", "required": True, "schema": {"type": "string"}}


def published(document: Mapping[str, Any], provider: str, code: str) -> dict[str, Any]:
    """Return a department's description with the exchange's address for its own, its credentials left out.

    Addresses may stand at every path, too.
    """
    paths = {path: _without_servers(item) for path, item in document.get("paths", {}).items()}
    kept = {name: part for name, part in document.items() if name != "security"}
    return {**kept, "servers": [{"url": f"{PREFIX}{provider}/{code}"}], "paths": paths}


def written(service: Service, title: str, fields: Sequence[DataField]) -> dict[str, Any]:
    """Return a description of a register, a query, or a service that its department has not described."""
    row = {
        "type": "object",
        "description": "Only the fields that the grant names.",
        "properties": {field.code: _schema(field) for field in fields},
    }
    rows = {
        "type": "object",
        "properties": {"rows": {"type": "array", "items": row}},
        "required": ["rows"],
    }
    asked = [
        {"name": name, "in": "query", "required": True, "schema": {"type": "string"}}
        for name in service.parameters
    ]
    answer = {"description": "The rows that fit.", "content": {"application/json": {"schema": rows}}}
    operation = {
        "operationId": service.code,
        "summary": title,
        "parameters": [*asked, CLIENT],
        "responses": {"200": answer},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": str(service.version)},
        "servers": [{"url": f"{PREFIX}{service.provider}/{service.code}"}],
        "paths": {"/": {"get": operation}},
    }


def _without_servers(item: Any) -> Any:
    if not isinstance(item, Mapping):
        return item
    hidden = ("servers", "security")
    return {
        name: {key: one for key, one in part.items() if key not in hidden}
        if isinstance(part, Mapping)
        else part
        for name, part in item.items()
        if name != "servers"
    }


def _schema(field: DataField) -> dict[str, Any]:
    said: dict[str, Any] = dict(SCHEMAS.get(field.type, {"type": "string"}))
    if field.length and said["type"] == "string" and "format" not in said:
        said["maxLength"] = field.length
    return {**said, "title": field.name}
