"""X-Road's Message Protocol for REST 1.0: the address, the headers, the hash of a request. Pure."""

from __future__ import annotations

import base64
import hashlib
import re
import uuid
from collections.abc import Collection
from functools import lru_cache

from tongban.datahub.exchange.errors import BadAddress, BadHeader, HeaderMissing, WrongProtocol
from tongban.datahub.exchange.types import Call, Connection
from tongban.foundation.http_signatures.queries import content_digest
from tongban.foundation.http_signatures.types import Message, Policy, Signed

PREFIX = "/r1/"
PART = r"[A-Za-z0-9'()+,\-.=?]{1,100}"
"""What an identifier may hold (4.8); a slash or a percent sign is never part of one."""
TRIAL = "-TEST"
"""How the instance of a sandbox ends: SH-TEST beside SH."""
OWN = ("getCalls", "getStatistics")
"""What a subsystem asks of itself; X-Road has no such services."""
METADATA = ("listMethods", "allowedMethods", "getOpenAPI", *OWN)
"""Services that every subsystem has: X-Road's Service Metadata Protocol for REST, and our own."""
LONGEST = 200
OF_DISTRICTS = "district-"
"""The codes of departments that each district has begin so."""
SUBSYSTEM = re.compile(rf"{PART}/{PART}/{PART}/{PART}")
SERVICE = re.compile(PART)
PARTY = re.compile(rf"({PART}/)?{PART}")
"""A third party: its class, where it has one, and its code."""
COVERED = ("@method", "@authority", "@path", "@query", "x-road-client")
REQUEST_ID = "x-road-request-id"
REPRESENTED = "x-road-represented-party"
"""For whom the caller asks, where that is somebody else (PR-THIRDPARTY): signed and on record, told to the provider."""
OURS = ("x-road-", "x-tongban-")
POLICY = Policy(covered=COVERED, prefixes=OURS)
"""What a caller signs: the address, who calls, and every other header of the protocol that it sends."""


def read_call(
    message: Message, path: str, body: bytes, *, number: uuid.UUID, connection: Connection | None = None
) -> Call:
    """Return the call that a message makes; ``path`` is percent-decoded, ``number`` its own on record.

    ``connection`` is what is known of it when it came by mutual TLS.

    Raises BadAddress, WrongProtocol, HeaderMissing or BadHeader.
    """
    provider, service, rest = address_of(path)
    headers = message.headers
    client = headers.get("x-road-client")
    if not client:
        raise HeaderMissing("X-Road-Client")
    if not is_subsystem(client):
        raise BadHeader("X-Road-Client")
    if REPRESENTED in headers and not PARTY.fullmatch(headers[REPRESENTED]):
        raise BadHeader("X-Road-Represented-Party")
    return Call(
        number=number,
        message=message,
        body=body,
        client=client,
        provider=provider,
        service=service,
        rest=rest,
        id=_line(headers.get("x-road-id"), "X-Road-Id") or str(number),
        user=_line(headers.get("x-road-userid"), "X-Road-UserId"),
        issue=_line(headers.get("x-road-issue"), "X-Road-Issue"),
        grant=_grant(headers.get("x-tongban-grant")),
        connection=connection,
    )


def represented_body(call: Call) -> str:
    """Return the body of government that a call is made for, as ``GOV/pudong-archives``; empty for anybody else."""
    party = call.message.headers.get(REPRESENTED, "")
    return party if party.startswith("GOV/") else ""


def address_of(path: str) -> tuple[str, str, str]:
    """Return provider, service and what follows of ``/r1/INSTANCE/CLASS/MEMBER/SUBSYSTEM/SERVICE…``."""
    parts = path.split("/", 7)
    if len(parts) < 7 or parts[0]:
        raise BadAddress
    if parts[1] != "r1":
        raise WrongProtocol(parts[1][:10])
    provider = "/".join(parts[2:6])
    if not is_subsystem(provider) or not is_service(parts[6]):
        raise BadAddress
    return provider, parts[6], f"/{parts[7]}" if len(parts) == 8 else ""


def is_subsystem(code: str) -> bool:
    """Return whether this can be a subsystem's code; parts of dots only would climb in a path."""
    return len(code) <= LONGEST and _is_subsystem(code)


