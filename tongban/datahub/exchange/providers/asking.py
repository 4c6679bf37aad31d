"""Asking a provider, and cutting its answer to what was granted."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from urllib.parse import parse_qsl

from tongban.datahub.exchange.errors import Fault, ProviderFailed, WrongMethod, WrongParameters
from tongban.datahub.exchange.providers import databases, upstream
from tongban.datahub.exchange.providers.registers import find_register
from tongban.datahub.exchange.rules import leaving
from tongban.datahub.exchange.types import Asked, Call, Row, Service, ServiceKind

JSON = "application/json;charset=utf-8"
MOST_PARAMETERS = 50
ELSEWHERE = (ServiceKind.UPSTREAM, ServiceKind.NODE)
log = logging.getLogger(__name__)


def ask(
    service: Service, call: Call, parameters: list[tuple[str, str]], fields: frozenset[str]
) -> tuple[int, str, bytes]:
    """Return status, content type and body of the provider's answer, with the granted fields only.

    Raises WrongMethod, WrongParameters or ProviderFailed.
    """
    if service.kind is ServiceKind.UPSTREAM:
        status, rows = upstream.ask(service, call)
    else:
        status, rows = 200, _rows(service, call, parameters, fields)
    body = leaving.body_of(leaving.granted(rows, fields))
    if len(body) > service.most_bytes:
        raise ProviderFailed("ServiceFailed.InvalidResponse")
    return status, JSON, body


def is_asked_by_parameters(service: Service | None) -> bool:
    """Return whether this node has to know the parameters; else they are the department's own affair."""
    return service is not None and (service.kind not in ELSEWHERE or bool(service.subject))


def query_of(call: Call) -> list[tuple[str, str]]:
    """Return the parameters of a call in their order; raise WrongParameters when they can not be read."""
    if not call.message.query:
        return []
    try:
        return parse_qsl(
            call.message.query, keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS
        )
    except ValueError:
        raise WrongParameters("?") from None


def _rows(
    service: Service, call: Call, asked: list[tuple[str, str]], fields: frozenset[str]
) -> Sequence[Row]:
    if call.message.method != "GET":
        raise WrongMethod(call.message.method)
    if call.rest not in ("", "/"):
        raise WrongParameters(call.rest[:80])
    parameters = leaving.parameters(asked, service.parameters)
    try:
        if service.kind is ServiceKind.QUERY:
            return databases.rows(service, parameters)
        return find_register(service.target)(Asked(fields, parameters))
    except Fault:
        raise
    except Exception:
        # A register's mistake is the provider's, and must not end the caller's connection without a word.
        log.exception("exchange: %s/%s failed", service.provider, service.code)
        raise ProviderFailed("ServiceFailed.InternalError") from None
