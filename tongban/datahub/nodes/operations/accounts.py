"""What other nodes have on record about one person or company: the city asks, each node answers of what it decided itself.

Each knows them under a key of its own, so the number itself is asked for: only by the city, only for an account that its
owner has opened, and every question stands on the ledger of the node that was asked. All nodes are asked at the same time
and for the same few seconds; who does not answer is named, never passed over.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import time
import uuid
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection

from tongban.datahub.exchange import operations as exchange
from tongban.datahub.exchange import queries as exchange_queries
from tongban.datahub.exchange.errors import Fault
from tongban.datahub.exchange.types import ProofElsewhere
from tongban.datahub.nodes import known, queries, wire
from tongban.datahub.nodes.errors import MayNotAsk, NodeMalformed, NodeSilent
from tongban.datahub.nodes.operations import noting
from tongban.datahub.nodes.operations.carrying import Gate
from tongban.datahub.nodes.operations.signing import asked, own_key
from tongban.datahub.nodes.operations.understanding import answered, requested
from tongban.datahub.nodes.types import Account, Node
from tongban.foundation.ledger import operations as ledger
from tongban.kernel import clock
from tongban.kernel.errors import Failure
from tongban.kernel.law import law
from tongban.kernel.types import Actor, Subject

ACCOUNT, PROOF, EVIDENCE = "/node/v1/account", "/node/v1/proof", "/node/v1/evidence"
SECONDS = 3.0
"""For all that one node has to say."""
MOST_PARTS = 20
REASON = "本人查阅（个人信息保护法 45）"
_gates: dict[str, Gate] = {}
Said = Mapping[str, Any]


@law(
    "account-of-all-nodes",
    basis="个人信息保护法 44、45",
    says="A person's account asks every node of the federation; one that does not answer is named on the page",
)
def ask_accounts(
    *, nodes: Collection[str], identifier: str, since: dt.datetime, at: dt.datetime
) -> tuple[Account, ...]:
    """Ask these nodes what they have decided about a person or company, and keep it; return how each answered."""
    others = [one for one in queries.others() if one.code in nodes]
    if not others:
        return ()
    own_key()  # known from here on, so that no thread needs the database for it
    with ThreadPoolExecutor(max_workers=len(others)) as threads:
        found = list(threads.map(lambda node: _account_of(node, identifier, since), others))
    return tuple(_kept(node, identifier, said, at) for node, said in zip(others, found, strict=True))


def _kept(node: Node, identifier: str, said: list[Any] | None, at: dt.datetime) -> Account:
    if said is None:
        return Account(node.code, node.name, is_reached=False, new=0)
    noted = [one for one in map(noting.noted, said) if noting.is_its_own(one, node, at)]
    by = Actor("node", node.code, node.name)
    new = exchange.keep_noted(node=node.code, identifier=identifier, noted=noted, by=by, at=at)
    return Account(node.code, node.name, is_reached=True, new=new)


def _account_of(node: Node, identifier: str, since: dt.datetime) -> list[Any] | None:
    """Return what a node says within its seconds; None when it does not, or not as it has to."""
    deadline, rows, before = time.monotonic() + SECONDS, [], None
    try:
        for _ in range(MOST_PARTS):
            wish = {"identifier": identifier, "since": since.isoformat(), "before": before}
            said = ask(node, ACCOUNT, wish, deadline)
            rows += said["rows"]
            if not said["more"]:
                break
            last = said["rows"][-1]
            before = last["at"].isoformat(), str(last["id"])
    except (Failure, IndexError):
        return None
    finally:
        connection.close()
    return rows


def ask(node: Node, path: str, wish: Said, deadline: float) -> Any:
    """Return what a node answers; raise NodeSilent, NodeSignatureWrong, ElsewhereFailed or NotUnderstood."""
    gate = _gates.setdefault(node.code, Gate())
    try:
        gate.enter(node.name)
    except Fault:
        raise NodeSilent(node.name) from None
    has_failed = True
    try:
        seconds = max(0.001, deadline - time.monotonic())
        answer = asked(node, path, json.dumps(wish).encode(), seconds=seconds, at=clock.now())
        has_failed = False
    except wire.LineBroken:
        raise NodeSilent(node.name) from None
    finally:
        gate.leave(has_failed=has_failed)
    return answered(path.rpartition("/")[2], node, answer)


def ask_proof(*, node: str, id: uuid.UUID, identifier: str) -> ProofElsewhere | None:
    """Return the proof of a call at another node, computed anew here; None for the seconds until there is one.

    Raises NodeSilent when the node can not be asked or shows no proof that is one.
    """
    there = _node(node)
    wish = {"identifier": identifier, "id": str(id)}
    try:
        said = ask(there, PROOF, wish, time.monotonic() + SECONDS)["proof"]
        roots = {one.code: one.root for one in queries.nodes()}
        return None if said is None else exchange_queries.read_proof(said, roots, node)
    except (Failure, ValueError, KeyError, TypeError, AttributeError, ArithmeticError):
        raise NodeSilent(there.name) from None


def ask_evidence(*, node: str, id: uuid.UUID, identifier: str) -> bytes:
    """Return the sealed container of a call at another node, which that node's ledger has; raise NodeSilent."""
    there = _node(node)
    wish = {"identifier": identifier, "id": str(id)}
    try:
        found: bytes = ask(there, EVIDENCE, wish, time.monotonic() + SECONDS)["container"]
    except Failure:
        raise NodeSilent(there.name) from None
    return found


