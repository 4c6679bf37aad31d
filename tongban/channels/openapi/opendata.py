"""The whole catalogue as one file, made once a revision and sent as it is."""

from __future__ import annotations

import gzip
import hashlib
import json
from functools import lru_cache

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

from tongban.channels.ui.access import public
from tongban.foundation.government import queries as government
from tongban.kernel.records import Record
from tongban.services.bundles import queries as bundles
from tongban.services.catalogue import queries as catalogue

LICENCE = "CC0-1.0"


@public
def catalogue_file(request: HttpRequest) -> HttpResponse:
    """Send the catalogue: city, government, codes, items and bundles as published now."""
    packed, tag = _packed(catalogue.current_revision())
    if tag in request.headers.get("If-None-Match", "")[:2000]:
        response: HttpResponse = HttpResponseNotModified()
    elif "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(packed, content_type="application/json")
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(gzip.decompress(packed), content_type="application/json")
    response.headers["ETag"] = tag
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    response.headers["Content-Disposition"] = 'attachment; filename="catalogue.json"'
    return response


@lru_cache(maxsize=1)
def _packed(revision: int) -> tuple[bytes, str]:
    document = {
        "schema": "tongban-open-data/1",
        "licence": LICENCE,
        "revision": revision,
        "city": _plain(catalogue.get_city()),
        "departments": [_plain(one) for one in government.departments()],
        "districts": [_plain(one) for one in government.districts()],
        "streets": [_plain(one) for one in government.streets()],
        "centres": [_plain(one) for one in government.centres()],
        "themes": [_plain(one) for one in catalogue.themes().values()],
        "licences": [_plain(one) for one in catalogue.licences().values()],
        "elements": [_plain(one) for one in catalogue.elements().values()],
        "sources": [_plain(one) for one in catalogue.sources().values()],
        "items": [_plain(one) for one in catalogue.all_items().values()],
        "bundles": [_plain(one) for one in bundles.all_bundles().values()],
    }
    packed = gzip.compress(json.dumps(document, ensure_ascii=False).encode(), mtime=0)
    return packed, f'"{hashlib.sha256(packed).hexdigest()[:24]}"'


def _plain(record: Record) -> dict[str, object]:
    return record.model_dump(mode="json", by_alias=True, exclude_defaults=True)
