"""The sources that the city itself is: what departments have declared that they share."""

from __future__ import annotations

from collections.abc import Mapping

from tongban.kernel.conditions import holds
from tongban.services.catalogue.types import Saving
from tongban.services.exemptions import operations
from tongban.services.exemptions.types import Evidence, Key, Kind, Paper, Request


def shared_data(request: Request, papers: tuple[Paper, ...]) -> Mapping[Key, Evidence]:
    """Return the papers whose content a department shares by the published list of the city pack."""
    return {
        paper.key: Evidence(
            Kind.DATA_SHARING, "catalogue", one.data or paper.material.name, one.data or paper.material.name
        )
        for paper in papers
        for one in paper.material.instead
        if one.by is Saving.DATA_SHARING and holds(one.when, request.answers)
    }


def register() -> None:
    """Plug in."""
    operations.register_source(Kind.DATA_SHARING, shared_data)
