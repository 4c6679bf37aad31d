"""A feed in small: a resource with a key, its provider and a consumer with a grant; a receiver; a courier by hand."""

from __future__ import annotations

import datetime as dt
import json
import ssl
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.db import connection

from tests.factories import exchange
from tests.factories.exchange import CONSUMER, OFFICER, PROVIDER
from tongban.datahub.exchange import operations as exchange_operations
from tongban.datahub.exchange import queries as exchange_queries
from tongban.datahub.resources import operations as resources
from tongban.datahub.resources.types import DataTheme, Resource, System
from tongban.datahub.subscriptions import operations, queries
from tongban.datahub.subscriptions.types import Change, Feed, Kind, Published, Told
from tongban.foundation.http_signatures import queries as signatures
from tongban.foundation.http_signatures.types import Key, Message, Policy, joined
from tongban.foundation.trust import operations as trust
from tongban.kernel import clock
from tongban.kernel.types import SYSTEM

FEED = "residents"
RESOURCE = "resident-identity"
FIELDS = ("number", "name", "address")
LIMIT = 60.0
"""Seconds that a test waits for what has to come at last."""


def make_feed(
    code: str = FEED, *, subject: str = "number", kept_days: int = 365, about: str = "person"
) -> Feed:
    """Declare a feed of residents: number (key), name, address; ``about`` is what the catalogue says that they are."""
    at = clock.now()
    for subsystem in (PROVIDER, CONSUMER):
        exchange_operations.register_subsystem(code=subsystem, name=subsystem, by=SYSTEM, at=at)
    resources.load_data(
        systems=[System(code="people", name="人口库", department="gaj", kind="register", subsystem=PROVIDER)],
        themes=[DataTheme(code="people", name="人口", english="People")],
        resources=[resource(about)],
        by=SYSTEM,
        at=at,
    )
    return operations.declare_feed(
        provider=PROVIDER,
        code=code,
        resource=RESOURCE,
        subject=subject,
        kept_days=kept_days,
        by=OFFICER,
        at=at,
    )


def resource(about: str = "person") -> Resource:
    """Return what the catalogue says of residents."""
    fields = [
        {"code": "number", "name": "证件号码", "level": 3, "personal": True, "key": True},
        {"code": "name", "name": "姓名", "level": 2, "personal": True},
        {"code": "address", "name": "住址", "level": 3, "personal": True},
    ]
    return Resource.model_validate(
        {
            "code": RESOURCE, "name": "居民身份信息", "department": "gaj", "system": "people", "kind": "base",
            "theme": "people", "summary": "居民的身份信息。", "format": "service", "subject": about, "fields": fields,
            "sharing": "unconditional", "update": "realtime", "level": 3,
        }
    )  # fmt: skip


def change(number: int, /, *, row: int | None = None, kind: Kind = Kind.CHANGED, **fields: object) -> Change:
    """Return a change of a row, of its own by default."""
    said = {
        "number": f"{number if row is None else row:018d}",
        "name": f"甲{number}",
        "address": f"某路 {number} 号",
    }
    return Change(f"c-{number}", kind, said | fields)


def publish(*changes: Change, feed: str = FEED) -> Published:
    """Publish changes as the provider."""
    return operations.publish_changes(
        provider=PROVIDER, feed=feed, changes=changes, by=OFFICER, at=clock.now()
    )


def place() -> int:
    """Give positions."""
    return operations.place_pending(at=clock.now())


def grant(fields: tuple[str, ...] = ("number", "name"), **changes: Any) -> uuid.UUID:
    """Grant the consumer some fields."""
    return exchange.make_grant(fields, **changes)


def subscribe(address: str, **changes: Any) -> uuid.UUID:
    """Have an address told, from the beginning."""
    said: dict[str, Any] = {
        "provider": PROVIDER, "feed": FEED, "consumer": CONSUMER, "address": address, "after": 0, "by": OFFICER,
        "at": clock.now(),
    }  # fmt: skip
    return operations.subscribe(**(said | changes))


