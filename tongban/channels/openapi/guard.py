"""What stands before every address of the interface: whether it may be asked so, how often, and what is new.

One gate for all, so that no answer, of whatever status, comes without its headers and no failure without
its sentence.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

from tongban import __version__
from tongban.channels.openapi import complaints, problems
from tongban.channels.openapi.bearer import admit, record
from tongban.channels.openapi.limits import Allowance, RateLimit
from tongban.channels.openapi.negotiation import TAGS, accepts, language_of
from tongban.channels.openapi.problems import ParametersInvalid, Refusal
from tongban.channels.openapi.promises import PLAIN, Promise, Takes
from tongban.channels.ui import revision
from tongban.channels.ui.cache import Shelf
from tongban.foundation.documents.types import LARGEST_BYTES, MEDIA_TYPES

View = Callable[..., HttpResponse]
RATE = RateLimit(settings.API_REQUESTS_A_MINUTE)
LONGEST_ADDRESS = 4096
LARGEST_BODY = 64 * 1024
"""Bytes; answers to a hundred questions take a tenth of it."""
LARGEST_FILE = LARGEST_BYTES + 64 * 1024
"""Bytes: the largest file, and what a form puts around it."""
FILES = ("multipart/form-data", *MEDIA_TYPES.values(), "application/octet-stream")
LONGEST_TAGS = 8000
FRESH = "public, max-age=0, must-revalidate"
EXPOSED = (
    "Allow, Content-Disposition, Content-Language, ETag, Link, RateLimit-Limit, RateLimit-Policy, "
    "RateLimit-Remaining, RateLimit-Reset, Retry-After"
)


@dataclass(frozen=True, slots=True)
class Act:
    """What an address does by one method: the names of its query parameters, and what it promises."""

    method: str
    names: tuple[str, ...] = ()
    promise: Promise = PLAIN
    operation: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it was made, without the headers of one request."""

    body: bytes
    headers: dict[str, str]

    @property
    def size(self) -> int:
        """Return how many bytes it holds in memory, about."""
        return len(self.body) + 1000


# The same for everybody until the next revision, like a page: asked again, it costs one look-up.
SHELF = Shelf[Answer](most_pages=4000, most_bytes=48 * 1024 * 1024)
LARGEST_KEPT = 1024 * 1024


