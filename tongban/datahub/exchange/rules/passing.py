"""What of a call reaches a department's own service: what was published of it, written anew, and nothing else. Pure.

What stands on record and what the department answers has to be the same question: a parameter that nobody declared, a
second form of the same one or a body beside it could ask about somebody else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote, urlencode

from tongban.datahub.exchange.errors import (
    BodyUnwanted,
    NoSuchPath,
    NotANumber,
    WrongMethod,
    WrongParameters,
)
from tongban.datahub.exchange.rules import paths
from tongban.datahub.exchange.types import Call, Service

NUMBER = re.compile(r"[0-9A-Za-z]{1,64}")
WITH_BODY = ("POST", "PUT", "PATCH")
SAFE = "/!$&'()*+,=:@-._~"


def check_number(service: Service, parameters: Sequence[tuple[str, str]]) -> None:
    """Raise NotANumber where whose data is asked for is written in a way that another might read otherwise.

    A tolerant system would answer for the number without the hyphen or the sign that nobody sees; that person finds the
    call by the number itself.
    """
    if service.subject and any(
        name == service.subject and value.strip() and not NUMBER.fullmatch(value)
        for name, value in parameters
    ):
        raise NotANumber(service.subject)


def check_operation(service: Service, call: Call) -> None:
    """Raise NoSuchPath, WrongMethod, WrongParameters or BodyUnwanted unless the service is said to be asked so.

    A service without paths of its own is asked by GET, at its address, by its parameters.
    """
    method = call.message.method
    if not service.paths:
        if method != "GET":
            raise WrongMethod(method)
        if call.rest not in ("", "/"):
            raise WrongParameters(call.rest[:80])
    elif paths.find(service.paths, method, call.rest) is None:
        raise NoSuchPath(call.service_id, method, call.rest)
    if call.body and method not in WITH_BODY:
        raise BodyUnwanted(method)


def check_parameters(service: Service, call: Call, query: Sequence[tuple[str, str]]) -> None:
    """Raise WrongParameters for one that the service does not have, has in its path, or is asked by once."""
    in_path = paths.find(service.paths, call.message.method, call.rest) or {}
    names = [name for name, _ in query]
    for name in names:
        # A described service may take a list: the same name again and again.
        is_twice = not service.paths and names.count(name) > 1
        if is_twice or name not in service.parameters or name in in_path:
            raise WrongParameters(name[:80])


def target_of(service: Service, call: Call, query: Sequence[tuple[str, str]]) -> str:
    """Return the address with path and parameters written anew."""
    address = service.target.rstrip("/") + quote(call.rest, safe=SAFE)
    return f"{address}?{urlencode(query, quote_via=quote)}" if query else address
