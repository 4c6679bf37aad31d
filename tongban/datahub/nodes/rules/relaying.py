"""The headers by which one node hands a call to another. Pure.

``Tongban-Relay`` says who hands it on, the number under which it is on record there, the host that the caller signed
for, and the digest of the caller's signature. The node signs it with the request (RFC 9421); its signature stands in
headers of its own, because the caller's stays where it is: the provider's node verifies both.
"""

from __future__ import annotations

import base64
import hashlib
import re
import uuid
from collections.abc import Mapping

from tongban.datahub.nodes.errors import NodeUnsigned
from tongban.datahub.nodes.types import Relay
from tongban.foundation.http_signatures.types import Message, Policy

RELAY, INPUT, SIGNATURE = "tongban-relay", "tongban-relay-input", "tongban-relay-signature"
OURS = "tongban-"
SAID = re.compile(
    r'node="([a-z][a-z0-9-]{0,39})";number="([0-9a-f-]{36})";scheme="(https?)";authority="([\x21\x23-\x5b\x5d-\x7e]{1,200})"'
    r';signed="([A-Za-z0-9+/=]{44})"'
)
COVERED = ("@method", "@authority", "@path", "@query", RELAY)
POLICY = Policy(covered=COVERED, needs_nonce=False)
ANSWER_COVERED = ("@status", "content-digest", "content-type", "x-road-request-id")
ANSWER_POLICY = Policy(covered=ANSWER_COVERED, prefixes=("x-road-",), needs_nonce=True)
"""What of an answer is passed on is signed: nobody on the way can say that it failed."""
JSON = re.compile(r"application/json(?:; ?charset=utf-8)?", re.IGNORECASE)
PROBLEM = re.compile(r"(?:[A-Za-z]+(?:\.[A-Za-z]+)*)?")
NO_BODY = (204, 205)
HOPS = frozenset(
    ("connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "expect", "content-length", "host")
)  # fmt: skip
"""What is of the connection, and does not go further."""


def signed_digest(headers: Mapping[str, str]) -> str:
    """Return the digest of the caller's signature and of what it says it covers."""
    said = f"{headers.get('signature-input', '')}\n{headers.get('signature', '')}"
    return base64.b64encode(hashlib.sha256(said.encode()).digest()).decode()


def write(relay: Relay) -> str:
    """Return the header's value."""
    return (
        f'node="{relay.node}";number="{relay.number}";scheme="{relay.scheme}";authority="{relay.authority}"'
        f';signed="{relay.digest}"'
    )


def read(message: Message) -> Relay:
    """Return what the header says; raise NodeUnsigned when it is none, or not about this caller's signature."""
    found = SAID.fullmatch(message.headers.get(RELAY, ""))
    if not found or found[5] != signed_digest(message.headers):
        raise NodeUnsigned
    try:
        return Relay(found[1], uuid.UUID(found[2]), found[3], found[4], found[5])
    except ValueError:
        raise NodeUnsigned from None


def is_answer(status: int, headers: Mapping[str, str]) -> bool:
    """Return whether this is what a call is answered with: JSON, no redirect, a type of error that is one."""
    is_final = 200 <= status < 300 or 400 <= status < 600
    kind, problem = headers.get("content-type", ""), headers.get("x-road-error", "")
    return bool(is_final and status not in NO_BODY and JSON.fullmatch(kind) and PROBLEM.fullmatch(problem))


def passed_on(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the caller's headers that go to the provider's node."""
    return {name: value for name, value in headers.items() if name not in HOPS and not name.startswith(OURS)}


def as_signed_by_node(message: Message) -> Message:
    """Return the request as the node signed it: its own headers only, and the digest of a body."""
    headers = {RELAY: message.headers.get(RELAY, "")}
    if "content-digest" in message.headers:
        headers["content-digest"] = message.headers["content-digest"]
    for name, own in (("signature-input", INPUT), ("signature", SIGNATURE)):
        if own in message.headers:
            headers[name] = message.headers[own]
    return Message(headers, message.method, message.scheme, message.authority, message.path, message.query)


def as_signed_by_caller(message: Message, relay: Relay) -> Message:
    """Return the request as the caller signed it: to the host of its own node, without that node's headers."""
    headers = {name: value for name, value in message.headers.items() if not name.startswith(OURS)}
    headers["host"] = relay.authority
    return Message(headers, message.method, relay.scheme, relay.authority, message.path, message.query)
