"""Who may call a view, said on the view. A check of the architecture wants every route to say it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from tongban.channels.ui import errors

View = Callable[..., HttpResponse]
READS = ("GET", "HEAD")


def public(view: View) -> View:
    """Let anybody read this view (GET, HEAD); any other method is answered with 405."""

    @wraps(view)
    def reading(request: HttpRequest, *args: Any, **values: Any) -> HttpResponse:
        if request.method not in READS:
            return errors.wrong_method(request, READS)
        return view(request, *args, **values)

    reading.access = "public"  # type: ignore[attr-defined]
    return reading


def declared_public(view: View) -> View:
    """Say that anybody may call this view, and leave its methods to it (the interface has its own)."""
    target: Any = getattr(view, "__self__", view)
    target.access = "public"
    return view
