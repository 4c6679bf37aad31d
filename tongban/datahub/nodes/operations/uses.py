"""For which cases grants were used at other nodes: the city, which has the cases, asks each node of what it decided itself.

No person is named: a grant, who used it, the number of a case, how often, and the number of the first call.
"""

from __future__ import annotations

import datetime as dt
import time

from tongban.datahub.exchange import queries as exchange
from tongban.datahub.exchange.types import AskedFor, GrantUse
from tongban.datahub.nodes import known
from tongban.datahub.nodes.errors import NodeSilent
from tongban.datahub.nodes.operations import accounts
from tongban.datahub.nodes.rules.saying import MOST_USES
from tongban.datahub.nodes.types import Node
from tongban.foundation.ledger import operations as ledger
from tongban.kernel.errors import Failure
from tongban.kernel.types import Actor, Subject

PATH = "/node/v1/uses"
SECONDS = 30.0
"""For all that a node has to read."""


def ask_uses(*, node: str, since: dt.datetime, until: dt.datetime) -> tuple[AskedFor, ...]:
    """Return for which cases grants were used at a node in a period, as far as they are of its own providers; raise NodeSilent."""
    there = known.find_node(node)
    if there is None:
        raise NodeSilent(node)
    wish = {"since": since.isoformat(), "until": until.isoformat()}
    try:
        said = accounts.ask(there, PATH, wish, time.monotonic() + SECONDS)
    except Failure:
        raise NodeSilent(there.name) from None
    uses = [GrantUse(*one) for one in said["uses"]]
    return tuple(one for one in exchange.asked_for(uses) if known.home_of(one.provider) == node)


def answer_uses(*, node: Node, request: bytes, by: Actor, at: dt.datetime) -> bytes:
    """Return for which cases grants were used here in a period, and record that the city asked; raise MayNotAsk."""
    said = accounts.read("uses", node, request)
    found = exchange.uses_of_grants(said["since"], said["until"])[:MOST_USES]
    detail = {"since": said["since"].isoformat(), "count": len(found)}
    ledger.record(act="nodes.uses_told", subject=Subject("node", node.code), by=by, at=at, detail=detail)
    rows = [(str(one.grant), one.consumer, one.issue, one.calls, str(one.first)) for one in found]
    return accounts.to_bytes({"uses": rows})
