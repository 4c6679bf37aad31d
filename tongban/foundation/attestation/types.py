"""The words of attestation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from tongban.foundation.ledger.types import Entry, Head, Proof


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
    """One record, its way up the tree, and the signed head at the top."""

    entry: Entry
    proof: Proof
    signed: SignedHead


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

    ``broken`` is the first and last number of the smallest part known to differ, ``signed_until`` the size of the last
    signed head that still agrees.
    """

    head: Head
    heads: int
    signed_until: int
    pending: int
    broken: tuple[int, int] | None
