"""Every read of the federation."""

from __future__ import annotations

import datetime as dt

from tongban.datahub.nodes import known, models
from tongban.datahub.nodes.queries.auditing import audit_nodes as audit_nodes
from tongban.datahub.nodes.rules import freshness
from tongban.datahub.nodes.types import Node, Standing
from tongban.foundation.statements import queries as statements

REWRITTEN = """
SELECT subject_id FROM ledger_record
WHERE subject_kind = 'witness' AND act IN ('attestation.log_rewritten', 'nodes.views_differ', 'nodes.own_ledger_rewritten')
"""
find_here = known.find_here
find_node = known.find_node
home_of = known.home_of


def is_city() -> bool:
    """Return whether this node is the city's, where grants are given and revoked."""
    own = known.find_here()
    return own is not None and own.is_city


def away(subsystem: str) -> Node | None:
    """Return the other node where a subsystem lives; None where it lives at this one."""
    found = known.find_node(known.home_of(subsystem))
    return None if found is None or found.is_here else found


def nodes() -> tuple[Node, ...]:
    """Return all nodes of the directory by code, those that were retired too."""
    return tuple(known.node_of(row) for row in models.Node.objects.order_by("code"))


def others() -> tuple[Node, ...]:
    """Return the other nodes that take part, by code; none where there is no federation."""
    return known.lately(("others", ""), _others)


def _others() -> tuple[Node, ...]:
    return tuple(one for one in nodes() if one.is_active and not one.is_here) if known.find_here() else ()


def standings() -> tuple[Standing, ...]:
    """Return how far this node is with each other that it agrees with: a district with the city, the city with all."""
    rows = models.Standing.objects.order_by("node")
    return tuple(Standing(row.node, row.received, row.told, row.fresh_at) for row in rows)


def silent(at: dt.datetime) -> tuple[Standing, ...]:
    """Return how this node is with those that take part and have agreed with it, but not in the last ten minutes."""
    taking_part = {one.code for one in others()}
    return tuple(
        one
        for one in standings()
        if one.node in taking_part
        and one.fresh_at
        and not freshness.is_fresh(one.fresh_at, at, within=freshness.FAR)
    )


def log_position() -> int:
    """Return up to where this node has said something."""
    return models.Change.objects.order_by("-position").values_list("position", flat=True).first() or 0


def rewritten_ledgers() -> tuple[str, ...]:
    """Return the codes of the nodes whose ledger was seen not to be one: rewritten, or shown to others otherwise."""
    return tuple(sorted({code for (code,) in statements.rows(REWRITTEN, [])}))


def is_cut_off(at: dt.datetime) -> bool:
    """Return whether a district's node has not heard from the city for so long that it answers nobody any more."""
    own = known.find_here()
    if own is None or own.is_city:
        return False
    return not freshness.is_fresh(known.agreed_at(), at, within=freshness.NEAR)