def told_about(number: str) -> tuple[Told, ...]:
    """Return what a person finds about themselves of the last hour."""
    at, hour = clock.now(), dt.timedelta(hours=1)
    return queries.told_about(exchange_queries.digest_of(number), since=at - hour, until=at + hour, at=at)


@dataclass
class Got:
    """A request as a receiver got it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def events(self) -> list[dict[str, Any]]:
        """Return the events in it."""
        said = json.loads(self.body)
        return said if isinstance(said, list) else [said]


@dataclass
class Receiver:
    """A department's webhook: keeps what it gets, answers what it is told to."""

    wants: str = "*"
    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    before: Callable[[], None] = lambda: None
    got: list[Got] = field(default_factory=list)
    asked: list[Got] = field(default_factory=list)
    read: list[bytes] = field(default_factory=list)
    """All bodies that came, whatever was answered."""
    address: str = ""

    @property
    def events(self) -> list[dict[str, Any]]:
        """Return all events that it has taken, in the order in which they came."""
        return [event for one in self.got for event in one.events]

    @property
    def ids(self) -> list[int]:
        """Return their ids."""
        return [int(event["id"]) for event in self.events]


@contextmanager
def receiving(
    receiver: Receiver | None = None, *, context: ssl.SSLContext | None = None
) -> Iterator[Receiver]:
    """Yield a receiver that listens, by https where a context is given."""
    one = receiver or Receiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_OPTIONS(self) -> None:
            one.asked.append(self._read())
            allowed = {"WebHook-Allowed-Origin": one.wants} if one.wants else {}
            self._answer(200, {**allowed, **one.headers})

        def do_POST(self) -> None:
            got = self._read()
            one.read.append(got.body)
            one.before()
            if 200 <= one.status < 300:
                one.got.append(got)
            self._answer(one.status, one.headers)

        def _read(self) -> Got:
            size = int(self.headers.get("Content-Length", 0))
            return Got(self.command, self.path, joined(self.headers.items()), self.rfile.read(size))

        def _answer(self, status: int, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *_: object) -> None:
            """Who was cut off says nothing."""

    with Server(("127.0.0.1", 0), Handler) as server:
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        one.address = f"{'https' if context else 'http'}://127.0.0.1:{server.server_port}/hook?for=us"
        yield one
        server.shutdown()


def database_url() -> str:
    """Return the address of the tests' database."""
    said = connection.settings_dict
    login = f"{said['USER']}:{said['PASSWORD']}" if said["PASSWORD"] else said["USER"]
    return f"postgresql://{login}@{said['HOST'] or '127.0.0.1'}:{said['PORT'] or 5432}/{said['NAME']}"


@contextmanager
def courier() -> Iterator[operations.Courier]:
    """Yield a courier that works when it is told to."""
    one = operations.Courier(database_url())
    yield one
    one.end()


def work_until(one: operations.Courier, is_done: Callable[[], bool]) -> None:
    """Have the courier work until something is so."""
    deadline = time.monotonic() + LIMIT
    while not is_done():
        assert time.monotonic() < deadline, "what was waited for has not come"
        if not one.work():
            time.sleep(0.005)


def verify(got: Got, address: str) -> str:
    """Return the id of the node's key by which a request is signed, as any receiver would check it."""
    node = trust.node_key()
    key = Key(signatures.key_id(node.public), node.algorithm, node.public)
    host, _, path = address.removeprefix("http://").partition("/")
    where, _, query = f"/{path}".partition("?")
    message = Message(got.headers, method=got.method, scheme="http", authority=host, path=where, query=query)
    signed, _ = signatures.verified(
        message, got.body, find_key=lambda id: key if id == key.id else None, policy=Policy(),
        moment=clock.now().timestamp(),
    )  # fmt: skip
    return signed.key or ""
