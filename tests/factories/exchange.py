"""A city's exchange in small: a provider with services, a consumer with a key, a grant; and calls signed by the key."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from django.db import transaction

from tongban.channels.gateway.application import respond
from tongban.datahub.exchange import known, operations
from tongban.datahub.exchange.operations import sealing
from tongban.datahub.exchange.providers import registers
from tongban.datahub.exchange.types import Answer, Asked, Row, Service, ServiceKind
from tongban.datahub.resources import models as resources
from tongban.datahub.resources.operations.listing import document_of
from tongban.datahub.resources.operations.recording import tell_grant
from tongban.datahub.resources.types import Resource
from tongban.foundation.http_signatures import operations as signatures
from tongban.foundation.http_signatures.types import ED25519, Message
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.statements import operations as statements
from tongban.kernel import clock
from tongban.kernel.digests import digest_of
from tongban.kernel.types import SYSTEM, Actor, Subject

OFFICER = Actor("operator", "z-90", "数")
CONSUMER = "SH/GOV/scjg/desk"
PROVIDER = "SH/GOV/gaj/people"
SERVICE = "person"
RESOURCE = "resident-identity"
FIELDS = ("number", "name", "born", "address")
NUMBER = "310101199001010014"
ISSUE = "SH2026-7"
ADDRESS = f"/r1/{PROVIDER}/{SERVICE}"
COVERED = ("@method", "@authority", "@path", "@query")
HOST = "127.0.0.1:8000"
PEOPLE = {
    "310101199001010014": {"name": "张三", "born": dt.date(1990, 1, 1), "address": "黄浦区某路 1 号"},
    "310101198506152346": {"name": "李四", "born": dt.date(1985, 6, 15), "address": "静安区某路 2 号"},
}


def register_of_people(asked: Asked) -> list[Row]:
    """Answer with more than was asked: what may not leave is taken away after."""
    person = PEOPLE.get(asked.parameters["number"])
    return [{"number": asked.parameters["number"], **person}] if person else []


@dataclass
class Caller:
    """A subsystem with its key; ``call`` signs and calls as a programmer's client does."""

    subsystem: str
    key: str
    private: signatures.PrivateKey
    told: list[Any] = field(default_factory=list)

    def put(self, told: Any) -> None:
        """Write at once what was answered: tests look at it the next moment."""
        operations.write_answers([told])
        self.told.append(told)

    def environ(self, address: str, body: bytes = b"", **changes: Any) -> dict[str, Any]:
        """Return a signed request as WSGI gives it."""
        where = urlsplit(address)
        sent = {"x-road-client": self.subsystem, "x-road-id": "fa2e18a5", "x-road-issue": ISSUE}
        sent |= changes.pop("headers", {})
        headers = {name: value for name, value in sent.items() if value is not None}
        message = Message(
            headers,
            method=changes.pop("method", "POST" if body else "GET"),
            scheme="http",
            authority=changes.pop("authority", HOST),
            path=where.path,
            query=where.query,
        )
        asked = {
            "components": (*COVERED, *headers),
            "key": self.key,
            "private": self.private,
            "created": int(clock.now().timestamp()),
            "nonce": uuid.uuid4().hex,
        } | changes
        made = signatures.signed_headers(message, body, **asked)
        return environ_of(message, made, body)

    def call(
        self, address: str = f"{ADDRESS}?number=310101199001010014", body: bytes = b"", **changes: Any
    ) -> Answer:
        """Return what the gateway answers to a signed call."""
        return self.send(self.environ(address, body, **changes))

    def send(self, environ: dict[str, Any]) -> Answer:
        """Return what the gateway answers to a request."""
        return respond(environ, self)  # type: ignore[arg-type]  # a writer that writes at once


