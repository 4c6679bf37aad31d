"""A call as one node tells another of it, for the account of whom it concerns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from tongban.datahub.exchange.types import Noted, Outcome
from tongban.datahub.nodes import known
from tongban.datahub.nodes.types import Node

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
    """Return a call that a node tells of, as it was read by ``saying.CALL``."""
    return Noted(**{"is_named": False, **said, "grant": said["grant"] or None})


def is_its_own(one: Noted, node: Node, at: dt.datetime) -> bool:
    """Return whether a node may tell this: a call that it has decided, of a provider that lives there, until now."""
    is_past = one.at <= at + dt.timedelta(minutes=5)
    return is_past and one.outcome in OUTCOMES and known.home_of(one.provider) == node.code
