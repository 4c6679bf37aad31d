"""Signing answers with the node's key, for whoever asks for it (RFC 9421 5).

What was answered to what can then be shown to a third party without this node: the answer's X-Road-Request-Hash binds
it to the request, and the nonce that the caller may give to the very signature that was asked for.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

from tongban.datahub.exchange.errors import BadWish
from tongban.datahub.exchange.types import Answer, NodeKey
from tongban.foundation.http_signatures import operations as signing
from tongban.foundation.http_signatures import queries as signatures
from tongban.foundation.http_signatures.types import SM2, Message, Wish, joined
from tongban.foundation.trust import operations as trust
from tongban.foundation.trust.types import INTERNATIONAL, NATIONAL
from tongban.kernel.errors import Failure

ALWAYS = ("@status", "content-digest", "content-type")
ROAD = "x-road-"


def node_key(*, is_national: bool = False) -> NodeKey:
    """Return the key that this node's answers are verified with, SM2 with ``is_national``; it is made the first time."""
    key = trust.node_key(NATIONAL if is_national else INTERNATIONAL)
    return NodeKey(signatures.key_id(key.public), key.algorithm, key.public, key.certificate)


def read_wish(header: str) -> Wish:
    """Return the signature that is wanted on an answer; raise BadWish when this node can not make it."""
    try:
        wish = signatures.read_wish(header)
        key = node_key(is_national=wish.algorithm == SM2)
        signatures.check_wish(wish, key=key.id, algorithm=key.algorithm)
    except Failure as why:
        raise BadWish(why) from None
    return wish


def sign_answer(*, answer: Answer, wish: Wish, number: uuid.UUID, at: dt.datetime) -> Answer:
    """Return the answer with the node's signature over what was wanted and everything that is X-Road's.

    ``number`` is the call's own, which a failure does not say in a header otherwise.
    """
    key = trust.node_key(NATIONAL if wish.algorithm == SM2 else INTERNATIONAL)
    has = joined(answer.headers)
    missing = {
        "X-Road-Request-Id": str(number),
        "Content-Digest": signatures.content_digest(answer.body),
    }
    headers = (*answer.headers, *(one for one in missing.items() if one[0].lower() not in has))
    message = Message(headers=joined(headers), status=answer.status)
    always = (*ALWAYS, *(name for name in message.headers if name.startswith(ROAD)))
    added = signing.signed_headers(
        message,
        components=wish.over(message.headers, always),
        key=signatures.key_id(key.public),
        private=key.private,
        created=int(at.timestamp()),
        nonce=wish.nonce or None,
        tag=wish.tag or None,
        label=wish.label,
    )
    return replace(answer, headers=(*headers, *((name.title(), value) for name, value in added.items())))
