"""Telling people of readings that districts' nodes decided, where they wish it: each is asked for once a day.

The city asks all nodes at once for some of those whose day is over, the longest waiting first, so that a million of them are
asked for evenly through the day. What was kept when somebody looked themselves is not told again. While a node is silent the others'
news is told, and all are asked the next day from where the silent one was heard last.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from django.db import transaction
from django.db.models import F, Q

from tongban.datahub.exchange import operations as exchange
from tongban.datahub.exchange import queries as calls
from tongban.datahub.exchange.types import AboutWanted, Outcome
from tongban.datahub.nodes import operations as nodes
from tongban.datahub.nodes import queries as federation
from tongban.datahub.nodes.types import News
from tongban.foundation.ledger import operations as ledger
from tongban.kernel.errors import Failure
from tongban.kernel.law import law
from tongban.kernel.types import SYSTEM, Actor, Subject
from tongban.services.disclosures import models
from tongban.services.disclosures.operations.asking import identifier_of
from tongban.services.disclosures.operations.telling import tell

AGAIN = dt.timedelta(days=1)
MARGIN = dt.timedelta(hours=1)
"""A call is on record within minutes of its moment; what was told twice is kept once."""


@law(
    "told-of-all-nodes",
    basis="个人信息保护法 44、45",
    says="Who wants to be told of readings is told within a day of those that districts' nodes decided; nobody else is asked for",
)
def tell_districts(*, by: Actor = SYSTEM, at: dt.datetime) -> int:
    """Ask the districts' nodes for the next of those who wish to be told, tell these what is new; return how many were told."""
    wishes = _next(at) if federation.others() else {}
    if not wishes:
        return 0
    since = min(one.heard_at or one.since for one in wishes.values()) - MARGIN
    found = nodes.ask_news(identifiers=list(wishes), since=since, at=at)
    told = sum(_tell(wish, number, found, by, at) for number, wish in wishes.items())
    silent = [one.node for one in found if not one.is_reached]
    if not silent:
        digests = [one.digest for one in wishes.values()]
        models.Wish.objects.filter(digest__in=digests).update(heard_at=at)
    detail = {"asked": len(wishes), "told": told, "silent": silent}
    ledger.record(
        act="disclosures.districts_told", subject=Subject("readings", "told"), by=by, at=at, detail=detail
    )
    return told


@transaction.atomic
def _next(at: dt.datetime) -> dict[str, models.Wish]:
    """Return, by their numbers, for whom to ask now, and note that it is done: no other process asks for them."""
    waits = models.Wish.objects.filter(Q(asked_at__isnull=True) | Q(asked_at__lte=at - AGAIN))
    rows = list(
        waits.select_for_update(skip_locked=True)
        .order_by(F("asked_at").asc(nulls_first=True))[: nodes.MOST_ASKED]
    )  # fmt: skip
    models.Wish.objects.filter(digest__in=[row.digest for row in rows]).update(asked_at=at)
    return {number: row for row in rows if (number := _number(row))}


def _number(wish: models.Wish) -> str:
    try:
        return identifier_of(Subject(wish.owner_kind, wish.owner_id))
    except Failure:  # who is not known any more has nothing that could be asked for
        return ""


@transaction.atomic
def _tell(wish: models.Wish, number: str, found: Collection[News], by: Actor, at: dt.datetime) -> bool:
    """Keep what the nodes said of one person or company and tell what is new of it; return whether there was any."""
    said = {one.node: one.noted[number] for one in found if one.noted.get(number)}
    if not said:
        return False
    before = _visible(wish, at)
    for node, noted in said.items():
        actor = Actor("node", node, node)
        exchange.keep_noted(node=node, identifier=number, noted=noted, is_all=False, by=actor, at=at)
    new = {key: consumer for key, consumer in _visible(wish, at).items() if key not in before}
    if new:
        tell(wish, list(new.values()), at)
    return bool(new)


def _visible(wish: models.Wish, at: dt.datetime) -> Mapping[tuple[str, object], str]:
    """Return who read at districts since somebody wishes to be told, without what the law keeps from them."""
    wanted = AboutWanted(wish.since, at + MARGIN, refused=False, limit=calls.MOST_TOLD)
    rows = calls.readings_about(bytes(wish.digest), wanted, at=at)
    return {
        (row.node, row.id): row.consumer for row in rows if row.node and row.outcome is Outcome.AUTHORISED
    }
