"""The catalogue to take away: one file with everything, a table, their schemas, and what describes them."""

from __future__ import annotations

import gzip
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import BaseModel

from tongban.channels.openapi.opendata import description, files, schemas
from tongban.channels.openapi.promises import JSON, promises
from tongban.channels.ui import revision
from tongban.channels.ui.pages import root
from tongban.kernel.errors import N_

router = Router(tags=["opendata"])

CSV = "text/csv"
LINKED = "application/ld+json"
SCHEMA = "application/schema+json"


def _answers(kind: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"responses": {200: {"description": "OK", "content": {kind: {"schema": schema}}}}}


class Home(BaseModel):
    """Where to begin: addresses by what is there."""

    documentation: str
    openapi: str
    items: str
    bundles: str
    catalogue: str
    dcat: str


@router.get(
    "/", response=Home, operation_id="get_home", summary=N_("从哪里开始"),
    description=N_("几个主要的地址：说明、定义、事项、一件事、整份清单。"),
)  # fmt: skip
def get_home(request: HttpRequest) -> Home:
    """Where to begin."""
    at = f"{root(request)}/api/v1"
    return Home(
        documentation=f"{at}/docs", openapi=f"{at}/openapi.json", items=f"{at}/items", bundles=f"{at}/bundles",
        catalogue=f"{at}/catalogue.json", dcat=f"{at}/dcat.json",
    )  # fmt: skip


@router.get(
    "/catalogue.json", operation_id="get_catalogue", summary=N_("整份清单（JSON）"),
    description=N_("一个文件，内容齐全：城市、部门、代码表、事项、一件事。格式见 /api/v1/schemas/catalogue.json。"),
    openapi_extra=_answers(JSON, {"type": "object"}),
)  # fmt: skip
@promises()
def get_catalogue(request: HttpRequest) -> HttpResponse:
    """City, government, codes, items and bundles as published now."""
    return _packed(request, files.catalogue(revision.current()), JSON, "catalogue.json")


@router.get(
    "/items.csv", operation_id="get_table", summary=N_("事项表（CSV）"),
    description=N_("在办事项每个一行；UTF-8 带标记，电子表格软件可以直接打开。"),
    openapi_extra=_answers(CSV, {"type": "string"}),
)  # fmt: skip
@promises(kind=CSV)
def get_table(request: HttpRequest) -> HttpResponse:
    """Items in use, one a row."""
    return _packed(request, files.table(revision.current()), f"{CSV}; charset=utf-8", "items.csv")


@router.get(
    "/dcat.json", operation_id="get_dcat", summary=N_("数据说明（DCAT）"),
    description=N_("按 DCAT 写的数据目录（JSON-LD），供数据开放平台收录。"),
    openapi_extra=_answers(LINKED, {"type": "object"}),
)  # fmt: skip
@promises(kind=LINKED)
def get_dcat(request: HttpRequest) -> HttpResponse:
    """What data there is, under which licence, in which files, for portals that harvest it."""
    return HttpResponse(description.dcat(root(request)), content_type=LINKED)


@router.get(
    "/schemas/{name}.json", operation_id="get_schema", summary=N_("文件的格式（JSON Schema）"),
    description=N_("item、bundle 或 catalogue 的 JSON Schema（2020-12），城市文件夹里的 YAML 也是这个格式。"),
    openapi_extra=_answers(SCHEMA, {"type": "object"}),
)  # fmt: skip
@promises(kind=SCHEMA)
def get_schema(request: HttpRequest, name: schemas.Name) -> HttpResponse:
    """The JSON Schema of an item, a bundle, or the whole file."""
    return HttpResponse(schemas.schema(name, root(request)), content_type=SCHEMA)


def _packed(request: HttpRequest, packed: bytes, kind: str, name: str) -> HttpResponse:
    """Send a file that is kept compressed, as it is or unpacked; nobody's browser shows it by mistake."""
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(packed, content_type=kind)
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(gzip.decompress(packed), content_type=kind)
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
