"""The sandbox of feeds: changes and files of nobody's data, and an address that is tried as a receiver of them."""

from __future__ import annotations

import base64
import uuid

from tongban.channels.gateway.feeds import files
from tongban.channels.gateway.feeds.changes import BATCH, LIMIT
from tongban.channels.gateway.feeds.requests import Asked, Given
from tongban.datahub.subscriptions import operations
from tongban.datahub.subscriptions.errors import BadTry
from tongban.datahub.subscriptions.types import File, Sent, Span, Tried
from tongban.kernel.ids import new_id


def pull(asked: Asked) -> Given:
    """Answer with the test changes of a feed's twin, the same each time."""
    place = asked.place
    found = operations.try_pull(
        provider=place.provider, feed=place.feed, after=asked.number("after", 0), limit=asked.number("limit", LIMIT),
        message=asked.message, number=new_id(), at=asked.at,
    )  # fmt: skip
    return Given.of(200, found.body, BATCH, ("X-Tongban-Position", str(found.position)))


def listed(asked: Asked) -> Given:
    """Answer with the files of a feed's twin."""
    place = asked.place
    found = operations.try_files(
        provider=place.provider, feed=place.feed, message=asked.message, number=new_id(), at=asked.at
    )
    return Given.json(200, {"files": [files.document(one) for one in found]})


def look(asked: Asked) -> Given:
    """Answer what a file of a feed's twin is."""
    file, _ = _fetched(asked)
    return Given(200, files.facts(file), [b""])


def download(asked: Asked) -> Given:
    """Answer with a file of a feed's twin, or with a part of it, as with a real one."""
    file, data = _fetched(asked)
    if asked.message.headers.get("if-none-match") == files.etag(file):
        return files.not_modified(file)
    span = files.span_wanted(asked, file)
    part = span or Span(0, file.size - 1)
    return files.sent(file, span, [data[part.first : part.last + 1]])


def told(asked: Asked) -> Given:
    """Have an address asked whether it wants to be told, and told test events; answer with both as they were signed."""
    place = asked.place
    tried = operations.try_address(
        provider=place.provider, feed=place.feed, wish=_wish(asked), message=asked.message, body=asked.body,
        number=new_id(), at=asked.at,
    )  # fmt: skip
    return Given.json(200, document(tried))


def document(tried: Tried) -> dict[str, object]:
    """Return how an address did, as programs see it."""
    key = operations.test_key()
    return {
        "address": tried.address,
        "wanted": tried.is_wanted,
        "taken": tried.is_taken,
        "key": {"id": key.id, "algorithm": key.algorithm, "public": base64.b64encode(key.public).decode()},
        "asked": _sent(tried.asked),
        "told": _sent(tried.told) if tried.told else None,
    }


def _sent(sent: Sent) -> dict[str, object]:
    reply = sent.reply
    return {
        "method": sent.method,
        "headers": dict(sent.headers),
        "signature-base": sent.base,
        "body": sent.body,
        "answer": {
            "status": reply.status,
            "seconds": round(reply.seconds, 3),
            "problem": reply.problem,
            "webhook-allowed-origin": reply.allowed_origin,
        },
    }


def _wish(asked: Asked) -> operations.Wish:
    said = asked.document()
    address, after, limit = said.get("address"), said.get("after", 0), said.get("limit", 3)
    if not isinstance(address, str):
        raise BadTry("address")
    for name, value in (("after", after), ("limit", limit)):
        if type(value) is not int or value < 0:
            raise BadTry(name)
    return operations.Wish(address, after, limit, said.get("single") is True)


def _fetched(asked: Asked) -> tuple[File, bytes]:
    place = asked.place
    return operations.try_file(
        provider=place.provider, feed=place.feed, file=place.file or uuid.UUID(int=0), message=asked.message,
        number=new_id(), at=asked.at,
    )  # fmt: skip
