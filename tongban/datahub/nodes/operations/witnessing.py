"""Nodes sign each other's ledgers: whoever rewrites one would have to have all of them sign it anew.

Each asks another for its newest signed head and for the proof that it begins with the head it signed last, signs that,
and gives its signature with the next request. A head that does not begin so is on the record of whoever saw it.
"""

from __future__ import annotations

import datetime as dt
import json
import logging

from tongban.datahub.nodes import known, models, wire
from tongban.datahub.nodes.errors import NodeSignatureWrong
from tongban.datahub.nodes.operations.signing import asked
from tongban.datahub.nodes.types import Node
from tongban.foundation.attestation import operations as attestation
from tongban.foundation.attestation import queries as attested
from tongban.foundation.attestation.errors import LogRewritten
from tongban.kernel.errors import Failure
from tongban.kernel.types import Actor

PATH = "/node/v1/witness"
SECONDS = 5.0
WITNESSED_BY = 2
"""Districts that sign each district's ledger, beside the city; the city's is signed by all."""
log = logging.getLogger(__name__)


def witness_others(*, by: Actor, at: dt.datetime) -> int:
    """Sign the newest heads of the nodes that this one witnesses; return how many were new.

    A node that does not answer is asked again the next time.
    """
    done = 0
    for node in watched():
        try:
            done += _witness(node, by, at)
        except wire.LineBroken:
            log.info("nodes: %s does not answer", node.code)
        except LogRewritten as why:
            log.critical("nodes: %s shows another ledger than it did: %s", node.code, why)
        except Failure as why:
            log.warning("nodes: the ledger of %s is not witnessed: %s", node.code, why)
    return done


def watched() -> list[Node]:
    """Return whose ledgers this node signs: the city's, and of the districts the next ones; the city signs all."""
    own = known.here()
    everybody = [known.node_of(row) for row in models.Node.objects.filter(is_active=True).order_by("code")]
    others = [node for node in everybody if node.code != own.code]
    if own.is_city:
        return others
    after = [node for node in others if node.code > own.code] + [
        node for node in others if node.code < own.code
    ]
    districts = [node for node in after if not node.is_city]
    return [node for node in others if node.is_city] + districts[:WITNESSED_BY]


def _witness(node: Node, by: Actor, at: dt.datetime) -> int:
    attestation.watch_log(log=node.code, root=node.root, by=by, at=at)
    since = attested.seen(node.code)
    found = json.loads(asked(node, PATH, _bytes({"since": since}), seconds=SECONDS, at=at))
    if found["growth"] is None:
        return 0
    growth = attested.read_growth(found["growth"])
    if growth.signed.head.size <= since:
        return 0
    made = attestation.cosign(log=node.code, growth=growth, by=by, at=at)
    size = growth.signed.head.size
    request = {"since": size, "size": size, "made": attested.said_cosignature(made)}
    asked(node, PATH, _bytes(request), seconds=SECONDS, at=at)
    return 1


def answer_witness(*, node: Node, request: bytes, by: Actor, at: dt.datetime) -> bytes:
    """Keep a witness's signature, and return the newest head with its proof from the size that the witness has signed.

    Raises NodeSignatureWrong for what is no request.
    """
    try:
        said = json.loads(request)
        since, size, made = int(said["since"]), int(said.get("size", 0)), said.get("made")
    except (ValueError, KeyError, TypeError, RecursionError):
        raise NodeSignatureWrong from None
    if made is not None:
        attestation.add_witness(code=node.code, name=node.name, root=node.root, by=by, at=at)
        attestation.witness(witness=node.code, size=size, made=attested.read_cosignature(made))
    growth = attested.growth(since)
    return _bytes({"growth": attested.said_growth(growth) if growth else None})


def _bytes(document: object) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode()
