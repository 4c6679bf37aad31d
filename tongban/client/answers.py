"""What came back, and whether it is what the node said to this very call."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tongban.client.errors import CallFailed, NotGenuine, ProviderFailed
from tongban.client.keys import NodeKey
from tongban.client.sending import Received
from tongban.foundation.http_signatures import queries as signatures
from tongban.foundation.http_signatures.types import Key, Message, Policy
from tongban.kernel.errors import Failure

POLICY = Policy(covered=("@status", "content-digest"), prefixes=("x-road-",), needs_nonce=False)
"""What a node's signature has to cover to be relied upon: what was answered, and to what."""
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Asked:
    """A call as it was sent: what its answer has to fit. ``headers`` are those that count for the request's hash."""

    method: str
    target: str
    body: bytes
    headers: Mapping[str, str]
    service: str
    nonce: str = ""
    """What a signed answer has to repeat."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A checked answer; header names are in lower case.

    ``request_id`` is the number of the exchange on record, ``id`` the caller's own. ``signed_by`` is the id of the
    node's key, empty when no signature was asked for.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    request_id: str
    id: str
    signed_by: str = ""

    @property
    def json(self) -> Any:
        """Return the body as JSON; raise NotGenuine when it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            raise NotGenuine("the body is no JSON") from None

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Return the rows, each with the granted fields."""
        said = self.json
        rows = said.get("rows") if isinstance(said, dict) else None
        if not isinstance(rows, list):
            raise NotGenuine("the body has no rows")
        return rows


def checked(asked: Asked, received: Received, node: NodeKey | None, moment: float) -> Answer:
    """Return the answer to a call once it fits it; ``moment`` is now, in seconds since 1970.

    Raises CallFailed, ProviderFailed, or NotGenuine with what does not fit.
    """
    headers = received.headers
    signed_by = signer(asked.nonce, received, node, moment) if node else ""
    if "x-road-error" in headers and "x-tongban-provider-request-id" not in headers:
        raise failure(received)
    check_digest(received)
    for name, expected in _expected(asked, headers).items():
        if headers.get(name) != expected:
            raise NotGenuine(f"{name} is not the one of this call")
    if "x-road-error" in headers:
        raise failure(received)
    request_id = headers["x-road-request-id"]
    answer = Answer(
        received.status, headers, received.body, request_id, headers.get("x-road-id", ""), signed_by
    )
    if received.status >= 400:
        raise ProviderFailed(answer)
    return answer


def failure(received: Received) -> CallFailed:
    """Return what X-Road says of a failure; whoever answers in its name has to say at least the type."""
    try:
        said = json.loads(received.body)
    except ValueError:
        said = {}
    words = said if isinstance(said, dict) else {}
    return CallFailed(
        status=received.status,
        type=received.headers["x-road-error"],
        message=str(words.get("message", "")),
        code=str(words.get("code", UNKNOWN)),
        number=str(words.get("detail", "")),
    )


def request_hash(asked: Asked, request_id: str) -> str:
    """Return X-Road-Request-Hash as the node has to compute it (docs/howto/call-a-data-service.md)."""
    lines = {**asked.headers, "x-road-request-id": request_id}
    written = "".join(f"{name}:{lines[name]}\r\n" for name in sorted(lines))
    digest = hashlib.sha512(f"{asked.method}\r\n{asked.target}\r\n{written}".encode()).digest()
    if asked.body:
        digest = hashlib.sha512(digest + hashlib.sha512(asked.body).digest()).digest()
    return base64.b64encode(digest).decode()


def _expected(asked: Asked, headers: Mapping[str, str]) -> dict[str, str]:
    request_id = headers.get("x-road-request-id", "")
    if not request_id:
        raise NotGenuine("the answer has no X-Road-Request-Id: it does not come from an exchange")
    return {
        "x-road-id": asked.headers["x-road-id"],
        "x-road-client": asked.headers["x-road-client"],
        "x-road-service": asked.service,
        "x-road-request-hash": request_hash(asked, request_id),
    }


def check_digest(received: Received) -> None:
    """Raise NotGenuine unless the body fits its digest."""
    try:
        signatures.check_digest(received.body, received.headers.get("content-digest"))
    except Failure:
        raise NotGenuine("the body does not fit its Content-Digest") from None


def signer(nonce: str, received: Received, node: NodeKey, moment: float) -> str:
    """Return the id of the key that has signed the answer to a request with this number used once; raise NotGenuine."""

    def find(id: str) -> Key | None:
        return node.key if id == node.key.id else None

    message = Message(headers=received.headers, status=received.status)
    try:
        signed, _ = signatures.verified(message, received.body, find_key=find, policy=POLICY, moment=moment)
    except Failure as why:
        raise NotGenuine(f"the node's signature: {why.code}") from None
    if signed.nonce != nonce:
        raise NotGenuine("the node's signature is on the answer to another call")
    return signed.key or ""
