"""The words of attestation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from tongban.foundation.ledger.types import Entry, Head, Opening, Proof, TreeState
from tongban.kernel.records import Word


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A head with the city's signature; ``certificate`` is X.509, DER, issued by the root of the suite."""

    head: Head
    at: dt.datetime
    suite: str
    certificate: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Evidence:
    """One record, its way up the tree, and the signed head at the top.

    ``openings`` show whom pseudonyms in the record stand for, where who asked for the evidence is one of them.
    """

    entry: Entry
    proof: Proof
    signed: SignedHead
    openings: tuple[Opening, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """A record of the ledger under the newest signed head, as it is now.

    ``number`` is None until it has its place, ``head`` until one covers it. ``signers``: who has signed that head, the
    ledger itself first, then witnesses. ``holds``: the record's digest, its leaf and its way up to the signed root were
    computed anew and agree; the signature itself is not verified each time.
    """

    entry: Entry
    number: int | None
    head: Head | None
    head_at: dt.datetime | None
    signers: tuple[str, ...]
    holds: bool


@dataclass(frozen=True, slots=True)
class Growth:
    """A signed head, and what proves that its tree begins with the one of ``since`` entries."""

    signed: SignedHead
    since: int
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Witness:
    """Who signs our heads beside us: another node; ``root`` is its own root certificate, X.509, DER."""

    code: str
    name: str
    root: bytes
    added_at: dt.datetime
    ended_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A witness's signature over a head; ``certificate`` was issued by the witness's root."""

    at: dt.datetime
    suite: str
    certificate: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Witnessed:
    """A cosignature as it is kept, with who has signed."""

    witness: Witness
    size: int
    cosignature: Cosignature


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time stamp (RFC 3161, DER) over the last signed head of a day; ``at`` is the moment it says."""

    day: dt.date
    size: int
    at: dt.datetime
    suite: str
    token: bytes


@dataclass(frozen=True, slots=True)
class Findings:
    """What checking evidence found; ``problem`` is a sentence in Chinese, empty when all of it holds."""

    record: Mapping[str, object]
    number: int
    size: int
    signed_at: dt.datetime | None
    root: str
    """SHA-256 of the root certificate, to be compared with the one that the city publishes."""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Audit:
    """The whole ledger computed anew and held against every signed head.

    ``signed_until`` is the size of the last signed head that still agrees, ``state`` what was found.
    """

    state: TreeState
    heads: int
    signed_until: int

    @property
    def head(self) -> Head:
        """Return the head over what comes before the first difference."""
        return self.state.head

    @property
    def broken(self) -> tuple[int, int] | None:
        """Return the first and last number of the first part that differs."""
        return self.state.broken


class Confirmed(Word):
    """What confirms a head."""

    SIGNATURE = "signature"  # the ledger's own
    STAMP = "stamp"
    WITNESS = "witness"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A head that does not stand as it was confirmed: by a witness (``who``), a day's time stamp, or the ledger's own key."""

    size: int
    by: Confirmed
    who: str
    at: dt.datetime
