"""Reads of exemptions: what would follow now, and what was decided then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import TypeAdapter

from tongban.kernel.types import Subject
from tongban.services.catalogue import queries as catalogue
from tongban.services.catalogue.errors import CityMissing
from tongban.services.catalogue.types import Basis
from tongban.services.exemptions import models, rules
from tongban.services.exemptions.registry import SOURCES
from tongban.services.exemptions.types import Decision, Evidence, Examination, Key, Kind, Paper, Request
from tongban.services.exemptions.wording import sentence_of

__all__ = ["decide", "examinations", "found", "sentence_of"]

_DECISIONS = TypeAdapter(tuple[Decision, ...])


def decide(request: Request, papers: Sequence[Paper], names: Mapping[str, str]) -> tuple[Decision, ...]:
    """Return what follows for each paper now; ``names`` of the items that apply, by code. Nothing is kept."""
    return rules.decide(papers, found(request, papers), request.answers, names, _basis())


def found(request: Request, papers: Sequence[Paper]) -> dict[Kind, dict[Key, Evidence]]:
    """Return what the sources hold; the first source of a kind that has something is believed."""
    answers: dict[Kind, dict[Key, Evidence]] = {}
    wanted = tuple(paper for paper in papers if not paper.material.is_form)
    for kind, finders in SOURCES.by_kind.items():
        for finder in finders.values():
            for key, evidence in finder(request, wanted).items():
                if _is_good(evidence, request):
                    answers.setdefault(kind, {}).setdefault(key, evidence)
    return answers


def _is_good(evidence: Evidence, request: Request) -> bool:
    return evidence.valid_until is None or evidence.valid_until >= request.at.date()


def examinations(subject: Subject) -> tuple[Examination, ...]:
    """Return what was decided about a case, newest first."""
    rows = models.Examination.objects.filter(subject_kind=subject.kind, subject_id=subject.id).order_by(
        "-at", "-id"
    )
    return tuple(
        Examination(row.id, subject, row.at, row.digest, _DECISIONS.validate_python(row.decisions))
        for row in rows
    )


def _basis() -> Mapping[str, Basis]:
    try:
        return catalogue.get_city().saving_basis
    except CityMissing:
        return {}
