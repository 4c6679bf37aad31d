"""A district and the city agree: one signed request takes up what the district says, and brings what it does not know.

Whatever is lost on the way is sent again by the next one: both sides go by positions.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Iterable
from typing import Any

from django.db import DataError, IntegrityError, transaction
from django.db.models import Q

from tongban.datahub.nodes import known, models, wire
from tongban.datahub.nodes.errors import NodeUnknown, NotUnderstood
from tongban.datahub.nodes.operations.directory import (
    accept,
    begin_anew,
    keep_changes,
    latest_position,
    say_again,
)
from tongban.datahub.nodes.operations.signing import asked
from tongban.datahub.nodes.operations.understanding import answered, requested
from tongban.datahub.nodes.rules.saying import MOST_CHANGES
from tongban.datahub.nodes.rules.shapes import Misfit
from tongban.datahub.nodes.types import CITY, Change, Node
from tongban.kernel.types import Actor

PATH = "/node/v1/sync"
MOST = MOST_CHANGES
SECONDS = 10.0
KEPT_EVERY = dt.timedelta(seconds=5)
log = logging.getLogger(__name__)


def sync(*, by: Actor, at: dt.datetime) -> bool:
    """Agree with the city once; return whether there is more to say or to hear. A city out of reach has nothing.

    The directory is as fresh as ``at``, the moment before it was asked for. Raises NodeSignatureWrong, ElsewhereFailed or
    NotUnderstood.
    """
    own, city = known.here(), known.find_node(CITY)
    if city is None or own.is_city:
        raise NodeUnknown(CITY)
    standing = models.Standing.objects.get(node=CITY)
    saying = _after(own, standing.told)
    request = {"after": standing.received, "says": [_written(one) for one in saying]}
    try:
        answer = asked(city, PATH, _bytes(request), seconds=SECONDS, at=at)
    except wire.LineBroken:
        log.info("nodes: the city does not answer")
        return False
    found = answered("sync", city, answer)
    if found["latest"] < standing.received:
        begin_anew(source=CITY, by=by, at=at)
        return True
    if found["before"] > standing.told:
        # The city knows more of us than we do: an answer was lost, or our database was put back to a copy.
        had = [one for one in saying if one.position <= found["before"]]
        say_again(changes=had, above=found["accepted"], by=by, at=at)
    if found["changes"] or found["until"] != standing.received:
        _keep(city, [_read(one) for one in found["changes"]], found["until"], by, at)
    _agreed(standing, found["accepted"], at, is_whole=not found["more"])
    return found["more"] or len(saying) == MOST


def bring(*, answer: bytes, by: Actor, at: dt.datetime) -> int | None:
    """Keep what the city's node answers to a district that has said nothing, however it came here; return up to where.

    None when nothing is left to be brought. Raises NotUnderstood.
    """
    city = known.find_node(CITY)
    if city is None:
        raise NodeUnknown(CITY)
    found = answered("sync", city, answer)
    _keep(city, [_read(one) for one in found["changes"]], found["until"], by, at)
    return found["until"] if found["more"] else None


def _keep(city: Node, changes: list[Change], until: int, by: Actor, at: dt.datetime) -> None:
    """Keep what the city says, all of it or nothing; raise NotUnderstood for what the tables do not take."""
    try:
        keep_changes(source=CITY, changes=changes, until=until, by=by, at=at)
    except Misfit as misfit:
        raise NotUnderstood(city.name, str(misfit)) from None
    except (DataError, IntegrityError, ValueError):
        raise NotUnderstood(city.name, "changes") from None


def _agreed(standing: models.Standing, told: int, at: dt.datetime, *, is_whole: bool) -> None:
    """Keep how far we are; that nothing was new is kept every few seconds only."""
    has_news = told > standing.told
    is_due = standing.fresh_at is None or at - standing.fresh_at >= KEPT_EVERY
    if not (has_news or (is_whole and is_due)):
        return
    values: dict[str, object] = {"told": max(told, standing.told)}
    if is_whole:
        values["fresh_at"] = at
    models.Standing.objects.filter(node=CITY).update(**values)


def answer_sync(*, node: Node, request: bytes, by: Actor, at: dt.datetime) -> bytes:
    """Take what a district says, and return what it does not know; raise NodeMalformed for what is no request."""
    said = requested("sync", request)
    after, changes = said["after"], [_read(one, origin=node.code) for one in said["says"]]
    before = _accepted(node)
    with transaction.atomic():
        accepted = accept(node=node, changes=changes, by=by, at=at) if changes else before
    _heard(node, at)
    rows = list(
        models.Change.objects.filter(Q(audience="") | Q(audience=node.code), position__gt=after)
        .order_by("position")[: MOST + 1]
    )  # fmt: skip
    more, rows = len(rows) > MOST, rows[:MOST]
    until = rows[-1].position if rows else after
    return _bytes({
        "changes": [_written(_change(row)) for row in rows], "until": until, "more": more, "accepted": accepted,
        "before": before, "latest": latest_position(),
    })  # fmt: skip


def _heard(node: Node, at: dt.datetime) -> None:
    """Keep when a district was heard of last, to some seconds."""
    old = Q(fresh_at=None) | Q(fresh_at__lt=at - KEPT_EVERY)
    models.Standing.objects.filter(old, node=node.code).update(fresh_at=at)


def _accepted(node: Node) -> int:
    found = models.Standing.objects.filter(node=node.code).values_list("received", flat=True).first()
    return found or 0


def _after(own: Node, position: int) -> list[Change]:
    rows = models.Change.objects.filter(origin=own.code, position__gt=position).order_by("position")[:MOST]
    return [_change(row) for row in rows]


def _change(row: models.Change) -> Change:
    return Change(row.position, row.kind, row.code, row.origin, row.document)


def _written(change: Change) -> list[Any]:
    return [change.position, change.kind, change.code, change.origin, change.document]


def _read(said: Iterable[Any], origin: str | None = None) -> Change:
    position, kind, code, by, document = said
    return Change(position, kind, code, origin or by, document)


def _bytes(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
