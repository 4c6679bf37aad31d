"""Addresses under /api/: the interface, its documentation, and one answer for everything unknown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from ninja.operation import Operation

from tongban.channels.openapi import document, reference
from tongban.channels.openapi.api import api, path_views
from tongban.channels.openapi.guard import Act, View, guarded
from tongban.channels.openapi.promises import Promise, promise_of
from tongban.channels.ui.access import declared_public


def unknown(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Answer an address that is none of ours."""
    raise Http404


def _behind_the_gate(view: View, acts: Sequence[Act] = ()) -> View:
    return declared_public(guarded(view, acts))


def _operations() -> Iterator[URLPattern]:
    views = path_views()
    for pattern in api.urls[0]:
        template = "/" + re.sub(r"<(\w+)>", r"{\1}", str(pattern.pattern))
        if pattern.name != "api-root":
            acts = [_act(operation) for operation in views[template].operations]
            yield path(f"v1/{pattern.pattern}", _behind_the_gate(pattern.callback, acts), name=pattern.name)


def _act(operation: Operation) -> Act:
    names = [
        name
        for model in operation.models
        if model.__ninja_param_source__ == "query"
        for name in model.__ninja_flatten_map__
    ]
    return Act(
        operation.methods[0], tuple(names), promise_of(operation.view_func), operation.operation_id or ""
    )


urlpatterns = [
    path("v1/docs", reference.docs),
    path("v1/openapi.json", _behind_the_gate(document.openapi_file, [Act("GET", (), Promise(speaks=True))])),
    *_operations(),
    path("<path:rest>", _behind_the_gate(unknown)),
    path("", _behind_the_gate(unknown)),
]
