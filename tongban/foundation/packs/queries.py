"""Reads: which revision of the city is published, and what its folder's files were."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import ParamSpec, TypeVar

from tongban.foundation.packs.models import PackFile, PackRevision
from tongban.foundation.statements import queries as statements

P = ParamSpec("P")
T = TypeVar("T")
CURRENT_NUMBER = "SELECT max(number) FROM packs_packrevision"
"""For a statement that reads other things too and has no time for two."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One act of publishing: its number, when, by whom, why, and what it changed."""

    number: int
    act: str
    at: datetime
    by: str
    why: str
    digest: str
    summary: dict[str, object]


_held: ContextVar[int | None] = ContextVar("held", default=None)


@contextmanager
def held(number: int) -> Iterator[None]:
    """Take this for the published revision in the block: all of one page is of one revision, asked for once."""
    token = _held.set(number)
    try:
        yield
    finally:
        _held.reset(token)


def of_one_revision(act: Callable[P, T]) -> Callable[P, T]:
    """Have all of an act be of the revision that is published when it begins, asked for once."""

    @wraps(act)
    def done(*args: P.args, **more: P.kwargs) -> T:
        with held(current_number()):
            return act(*args, **more)

    return done


def current_number() -> int:
    """Return the number of the published revision, 0 before the first load (one statement, none if held)."""
    known = _held.get()
    if known is not None:
        return known
    found = statements.one(CURRENT_NUMBER, [])
    return (found and found[0]) or 0


def find_current() -> Revision | None:
    """Return the published revision, None before the first load."""
    row = PackRevision.objects.order_by("-number").first()
    return row and _revision(row)


def revisions(limit: int = 50) -> tuple[Revision, ...]:
    """Return the latest revisions, newest first."""
    return tuple(_revision(row) for row in PackRevision.objects.order_by("-number")[:limit])


def loaded_digest() -> str:
    """Return the digest of the folder as it was last loaded, empty before the first load."""
    loads = PackRevision.objects.filter(act="load").order_by("-number")
    return loads.values_list("digest", flat=True).first() or ""


def loaded_files() -> dict[str, str]:
    """Return path → SHA-256 of every file of the folder as it was last loaded."""
    return dict(PackFile.objects.values_list("path", "sha256"))


def _revision(row: PackRevision) -> Revision:
    return Revision(row.number, row.act, row.at, row.by_name or row.by_id, row.why, row.digest, row.summary)
