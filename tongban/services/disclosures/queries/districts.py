"""How far an account has what the districts' nodes have on record: until when each was heard."""

from __future__ import annotations

import datetime as dt

from tongban.datahub.exchange import queries as exchange
from tongban.datahub.nodes import queries as nodes
from tongban.services.disclosures.types import District, Scope

AGAIN = dt.timedelta(minutes=1)
"""How long what a node has told is good for."""


def districts(scope: Scope) -> tuple[District, ...]:
    """Return of each district's node until when it was heard about an account; none where there is no federation."""
    others = nodes.others()
    heard = exchange.heard(scope.owner.digest) if others else {}
    return tuple(District(one.code, one.name, heard.get(one.code)) for one in others)


def is_behind(one: District, at: dt.datetime) -> bool:
    """Return whether a node was not heard in the last minute."""
    return one.heard_at is None or at - one.heard_at > AGAIN
