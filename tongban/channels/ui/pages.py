"""Making a page: the template, the reader, and the frame that stands around every page."""

from __future__ import annotations

from functools import cache, partial
from typing import Any
from urllib.parse import quote

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from markupsafe import Markup

from tongban.channels.ui import frame, reader, sessions
from tongban.channels.ui.environment import speaking
from tongban.foundation.messages import queries as messages
from tongban.kernel.types import Subject

KEEP = "Tongban-Keep"
"""Header from a view to the page cache: this answer is the same for everybody. It is never sent out."""


def reader_of(request: HttpRequest) -> reader.Reader:
    """Return who looks; read on the spot when a request failed before our middleware."""
    known: reader.Reader | None = getattr(request, "reader", None)
    if known is None:
        known = reader.read(request.path, request.META.get("QUERY_STRING", ""), request.COOKIES)
        request.reader = known  # type: ignore[attr-defined]
    return known


def render(
    request: HttpRequest,
    template: str,
    *,
    status: int = 200,
    keep: bool = True,
    kind: Any = None,
    type_: str = "text/html; charset=utf-8",
    **context: Any,
) -> HttpResponse:
    """Return the page of a template in the reader's language.

    Args: ``keep`` says that the page may be kept and sent to others until the pack's next revision.
    """
    who, signed = reader_of(request), sessions.who(request)
    env = speaking(who.language)
    made = env.get_template(template).render(
        reader=who,
        frame=frame.frame(),
        kind=kind,
        root=root(request),
        quoted=quoted,
        who=signed,
        csrf=cache(partial(csrf, request)),
        unread=partial(unread, signed),
        **context,
    )
    response = HttpResponse(made, type_, status)
    if keep and status == 200 and signed is None:
        response[KEEP] = "1"
    return response


def csrf(request: HttpRequest) -> Markup:
    """Return the hidden field that every form of ours carries; a page with one is never kept."""
    field = Markup('<input type="hidden" name="csrfmiddlewaretoken" value="{}">')
    return field.format(get_token(request))


def unread(signed: sessions.Who | None) -> int:
    """Return how many of their own messages who is signed in has not read; asked only by pages that show it."""
    if signed is not None and signed.staff is not None:
        return messages.unread_count(Subject("staff", signed.staff.code))
    return messages.unread_count(signed.person.subject) if signed and signed.person else 0


def root(request: HttpRequest) -> str:
    """Return scheme and host of this site as the reader sees it, for links one can send; empty if refused."""
    try:
        return f"{request.scheme}://{request.get_host()}"
    except DisallowedHost:
        return ""


def iri(path: str) -> str:
    """Return a path as it may stand in a header."""
    return quote(path, safe="/%:@!$&'()*+,;=~-._")


def quoted(text: str) -> str:
    """Return text for use inside a query."""
    return quote(text, safe="")
