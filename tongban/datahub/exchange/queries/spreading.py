"""This node's subsystems, keys and services as other nodes are told of them."""

from __future__ import annotations

import base64
import datetime as dt
from typing import Any

from tongban.datahub.exchange.models import Key, Service, Subsystem
from tongban.datahub.exchange.types import ServiceKind

Document = dict[str, Any]


def subsystem_document(code: str) -> Document | None:
    """Return what is told of a subsystem."""
    row = Subsystem.objects.filter(code=code).first()
    return {"name": row.name, "registered_at": _text(row.registered_at)} if row else None


def key_document(code: str) -> Document | None:
    """Return what is told of a key, or of a certificate for mutual TLS; ``public`` is the certificate then."""
    row = Key.objects.filter(id=code).first()
    if row is None:
        return None
    return {
        "subsystem": row.subsystem_id,
        "algorithm": row.algorithm,
        "public": base64.b64encode(bytes(row.public)).decode(),
        "registered_at": _text(row.registered_at),
        "registered_by": row.registered_by,
        "valid_until": _text(row.valid_until),
        "revoked_at": _text(row.revoked_at),
        "revoked_by": row.revoked_by,
    }


def service_document(code: str) -> Document | None:
    """Return what is told of a service of this node; None for another node's."""
    provider, _, name = code.rpartition("/")
    row = Service.objects.filter(provider_id=provider, code=name).exclude(kind=ServiceKind.NODE.value).first()
    if row is None:
        return None
    return {
        "version": row.version,
        "resource": row.resource,
        "parameters": list(row.parameters),
        "subject": row.subject,
        "seconds": row.seconds,
        "most_bytes": row.most_bytes,
        "is_enabled": row.is_enabled,
    }


def registered_codes() -> dict[str, list[str]]:
    """Return the codes of all subsystems, keys and services of this node, by kind, in the order they depend on."""
    own = Service.objects.exclude(kind=ServiceKind.NODE.value).values_list("provider_id", "code")
    keys = Key.objects.order_by("number")
    return {
        "subsystem": list(Subsystem.objects.order_by("code").values_list("code", flat=True)),
        "key": list(keys.values_list("id", flat=True)),
        "service": sorted(f"{provider}/{code}" for provider, code in own),
    }


def _text(moment: dt.datetime | None) -> str:
    return moment.astimezone(dt.UTC).isoformat() if moment else ""
