"""The WSGI function that answers ``/feeds/…`` and hands everything else on."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.db import Error as DatabaseError
from django.db import connection

from tongban.channels.gateway import connections
from tongban.channels.gateway.bodies import body_of
from tongban.channels.gateway.failures import InternalError
from tongban.channels.gateway.feeds.places import NotThere, WrongWay, place_of
from tongban.channels.gateway.feeds.requests import Asked, Given
from tongban.channels.gateway.requests import language_of, message_of
from tongban.datahub.exchange import operations, queries
from tongban.datahub.exchange.errors import (
    BadSignature,
    CertificateNotValid,
    CertificateUnknown,
    Fault,
    NodeFailed,
    NotAuthorised,
    NotTheClient,
)
from tongban.datahub.exchange.types import Answer
from tongban.datahub.subscriptions.errors import NotSatisfiable, WrongOffset
from tongban.kernel import clock
from tongban.kernel.errors import Failure
from tongban.kernel.ids import new_id
from tongban.kernel.language import translate

PREFIX = "/feeds/"
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
REASONS = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}
WANTED = "HTTP_ACCEPT_SIGNATURE"
PROBLEM = "application/problem+json; charset=utf-8"
log = logging.getLogger(__name__)


def feeds(application: Application) -> Application:
    """Return the application with the door of feeds before it."""

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if not environ.get("PATH_INFO", "").startswith(PREFIX):
            return application(environ, start)
        given = _signed(environ, respond(environ))
        start(REASONS.get(given.status, str(given.status)), list(given.headers))
        return given.body

    return answer


def respond(environ: dict[str, Any]) -> Given:
    """Return the answer to a request, whatever happens."""
    try:
        return _answer(environ)
    except Failure as failure:
        return failed(failure, environ)
    except DatabaseError:
        log.exception("feeds: the database failed")
        # A connection that is broken stays so; the next call makes a new one.
        connection.close()
        return failed(NodeFailed(), environ)
    except Exception:
        log.exception("feeds: a request failed")
        connection.close()
        return failed(InternalError(), environ)


def _answer(environ: dict[str, Any]) -> Given:
    message, path = message_of(environ)
    place = place_of(path, message.method)
    at = clock.now()
    if place.is_public:
        body = body_of(environ) if message.method == "POST" else b""
        return place.answer(Asked(place, message, body, None, at))
    body = body_of(environ)
    signer = queries.signer_of(message, body, at=at, connection=environ.get(connections.PLACE))
    return place.answer(Asked(place, message, body, signer, at))


def _signed(environ: dict[str, Any], given: Given) -> Given:
    """Return the answer with the node's signature where one is wanted and the body is at hand."""
    if WANTED not in environ or not isinstance(given.body, list):
        return given
    try:
        wish = operations.read_wish(environ[WANTED])
    except Fault as fault:
        return failed(fault, environ)
    plain = Answer(given.status, given.headers, b"".join(given.body))
    signed = operations.sign_answer(answer=plain, wish=wish, number=new_id(), at=clock.now())
    return Given(signed.status, signed.headers, [signed.body])


@dataclass(frozen=True, slots=True)
class _Told:
    status: int
    more: tuple[tuple[str, str], ...] = ()


def failed(failure: Failure, environ: dict[str, Any]) -> Given:
    """Return a problem document that says what has failed."""
    told = _told(failure)
    document = {
        "type": "about:blank",
        "title": REASONS.get(told.status, "").partition(" ")[2],
        "status": told.status,
        "detail": translate(failure.sentence, language_of(environ), **failure.values),
        "code": failure.code,
    }
    # What was wrong may be half of a sign, which is named in it and can not be sent.
    body = json.dumps(document, ensure_ascii=False).encode(errors="replace")
    return Given.of(told.status, body, PROBLEM, *told.more)


def _told(failure: Failure) -> _Told:
    match failure:
        case BadSignature() | NotTheClient() | NotAuthorised() | CertificateUnknown() | CertificateNotValid():
            return _Told(401)
        case NodeFailed() | InternalError():
            return _Told(503)
        case WrongOffset(received=received):
            return _Told(409, (("Upload-Offset", str(received)),))
        case NotSatisfiable(size=size):
            return _Told(416, (("Content-Range", f"bytes */{size}"),))
        case WrongWay(allowed=allowed):
            return _Told(405, (("Allow", allowed),))
        case NotThere():
            return _Told(404)
    return _Told(failure.status)
