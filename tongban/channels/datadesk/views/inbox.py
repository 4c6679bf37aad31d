"""What the data officer was told."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from tongban.channels.datadesk.door import officer
from tongban.channels.datadesk.page import RAIL
from tongban.channels.ui import told


@officer
def inbox(request: HttpRequest) -> HttpResponse:
    """Show the messages, or note that one was read."""
    return told.inbox(request, "datadesk/inbox.html", "/data/inbox", rail=RAIL, officer=request.officer)  # type: ignore[attr-defined]


urls = [path("data/inbox", inbox)]
