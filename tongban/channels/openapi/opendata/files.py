"""The files themselves, made once a revision of the city and kept compressed."""

from __future__ import annotations

import csv
import gzip
import io
from functools import lru_cache
from typing import Literal

from pydantic import BaseModel, Field

from tongban.channels.openapi.cards import ItemLine, line
from tongban.channels.ui.tables import MARK, safe_cell
from tongban.foundation.government import queries as government
from tongban.foundation.government.types import Centre, Department, District, Street
from tongban.services.bundles import queries as bundles
from tongban.services.bundles.types import Bundle
from tongban.services.catalogue import queries as catalogue_queries
from tongban.services.catalogue.types import City, DataElement, Item, LicenceType, Source, Theme


class Catalogue(BaseModel):
    """Everything that a city has published. Fields left out have the default that the schema names."""

    format: Literal["tongban-catalogue/1"] = "tongban-catalogue/1"
    licence: Literal["CC0-1.0"] = "CC0-1.0"
    revision: int = Field(description="Grows with every publication")
    city: City
    departments: list[Department]
    districts: list[District]
    streets: list[Street]
    centres: list[Centre]
    themes: list[Theme]
    licences: list[LicenceType]
    elements: list[DataElement]
    sources: list[Source]
    items: list[Item] = Field(description="In use, suspended, cancelled and historical ones: see their state")
    bundles: list[Bundle] = Field(description="Those that are offered")


@lru_cache(maxsize=1)
def catalogue(revision: int) -> bytes:
    """Return everything published, as JSON in gzip."""
    everything = Catalogue(
        revision=revision,
        city=catalogue_queries.get_city(),
        departments=list(government.departments()),
        districts=list(government.districts()),
        streets=list(government.streets()),
        centres=list(government.centres()),
        themes=list(catalogue_queries.themes().values()),
        licences=list(catalogue_queries.licences().values()),
        elements=list(catalogue_queries.elements().values()),
        sources=list(catalogue_queries.sources().values()),
        items=list(catalogue_queries.all_items().values()),
        bundles=list(bundles.all_bundles().values()),
    )
    head = everything.model_dump_json(by_alias=True, include={"format", "licence", "revision"})
    rest = everything.model_dump_json(by_alias=True, exclude_defaults=True, exclude={"revision"})
    return _gzipped(f"{head[:-1]},{rest[1:]}")


@lru_cache(maxsize=1)
def table(revision: int) -> bytes:
    """Return the items in use as CSV in gzip; a list within a cell is separated by “;”."""
    departments = {one.code: one for one in government.departments()}
    written = io.StringIO()
    rows = csv.writer(written)
    names = [name for name in ItemLine.model_fields if name != "department"]
    rows.writerow([*names, "department", "department_name", "guide"])
    for card in catalogue_queries.list_cards(catalogue_queries.all_items("in_use")):
        fields = line(card).model_dump(mode="json")
        known = departments.get(card.department)
        cells = [
            *(fields[name] for name in names),
            card.department,
            known.name if known else "",
            f"/items/{card.code}",
        ]
        rows.writerow([_cell(value) for value in cells])
    return _gzipped(MARK + written.getvalue())


def _cell(value: object) -> str:
    """Return a cell's text; a list within it is separated by “;”."""
    if isinstance(value, list):
        return _cell(";".join(value))
    if value is None or isinstance(value, bool):
        return {None: "", True: "true", False: "false"}[value]
    return str(safe_cell(value))


def _gzipped(text: str) -> bytes:
    return gzip.compress(text.encode(), compresslevel=6, mtime=0)
