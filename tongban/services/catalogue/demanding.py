"""What the lists of data are told of an item that a department needs data for."""

from __future__ import annotations

from tongban.datahub.resources import operations as resources
from tongban.datahub.resources.types import ItemFacts
from tongban.services.catalogue import queries
from tongban.services.catalogue.rules.asking import handling_of


def connect() -> None:
    """Have the lists ask here; called once at start."""
    resources.learn_items_from(published)


def published(code: str) -> ItemFacts | None:
    """Return what the lists know of an item as it is published; None where there is none, or it was cancelled."""
    found = queries.find_item(code)
    return handling_of(found.item) if found else None