def _node(code: str) -> Node:
    found = known.find_node(code)
    if found is None:
        raise NodeSilent(code)
    return found


def answer_account(*, node: Node, request: bytes, by: Actor, at: dt.datetime) -> bytes:
    """Return what was decided here about whom the city asks for, and record that it asked; raise MayNotAsk."""
    said = read("account", node, request)
    found = exchange_queries.decided_about(said["identifier"], since=said["since"], before=said["before"])
    record("nodes.account_told", said["identifier"], by, at, count=len(found))
    more = len(found) == exchange_queries.MOST_TOLD
    return to_bytes({"rows": [noting.said(one) for one in found], "more": more})


def answer_proof(*, node: Node, request: bytes, by: Actor, at: dt.datetime) -> bytes:
    """Return what proves a call about whom the city asks for; raise MayNotAsk."""
    said = read("proof", node, request)
    id = _call_of(said, exchange_queries.is_in_account)
    record("nodes.proof_told", said["identifier"], by, at, exchange=str(id))
    return to_bytes({"proof": exchange_queries.said_proof(id)})


def answer_evidence(*, node: Node, request: bytes, by: Actor, at: dt.datetime) -> bytes:
    """Return a call about whom the city asks for as a sealed container; raise MayNotAsk, NotAttested, ContentPurged."""
    id = _call_of(read("evidence", node, request), exchange_queries.is_about)
    made = exchange.make_evidence(id=id, reason=REASON, by=by, at=at)
    return to_bytes({"container": base64.b64encode(made).decode()})


def read(what: str, node: Node, request: bytes) -> dict[str, Any]:
    """Return what the city asks; raise MayNotAsk for any other node, NodeMalformed for nonsense."""
    if not node.is_city:
        raise MayNotAsk(node.code)
    return requested(what, request)


def _call_of(said: Said, is_of: Callable[[uuid.UUID, str], bool]) -> uuid.UUID:
    """Return which call is asked for; one that is not this person's is none."""
    id: uuid.UUID = said["id"]
    if not is_of(id, said["identifier"]):
        raise NodeMalformed("id")
    return id


def record(act: str, identifier: str, by: Actor, at: dt.datetime, **detail: object) -> None:
    """Record what the city was told of somebody."""
    about = Subject("data-subject", exchange_queries.digest_of(identifier).hex())
    ledger.record(act=act, subject=about, by=by, at=at, detail=detail)


def to_bytes(document: object) -> bytes:
    """Return an answer as it goes over the wire."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