@lru_cache(maxsize=10_000)
def _is_subsystem(code: str) -> bool:
    # What anybody sends is remembered here: never more than so many short ones.
    return bool(SUBSYSTEM.fullmatch(code)) and not any(part.strip(".") == "" for part in code.split("/"))


@lru_cache(maxsize=10_000)
def member_of(subsystem: str) -> str:
    """Return the member that a subsystem belongs to: of class GOV, the department's code."""
    return subsystem.split("/")[2]


def is_of_government(subsystem: str) -> bool:
    """Return whether a subsystem is of class GOV: its member is a department."""
    return subsystem.split("/")[1] == "GOV"


def is_member(code: str, known: Collection[str]) -> bool:
    """Return whether this is a member that is known, or a district's department: pudong-X of district-X."""
    if code in known:
        return True
    kinds = (one.removeprefix(OF_DISTRICTS) for one in known if one.startswith(OF_DISTRICTS))
    return any(code.endswith(f"-{kind}") for kind in kinds)


def is_service(code: str) -> bool:
    """Return whether this can be a service's code."""
    return len(code) <= LONGEST and _is_service(code)


@lru_cache(maxsize=10_000)
def _is_service(code: str) -> bool:
    return bool(SERVICE.fullmatch(code)) and code.strip(".") != ""


def request_hash(message: Message, body: bytes, components: tuple[str, ...], request_id: str) -> str:
    """Return X-Road-Request-Hash: base64 of SHA512(SHA512(headers) + SHA512(body)), without a body of SHA512(headers).

    The protocol leaves to the server how the headers are written. Here: the method, the address, then each header that
    the caller signed as ``name:value`` in alphabetical order with x-road-request-id among them, each line ended by CRLF.
    """
    headers, lines = message.headers, []
    for name in _hashed(components):
        value = request_id if name == REQUEST_ID else headers.get(name)
        if value is not None:
            lines.append(f"{name}:{value}\r\n")
    target = f"{message.path}?{message.query}" if message.query else message.path
    text = "".join(lines)
    digest = hashlib.sha512(f"{message.method}\r\n{target}\r\n{text}".encode()).digest()
    if body:
        digest = hashlib.sha512(digest + hashlib.sha512(body).digest()).digest()
    return base64.b64encode(digest).decode()


def headers_of(call: Call, signed: Signed, kind: str, body: bytes) -> tuple[tuple[str, str], ...]:
    """Return the headers of the answer to a verified call (4.3); ``kind`` is the body's content type."""
    request_id = str(call.number)
    return (
        ("Content-Type", kind),
        ("Content-Digest", content_digest(body)),
        ("X-Road-Client", call.client),
        ("X-Road-Service", call.service_id),
        ("X-Road-Id", call.id),
        ("X-Road-Request-Id", request_id),
        ("X-Road-Request-Hash", request_hash(call.message, call.body, signed.components, request_id)),
    )


@lru_cache(maxsize=10_000)
def is_trial(subsystem: str) -> bool:
    """Return whether a subsystem is one of the sandbox: of an instance that ends so."""
    return subsystem.split("/", 1)[0].endswith(TRIAL)


def real(subsystem: str) -> str:
    """Return the subsystem that one of the sandbox is the twin of."""
    instance, _, rest = subsystem.partition("/")
    return f"{instance.removesuffix(TRIAL)}/{rest}"


def twin(subsystem: str) -> str:
    """Return the subsystem of the sandbox that is the twin of one."""
    instance, _, rest = subsystem.partition("/")
    return f"{instance}{TRIAL}/{rest}"


@lru_cache(maxsize=1000)
def _hashed(components: tuple[str, ...]) -> tuple[str, ...]:
    """Return the headers that are hashed: those signed, and the number of the request, in alphabetical order."""
    return tuple(sorted({name[1:-1] for name in components if not name.startswith('"@')} | {REQUEST_ID}))


def _line(value: str | None, name: str) -> str:
    if not value:
        return ""
    # Of ASCII the printable signs are those from the blank to the tilde.
    if len(value) > LONGEST or not (value.isascii() and value.isprintable()):
        raise BadHeader(name)
    return value


def _grant(value: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(value) if value else None
    except ValueError:
        raise BadHeader("X-Tongban-Grant") from None
