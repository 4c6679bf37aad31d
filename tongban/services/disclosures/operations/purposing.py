"""Holding calls against what their grants are for, a day at a time, once that day is over: each finding once."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress

from django.db import transaction

from tongban.datahub.nodes import operations as nodes
from tongban.datahub.nodes import queries as federation
from tongban.datahub.nodes.errors import NodeSilent
from tongban.datahub.resources import queries as resources
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.types import SYSTEM, Actor, Subject
from tongban.services.disclosures import models
from tongban.services.disclosures.events import AskedBesidePurpose
from tongban.services.disclosures.queries.purposes import asked_beside_purpose, beside_among
from tongban.services.disclosures.rules.merging import day_of
from tongban.services.disclosures.types import Beside

ONE_DAY, ONE_HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
KEPT = dt.timedelta(days=3 * 366)
"""As long as the calls themselves are kept whole (个人信息保护法 56); supervision's entries stay."""


def check_purposes(*, by: Actor = SYSTEM, at: dt.datetime) -> int:
    """Look through this node's calls of all days that are over and were not looked through; return how much was found.

    Who gave the data, who used it and supervision hear of it. The first time it begins with yesterday.
    """
    return _check("", by, at)


def check_purposes_elsewhere(*, by: Actor = SYSTEM, at: dt.datetime) -> int:
    """Look through what districts' nodes decided, as ``check_purposes``; one that is silent is asked the next time."""
    total = 0
    for node in federation.others():
        with suppress(NodeSilent):
            total += _check(node.code, by, at)
    return total


def _check(node: str, by: Actor, at: dt.datetime) -> int:
    """Look through all days that are over; raise NodeSilent for a node that can not be asked, after those that could."""
    today, total = day_of(at), 0
    mark, _ = models.Checked.objects.get_or_create(node=node, defaults={"until": today - ONE_DAY})
    day = mark.until
    while day < today:
        total += _keep(node, day, _new(_of_day(node, day)), by, at)
        day += ONE_DAY
    return total


@transaction.atomic
def _keep(node: str, day: dt.date, found: dict[str, list[models.Beside]], by: Actor, at: dt.datetime) -> int:
    """Keep what was found on a day, unless another process did meanwhile, and note that it was looked through."""
    mark = models.Checked.objects.select_for_update().get(node=node)
    if mark.until != day:
        return 0
    for grant in found.values():
        _note(grant, day, by, at)
    models.Beside.objects.filter(on__lt=day - KEPT).delete()
    mark.until = day + ONE_DAY
    mark.save(update_fields=["until"])
    return sum(map(len, found.values()))


def _of_day(node: str, day: dt.date) -> Iterator[Beside]:
    """Yield what is found on a day, an hour at a time: a large city's calls of a day are more than one holds at once."""
    begin = dt.datetime.combine(day, dt.time.min, SHANGHAI)
    for hour in range(24):
        since, until = begin + hour * ONE_HOUR, begin + (hour + 1) * ONE_HOUR
        if node:
            yield from beside_among(nodes.ask_uses(node=node, since=since, until=until), day)
        else:
            yield from asked_beside_purpose(since, until)


def _new(found: Iterable[Beside]) -> dict[str, list[models.Beside]]:
    """Return what was not found before, by its grant, with all calls of the day counted."""
    rows: dict[tuple[str, str], models.Beside] = {}
    for one in found:
        key = str(one.grant), one.issue
        if key in rows:
            rows[key].calls += one.calls
        else:
            rows[key] = models.Beside(
                grant=one.grant, consumer=one.consumer, holder=one.holder, resource=one.resource, issue=one.issue,
                items=one.items, why=one.why.value, calls=one.calls, first=one.first, on=one.on,
            )  # fmt: skip
    known = models.Beside.objects.filter(grant__in={row.grant for row in rows.values()})
    for grant, issue in known.values_list("grant", "issue"):
        rows.pop((str(grant), issue), None)
    new: dict[str, list[models.Beside]] = defaultdict(list)
    for (grant, _), row in rows.items():
        new[grant].append(row)
    return new


def _note(rows: list[models.Beside], day: dt.date, by: Actor, at: dt.datetime) -> None:
    """Keep what was found of one grant on one day, on record and for whoever has to do something about it."""
    one = rows[0]
    kept = resources.find_resources([one.resource])
    owner = kept[one.resource].department if one.resource in kept else ""
    for row in rows:
        row.owner = owner
    models.Beside.objects.bulk_create(rows)
    calls = sum(row.calls for row in rows)
    detail = {"day": day.isoformat(), "cases": len(rows), "calls": calls, "holder": one.holder}
    grant = Subject("data-grant", str(one.grant))
    ledger.record(act="disclosures.beside_purpose", subject=grant, by=by, at=at, detail=detail)
    outbox.publish(
        AskedBesidePurpose(str(one.grant), owner, one.holder, one.resource, day.isoformat(), len(rows), calls), at=at
    )  # fmt: skip
