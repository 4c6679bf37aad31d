"""What stands before every operation: the rate limit, and answers that have not changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

from tongban.channels.openapi.limits import RateLimit
from tongban.channels.openapi.problems import TOO_MANY, problem
from tongban.services.catalogue import queries as catalogue

Operation = Callable[..., HttpResponse]
RATE = RateLimit(settings.API_REQUESTS_A_MINUTE)


def guarded(operation: Operation) -> Operation:
    """Count the request, answer 429 or 304 where that is the answer, and add the headers of both."""

    @wraps(operation)
    def answer(request: HttpRequest, *args: Any, **values: Any) -> HttpResponse:
        allowance = RATE.take(request.META.get("REMOTE_ADDR", ""))
        if not allowance.allowed:
            return problem(
                request, 429, "too-many-requests", TOO_MANY, headers=allowance.headers(), seconds=allowance.seconds
            )
        tag = _tag(request)
        if tag in _known(request.headers.get("If-None-Match", "")):
            response: HttpResponse = HttpResponseNotModified()
        else:
            response = operation(request, *args, **values)
        if response.status_code in (200, 304):
            response.headers["ETag"] = tag
            response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
        for name, value in allowance.headers().items():
            response.headers[name] = value
        return response

    return answer


def _tag(request: HttpRequest) -> str:
    """Return the tag of this address: everything public changes only with a revision of the city."""
    address = f"{catalogue.current_revision()} {request.get_full_path()}"
    return f'"{hashlib.sha256(address.encode()).hexdigest()[:24]}"'


def _known(header: str) -> set[str]:
    return {tag.strip().removeprefix("W/") for tag in header[:2000].split(",")}
