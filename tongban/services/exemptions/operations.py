"""Writes of exemptions: plug in a source, examine the papers of a case and keep what was decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from pydantic import TypeAdapter

from tongban.foundation.ledger import operations as ledger
from tongban.foundation.ledger.types import Act
from tongban.foundation.statements import operations as statements
from tongban.kernel.digests import digest_of
from tongban.kernel.types import Actor, Subject
from tongban.services.exemptions import models, queries
from tongban.services.exemptions.registry import SOURCES
from tongban.services.exemptions.types import Decision, Examination, Finder, Kind, Paper, Request

_PLAIN = TypeAdapter(tuple[Decision, ...])


def register_source(kind: Kind, finder: Finder, *, name: str | None = None) -> None:
    """Ask the finder for papers of the kind, from now on; to be used at start only."""
    SOURCES.add(kind, finder, name or f"{finder.__module__.removeprefix('tongban.')}.{finder.__name__}")


@transaction.atomic
def examine(
    *,
    subject: Subject,
    request: Request,
    papers: Sequence[Paper],
    names: Mapping[str, str],
    by: Actor,
    at: datetime,
) -> Examination:
    """Decide about all papers of a case (``subject``), keep it with what it stood on, and return it."""
    made, kept = examining(subject=subject, request=request, papers=papers, names=names, by=by, at=at)
    statements.run_together(kept)
    return made


def examining(
    *,
    subject: Subject,
    request: Request,
    papers: Sequence[Paper],
    names: Mapping[str, str],
    by: Actor,
    at: datetime,
) -> tuple[Examination, list[statements.Part]]:
    """Decide as ``examine`` does; what keeps it is written by the caller, with the case."""
    decisions = queries.decide(request, papers, names)
    plain: list[dict[str, Any]] = _PLAIN.dump_python(decisions, mode="json")
    row = models.Examination(
        subject_kind=subject.kind, subject_id=subject.id, at=at, by_kind=by.kind, by_id=by.id, decisions=plain,
        digest=digest_of(plain),
    )  # fmt: skip
    counts: dict[str, int] = {}
    for one in decisions:
        counts[one.outcome.value] = counts.get(one.outcome.value, 0) + 1
    act = Act("exemptions.examine", subject, {"digest": row.digest, **counts})
    kept = [statements.inserting([row]), ledger.recording(acts=[act], by=by, at=at)]
    return Examination(row.id, subject, at, row.digest, decisions), kept
