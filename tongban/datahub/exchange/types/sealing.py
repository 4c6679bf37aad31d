"""Exchanges as leaves of the ledger, what an audit finds, what evidence proves."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from tongban.kernel.records import Word


class Kind(Word):
    """What is sealed: the record that a call was made, what it was answered, or who else was named in the answer."""

    CALL = "call"
    ANSWER = "answer"
    NAMED = "named"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A record's or an answer's place in the ledger: a leaf of a batch, whose root stands in the ledger's ``entry``.

    ``index`` counts from nought, ``path`` leads from the leaf to the batch's ``root``. ``is_intact``: the row still has
    this leaf, and the leaves this root.
    """

    kind: Kind
    leaf: bytes
    batch: int
    index: int
    size: int
    path: tuple[bytes, ...]
    root: bytes
    entry: uuid.UUID
    is_intact: bool


@dataclass(frozen=True, slots=True)
class ExchangeProof:
    """That one exchange stands in the signed ledger as it is on record now.

    ``number`` is the place of the call's batch in the ledger, None for the seconds until it has one; ``head_*`` the
    newest signed head that covers it, ``signers`` who has signed that head: the city's ledger, then its witnesses.
    ``holds`` says that all of it was computed anew just now and agrees. ``answer`` is None until it is sealed.
    """

    id: uuid.UUID
    call: Sealed
    answer: Sealed | None
    number: int | None
    head_size: int | None
    head_root: bytes | None
    head_at: dt.datetime | None
    signers: tuple[str, ...]
    holds: bool


@dataclass(frozen=True, slots=True)
class ProofElsewhere:
    """That a call stands in the signed ledger of another node, computed anew here from what that node has shown.

    ``signers`` are the witnesses whose signature over that head holds, ``stamped_on`` the day of the time stamp.
    """

    node: str
    leaf: bytes
    number: int
    head_size: int
    head_root: bytes
    head_at: dt.datetime
    signers: tuple[str, ...]
    stamped_on: dt.date | None
    holds: bool


class Change(Word):
    """How what is on record differs from what was sealed."""

    ALTERED = "altered"  # the row says something else
    MISSING = "missing"  # the row was taken away
    INSERTED = "inserted"  # a row stands among sealed ones that was not there
    EMPTIED = "emptied"  # its content is gone, and no purge is on the ledger that covers it
    BATCH_ALTERED = "batch_altered"  # the batch is not what the ledger says of it
    BATCH_MISSING = "batch_missing"  # the ledger says a batch that is not there
    BATCH_INSERTED = "batch_inserted"  # a batch is there that the ledger does not say


@dataclass(frozen=True, slots=True)
class Difference:
    """One such difference: in which batch, and for a row which exchange it is of."""

    change: Change
    kind: Kind
    batch: int
    id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class ExchangeAudit:
    """All exchanges computed anew and held against the ledger: how much there is, and what differs, the first thousand.

    ``pending`` rows wait to be sealed; of ``purged`` ones the content was removed by law.
    """

    batches: int
    sealed: int
    purged: int
    pending: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence in Chinese with what stands in its {named} places; ``tongban.kernel.language`` translates it."""

    sentence: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EvidenceFindings:
    """What checking a container of evidence found: what it proves, sentence by sentence, or what is wrong with it.

    ``root`` is the SHA-256 of the root certificate by which it was checked, to be compared with the published one.
    """

    id: str
    proves: tuple[Said, ...]
    root: str
    problem: Said | None = None