def guarded(view: View, acts: Sequence[Act] = ()) -> View:
    """Return the view behind the gate; ``acts`` is what it does, nothing for an address that is none of ours."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **values: Any) -> HttpResponse:
        allowance = RATE.take(request.META.get("REMOTE_ADDR", ""))
        is_head = request.method == "HEAD"
        try:
            response = _answered(request, allowance, view, acts, args, values)
        except Exception as error:
            response = problems.of(request, error)
        for name, value in (*allowance.headers().items(), *_shared_with(request, response).items()):
            response.headers[name] = value
        return _without_body(response) if is_head else response

    return answer


def _answered(
    request: HttpRequest,
    allowance: Allowance,
    view: View,
    acts: Sequence[Act],
    args: tuple[Any, ...],
    values: dict[str, Any],
) -> HttpResponse:
    if not allowance.allowed:
        raise Refusal("too-many-requests", seconds=allowance.seconds)
    _check_address(request)
    if not acts:
        return view(request, *args, **values)
    methods = _methods(acts)
    if request.method == "OPTIONS":
        response = HttpResponse(status=204, headers={"Allow": ", ".join(methods)})
        del response.headers["Content-Type"]
        return response
    if request.method not in methods:
        allowed = ", ".join(methods)
        raise Refusal("method-not-allowed", {"Allow": allowed}, allowed=allowed)
    if request.method == "HEAD":
        request.method = "GET"
    act = next(one for one in acts if one.method == request.method)
    if act.promise.scope:
        admit(request, act.promise.scope)
    return _asked(request, act, lambda: view(request, *args, **values))


def _asked(request: HttpRequest, act: Act, make: Callable[[], HttpResponse]) -> HttpResponse:
    """Return the answer to somebody who may ask."""
    promise = act.promise
    _check_names(request, act)
    if not accepts(request.headers.get("Accept", ""), promise.kind):
        raise Refusal("not-acceptable", kind=promise.kind)
    if request.method != "GET":
        _check_body(request, promise.takes)
    if request.method == "GET" and not promise.scope:
        response = _fresh(request, promise.speaks, make)
    else:
        response = make()
        response.headers["Cache-Control"] = "no-store"
        if promise.scope and request.method != "GET" and response.status_code < 400:
            record(request, act.operation)
    if promise.speaks:
        response.headers["Vary"] = "Accept-Language"
    if response.status_code in (200, 201):
        response.headers["Content-Language"] = TAGS[language_of(request) if promise.speaks else "zh"]
    return response


def _fresh(request: HttpRequest, speaks: bool, make: Callable[[], HttpResponse]) -> HttpResponse:
    """Return 304 to who has this answer already, else the answer with its tag."""
    tag, known = _tag(request, speaks), _known(request)
    response = HttpResponseNotModified() if tag in known else _kept(tag, make)
    if response.status_code == 200 and "*" in known:
        response = HttpResponseNotModified()
    if response.status_code in (200, 304):
        response.headers["ETag"] = tag
        response.headers["Cache-Control"] = FRESH
    return response


def _kept(tag: str, make: Callable[[], HttpResponse]) -> HttpResponse:
    """Return the answer with this tag from memory; make and keep it when it is not there."""
    known = SHELF.get(tag)
    if known is not None:
        return HttpResponse(known.body, headers=known.headers)
    response = make()
    if response.status_code == 200 and len(response.content) <= LARGEST_KEPT:
        SHELF.put(tag, Answer(response.content, dict(response.headers)))
    return response


def _tag(request: HttpRequest, speaks: bool) -> str:
    """Return the tag of this address: what is public changes only with a revision of the city or a release."""
    language = language_of(request) if speaks else ""
    packed = "gzip" if "gzip" in request.headers.get("Accept-Encoding", "") else ""
    state = f"{__version__} {revision.current()} {language} {packed} {request.get_host()}{request.get_full_path()}"
    return f'"{hashlib.sha256(state.encode()).hexdigest()[:24]}"'


def _known(request: HttpRequest) -> set[str]:
    header = request.headers.get("If-None-Match", "")[:LONGEST_TAGS]
    return {tag.strip().removeprefix("W/") for tag in header.split(",")}


def _methods(acts: Sequence[Act]) -> list[str]:
    given = [act.method for act in acts]
    return [*given, *(["HEAD"] if "GET" in given else []), "OPTIONS"]


def _check_address(request: HttpRequest) -> None:
    query = request.META.get("QUERY_STRING", "")
    if len(request.path) + len(query) > LONGEST_ADDRESS:
        raise Refusal("address-too-long", most=LONGEST_ADDRESS)
    # PostgreSQL has no way to hold this character, so nothing can be found by it.
    if "\x00" in request.path or "%00" in query or "\x00" in query:
        raise Refusal("address-unreadable")


def _check_names(request: HttpRequest, act: Act) -> None:
    """Refuse parameters that do not exist: a filter spelt wrong would silently give the whole list."""
    query = request.META.get("QUERY_STRING", "")
    if not query:
        return
    given = Counter(name for name, _ in parse_qsl(query, keep_blank_values=True))
    wrong = complaints.of_names(given, act.names, language_of(request))
    if wrong:
        raise ParametersInvalid(wrong)


def _check_body(request: HttpRequest, takes: Takes) -> None:
    if takes == "nothing":
        return  # what is sent along is not read
    if takes == "file" and request.content_type not in FILES:
        raise Refusal("file-kind-unsupported", {"Accept-Post": ", ".join(FILES)})
    if takes == "json" and request.content_type != "application/json":
        raise Refusal("media-type-unsupported", {"Accept-Post": "application/json"})
    length = request.META.get("CONTENT_LENGTH") or ""
    if not (length.isascii() and length.isdigit()):
        raise Refusal("length-required")
    most = LARGEST_FILE if takes == "file" else LARGEST_BODY
    if len(length) > 12 or int(length) > most:
        raise Refusal("body-too-large", most=most)


def _shared_with(request: HttpRequest, response: HttpResponse) -> dict[str, str]:
    """Return the headers that let pages of other sites read what anybody may read (CORS), and nothing else."""
    if "/api/v1/my/" in request.path:
        return {}
    headers = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": EXPOSED}
    if request.method == "OPTIONS":
        headers |= {
            "Access-Control-Allow-Methods": response.headers.get("Allow", "GET, HEAD, OPTIONS"),
            "Access-Control-Allow-Headers": "Accept, Accept-Language, Content-Type, If-None-Match",
            "Access-Control-Max-Age": "86400",
        }
    return headers


def _without_body(response: HttpResponse) -> HttpResponse:
    """Return the answer to HEAD: the headers of GET, its length too."""
    response.headers["Content-Length"] = str(len(response.content))
    response.content = b""
    return response
