"""The way from a client of ``requests`` to the gateway without a socket; what it carries can be changed on the way."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import requests
from requests.adapters import BaseAdapter
from urllib3.response import HTTPResponse

from tests.factories.exchange import Body
from tongban.channels.gateway.application import respond
from tongban.channels.gateway.feeds import application as feeds
from tongban.datahub.exchange import operations
from tongban.datahub.exchange.types import Answer

Change = Callable[[Answer], Answer]


def environ_of(request: requests.PreparedRequest) -> dict[str, Any]:
    """Return a request as a WSGI server gives it."""
    where = urlsplit(str(request.url))
    body = request.body or b""
    named = {f"HTTP_{name.upper().replace('-', '_')}": str(value) for name, value in request.headers.items()}
    return {
        "REQUEST_METHOD": request.method,
        "PATH_INFO": unquote_to_bytes(where.path).decode("latin-1"),
        "QUERY_STRING": where.query,
        "HTTP_HOST": where.netloc,
        "wsgi.url_scheme": where.scheme,
        "wsgi.input": Body(body if isinstance(body, bytes) else body.encode()),
        **({"CONTENT_LENGTH": str(len(body))} if body else {}),
        **named,
    }


class Wire(BaseAdapter):
    """Gives each request to the gateway; ``failures`` come first, then answers, each as ``change`` has it."""

    def __init__(self) -> None:
        super().__init__()
        self.failures: list[Exception | Answer] = []
        self.change: Change = lambda answer: answer
        self.requests: list[dict[str, Any]] = []

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        self.requests.append(environ_of(request))
        failure = self.failures.pop(0) if self.failures else None
        if isinstance(failure, Exception):
            raise failure
        answer = failure or self.change(self._answer(dict(self.requests[-1])))
        response = requests.Response()
        response.status_code = answer.status
        response.headers.update(dict(answer.headers))
        response.raw = HTTPResponse(body=io.BytesIO(answer.body), preload_content=False)
        return response

    def _answer(self, environ: dict[str, Any]) -> Answer:
        if not environ["PATH_INFO"].startswith(feeds.PREFIX):
            return respond(environ, self)  # type: ignore[arg-type]
        given = feeds._signed(environ, feeds.respond(environ))
        body = b"".join(given.body)
        if hasattr(given.body, "close"):
            given.body.close()
        return Answer(given.status, given.headers, body)

    def put(self, told: Any) -> None:
        """Write at once what was answered."""
        operations.write_answers([told])

    def close(self) -> None:
        """Nothing is open."""


def with_header(name: str, value: str | None) -> Change:
    """Return a change of one header, or its removal."""

    def change(answer: Answer) -> Answer:
        kept = tuple(one for one in answer.headers if one[0].lower() != name)
        return replace(answer, headers=kept if value is None else (*kept, (name, value)))

    return change


def with_body(body: bytes) -> Change:
    """Return a change of the body, and of nothing else."""
    return lambda answer: replace(answer, body=body)
