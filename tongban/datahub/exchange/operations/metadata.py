"""X-Road's Service Metadata Protocol for REST: what a subsystem offers, what the caller may use of it, how it is asked.

These calls are verified as all others. They carry nobody's data and need no grant; ``admitting`` puts them on record.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any

from django.db import OperationalError, transaction
from psycopg.errors import QueryCanceled

from tongban.datahub.exchange import known
from tongban.datahub.exchange.errors import NotAuthorised, ProviderFailed, WrongMethod, WrongParameters
from tongban.datahub.exchange.models import Service, Subsystem
from tongban.datahub.exchange.operations.looking import look
from tongban.datahub.exchange.providers.asking import JSON, query_of
from tongban.datahub.exchange.queries.descriptions import find_description
from tongban.datahub.exchange.rules.paths import PLACE
from tongban.datahub.exchange.rules.protocol import OWN
from tongban.datahub.exchange.types import Call, Outcome, ServiceKind
from tongban.datahub.exchange.types import Service as Published
from tongban.datahub.resources import queries as resources
from tongban.foundation.statements import operations as writing
from tongban.kernel.clock import SHANGHAI

SERVICE_CODE = "serviceCode"
PATIENCE = "SET LOCAL statement_timeout = '5s'"
"""Of each statement: whatever is asked for, it is not looked for any longer."""
ANYTHING = {"method": "*", "path": "**"}
NOTHING_MORE = {"method": "GET", "path": "/"}


def tell(call: Call, *, at: dt.datetime) -> tuple[str, bytes]:
    """Return content type and body of the answer to a call for metadata.

    Raises NotAuthorised when there is no such subsystem or service, WrongMethod, WrongParameters, or ProviderFailed when
    it would take too long.
    """
    try:
        with transaction.atomic():
            writing.run(PATIENCE, [])
            return _told(call, at)
    except OperationalError as why:
        if isinstance(why.__cause__, QueryCanceled):
            raise ProviderFailed("ServiceFailed.Timeout") from None
        raise


def _told(call: Call, at: dt.datetime) -> tuple[str, bytes]:
    check_asked(call)
    if not Subsystem.objects.filter(code=call.provider).exists():
        raise NotAuthorised(Outcome.UNKNOWN_SERVICE, call.client, call.service_id)
    if call.service in OWN:
        return JSON, text(look(call, at))
    if call.service == "getOpenAPI":
        return JSON, _document(call)
    rows = [
        known.service_of(row) for row in Service.objects.filter(provider_id=call.provider).order_by("code")
    ]
    if call.service == "allowedMethods":
        allowed = _allowed(call, at)
        rows = [one for one in rows if (one.code, one.resource) in allowed]
    return JSON, listed(call.provider, rows)


def listed(provider: str, services: Iterable[Published]) -> bytes:
    """Return services as PR-MREST, annex B, lists them, under this subsystem."""
    return text({"service": [_said(provider, one) for one in services]})


def text(document: object) -> bytes:
    """Return a document as it is answered."""
    return json.dumps(document, ensure_ascii=False).encode()


def check_asked(call: Call) -> None:
    """Raise WrongMethod or WrongParameters unless metadata is asked for as it has to be."""
    if call.message.method != "GET":
        raise WrongMethod(call.message.method)
    if call.rest not in ("", "/"):
        raise WrongParameters(call.rest[:80])


def service_asked(call: Call) -> str:
    """Return the service whose description is asked for; raise WrongParameters unless exactly one is."""
    asked = query_of(call)
    if len(asked) != 1 or asked[0][0] != SERVICE_CODE:
        raise WrongParameters(SERVICE_CODE)
    return asked[0][1]


def _document(call: Call) -> bytes:
    code = service_asked(call)
    found = find_description(call.provider, code)
    if found is None:
        raise NotAuthorised(Outcome.UNKNOWN_SERVICE, call.client, f"{call.provider}/{code}"[:200])
    return text(found)


def _allowed(call: Call, at: dt.datetime) -> set[tuple[str, str]]:
    day = at.astimezone(SHANGHAI).date()
    held = resources.grants(consumer=call.client, provider=call.provider)
    return {(one.service, one.resource) for one in held if one.is_valid_on(day)}


def _said(provider: str, service: Published) -> dict[str, Any]:
    instance, kind, member, subsystem = provider.split("/")
    return {
        "object_type": "SERVICE",
        "xroad_instance": instance,
        "member_class": kind,
        "member_code": member,
        "subsystem_code": subsystem,
        "service_code": service.code,
        "service_type": "OPENAPI",
        "endpoint_list": _endpoints(service),
    }


def _endpoints(service: Published) -> list[dict[str, str]]:
    if service.kind is not ServiceKind.NODE and not service.paths:
        return [NOTHING_MORE]
    asked = [asks.split(" ", 1) for asks in service.paths]
    return [{"method": method, "path": PLACE.sub("*", path)} for method, path in asked] or [ANYTHING]
