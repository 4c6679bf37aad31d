"""The directory: what this node says, what it keeps of what others said, what the city accepts of districts.

Positions are given under a lock, one after the other, so that nobody who reads up to one can have missed another. What is
kept is kept with its position in one transaction: after ``kill -9`` the next pull goes on exactly there.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db import DatabaseError, connection, transaction

from tongban.datahub.exchange.operations import follow_resource
from tongban.datahub.exchange.operations import spreading as exchange
from tongban.datahub.exchange.queries import spreading as exchange_reads
from tongban.datahub.nodes import known, models
from tongban.datahub.nodes.errors import MayNotSay
from tongban.datahub.nodes.operations.belonging import keep_node, node_document
from tongban.datahub.nodes.rules import merging, saying, speaking
from tongban.datahub.nodes.types import CITY, Change, Kind, Node
from tongban.datahub.resources.operations import spreading as resources
from tongban.datahub.resources.queries import spreading as resources_reads
from tongban.foundation.ledger import operations as ledger
from tongban.kernel.errors import Failure
from tongban.kernel.types import Actor, Subject

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('nodes.directory', 0))"
Document = Mapping[str, Any]
DOCUMENTS: dict[str, Callable[[str], dict[str, Any] | None]] = {
    Kind.NODE.value: node_document,
    Kind.SUBSYSTEM.value: exchange_reads.subsystem_document,
    Kind.KEY.value: exchange_reads.key_document,
    Kind.SERVICE.value: exchange_reads.service_document,
    Kind.RESOURCE.value: resources_reads.resource_document,
    Kind.GRANT.value: resources_reads.grant_document,
}


@transaction.atomic
def say(*, kind: str, code: str, by: Actor, at: dt.datetime) -> bool:
    """Put the present state of a thing into this node's log, if it is this node's to say and has changed.

    Where there is no federation nothing is said.
    """
    own = known.stands_here()
    if own is None:
        return False
    _one_at_a_time()
    document = DOCUMENTS[kind](code)
    audience = None if document is None else _audience(own, kind, code, document)
    return (
        document is not None
        and audience is not None
        and _append(kind, code, own.code, audience, document, at)
    )


@transaction.atomic
def say_everything(*, by: Actor, at: dt.datetime) -> int:
    """Say whatever is here and was not said as it is now; return how much that was."""
    nodes = {Kind.NODE.value: list(models.Node.objects.order_by("code").values_list("code", flat=True))}
    codes = nodes | exchange_reads.registered_codes() | resources_reads.spread_codes()
    return sum(say(kind=kind, code=code, by=by, at=at) for kind in DOCUMENTS for code in codes[kind])


def _audience(own: Node, kind: str, code: str, document: Document) -> str | None:
    """Return the only node that this is for, empty for all, or None when it is not this node's to say."""
    if kind == Kind.GRANT.value:
        home = known.home(document["provider"])
        return home if own.is_city and home != own.code else None
    if kind in (Kind.NODE.value, Kind.RESOURCE.value):
        return "" if own.is_city else None
    subsystem = speaking.subsystem_of(kind, code, document)
    is_its_own = known.home(subsystem) == own.code
    if own.is_city:
        return "" if is_its_own or document.get("revoked_at") else None
    return "" if is_its_own and speaking.is_of(own.members, subsystem) else None


def _append(kind: str, code: str, origin: str, audience: str, document: Document, at: dt.datetime) -> bool:
    digest = _digest(document, audience)
    same = models.Change.objects.filter(kind=kind, code=code, origin=origin).order_by("-position")
    last = same.values_list("digest", flat=True).first()
    if last is not None and bytes(last) == digest:
        return False
    models.Change.objects.create(
        position=_next_position(), kind=kind, code=code, origin=origin, audience=audience,
        document=dict(document), digest=digest, at=at,
    )  # fmt: skip
    return True


def _next_position() -> int:
    """Return the position of what is said next: behind all that was said, and all that the city has of us."""
    told = models.Standing.objects.filter(node=CITY).values_list("told", flat=True).first() or 0
    return max(latest_position(), told) + 1


@transaction.atomic
def say_again(*, changes: Sequence[Change], above: int, by: Actor, at: dt.datetime) -> None:
    """Say once more, behind a position, what the city may have taken for something that it knew.

    After this node's database was put back to a copy, its log goes on at positions that it had given before.
    """
    _one_at_a_time()
    for place, one in enumerate(changes, max(latest_position(), above) + 1):
        document = dict(one.document)
        models.Change.objects.create(
            position=place, kind=one.kind, code=one.code, origin=one.origin, document=document,
            digest=_digest(document, ""), at=at,
        )  # fmt: skip


@transaction.atomic
def begin_anew(*, source: str, by: Actor, at: dt.datetime) -> None:
    """Ask a node for all of its log again: it is shorter than what was kept of it, so it was put back to a copy."""
    models.Known.objects.update(position=0)
    models.Standing.objects.filter(node=source).update(received=0)
    _record("nodes.begun_anew", source, by, at)


