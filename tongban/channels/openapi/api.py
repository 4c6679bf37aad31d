"""The interface as one: its description, its parts, how it reads bodies and writes answers."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI, Router
from ninja.operation import PathView
from ninja.parser import Parser
from ninja.renderers import BaseRenderer
from pydantic_core import to_json

from tongban import __version__
from tongban.channels.openapi import applying, bundles, city, finding, items, opendata, problems
from tongban.channels.openapi.problems import Refusal


class StrictParser(Parser):
    """Reads bodies that every reader of JSON would read alike (RFC 8259): UTF-8, no NaN, no half characters."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the body's value; raise Refusal when it is no such JSON."""
        try:
            found = json.loads(request.body.decode(), parse_constant=_refuse)
            to_json(found)  # refuses lone surrogates, and what is nested too deeply
        except (ValueError, RecursionError) as error:
            raise Refusal("body-unreadable") from error
        return found


def _refuse(constant: str) -> None:
    raise ValueError(constant)


class CompactRenderer(BaseRenderer):
    """Writes answers as compact UTF-8."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        """Return the answer's bytes."""
        return to_json(data)


api = NinjaAPI(
    title="tongban",
    version=__version__,
    docs_url=None,
    openapi_url=None,
    urls_namespace="openapi",
    parser=StrictParser(),
    renderer=CompactRenderer(),
)
problems.connect(api)
ROUTERS: tuple[Router, ...] = (
    items.router,
    finding.router,
    bundles.router,
    city.router,
    opendata.router,
    *applying.ROUTERS,
)
for _router in ROUTERS:
    api.add_router("", _router)


def path_views() -> dict[str, PathView]:
    """Return what each address does, by its path below /api/v1, e.g. ``/items/{code}``."""
    return {path: view for router in ROUTERS for path, view in router.path_operations.items()}
