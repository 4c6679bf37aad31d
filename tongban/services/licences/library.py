"""The licence library as a source of exemptions: what the applicant holds need not be brought (一网通办决定)."""

from __future__ import annotations

from collections.abc import Mapping

from tongban.kernel.conditions import holds
from tongban.services.catalogue.types import Saving
from tongban.services.exemptions.types import Evidence, Key, Kind, Paper, Request
from tongban.services.licences import queries
from tongban.services.licences.types import Licence


def find(request: Request, papers: tuple[Paper, ...]) -> Mapping[Key, Evidence]:
    """Return the valid licence that stands instead of each paper, the newest of its type (one statement)."""
    wanted = {
        paper.key: one.licence
        for paper in papers
        for one in paper.material.instead
        if one.by is Saving.LICENCE_LIBRARY and one.licence and holds(one.when, request.answers)
    }
    if not wanted:
        return {}
    held: dict[str, Licence] = {}
    for licence in queries.licences_of(
        request.applicant, at=request.at, types=set(wanted.values()), only_valid=True
    ):
        held.setdefault(licence.type, licence)
    return {
        key: Evidence(
            Kind.LICENCE_LIBRARY, "licences", held[type_].identifier, f"{held[type_].name} {held[type_].number}",
            held[type_].document, held[type_].valid_until,
        )
        for key, type_ in wanted.items()
        if type_ in held
    }  # fmt: skip
