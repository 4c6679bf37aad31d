"""Nodes sign each other's ledgers: whoever rewrites one would have to have all of them sign it anew.

Each asks another for its newest signed head and for the proof that it begins with the head it signed last, signs that,
and gives its signature with the next request. A head that does not begin so is on the record of whoever saw it.

A node that shows each of its witnesses another ledger would be found by none of them alone. So witnesses tell each other
what they have signed last of a third, which then has to show that both are beginnings of what it has now.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from tongban.datahub.nodes import known, models, queries, wire
from tongban.datahub.nodes.operations import own_ledger
from tongban.datahub.nodes.operations.own_ledger import PATH, SECONDS
from tongban.datahub.nodes.operations.signing import asked
from tongban.datahub.nodes.operations.understanding import answered, requested
from tongban.datahub.nodes.types import Node
from tongban.foundation.attestation import operations as attestation
from tongban.foundation.attestation import queries as attested
from tongban.foundation.attestation.errors import LogRewritten
from tongban.foundation.attestation.types import Growth
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.ledger.types import Head
from tongban.kernel.errors import Failure
from tongban.kernel.types import Actor, Subject

SPLIT = "nodes.views_differ"
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
        except (Failure, ValueError, KeyError, TypeError) as why:
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
    found = _told(node, {"since": since}, at)
    own_ledger.hold_own(node, found.get("seen") or {}, by, at)
    _compare(node, found.get("seen") or {}, by, at)
    if found["growth"] is None:
        if since and node.code not in queries.rewritten_ledgers():
            attestation.note_shorter(log=node.code, by=by, at=at)
        return 0
    growth = attested.read_growth(found["growth"])
    if growth.signed.head.size <= since:
        return 0
    made = attestation.cosign(log=node.code, growth=growth, by=by, at=at)
    size = growth.signed.head.size
    request = {"since": size, "size": size, "made": attested.said_cosignature(made)}
    _told(node, request, at)
    return 1


def _told(node: Node, request: Mapping[str, Any], at: dt.datetime) -> dict[str, Any]:
    return answered("witness", node, asked(node, PATH, _bytes(request), seconds=SECONDS, at=at))


def _compare(witness: Node, theirs: Mapping[str, Any], by: Actor, at: dt.datetime) -> None:
    """Hold what another witness has seen of third nodes against what was seen here; record where it does not agree."""
    for code, mine in attested.seen_heads().items():
        node = known.find_node(code)
        if node is None or code not in theirs:
            continue
        other = Head(*theirs[code])
        if _is_one_ledger(node, mine, other, at) is False:
            log.critical("nodes: %s and this node were shown different ledgers of %s", witness.code, code)
            if code in queries.rewritten_ledgers():  # on record once is enough
                continue
            detail = {"witness": witness.code, "size": other.size, "root": other.root.hex(), "own_size": mine.size,
                      "own_root": mine.root.hex()}  # fmt: skip
            ledger.record(act=SPLIT, subject=Subject("witness", code), by=by, at=at, detail=detail)


def _is_one_ledger(node: Node, mine: Head, other: Head, at: dt.datetime) -> bool | None:
    """Return whether two heads are of one ledger; None when it can not be known now."""
    if mine.size == other.size:
        return mine.root == other.root
    try:
        from_mine, from_other = _shown(node, mine.size, at), _shown(node, other.size, at)
    except wire.LineBroken:
        return None
    if from_mine is None or from_other is None or from_mine.signed.head.size != from_other.signed.head.size:
        # Somebody has seen more than the node admits to by now, or it has grown meanwhile: the next time will tell.
        return None
    is_same = from_mine.signed.head == from_other.signed.head
    grew = attested.continues(mine.size, mine.root, from_mine)
    return is_same and grew and attested.continues(other.size, other.root, from_other)


def _shown(node: Node, since: int, at: dt.datetime) -> Growth | None:
    found = _told(node, {"since": since}, at)["growth"]
    return attested.read_growth(found) if found else None


def _has_ended(code: str) -> bool:
    return any(one.code == code and one.ended_at is not None for one in attested.witnesses())


def answer_witness(*, node: Node, request: bytes, by: Actor, at: dt.datetime) -> bytes:
    """Keep a witness's signature, and return the newest head with its proof from the size that the witness has signed.

    Who has ended as a witness is shown the ledger as any node is, and its signature is not taken. Raises NodeMalformed
    for what is no request.
    """
    said = requested("witness", request)
    since, size, made = said["since"], said.get("size", 0), said.get("made")
    if made is not None and not _has_ended(node.code):
        with transaction.atomic():
            attestation.add_witness(code=node.code, name=node.name, root=node.root, by=by, at=at)
            attestation.witness(witness=node.code, size=size, made=attested.read_cosignature(made))
    growth = attested.growth(since)
    seen = {log: [head.size, head.root.hex()] for log, head in attested.seen_heads().items()}
    return _bytes({"growth": attested.said_growth(growth) if growth else None, "seen": seen})


def _bytes(document: object) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode()
