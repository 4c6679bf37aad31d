"""Who asks with a token: a person by way of their own software, for one party, within what they allowed (RFC 6750)."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.http import HttpRequest

from tongban.channels.openapi.problems import Refusal
from tongban.foundation.identity import queries as identity
from tongban.foundation.identity.types import Bearer
from tongban.foundation.ledger import operations as ledger
from tongban.kernel import clock
from tongban.services.cases import queries as cases
from tongban.services.cases.errors import CaseUnknown

REALM = 'Bearer realm="tongban"'


def admit(request: HttpRequest, scope: str) -> None:
    """Let a request pass whose token is good for this scope; raise Refusal with 401 or 403 for any other."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise Refusal("token-missing", {"WWW-Authenticate": REALM})
    found = identity.bearer(token.strip(), at=clock.now())
    if found is None:
        raise Refusal("token-wrong", {"WWW-Authenticate": f'{REALM}, error="invalid_token"'})
    if not found.may(scope):
        wanted = f'{REALM}, error="insufficient_scope", scope="{scope}"'
        raise Refusal("scope-missing", {"WWW-Authenticate": wanted}, scope=scope)
    request.bearer = found  # type: ignore[attr-defined]


def bearer_of(request: HttpRequest) -> Bearer:
    """Return who asks; the gate has let them in."""
    found: Bearer = request.bearer  # type: ignore[attr-defined]
    return found


def record(request: HttpRequest, operation: str) -> None:
    """Write down by which software a person did something; what was done is on the record by itself."""
    found = bearer_of(request)
    ledger.record(
        act="interface.used", subject=found.party, by=found.actor, at=clock.now(),
        detail={"system": found.client, "operation": operation},
    )  # fmt: skip


def of_case(request: HttpRequest, case: uuid.UUID) -> tuple[Bearer, datetime]:
    """Return who asks and now; raise CaseUnknown unless the case is of the party that the token is for.

    The person may act for others too, but let this software act for one.
    """
    found = bearer_of(request)
    if cases.limits(case).applicant != found.party:
        raise CaseUnknown
    return found, clock.now()
