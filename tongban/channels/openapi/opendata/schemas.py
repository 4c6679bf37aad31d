"""JSON Schema (2020-12) of the published records, made from the records themselves."""

from __future__ import annotations

import json
from typing import Annotated, Literal

from ninja import Path
from pydantic import BaseModel

from tongban.channels.openapi.opendata.files import Catalogue
from tongban.kernel.errors import N_
from tongban.services.bundles.types import Bundle
from tongban.services.catalogue.types import Item

Name = Annotated[
    Literal["item", "bundle", "catalogue"], Path(description=N_("哪一种：item、bundle 或 catalogue"))
]
RECORDS: dict[str, type[BaseModel]] = {"item": Item, "bundle": Bundle, "catalogue": Catalogue}


def schema(name: str, root: str) -> bytes:
    """Return the schema of a record; ``root`` is the site's address, for the schema's own."""
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{root}/api/v1/schemas/{name}.json",
    }
    return json.dumps(head | RECORDS[name].model_json_schema(by_alias=True), ensure_ascii=False).encode()
