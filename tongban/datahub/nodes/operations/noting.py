"""A call as one node tells another of it, for the account of whom it concerns."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from tongban.datahub.exchange.types import Noted, Outcome
from tongban.datahub.nodes import known
from tongban.datahub.nodes.types import Node

LONGEST = 200
OUTCOMES = frozenset(one.value for one in Outcome if one is not Outcome.RELAYED)


def said(one: Noted) -> dict[str, Any]:
    """Return a call as it goes over the wire."""
    return {
        "id": str(one.id), "at": one.at.isoformat(), "signed_at": one.signed_at.isoformat(), "key": one.key,
        "nonce": one.nonce, "consumer": one.consumer, "provider": one.provider, "service": one.service,
        "outcome": one.outcome, "grant": str(one.grant or ""), "user": one.user, "issue": one.issue, "status": one.status,
        "is_named": one.is_named,
    }  # fmt: skip


def noted(said: Mapping[str, Any]) -> Noted:
    """Return a call that a node tells of; raise ValueError, KeyError or TypeError for nonsense."""
    texts = {
        name: str(said[name])[:LONGEST]
        for name in ("key", "nonce", "consumer", "provider", "service", "user", "issue")
    }
    return Noted(
        id=uuid.UUID(said["id"]),
        at=dt.datetime.fromisoformat(said["at"]),
        signed_at=dt.datetime.fromisoformat(said["signed_at"]),
        outcome=str(said["outcome"]),
        grant=uuid.UUID(said["grant"]) if said["grant"] else None,
        status=None if said["status"] is None else int(said["status"]),
        is_named=said.get("is_named") is True,
        **texts,
    )


def is_its_own(one: Noted, node: Node, at: dt.datetime) -> bool:
    """Return whether a node may tell this: a call that it has decided, of a provider that lives there, until now."""
    is_past = one.at <= at + dt.timedelta(minutes=5)
    return is_past and one.outcome in OUTCOMES and known.home_of(one.provider) == node.code
