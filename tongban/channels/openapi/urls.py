"""Addresses under /api/: the interface, its documentation, and one answer for everything unknown."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt

from tongban.channels.openapi import opendata, problems, reference
from tongban.channels.openapi.api import api
from tongban.channels.ui.access import declared_public


@csrf_exempt
def unknown(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Answer an address that is none of ours with a problem document."""
    return problems.problem(request, 404, "not-found", problems.NOT_FOUND)


def _operations() -> list[URLPattern]:
    patterns: list[URLPattern] = api.urls[0]
    for pattern in patterns:
        declared_public(pattern.callback)
    return patterns


urlpatterns = [
    path("v1/docs", reference.docs),
    path("v1/catalogue.json", opendata.catalogue_file),
    path("v1/", (_operations(), "ninja", api.urls_namespace)),
    path("<path:rest>", declared_public(unknown)),
    path("", declared_public(unknown)),
]
