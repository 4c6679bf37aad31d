"""The words of the ledger: an act, the tree over all acts, and its proofs."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from tongban.kernel.records import Word
from tongban.kernel.types import Actor, Subject


@dataclass(frozen=True, slots=True)
class Act:
    """What is to be recorded: ``act`` is ``package.verb``; ``detail`` is JSON and holds no personal number.

    Whoever is named in ``detail`` is named as a ``Subject`` or ``Actor``: the ledger writes kind and pseudonym.
    ``by`` is whose act it is, where it is not who does the others.
    """

    act: str
    subject: Subject
    detail: Mapping[str, object] = field(default_factory=dict)
    by: Actor | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A record as it stands; ``number`` is its place in the tree, None until it has one.

    Persons, companies and accounts stand there under their pseudonyms (``queries.called``, ``queries.is_about``).
    """

    id: uuid.UUID
    number: int | None
    at: dt.datetime
    by: Actor
    act: str
    subject: Subject
    detail: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Opening:
    """What shows that a pseudonym is that of one data subject: the id, and the keyed hash that it was made with."""

    kind: str
    id: str
    value: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: acts of a period, by some actors, about some subjects; None means any.

    Actors and subjects are given by their ids, as everywhere.
    """

    since: dt.datetime
    until: dt.datetime
    acts: tuple[str, ...] | None = None
    actors: tuple[tuple[str, str], ...] | None = None
    """(kind, id) of each actor."""
    subjects: tuple[Subject, ...] | None = None
    actor_kinds: tuple[str, ...] | None = None
    but: tuple[str, ...] = ()
    """Acts that are left out."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How often an actor (kind, id) did acts of one kind on a day."""

    day: dt.date
    act: str
    actor: tuple[str, str]
    count: int


@dataclass(frozen=True, slots=True)
class Head:
    """The tree at a size: so many entries, and the hash over all of them."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Proof:
    """That an entry stands at its place in the tree of a head: the hashes beside its way up."""

    number: int
    leaf: bytes
    head: Head
    path: tuple[bytes, ...]


class Change(Word):
    """How what is on record differs from what was recorded."""

    ALTERED = "altered"  # the record, or its leaf, says something else
    MISSING = "missing"  # the record was taken away, or places with all that was there
    INSERTED = "inserted"  # a place where none can be
    REWRITTEN = "rewritten"  # record and leaf are each other's, and not what was hashed or signed
    UNPLACED = (
        "unplaced"  # a record that has no place and waits for none: slipped in, or its place was taken away
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """One such difference: the first and last number of the smallest part known to differ, and which record, if it is one.

    Without a place both numbers are 0.
    """

    change: Change
    first: int
    last: int
    record: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Drift:
    """A row of some table that is not as its acts on the ledger say: of which kind it is, what it is called, and how."""

    kind: str
    id: str
    change: Change


@dataclass(frozen=True, slots=True)
class TreeState:
    """The outcome of computing everything anew: what holds, how many records wait, and what differs, in its order.

    ``head`` is over the entries before the first difference.
    """

    head: Head
    pending: int
    differences: tuple[Difference, ...]

    @property
    def broken(self) -> tuple[int, int] | None:
        """Return the first and last number of the first part that differs."""
        placed = (one for one in self.differences if one.change is not Change.UNPLACED)
        return next(((one.first, one.last) for one in placed), None)
