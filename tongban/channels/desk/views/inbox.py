"""What the member of staff was told."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from tongban.channels.ui import told
from tongban.channels.ui.access import staff


@staff()
def inbox(request: HttpRequest) -> HttpResponse:
    """Show the messages, or note that one was read."""
    return told.inbox(request, "desk/inbox.html", "/desk/inbox")


urls = [path("desk/inbox", inbox)]