def _one_at_a_time() -> None:
    """Wait until nobody else says or accepts anything, before what is to be said is read.

    Else a state could be said after a newer one, and a grant and where its provider lives not see each other.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK)


def latest_position() -> int:
    """Return the last position of this node's log."""
    return models.Change.objects.order_by("-position").values_list("position", flat=True).first() or 0


@transaction.atomic
def keep_changes(*, source: str, changes: Sequence[Change], until: int, by: Actor, at: dt.datetime) -> int:
    """Keep what a node has said up to a position; return how much of it was new."""
    standing = _standing(source)
    own = known.here()
    fresh = merging.newest(changes, _positions(changes))
    for change in fresh:
        # What this node itself has said comes back to it; of its keys only a revocation can be news.
        if change.origin != own.code or change.kind == Kind.KEY.value:
            _keep(change, by, at)
        _remember(change)
    if fresh:
        _record("nodes.changes_kept", source, by, at, until=until, count=len(fresh))
        transaction.on_commit(known.forget)
    standing.received = max(standing.received, until)
    standing.save(update_fields=["received"])
    return len(fresh)


@transaction.atomic
def accept(*, node: Node, changes: Iterable[Change], by: Actor, at: dt.datetime) -> int:
    """Take what a district has said into the directory; return up to which of its positions that is done.

    What it may not say is left out, and on record: it would otherwise stand in the way of what comes after.
    """
    _one_at_a_time()
    standing = _standing(node.code)
    for change in sorted(changes, key=lambda one: one.position):
        if change.position <= standing.received:
            continue
        try:
            _accept(node, change, by, at)
        except MayNotSay as why:
            _record(
                "nodes.change_refused", node.code, by, at, kind=change.kind, code=change.code, why=why.code
            )
        standing.received = change.position
    standing.save(update_fields=["received"])
    transaction.on_commit(known.forget)
    return standing.received


def _accept(node: Node, change: Change, by: Actor, at: dt.datetime) -> None:
    speaking.check_may_say(change, members=node.members, is_its_own=_is_its_own(node, change))
    try:
        with transaction.atomic():
            _keep(change, by, at)
    except (Failure, DatabaseError, KeyError, ValueError, TypeError):
        raise MayNotSay(node.code, change.kind, change.code) from None
    _remember(change)
    _append(change.kind, change.code, node.code, "", change.document, at)
    if change.kind == Kind.SUBSYSTEM.value:
        _say_grants_of(change.code, by, at)


def _say_grants_of(provider: str, by: Actor, at: dt.datetime) -> None:
    """Say what was granted over a provider before it was known where it lives."""
    for code in resources_reads.grants_of(provider):
        say(kind=Kind.GRANT.value, code=code, by=by, at=at)


def _is_its_own(node: Node, change: Change) -> bool:
    """Return whether nobody else has what a district tells of, and what it needs is there and the district's."""
    subsystem = speaking.subsystem_of(change.kind, change.code, change.document)
    is_there = exchange_reads.subsystem_document(subsystem) is not None
    if change.kind == Kind.SUBSYSTEM.value and not is_there:
        return True
    before = exchange_reads.key_document(change.code) if change.kind == Kind.KEY.value else None
    is_anothers = before is not None and before["subsystem"] != subsystem
    return is_there and not is_anothers and known.home(subsystem) == node.code


def _keep(change: Change, by: Actor, at: dt.datetime) -> None:
    """Keep what a change tells of; raise Misfit, a ValueError, when that is not of its shape."""
    code, document = change.code, saying.DOCUMENTS[change.kind](change.document)
    match change.kind:
        case Kind.NODE.value:
            keep_node(code, document, by, at)
        case Kind.SUBSYSTEM.value:
            exchange.keep_subsystem(code=code, document=document, by=by, at=at)
        case Kind.KEY.value:
            exchange.keep_key(code=code, document=document, by=by, at=at)
        case Kind.SERVICE.value:
            exchange.keep_service(code=code, document=document, node=change.origin, by=by, at=at)
        case Kind.RESOURCE.value:
            resources.keep_resource(code=code, document=document, by=by, at=at)
            follow_resource(resource=code, at=at)
        case Kind.GRANT.value:
            resources.keep_grant(code=code, document=document, by=by, at=at)


def _remember(change: Change) -> None:
    models.Known.objects.update_or_create(
        kind=change.kind, code=change.code, origin=change.origin, defaults={"position": change.position}
    )


def _positions(changes: Sequence[Change]) -> dict[merging.Key, int]:
    rows = models.Known.objects.filter(code__in={one.code for one in changes})
    return {(row.kind, row.code, row.origin): row.position for row in rows}


def _standing(node: str) -> models.Standing:
    models.Standing.objects.get_or_create(node=node)
    return models.Standing.objects.select_for_update().get(node=node)


def _digest(document: Document, audience: str) -> bytes:
    text = json.dumps([document, audience], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).digest()


def _record(act: str, node: str, by: Actor, at: dt.datetime, **detail: object) -> None:
    ledger.record(act=act, subject=Subject("node", node or CITY), by=by, at=at, detail=detail)
