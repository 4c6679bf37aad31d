"""What other nodes have signed of this node's ledger: who rewrites the whole of it, heads and all, is found by them.

A witness says what it has signed last of each ledger whenever it is asked, of this one too.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Mapping

from tongban.datahub.nodes import known, queries, wire
from tongban.datahub.nodes.operations.signing import asked
from tongban.datahub.nodes.operations.understanding import answered
from tongban.datahub.nodes.types import Node
from tongban.foundation.attestation import queries as attested
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.ledger.types import Head
from tongban.kernel.errors import Failure
from tongban.kernel.types import Actor, Subject

PATH = "/node/v1/witness"
SECONDS = 5.0
REWRITTEN = "nodes.own_ledger_rewritten"
log = logging.getLogger(__name__)


def seen_by_others(*, at: dt.datetime) -> dict[str, Head | None]:
    """Return by node what it has signed last of this ledger; None of one that does not answer or is not understood."""
    found: dict[str, Head | None] = {}
    for node in queries.others():
        try:
            seen = _seen(node, at)
        except (Failure, wire.LineBroken):
            found[node.code] = None
            continue
        if (head := _of_here(seen)) is not None:
            found[node.code] = head
    return found


def hold_own(witness: Node, seen: Mapping[str, tuple[int, bytes]], by: Actor, at: dt.datetime) -> None:
    """Hold what a witness has signed of this ledger against it; on record, once, where it does not begin so."""
    head = _of_here(seen)
    if head is None or attested.began_with(head):
        return
    log.critical("nodes: this ledger is not what %s signed at %d entries", witness.code, head.size)
    if known.here().code not in queries.rewritten_ledgers():
        detail = {"witness": witness.code, "size": head.size, "root": head.root.hex()}
        ledger.record(
            act=REWRITTEN, subject=Subject("witness", known.here().code), by=by, at=at, detail=detail
        )


def _seen(node: Node, at: dt.datetime) -> Mapping[str, tuple[int, bytes]]:
    request = json.dumps({"since": 0}).encode()
    return answered("witness", node, asked(node, PATH, request, seconds=SECONDS, at=at)).get("seen") or {}


def _of_here(seen: Mapping[str, tuple[int, bytes]]) -> Head | None:
    said = seen.get(known.here().code)
    return Head(*said) if said and said[0] else None
