"""Handing a call to the node where its provider is.

One call at a time may hold a thread of this process for a node that does not answer: after some failures it is not asked
for a while, and some threads are always left for calls to others. Nothing is sent a second time but on a connection that had
gone before, where the provider's node knows the signature if it has seen it.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from tongban.datahub.exchange.errors import Fault, ProviderFailed
from tongban.datahub.exchange.queries import find_service
from tongban.datahub.exchange.types import Call, Carried
from tongban.datahub.nodes import known, wire
from tongban.datahub.nodes.errors import DirectoryTooOld, NodeUnknown, NodeUnreachable
from tongban.datahub.nodes.operations.relays import RELAYS, Noted
from tongban.datahub.nodes.operations.signing import check_answer, head_of, own_key, refusal
from tongban.datahub.nodes.rules import freshness, relaying
from tongban.datahub.nodes.types import Node, Relay
from tongban.foundation.http_signatures import operations as signing
from tongban.foundation.http_signatures.types import Message, Signed
from tongban.kernel import clock

AT_ONCE = 4
"""Calls to one node at the same time in a process, where nothing else is said: fewer than the pages' threads."""
LIVELY_SECONDS, WAIT_SECONDS = 1.0, 2.0
"""When all places are taken, a node that has answered so lately, or was asked after a pause, is waited for so long."""
FAILURES = 3
PAUSE_SECONDS = 5.0
MORE_SECONDS = 2.0
"""What the way takes, beyond what the provider may."""
MOST_OF_A_REFUSAL = 10_000
NUMBER = "x-road-request-id"
PROPAGATOR = TraceContextTextMapPropagator()


_places, _pauses = [AT_ONCE], [PAUSE_SECONDS]


def carry_at_once(places: int, *, pause_seconds: float = PAUSE_SECONDS) -> None:
    """Let so many calls go to one node at the same time, from now on; said by a process that knows its threads.

    Args: ``pause_seconds`` is how long a node is not asked that has failed again and again.
    """
    _places[:], _pauses[:] = [places], [pause_seconds]
    _gates.clear()


@dataclass
class Gate:
    """What one node is let: so many calls at once, none for a while after it has failed again and again."""

    free: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(_places[0]))
    failures: int = 0
    closed_until: float = 0.0
    lively_at: float = 0.0
    under_way: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def enter(self, name: str) -> None:
        """Take a place; raise NodeUnreachable at once while the node is not asked, ProviderFailed when all stay taken."""
        now = time.monotonic()
        if now < self.closed_until:
            raise NodeUnreachable(name)
        with self.lock:
            self.lively_at = now if self.under_way == 0 else self.lively_at
            self.under_way += 1
        is_lively = now - self.lively_at < LIVELY_SECONDS
        if not self.free.acquire(timeout=WAIT_SECONDS if is_lively else 0):
            with self.lock:
                self.under_way -= 1
            raise ProviderFailed("ServiceFailed.Busy")

    def leave(self, *, has_failed: bool) -> None:
        """Give the place back; after too many failures in a row, close. One call after the pause may try."""
        self.failures = self.failures + 1 if has_failed else 0
        with self.lock:
            self.under_way -= 1
            self.lively_at = self.lively_at if has_failed else time.monotonic()
        if self.failures >= FAILURES:
            self.closed_until = time.monotonic() + _pauses[0]
        self.free.release()


_gates: dict[str, Gate] = {}


def carry(code: str, call: Call, signed: Signed) -> Carried:
    """Return what the node of a code answers to a call that is on record here; raise a Fault."""
    own, node = known.here(), known.find_node(code)
    if node is None:
        raise NodeUnknown(code)
    at = clock.now()
    if not own.is_city and not freshness.is_fresh(known.agreed_at(), at, within=freshness.FAR):
        raise DirectoryTooOld
    gate = _gates.get(code) or _gates.setdefault(code, Gate())
    gate.enter(node.name)
    has_failed = True
    try:
        found = _sent(own, node, call)
        has_failed = False
    except wire.LineBroken as broken:
        raise _broken(broken, node) from None
    finally:
        gate.leave(has_failed=has_failed)
    return _checked(node, call, signed, found)


def _broken(broken: wire.LineBroken, node: Node) -> Fault:
    if broken.is_too_much:
        return ProviderFailed("ServiceFailed.InvalidResponse")
    return ProviderFailed("ServiceFailed.Timeout") if broken.is_late else NodeUnreachable(node.name)


def _sent(own: Node, node: Node, call: Call) -> wire.Received:
    where = urlsplit(node.address)
    message = call.message
    relay = Relay(
        own.code,
        call.number,
        message.scheme,
        message.authority.lower(),
        relaying.signed_digest(message.headers),
    )
    headers = {relaying.RELAY: relaying.write(relay)}
    components: tuple[str, ...] = relaying.COVERED
    if "content-digest" in message.headers:
        headers["content-digest"] = message.headers["content-digest"]
        components = (*components, "content-digest")
    to_node = Message(headers, message.method, where.scheme, where.netloc, message.path, message.query)
    id, key = own_key()
    added = signing.signed_headers(
        to_node, components=components, key=id, private=key.private, created=int(clock.now().timestamp())
    )
    passed = (
        relaying.passed_on(message.headers)
        | _traced()
        | {
            relaying.RELAY: headers[relaying.RELAY],
            relaying.INPUT: added["signature-input"],
            relaying.SIGNATURE: added["signature"],
        }
    )
    service = find_service(call.provider, call.service)
    seconds = (service.seconds if service else 0) + MORE_SECONDS
    most = max(service.most_bytes if service else 0, MOST_OF_A_REFUSAL)
    head = head_of(
        Message(passed, message.method, where.scheme, where.netloc, message.path, message.query), {}
    )
    return wire.ask(node.address, head, call.body, seconds=seconds, most=most)


def _traced() -> dict[str, str]:
    """Return this node's span, in headers of its own: the caller may have signed those of its trace."""
    made: dict[str, str] = {}
    PROPAGATOR.inject(made)
    return {f"{relaying.OURS}{name}": value for name, value in made.items()}


def _checked(node: Node, call: Call, signed: Signed, found: wire.Received) -> Carried:
    """Return an answer that carries its node's signature, over this very call; raise ElsewhereFailed for a refusal."""
    at = clock.now()
    mark = check_answer(found, node, str(call.number), at)
    headers = found.headers
    number, problem = headers[NUMBER], headers.get("x-road-error", "")
    RELAYS.put(Noted.out(call.number, at, node.code, number, mark))
    if not relaying.is_answer(found.status, headers):
        raise ProviderFailed("ServiceFailed.InvalidResponse")
    if problem:
        raise refusal(node, problem, found.body)
    return Carried(found.status, headers.get("content-type", ""), found.body, problem, number)
