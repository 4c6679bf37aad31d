"""Asking a provider, and cutting its answer to what was granted."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from urllib.parse import parse_qsl

from tongban.datahub.exchange.errors import (
    Fault,
    IssueMissing,
    ProviderFailed,
    WrongMethod,
    WrongParameters,
)
from tongban.datahub.exchange.providers import databases, upstream
from tongban.datahub.exchange.providers.registers import find_register
from tongban.datahub.exchange.rules import leaving, passing, paths
from tongban.datahub.exchange.types import Asked, Call, Row, Service, ServiceKind
from tongban.foundation.identity.queries import numbers_in
from tongban.kernel.law import law
from tongban.kernel.values import texts_of

JSON = "application/json;charset=utf-8"
MOST_PARAMETERS = 50
ELSEWHERE = (ServiceKind.UPSTREAM, ServiceKind.NODE)
log = logging.getLogger(__name__)


def ask(
    service: Service, call: Call, parameters: list[tuple[str, str]], fields: frozenset[str]
) -> tuple[int, str, bytes, frozenset[str]]:
    """Return status, content type and body of the provider's answer, with the granted fields only, and who else is named.

    The last are the numbers of persons and codes of companies in its personal fields that were not asked about.

    Raises IssueMissing, WrongMethod, WrongParameters or ProviderFailed.
    """
    check_subject(service, parameters)
    check_issue(service, call, fields)
    if service.kind is ServiceKind.UPSTREAM:
        status, rows = upstream.ask(service, call, query_for(service, call))
        rows = leaving.renamed(rows, service.renames) if service.renames else rows
    else:
        status, rows = 200, _rows(service, call, parameters, fields)
    given = leaving.granted(rows, fields)
    if status >= 400:
        # Cut to the granted fields, what a provider says of an error would look like a row that was found.
        given = [row for row in given if row]
    body = leaving.body_of(given)
    if len(body) > service.most_bytes:
        raise ProviderFailed("ServiceFailed.InvalidResponse")
    asked = {value for name, value in parameters if name == service.subject}
    return status, JSON, body, _named(given, service.personal, but=asked)


def _named(rows: Iterable[Row], personal: Collection[str], *, but: Collection[str]) -> frozenset[str]:
    """Return the numbers of persons and codes of companies in personal fields, without those that were asked about."""
    said = [value for row in rows for name in personal if (value := row.get(name))]
    found = {
        text for value in said for text in ((value,) if type(value) is str else texts_of(value))
    }.difference(but)
    return numbers_in(found) - numbers_in(but) if found else frozenset()


@law(
    "exchange-subject-named",
    basis="个人信息保护法 44、45",
    says="A service of somebody's data is asked about one person or company, who is named and will find the call",
)
def check_subject(service: Service, parameters: Iterable[tuple[str, str]]) -> None:
    """Raise WrongParameters where a call leaves out whose data it wants: nobody would find it."""
    if service.subject and not any(name == service.subject and value.strip() for name, value in parameters):
        raise WrongParameters(service.subject)


@law(
    "exchange-issue-named",
    basis="个人信息保护法 6；上海市数据条例 40",
    says="Whoever asks about somebody, or is given personal information, says for which case: it stands on record, and "
    "in the account of whose data it is",
)
def check_issue(service: Service, call: Call, fields: frozenset[str]) -> None:
    """Raise IssueMissing where a call that has to does not say for which case it is; ``fields`` are those granted."""
    if not call.issue.strip() and (service.subject or not fields.isdisjoint(service.personal)):
        raise IssueMissing


def is_asked_by_parameters(service: Service | None) -> bool:
    """Return whether this node has to know the parameters; else they are the department's own affair."""
    return service is not None and (service.kind not in ELSEWHERE or bool(service.subject))


def parameters_of(service: Service | None, call: Call) -> list[tuple[str, str]]:
    """Return the parameters of a call as far as this node has to know them, those in its path last."""
    if service is None or not is_asked_by_parameters(service):
        return []
    in_path = paths.find(service.paths, call.message.method, call.rest) if service.paths else None
    found = [*query_of(call), *(in_path or {}).items()]
    if service.subject and [name.lower() for name, _ in found].count(service.subject.lower()) > 1:
        # Of two the provider might answer for one, and the other stand on record: for some "Number" is "number" too.
        raise WrongParameters(service.subject)
    passing.check_number(service, found)
    return found


def query_for(service: Service, call: Call) -> list[tuple[str, str]]:
    """Return the parameters that a department's own service is asked by; raise a Fault unless it is said to be asked so."""
    passing.check_operation(service, call)
    query = query_of(call)
    passing.check_parameters(service, call, query)
    return query


def query_of(call: Call) -> list[tuple[str, str]]:
    """Return the parameters of a call in their order; raise WrongParameters when they can not be read."""
    if not call.message.query:
        return []
    try:
        found = parse_qsl(
            call.message.query, keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS
        )
    except ValueError:
        raise WrongParameters("?") from None
    if "%00" in call.message.query:
        # No text of PostgreSQL holds a zero byte, and what a department's system makes of one nobody knows.
        raise WrongParameters(
            next(name for name, value in found if "\0" in name + value).replace("\0", "?")[:80]
        )
    return found


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
