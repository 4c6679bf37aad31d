"""What nodes ask of each other: calls that one hands on to another, agreeing about the directory, witnessing ledgers.

A call handed on comes at the address that the caller wrote, with the header Tongban-Relay beside the caller's own; every
answer to a node is signed, refusals too.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterable, Mapping
from multiprocessing.util import Finalize
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection

from tongban.channels.gateway.application import REASONS
from tongban.channels.gateway.bodies import body_of
from tongban.channels.gateway.failures import InternalError, Refused, failed
from tongban.channels.gateway.requests import is_call, language_of, message_of
from tongban.datahub.exchange import operations as exchange
from tongban.datahub.exchange.errors import Fault, NodeFailed
from tongban.datahub.exchange.types import Answer
from tongban.datahub.nodes import operations, queries
from tongban.datahub.nodes.errors import DirectoryTooOld, NodeMalformed
from tongban.datahub.nodes.types import Node
from tongban.foundation.http_signatures.types import Message
from tongban.kernel import clock
from tongban.kernel.errors import Failure
from tongban.kernel.ids import new_id
from tongban.kernel.types import Actor

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
HANDED_ON = "HTTP_TONGBAN_RELAY"
PREFIX = "/node/v1/"
JSON = (("Content-Type", "application/json"),)
SAID: Mapping[str, Callable[..., bytes]] = {
    "sync": operations.answer_sync,
    "witness": operations.answer_witness,
    "account": operations.answer_account,
    "proof": operations.answer_proof,
    "evidence": operations.answer_evidence,
    "news": operations.answer_news,
    "uses": operations.answer_uses,
}
log = logging.getLogger(__name__)


def federation(application: Application) -> Application:
    """Return the application with what nodes ask of each other before it."""
    writer = exchange.AnswerWriter()
    Finalize(None, writer.end, exitpriority=0)
    Finalize(None, operations.RELAYS.end, exitpriority=0)

    observed = handed_on
    if settings.ENVIRONMENT.otlp:
        from tongban.channels.gateway.observing import ours

        observer = ours()

        def observed(environ: dict[str, Any], writer: exchange.AnswerWriter) -> Answer:
            return observer.observe(environ, lambda: handed_on(environ, writer))

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if HANDED_ON in environ:
            given = observed(environ, writer)
        elif environ.get("PATH_INFO", "").startswith(PREFIX):
            given = asked(environ)
        elif is_call(environ.get("PATH_INFO", "")) and (refused := _refused(environ)):
            given = refused
        else:
            return application(environ, start)
        headers = [*given.headers, ("Content-Length", str(len(given.body)))]
        start(REASONS.get(given.status, str(given.status)), headers)
        return [given.body]

    return answer


def _refused(environ: dict[str, Any]) -> Answer | None:
    """Return what is answered to a call when this node may not answer it, or can not find out whether it may."""
    try:
        is_cut_off = queries.is_cut_off(clock.now())
    except Exception as why:
        return _failure(why, new_id(), language_of(environ))
    return failed(DirectoryTooOld(), str(new_id()), language_of(environ)) if is_cut_off else None


def handed_on(environ: dict[str, Any], writer: exchange.AnswerWriter) -> Answer:
    """Return the answer to a call that another node hands on, whatever happens."""
    number, at, language = new_id(), clock.now(), language_of(environ)
    try:
        message, path = message_of(environ)
        body = body_of(environ)
        node, relay, signed = operations.relay_of(message, body, at=at)
    except Exception as why:
        # Who has not said who it is is answered in plain.
        return _failure(why, number, language)
    try:
        given = operations.receive(
            message=message, path=path, body=body, node=node, relay=relay, signed=signed, number=number, at=at,
            tell=writer.put,
        )  # fmt: skip
    except Exception as why:
        given = _failure(why, number, language)
    return operations.signed_answer(given, nonce=str(relay.number), number=number, at=clock.now())


def asked(environ: dict[str, Any]) -> Answer:
    """Return the answer to what another node wants to agree about, whatever happens."""
    number, at = new_id(), clock.now()
    try:
        message, path = message_of(environ)
        body = body_of(environ)
        node, nonce = operations.asker(message, body, at)
    except Exception as why:
        return _failure(why, number, language_of(environ))
    try:
        given = Answer(200, JSON, _said(path.removeprefix(PREFIX), node, message, body))
    except Exception as why:
        given = _failure(why, number, language_of(environ))
    return operations.signed_answer(given, nonce=nonce, number=number, at=clock.now())


def _said(what: str, node: Node, message: Message, body: bytes) -> bytes:
    if message.method != "POST" or what not in SAID:
        raise NodeMalformed(what)
    return SAID[what](node=node, request=body, by=Actor("node", node.code, node.name), at=clock.now())


def _failure(why: Exception, number: uuid.UUID, language: str) -> Answer:
    if isinstance(why, Fault):
        return failed(why, str(number), language)
    if isinstance(why, Failure):
        return failed(Refused(why), str(number), language)
    log.error("gateway: what a node asked failed", exc_info=why)
    connection.close()
    return failed(NodeFailed() if isinstance(why, DatabaseError) else InternalError(), str(number), language)