class Body:
    """The input of a WSGI server."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def read(self, size: int = -1) -> bytes:
        taken, self.content = self.content[:size], self.content[size:]
        return taken


def environ_of(message: Message, added: dict[str, str], body: bytes) -> dict[str, Any]:
    """Return the request as WSGI gives it; its path decoded."""
    from urllib.parse import unquote_to_bytes

    named = {
        f"HTTP_{name.upper().replace('-', '_')}": value for name, value in (message.headers | added).items()
    }
    return {
        "REQUEST_METHOD": message.method,
        "PATH_INFO": unquote_to_bytes(message.path).decode("latin-1"),
        "QUERY_STRING": message.query,
        "HTTP_HOST": message.authority,
        "wsgi.url_scheme": "http",
        "wsgi.input": Body(body),
        **({"CONTENT_LENGTH": str(len(body))} if body else {}),
        **named,
    }


def make_caller(subsystem: str = CONSUMER, *, algorithm: str = ED25519) -> Caller:
    """Register a subsystem with a key."""
    at = clock.now()
    operations.register_subsystem(code=subsystem, name=subsystem, by=SYSTEM, at=at)
    private, public = signatures.make_pair(algorithm)
    key = operations.register_key(subsystem=subsystem, algorithm=algorithm, public=public, by=OFFICER, at=at)
    return Caller(subsystem, key, private)


def make_resource(code: str = RESOURCE, **changes: Any) -> Resource:
    """Put a resource of the provider into the catalogue, unless it has one of this code, and return it."""
    said: dict[str, Any] = {
        "code": code, "name": code, "department": "gaj", "system": "people", "kind": "base", "theme": "people",
        "summary": code, "format": "service", "subject": "person", "sharing": "unconditional", "update": "daily",
        "level": 3, "fields": [{"code": name, "name": name, "level": 3, "key": True} for name in FIELDS],
    } | changes  # fmt: skip
    made = Resource.model_validate(said)
    row = {
        "document": document_of(made), "digest": digest_of(document_of(made)), "position": 0, "name": made.name, "department": made.department,
        "system": made.system, "theme": made.theme, "sharing": said["sharing"], "opening": made.opening.value,
        "level": made.level,
    }  # fmt: skip
    found, is_new = resources.Resource.objects.get_or_create(code=code, defaults=row)
    if is_new:
        detail = {"why": "x", "digest": row["digest"]}
        about = Subject("data-resource", code)
        ledger.record(act="data.resource_written", subject=about, by=OFFICER, at=clock.now(), detail=detail)
    return Resource.model_validate(found.document)


def make_service(code: str = SERVICE, **changes: Any) -> Service:
    """Publish the register of people, or what the changes say."""
    known.forget()
    at = clock.now()
    operations.register_subsystem(code=PROVIDER, name="人口库", by=SYSTEM, at=at)
    registers.add_register("people", register_of_people)
    said: dict[str, Any] = {
        "provider": PROVIDER,
        "code": code,
        "version": 0,
        "kind": ServiceKind.REGISTER,
        "target": "people",
        "resource": RESOURCE,
        "parameters": ("number",),
        "subject": "number",
    } | changes
    service = Service(**said)
    make_resource(service.resource)
    operations.publish_service(service=service, by=OFFICER, at=at)
    return service


@transaction.atomic
def make_grant(fields: Iterable[str] = ("number", "name"), **changes: Any) -> uuid.UUID:
    """Grant the consumer some fields of the service. The row is made directly: how grants come about is shown elsewhere."""
    today = clock.today()
    said: dict[str, Any] = {
        "consumer": CONSUMER,
        "provider": PROVIDER,
        "service": SERVICE,
        "resource": RESOURCE,
        "fields": list(fields),
        "purpose": "核验申请人身份",
        "items": ["food-business-licence"],
        "material": "identity-card",
        "basis": "上海市数据条例 38",
        "valid_from": today,
        "until": today + dt.timedelta(days=30),
        "per_day": 1000,
    } | changes
    request = resources.Request.objects.create(
        department="scjg",
        item=said["items"][0],
        material=str(uuid.uuid4()),
        wish={},
        consumer=said["consumer"],
        state="granted",
        resource=said["resource"],
        fields=said["fields"],
        stated_at=clock.now(),
        answered_at=clock.now(),
    )
    grant = resources.Grant.objects.create(request=request, **said)
    tell_grant(grant, "given", OFFICER, clock.now(), "x")
    return grant.id


def encoded(text: str) -> str:
    """Return a text as it stands in an address."""
    return quote(text, safe="")


def count_from_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what other tests have left to count, and take what is written from now on as certain.

    Records can not be taken away, and the figures of a test that commits stay: none may reckon with either.
    """
    monkeypatch.setattr(sealing, "horizon", lambda: 1 << 62)
    while operations.count_exchanges(at=clock.now()):
        pass
    for table in ("exchange_counted", "exchange_flow", "exchange_district", "exchange_failure"):
        statements.run(f"DELETE FROM {table}", [])
