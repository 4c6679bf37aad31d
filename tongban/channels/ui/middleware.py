"""What happens around every page: who reads, what is refused at the door, failures into pages, headers."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase

from tongban.channels.ui import errors, pages, revision
from tongban.foundation.documents.types import LARGEST_BYTES
from tongban.foundation.packs import queries as packs

LONGEST_QUERY = 4096
"""Bytes of a query string; no page of ours makes one longer."""
LARGEST_REQUEST = 2 * LARGEST_BYTES
"""Bytes of a body; a larger one is refused before a byte of it is read."""
LONGEST_LENGTH = 12
"""Digits of a length; one of more is no body that anybody sends."""

POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
}
Answer = Callable[[HttpRequest], HttpResponseBase]


class PageMiddleware:
    """Stands first: reads language, view and district; turns every failure into a page; sets the headers."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        response = self._refused(request) or self._answered(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    def _answered(self, request: HttpRequest) -> HttpResponseBase:
        # The language is part of the address, but no route needs to know: it is taken off before routing.
        request.path_info = pages.reader_of(request).path
        if request.path_info.startswith("/api/"):
            return self.get_response(request)
        with _one_revision():
            return self.get_response(request)

    def _refused(self, request: HttpRequest) -> HttpResponse | None:
        if pages.reader_of(request).path.startswith("/api/"):
            return None  # the interface has a gate of its own
        length = request.META.get("CONTENT_LENGTH") or "0"
        # str.isdigit alone would take superscripts, which are no number, and digits of any length.
        is_number = re.fullmatch(r"[0-9]+", length) is not None
        if not is_number or len(length) > LONGEST_LENGTH or int(length) > LARGEST_REQUEST:
            return errors.page(request, 413 if is_number else 400)
        path, query = request.path, request.META.get("QUERY_STRING", "")
        if len(query) > LONGEST_QUERY:
            return errors.page(request, 414)
        if "\x00" in path or "%00" in query:
            return errors.page(request, 400)
        if request.method == "GET" and len(path) > 1 and path.endswith("/"):
            # One address for one page. “//host” would send the reader to another site.
            bare = "/" + path.strip("/")
            if bare != "/en":
                return HttpResponsePermanentRedirect(pages.iri(bare) + (f"?{query}" if query else ""))
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse:
        """Return the page of what a view raised."""
        return errors.of_exception(request, error)


def _one_revision() -> AbstractContextManager[None]:
    """Hold the revision known a moment ago for a page; while there is none, the page itself will say so."""
    try:
        return packs.held(revision.current())
    except DatabaseError:
        return nullcontext()
