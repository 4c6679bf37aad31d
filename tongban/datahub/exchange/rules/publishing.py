"""What may be published as a service. Pure."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from tongban.datahub.exchange.errors import BadService, SubjectStands
from tongban.datahub.exchange.rules.paths import is_template
from tongban.datahub.exchange.rules.protocol import METADATA, is_service, is_subsystem
from tongban.datahub.exchange.types import Service, ServiceKind

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,79}")
READS = re.compile(r"\s*(SELECT|WITH|VALUES|TABLE)\b", re.IGNORECASE)
PLACES = re.compile(r"%\(([^)]*)\)s")
MOST_SECONDS, MOST_BYTES = 60.0, 100_000_000


def check_service(service: Service, *, subject_before: str | None = None) -> None:
    """Raise BadService naming the first part that is wrong, or SubjectStands.

    ``subject_before`` is whose data the service gave until now: a change of it would make the record of past calls
    mean something else, so it needs a new code.
    """
    wrong = next((what for what, is_right in _parts(service) if not is_right), None)
    if wrong:
        raise BadService(wrong)
    if subject_before not in (None, service.subject):
        raise SubjectStands(service.code, subject_before or "", service.subject)


def _parts(service: Service) -> list[tuple[str, bool]]:
    names = service.parameters
    return [
        ("provider", is_subsystem(service.provider)),
        ("code", is_service(service.code) and service.code not in METADATA),
        ("parameters", all(map(NAME.fullmatch, names)) and len(set(names)) == len(names)),
        ("subject", service.subject in ("", *names)),
        ("seconds", 0 < service.seconds <= MOST_SECONDS),
        ("most_bytes", 0 < service.most_bytes <= MOST_BYTES),
        ("target", _is_target(service)),
        ("database", bool(service.database) == (service.kind is ServiceKind.QUERY)),
        ("paths", _are_paths(service)),
        ("renames", _are_renames(service)),
    ]


def _are_paths(service: Service) -> bool:
    is_upstream = service.kind is ServiceKind.UPSTREAM
    return all(map(is_template, service.paths)) and (is_upstream or not service.paths)


def _are_renames(service: Service) -> bool:
    is_upstream = service.kind is ServiceKind.UPSTREAM
    return all(map(NAME.fullmatch, service.renames.values())) and (is_upstream or not service.renames)


def _is_target(service: Service) -> bool:
    if service.kind is ServiceKind.REGISTER:
        return bool(NAME.fullmatch(service.target))
    if service.kind is ServiceKind.UPSTREAM:
        return is_address(service.target)
    return is_statement(service.target, service.parameters)


def is_address(address: str) -> bool:
    """Return whether this is an address of http or https without user, query or fragment."""
    try:
        parts = urlsplit(address)
        port_is_right = parts.port is None or parts.port > 0
    except ValueError:
        return False
    plain = not (parts.query or parts.fragment or parts.username or parts.password)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and plain and port_is_right


def is_statement(statement: str, parameters: tuple[str, ...]) -> bool:
    """Return whether this reads, is one statement, and its places are exactly the parameters.

    That it can only read is held by the connection too; this is so that a mistake is seen when it is published.
    """
    rest = PLACES.sub("", statement)
    return bool(
        READS.match(statement)
        and ";" not in rest
        and "%" not in rest.replace("%%", "")
        and set(PLACES.findall(statement)) == set(parameters)
    )
