"""The WSGI function that answers ``/r1/…`` and hands everything else on."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterable
from http import HTTPStatus
from multiprocessing.util import Finalize
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection

from tongban.channels.gateway import connections, keys
from tongban.channels.gateway.bodies import body_of
from tongban.channels.gateway.failures import InternalError, failed
from tongban.channels.gateway.requests import is_call, language_of, message_of
from tongban.datahub.exchange import operations, queries
from tongban.datahub.exchange.errors import Fault, NodeFailed
from tongban.datahub.exchange.types import Answer
from tongban.kernel import clock
from tongban.kernel.ids import new_id

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
REASONS = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}
WANTED = "HTTP_ACCEPT_SIGNATURE"
log = logging.getLogger(__name__)


def gateway(application: Application) -> Application:
    """Return the application with the gateway before it."""
    writer = operations.AnswerWriter()
    answered = respond
    if settings.ENVIRONMENT.otlp:
        from tongban.channels.gateway.observing import ours

        observer = ours()

        def answered(environ: dict[str, Any], writer: operations.AnswerWriter) -> Answer:
            return observer.observe(environ, lambda: respond(environ, writer))

    # The server's workers are processes of multiprocessing, which end without what atexit knows.
    Finalize(None, writer.end, exitpriority=0)

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if is_call(path):
            given = answered(environ, writer)
        elif path == keys.ADDRESS:
            given = _whatever_happens(_key_set, environ, writer, new_id())
        else:
            return application(environ, start)
        headers = [*given.headers, ("Content-Length", str(len(given.body)))]
        start(REASONS.get(given.status, str(given.status)), headers)
        return [given.body]

    return answer


def respond(environ: dict[str, Any], writer: operations.AnswerWriter) -> Answer:
    """Return the answer to a request, whatever happens; signed where it is wanted."""
    return _whatever_happens(_signed if WANTED in environ else _called, environ, writer, new_id())


def _called(environ: dict[str, Any], writer: operations.AnswerWriter, number: uuid.UUID) -> Answer:
    message, path = message_of(environ)
    call = queries.read_call(
        message, path, body_of(environ), number=number, connection=environ.get(connections.PLACE)
    )
    return operations.call(call=call, at=clock.now(), tell=writer.put)


def _signed(environ: dict[str, Any], writer: operations.AnswerWriter, number: uuid.UUID) -> Answer:
    wish = operations.read_wish(environ[WANTED])
    answer = _whatever_happens(_called, environ, writer, number)
    return operations.sign_answer(answer=answer, wish=wish, number=number, at=clock.now())


def _key_set(_environ: dict[str, Any], _writer: operations.AnswerWriter, _number: uuid.UUID) -> Answer:
    return keys.key_set()


def _whatever_happens(
    act: Callable[[dict[str, Any], operations.AnswerWriter, uuid.UUID], Answer],
    environ: dict[str, Any],
    writer: operations.AnswerWriter,
    number: uuid.UUID,
) -> Answer:
    try:
        return act(environ, writer, number)
    except Fault as fault:
        return failed(fault, str(number), language_of(environ))
    except DatabaseError:
        log.exception("gateway: the database failed")
        # A connection that is broken stays so; the next call makes a new one.
        connection.close()
        return failed(NodeFailed(), str(number), language_of(environ))
    except Exception:
        log.exception("gateway: a call failed")
        connection.close()
        return failed(InternalError(), str(number), language_of(environ))
