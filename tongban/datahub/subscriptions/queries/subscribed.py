"""Subscriptions held against their acts on the ledger: whose each is, under which grant, where it leads, how far it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tongban.datahub.subscriptions import models, records
from tongban.datahub.subscriptions.errors import BadAddress
from tongban.datahub.subscriptions.rules import addresses
from tongban.datahub.subscriptions.types import State
from tongban.foundation.ledger.types import Change, Drift
from tongban.foundation.statements import queries as statements

KIND = "subscription"
SAYS = ("feed", "consumer", "grant", "to", "address")
"""What acts say of a subscription; of the path of its address older ones say nothing."""
SAID = """
SELECT subject_id, act, detail FROM ledger_record WHERE subject_kind = 'subscription' ORDER BY subject_id, at, id
"""
STATES = {
    "feed.subscription_made": State.PROVING,
    "feed.subscription_prove": State.ACTIVE,
    "feed.subscription_pause": State.PAUSED,
    "feed.subscription_resume": State.PROVING,
    "feed.subscription_end": State.ENDED,
}
"""After these acts; others leave the state as it was."""


def altered() -> Iterator[Drift]:
    """Yield the subscriptions that are not as the ledger says."""
    said = _said()
    for row in models.SubscriptionRow.objects.select_related("feed").order_by("id").iterator():
        expected = said.pop(str(row.id), None)
        if expected is None:
            yield Drift(KIND, str(row.id), Change.INSERTED)
        elif expected != {name: value for name, value in _is(row).items() if name in expected}:
            yield Drift(KIND, str(row.id), Change.ALTERED)
    for id in said:
        yield Drift(KIND, id, Change.MISSING)


def _said() -> dict[str, dict[str, Any]]:
    """Return what each subscription has to be, by its acts in their order."""
    found: dict[str, dict[str, Any]] = {}
    for id, act, text in statements.rows(SAID, []):
        detail = json.loads(text)
        one = found.setdefault(id, {})
        one |= {name: detail[name] for name in SAYS if name in detail}
        one |= {"state": STATES[act].value} if act in STATES else {}
    return found


def _is(row: models.SubscriptionRow) -> dict[str, Any]:
    return {
        "feed": f"{row.feed.provider_id}/{row.feed.code}", "consumer": row.consumer_id, "grant": str(row.grant),
        "to": _origin(row.address), "address": records.address_digest(row.address), "state": row.state,
    }  # fmt: skip


def _origin(address: str) -> str:
    try:
        return addresses.target_of(address).origin
    except BadAddress:
        return ""
