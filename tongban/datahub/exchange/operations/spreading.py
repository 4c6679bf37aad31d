"""What other nodes are told of this one's subsystems, keys and services, and what is kept of theirs.

Of a service its face is told: what it is called, which resource, by which names it may be asked. Its statement, its
address and its database stay here. What is kept says the state, not the change: to keep it twice changes nothing.
"""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from tongban.datahub.exchange.errors import BadKey
from tongban.datahub.exchange.models import Key, Service, Subsystem
from tongban.datahub.exchange.operations.registering import key_id
from tongban.datahub.exchange.rules import lasting
from tongban.datahub.exchange.types import CERTIFICATE, ServiceKind
from tongban.foundation.ledger import operations as ledger
from tongban.kernel.types import Actor, Subject

Document = Mapping[str, Any]
FACE = ("version", "resource", "parameters", "subject", "seconds", "most_bytes", "is_enabled")


@transaction.atomic
def keep_subsystem(*, code: str, document: Document, by: Actor, at: dt.datetime) -> None:
    """Keep a subsystem as its node has it."""
    values = {"name": document["name"], "registered_at": _moment(document["registered_at"])}
    Subsystem.objects.update_or_create(code=code, defaults=values)


@transaction.atomic
def keep_key(*, code: str, document: Document, by: Actor, at: dt.datetime) -> None:
    """Keep a key or certificate of another node's subsystem; one that is revoked stays so, whoever says otherwise.

    Raises BadKey or BadCertificate when it is not the one of this id, which is its digest.
    """
    public, algorithm = base64.b64decode(document["public"]), document["algorithm"]
    if key_id(public) != code:
        raise BadKey(algorithm)
    said: dict[str, object] = {
        "subsystem_id": document["subsystem"],
        "algorithm": algorithm,
        "public": public,
        "registered_at": _moment(document["registered_at"]),
        "registered_by": document["registered_by"],
    }
    if algorithm == CERTIFICATE:
        said |= lasting.dates_of(public)
    else:
        said["valid_until"] = _valid_until(document)
    row, is_new = Key.objects.get_or_create(id=code, defaults=said)
    if is_new:
        # A court is shown by what this node took the key for that system's.
        _record(
            "exchange.key_learned", code, by, at, number=row.number, subsystem=row.subsystem_id, algorithm=row.algorithm,
            registered_by=row.registered_by, registered_at=row.registered_at.isoformat(),
            valid_until=row.valid_until.isoformat(),
        )  # fmt: skip
    if document["revoked_at"] and row.revoked_at is None:
        row.revoked_at, row.revoked_by = _moment(document["revoked_at"]), document["revoked_by"]
        row.save(update_fields=["revoked_at", "revoked_by"])
        said = {"revoked_at": row.revoked_at.isoformat(), "revoked_by": row.revoked_by}
        _record("exchange.key_revoked", code, by, at, **said)


@transaction.atomic
def keep_service(*, code: str, document: Document, node: str, by: Actor, at: dt.datetime) -> None:
    """Keep the face of a service that another node offers; ``code`` is the provider's and the service's."""
    provider, _, name = code.rpartition("/")
    values = {part: document[part] for part in FACE} | {"kind": ServiceKind.NODE.value, "target": node}
    Service.objects.update_or_create(provider_id=provider, code=name, defaults={**values, "database": ""})


def _record(act: str, key: str, by: Actor, at: dt.datetime, **detail: object) -> None:
    ledger.record(act=act, subject=Subject("exchange-key", key), by=by, at=at, detail=detail)


def _valid_until(document: Document) -> dt.datetime:
    """Return until when a plain key counts: as its node says, never longer than any may; one of before says nothing."""
    longest = lasting.ends_at(_moment(document["registered_at"]))
    said = document.get("valid_until")
    return min(_moment(said), longest) if said else longest


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
