"""What nodes sign for each other: requests, and the answers to them, each bound to the other by a nonce."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from tongban.datahub.exchange.errors import Fault
from tongban.datahub.exchange.types import Answer
from tongban.datahub.nodes import known, models, wire
from tongban.datahub.nodes.errors import ElsewhereFailed, NodeSignatureWrong, NodeUnsigned
from tongban.datahub.nodes.rules.relaying import ANSWER_POLICY
from tongban.datahub.nodes.types import Node
from tongban.foundation.http_signatures import operations as signing
from tongban.foundation.http_signatures import queries as signatures
from tongban.foundation.http_signatures.types import Key, Message, Policy, Signed
from tongban.foundation.trust import operations as trust
from tongban.kernel.errors import Failure
from tongban.kernel.ids import new_id

COVERED = ("@method", "@authority", "@path", "content-digest")
POLICY = Policy(covered=COVERED, oldest=60)
LABEL = "node"
KEPT_SECONDS = 60.0
ALWAYS, ROAD = ("@status", "content-digest", "content-type"), "x-road-"


def own_key() -> tuple[str, trust.NodeKey]:
    """Return the id of this node's key, and the key."""
    return known.lately(("key", ""), _own_key, seconds=KEPT_SECONDS)


def _own_key() -> tuple[str, trust.NodeKey]:
    key = trust.node_key()
    return signatures.key_id(key.public), key


def head_of(message: Message, added: Mapping[str, str]) -> bytes:
    """Return the first lines of a request, all but its length."""
    target = f"{message.path}?{message.query}" if message.query else message.path
    lines = [f"{message.method} {target} HTTP/1.1", f"host: {message.authority}"]
    lines += [
        f"{name}: {value}" for name, value in (*message.headers.items(), *added.items()) if name != "host"
    ]
    return ("\r\n".join(lines) + "\r\n").encode("latin-1")


def asked(node: Node, path: str, body: bytes, *, seconds: float, at: dt.datetime) -> bytes:
    """Return what a node answers to a signed request; raise LineBroken, NodeSignatureWrong, or ElsewhereFailed for a refusal."""
    where, nonce = urlsplit(node.address), str(new_id())
    message = Message(
        {"content-type": "application/json", "content-digest": signatures.content_digest(body)},
        method="POST",
        scheme=where.scheme,
        authority=where.netloc,
        path=path,
    )
    id, key = own_key()
    added = signing.signed_headers(
        message,
        body,
        components=COVERED,
        key=id,
        private=key.private,
        created=int(at.timestamp()),
        nonce=nonce,
    )
    found = wire.ask(node.address, head_of(message, added), body, seconds=seconds)
    check_answer(found, node, nonce, at)
    if found.status != 200:
        raise refusal(node, found.headers.get("x-road-error", ""), found.body)
    return found.body


def refusal(node: Node, problem: str, body: bytes) -> Fault:
    """Return what a node has refused with, in its words."""
    try:
        said = json.loads(body)["message"]
    except (ValueError, KeyError, TypeError, RecursionError):
        said = ""
    return ElsewhereFailed(problem[:80], node.code, str(said)[:500])


def check_answer(found: wire.Received, node: Node, nonce: str, at: dt.datetime) -> Signed:
    """Return the signature of an answer, which has to be the node's, to this very request; raise NodeSignatureWrong."""
    key = known.key_of(node.public)
    message = Message(found.headers, status=found.status)
    try:
        signed, _ = signatures.verified(
            message, found.body, find_key=lambda id: key if id == key.id else None, policy=ANSWER_POLICY,
            moment=at.timestamp(),
        )  # fmt: skip
    except Failure as why:
        raise NodeSignatureWrong(why) from None
    if signed.nonce != nonce:
        raise NodeSignatureWrong
    return signed


def asker(message: Message, body: bytes, at: dt.datetime) -> tuple[Node, str]:
    """Return which node has signed a request, and its nonce; raise NodeUnsigned."""
    found: list[Node] = []

    def find(id: str) -> Key | None:
        for row in models.Node.objects.filter(is_active=True):
            if known.key_of(bytes(row.public)).id == id:
                found.append(known.node_of(row))
                return known.key_of(bytes(row.public))
        return None

    try:
        signed, _ = signatures.verified(message, body, find_key=find, policy=POLICY, moment=at.timestamp())
    except Failure as why:
        raise NodeUnsigned(why) from None
    return found[0], signed.nonce or ""


def signed_answer(answer: Answer, *, nonce: str, number: uuid.UUID, at: dt.datetime) -> Answer:
    """Return an answer with this node's signature, bound to the request by its nonce."""
    has = {name.lower(): value for name, value in answer.headers}
    missing = {"X-Road-Request-Id": str(number), "Content-Digest": signatures.content_digest(answer.body)}
    beside = tuple(one for one in missing.items() if one[0].lower() not in has)
    headers = has | {name.lower(): value for name, value in beside}
    id, key = own_key()
    added = signing.signed_headers(
        Message(headers, status=answer.status),
        components=(*ALWAYS, *(name for name in headers if name.startswith(ROAD))),
        key=id,
        private=key.private,
        created=int(at.timestamp()),
        nonce=nonce,
        label=LABEL,
    )
    return replace(answer, headers=(*answer.headers, *beside, *added.items()))
