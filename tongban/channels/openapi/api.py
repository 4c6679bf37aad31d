"""The interface as one: version, description, routers, guard, problems."""

from __future__ import annotations

from ninja import NinjaAPI

from tongban import __version__
from tongban.channels.openapi import bundles, city, items, problems
from tongban.channels.openapi.guard import guarded

DESCRIPTION = """The catalogue of a city's services: the same records as on its pages and in its pack.

Reading needs no key. Answers carry an ETag; send it back as If-None-Match and unchanged answers cost
nothing. Lists come in pages with Link headers. Failures are problem documents (RFC 9457) whose `code` is
stable. RateLimit headers say how much is left of the minute. Everything at once: /api/v1/catalogue.json.
"""

api = NinjaAPI(
    title="tongban catalogue",
    version=__version__,
    description=DESCRIPTION,
    docs_url=None,
    urls_namespace="openapi",
    openapi_extra={"info": {"license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}}},
)
problems.connect(api)
# Before the routers: a decorator added later would not reach them.
api.add_decorator(guarded, mode="view")
for _router in (items.router, bundles.router, city.router):
    api.add_router("", _router)
