"""Reads of the ledger: what happened to a subject, and the proofs of it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate

from tongban.foundation.ledger import nodes, pseudonyms, rules, tree
from tongban.foundation.ledger.checking import check_tree
from tongban.foundation.ledger.models import Record
from tongban.foundation.ledger.types import Entry, Head, Opening, Proof, Tally, Wanted
from tongban.foundation.statements import queries as statements
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.types import Actor, Subject

__all__ = [
    "called",
    "check_tree",
    "differs",
    "entries",
    "entries_before",
    "entries_by_id",
    "find_entries",
    "find_entry",
    "head",
    "is_about",
    "is_opened_by",
    "is_purged",
    "latest_act",
    "leaf_of",
    "openings",
    "prove",
    "prove_growth",
    "prove_leaf",
    "tally",
]

PLACE = "SELECT number, leaf FROM ledger_link WHERE record_id = %s"
LAST = "SELECT number FROM ledger_link ORDER BY number DESC LIMIT 1"


# Of what an act does not say, nothing is known: acts of before a column was there do not say it.
DIFFERS = """EXISTS (
    SELECT FROM jsonb_each({row}) held(name, value)
    WHERE {said} ? name AND {said}->name IS DISTINCT FROM value AND name <> ALL(ARRAY[{beside}]::text[])
)"""

called = pseudonyms.of_subject


def differs(row: str, said: str, beside: Iterable[str]) -> str:
    """Return the SQL condition that a row, as ``jsonb``, is not what an act says (its detail) in some column of the same name.

    A column that is added later is held as soon as acts say it; those ``beside`` are not held here.
    """
    return DIFFERS.format(row=row, said=said, beside=", ".join(f"'{name}'" for name in beside))


def is_about(entry: Entry, subjects: Iterable[Subject]) -> bool:
    """Return whether a record is about one of these."""
    return entry.subject in {called(one) for one in subjects}


def openings(entry: Entry, ids: Iterable[tuple[str, str]]) -> tuple[Opening, ...]:
    """Return what shows that who acted, was acted upon or is named in a record is one of these (kind, id).

    For themselves alone: who is given it finds them in all other records, too.
    """
    wanted = dict.fromkeys((kind, id) for kind, id in ids if kind in rules.DATA_SUBJECTS)
    found = [pseudonyms.opening(kind, id) for kind, id in wanted]
    return tuple(one for one in found if is_opened_by(entry, one))


def is_opened_by(entry: Entry, opening: Opening) -> bool:
    """Return whether a record names whom this shows. Needs no database."""
    named = [opening.kind, rules.pseudonym(opening)]
    parties = [[entry.by.kind, entry.by.id], [entry.subject.kind, entry.subject.id], *entry.detail.values()]
    return named in parties


def entries(subject: Subject, limit: int = 100) -> tuple[Entry, ...]:
    """Return the latest records about a subject, newest first."""
    subject = called(subject)
    rows = (
        Record.objects.filter(subject_kind=subject.kind, subject_id=subject.id)
        .select_related("link")
        .order_by("-at", "-id")[:limit]
    )
    return tuple(_entry(row) for row in rows)


def find_entries(wanted: Wanted, *, page: int = 1, size: int = 50) -> tuple[tuple[Entry, ...], bool]:
    """Return a page of the acts looked for, the newest first, and whether there are more."""
    rows = _rows(wanted)
    begin = (max(1, page) - 1) * size
    found = list(rows.select_related("link").order_by("-at", "-id")[begin : begin + size + 1])
    return tuple(_entry(row) for row in found[:size]), len(found) > size


def entries_before(
    *wanted: Wanted, before: tuple[dt.datetime, uuid.UUID] | None = None, limit: int = 50
) -> tuple[Entry, ...]:
    """Return the acts looked for, in any of these ways, that are older than the one of this moment and id; newest first."""
    rows = _rows(*wanted)
    if before is not None:
        rows = rows.filter(Q(at__lt=before[0]) | Q(at=before[0], id__lt=before[1]))
    return tuple(_entry(row) for row in rows.select_related("link").order_by("-at", "-id")[:limit])


def tally(*wanted: Wanted) -> tuple[Tally, ...]:
    """Return how many acts of those looked for, in any of these ways, each actor did on each day, of each kind."""
    days = _rows(*wanted).annotate(day=TruncDate("at", tzinfo=SHANGHAI))
    counted = days.values_list("day", "act", "actor_kind", "actor_id").annotate(count=Count("id")).order_by()
    return tuple(Tally(day, act, (kind, id), count) for day, act, kind, id, count in counted)


def find_entry(id: uuid.UUID) -> Entry | None:
    """Return one record, if there is one."""
    row = Record.objects.filter(id=id).select_related("link").first()
    return _entry(row) if row else None


def latest_act(act: str, kind: str) -> Entry | None:
    """Return the newest record of an act upon subjects of a kind. For acts that are frequent, or whoever can wait."""
    row = Record.objects.filter(act=act, subject_kind=kind).select_related("link").order_by("-id").first()
    return _entry(row) if row else None


def entries_by_id(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Entry]:
    """Return several records by id."""
    rows = Record.objects.filter(id__in=list(ids)).select_related("link")
    return {row.id: _entry(row) for row in rows}


def _rows(*wanted: Wanted) -> QuerySet[Record]:
    """Return the records of the acts looked for, in any of these ways."""
    conditions = [_condition(one) for one in wanted]
    return Record.objects.filter(reduce(or_, conditions))


def _condition(wanted: Wanted) -> Q:
    found = Q(at__gte=wanted.since, at__lt=wanted.until)
    if wanted.acts is not None:
        found &= Q(act__in=wanted.acts)
    if wanted.but:
        found &= ~Q(act__in=wanted.but)
    if wanted.actors is not None:
        found &= _any("actor", wanted.actors)
    if wanted.actor_kinds is not None:
        found &= Q(actor_kind__in=wanted.actor_kinds)
    if wanted.subjects is not None:
        found &= _any("subject", ((one.kind, one.id) for one in wanted.subjects))
    return found


def _any(role: str, pairs: Iterable[tuple[str, str]]) -> Q:
    """Return the condition that the actor or subject is one of these (kind, id); of none, nothing holds."""
    ids: dict[str, list[str]] = {}
    for kind, id in pairs:
        ids.setdefault(kind, []).append(pseudonyms.of(kind, id))
    found = Q(pk__in=[])
    for kind, those in ids.items():
        found |= Q(**{f"{role}_kind": kind, f"{role}_id__in": those})
    return found


def head(size: int | None = None) -> Head:
    """Return the head of the tree, of all entries or of the first ``size``; raises KeyError when it is smaller."""
    if size is None:
        size = _size()
    return Head(size, tree.root(size, nodes.hashes(tree.complete(0, size)).__getitem__))


def prove(id: uuid.UUID, size: int | None = None) -> Proof | None:
    """Return the proof that a record stands in the tree, of all entries or of ``size``; None while it does not.

    Source: RFC 6962 section 2.1.1.
    """
    link = statements.one(PLACE, [id])
    size = _size() if size is None else size
    if link is None or link[0] > size:
        return None
    return prove_leaf(link[0], bytes(link[1]), size)


def prove_leaf(number: int, leaf: bytes, size: int) -> Proof:
    """Return the proof that this leaf stands at this place in the tree of ``size`` entries, where it is known to stand."""
    steps = tree.inclusion(number - 1, size)
    path = tree.hashes(steps, nodes.hashes(node for step in steps for node in step).__getitem__)
    # The path leads to the root: it need not be computed a second time.
    return Proof(number, leaf, Head(size, tree.included_root(leaf, number - 1, size, path) or b""), path)


def prove_growth(before: int, size: int) -> tuple[bytes, ...]:
    """Return the proof that the tree of ``size`` entries begins with that of ``before``. RFC 6962 section 2.1.2."""
    steps = tree.consistency(before, size)
    return tree.hashes(steps, nodes.hashes(node for step in steps for node in step).__getitem__)


def grew(known: Head, head: Head) -> bool:
    """Return whether the tree that is stored under a head begins with a known one."""
    if known.size >= head.size:
        return known == head
    return tree.is_consistent(
        known.size, head.size, known.root, head.root, prove_growth(known.size, head.size)
    )


def root_of(entry: Entry, proof: Proof) -> bytes | None:
    """Return the root that follows from a record's content and its path; None for a path of another length.

    Needs no database: the digest and the leaf are computed from what the entry says.
    """
    if not 0 < proof.number <= proof.head.size:
        return None
    return tree.included_root(leaf_of(entry), proof.number - 1, proof.head.size, proof.path)


def is_purged(entry: Entry) -> bool:
    """Return whether the words of a record were taken out by law."""
    return dict(entry.detail) == rules.PURGED


def leaf_of(entry: Entry) -> bytes:
    """Return the leaf that follows from a record's content. Needs no database."""
    return tree.leaf_hash(rules.digest(entry.id, entry.at, entry.by, entry.act, entry.subject, entry.detail))


def _size() -> int:
    last = statements.one(LAST, [])
    return last[0] if last else 0


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
