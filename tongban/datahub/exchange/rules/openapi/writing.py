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
HIDDEN = ("servers", "security")
CLIENT = {"name": "X-Road-Client", "in": "header", "required": True, "schema": {"type": "string"}}


def published(document: Mapping[str, Any], provider: str, code: str) -> dict[str, Any]:
    """Return a department's description with the exchange's address for its own, its credentials left out.

    Addresses and credentials may stand at every path and operation, and in parts that are referred to.
    """
    kept: dict[str, Any] = _without(document)
    return {**kept, "servers": [{"url": f"{PREFIX}{provider}/{code}"}]}


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


def _without(part: Any) -> Any:
    """Return plain data without lists of servers and of credentials; a property of such a name is no list."""
    if isinstance(part, Mapping):
        return {
            name: _without(value)
            for name, value in part.items()
            if not (name in HIDDEN and isinstance(value, list))
        }
    return [_without(one) for one in part] if isinstance(part, list) else part


def _schema(field: DataField) -> dict[str, Any]:
    said: dict[str, Any] = dict(SCHEMAS.get(field.type, {"type": "string"}))
    if field.length and said["type"] == "string" and "format" not in said:
        said["maxLength"] = field.length
    return {**said, "title": field.name}
