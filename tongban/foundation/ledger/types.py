"""The words of the ledger: an act, and the state of the chain."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from tongban.kernel.types import Actor, Subject


@dataclass(frozen=True, slots=True)
class Act:
    """What is to be recorded: ``act`` is ``package.verb``; ``detail`` is JSON and holds no personal number.

    ``by`` is whose act it is, where it is not who does the others.
    """

    act: str
    subject: Subject
    detail: Mapping[str, object] = field(default_factory=dict)
    by: Actor | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A record as it stands; ``number`` is its place in the chain, None until it is linked."""

    id: uuid.UUID
    number: int | None
    at: dt.datetime
    by: Actor
    act: str
    subject: Subject
    detail: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: acts of a period, by some actors, about some subjects; None means any."""

    since: dt.datetime
    until: dt.datetime
    acts: tuple[str, ...] | None = None
    actors: tuple[tuple[str, str], ...] | None = None
    """(kind, id) of each actor."""
    subjects: tuple[Subject, ...] | None = None
    actor_kinds: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class ChainState:
    """The outcome of checking the chain: how many links hold, and the first record that does not."""

    linked: int
    pending: int
    broken_at: int | None
    head: str
