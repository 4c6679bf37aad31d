"""Reads of the ledger: what happened to a subject, and whether the chain holds."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db.models import Q

from tongban.foundation.ledger import rules
from tongban.foundation.ledger.models import Link, Pending, Record
from tongban.foundation.ledger.types import ChainState, Entry, Wanted
from tongban.kernel.types import Actor, Subject


def entries(subject: Subject, limit: int = 100) -> tuple[Entry, ...]:
    """Return the latest records about a subject, newest first."""
    rows = (
        Record.objects.filter(subject_kind=subject.kind, subject_id=subject.id)
        .select_related("link")
        .order_by("-at", "-id")[:limit]
    )
    return tuple(_entry(row) for row in rows)


def find_entries(wanted: Wanted, *, page: int = 1, size: int = 50) -> tuple[tuple[Entry, ...], bool]:
    """Return a page of the acts looked for, the newest first, and whether there are more."""
    rows = Record.objects.filter(at__gte=wanted.since, at__lt=wanted.until)
    if wanted.acts is not None:
        rows = rows.filter(act__in=wanted.acts)
    if wanted.actors is not None:
        rows = rows.filter(_any("actor", wanted.actors))
    if wanted.actor_kinds is not None:
        rows = rows.filter(actor_kind__in=wanted.actor_kinds)
    if wanted.subjects is not None:
        rows = rows.filter(_any("subject", ((one.kind, one.id) for one in wanted.subjects)))
    begin = (max(1, page) - 1) * size
    found = list(rows.select_related("link").order_by("-at", "-id")[begin : begin + size + 1])
    return tuple(_entry(row) for row in found[:size]), len(found) > size


def find_entry(id: uuid.UUID) -> Entry | None:
    """Return one record, if there is one."""
    row = Record.objects.filter(id=id).select_related("link").first()
    return _entry(row) if row else None


def entries_by_id(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Entry]:
    """Return several records by id."""
    rows = Record.objects.filter(id__in=list(ids)).select_related("link")
    return {row.id: _entry(row) for row in rows}


def _any(role: str, pairs: Iterable[tuple[str, str]]) -> Q:
    """Return the condition that the actor or subject is one of these (kind, id); of none, nothing holds."""
    ids: dict[str, list[str]] = {}
    for kind, id in pairs:
        ids.setdefault(kind, []).append(id)
    found = Q(pk__in=[])
    for kind, those in ids.items():
        found |= Q(**{f"{role}_kind": kind, f"{role}_id__in": those})
    return found


def check_chain() -> ChainState:
    """Recompute every digest and link from the first and return where, if anywhere, the chain breaks."""
    value, expected = rules.GENESIS, 0
    links = Link.objects.select_related("record").order_by("number")
    for link in links.iterator(chunk_size=2000):
        expected += 1
        row = link.record
        by, subject = (
            Actor(row.actor_kind, row.actor_id, row.actor_name),
            Subject(row.subject_kind, row.subject_id),
        )
        digest = rules.digest(row.id, row.at, by, row.act, subject, row.detail)
        value = rules.link(value, digest)
        if link.number != expected or digest != bytes(row.digest) or value != bytes(link.value):
            return ChainState(expected - 1, Pending.objects.count(), link.number, value.hex())
    return ChainState(expected, Pending.objects.count(), None, value.hex())


def _entry(row: Record) -> Entry:
    link = getattr(row, "link", None)
    return Entry(
        id=row.id,
        number=link.number if link else None,
        at=row.at,
        by=Actor(row.actor_kind, row.actor_id, row.actor_name),
        act=row.act,
        subject=Subject(row.subject_kind, row.subject_id),
        detail=row.detail,
    )
