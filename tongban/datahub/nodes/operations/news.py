"""Who of those who wish to be told was read about at other nodes: the city asks for many at once, each node answers for itself.

The city names only those who asked to be told. A node answers only of whom it has decided something about since; that it did is on
its ledger for each of them, that it was asked for the others stands there as a number.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection

from tongban.datahub.exchange import queries as exchange
from tongban.datahub.exchange.types import Noted
from tongban.datahub.nodes import queries
from tongban.datahub.nodes.operations import accounts, noting
from tongban.datahub.nodes.operations.signing import own_key
from tongban.datahub.nodes.types import News, Node
from tongban.foundation.ledger import operations as ledger
from tongban.kernel.errors import Failure
from tongban.kernel.types import Actor, Subject

PATH = "/node/v1/news"
SECONDS = 10.0
"""For all that one node has to say of so many."""


def ask_news(*, identifiers: Sequence[str], since: dt.datetime, at: dt.datetime) -> tuple[News, ...]:
    """Ask all other nodes at once what they decided about these persons or companies since then; return what each said."""
    others = queries.others()
    if not others or not identifiers:
        return ()
    own_key()  # known from here on, so that no thread needs the database for it
    with ThreadPoolExecutor(max_workers=len(others)) as threads:
        said = list(threads.map(lambda node: _asked(node, identifiers, since), others))
    return tuple(_news(node, identifiers, one, at) for node, one in zip(others, said, strict=True))


def _asked(node: Node, identifiers: Sequence[str], since: dt.datetime) -> Any:
    """Return what a node says within its seconds; None when it does not."""
    wish = {"identifiers": list(identifiers), "since": since.isoformat()}
    try:
        return accounts.ask(node, PATH, wish, time.monotonic() + SECONDS)
    except Failure:
        return None
    finally:
        connection.close()


def _news(node: Node, identifiers: Sequence[str], said: Any, at: dt.datetime) -> News:
    """Return what a node said as far as it may say it; that it was not reached, where it is nonsense."""
    try:
        found = {identifiers[int(place)]: _own(rows, node, at) for place, rows in said["news"].items()}
    except (ValueError, TypeError, IndexError):
        return News(node.code, node.name, is_reached=False, noted={})
    return News(node.code, node.name, is_reached=True, noted=found)


def _own(rows: Sequence[Any], node: Node, at: dt.datetime) -> tuple[Noted, ...]:
    return tuple(one for one in map(noting.noted, rows) if noting.is_its_own(one, node, at))


def answer_news(*, node: Node, request: bytes, by: Actor, at: dt.datetime) -> bytes:
    """Return what was decided here about those for whom the city asks, by their place in its list; raise MayNotAsk."""
    said = accounts.read("news", node, request)
    asked, since = said["identifiers"], said["since"]
    news: dict[str, Any] = {}
    for place in exchange.read_since(asked, since):
        found = exchange.decided_about(asked[place], since=since)
        accounts.record("nodes.account_told", asked[place], by, at, count=len(found))
        news[str(place)] = [noting.said(one) for one in found]
    detail = {"asked": len(asked), "told": len(news)}
    ledger.record(act="nodes.news_told", subject=Subject("node", node.code), by=by, at=at, detail=detail)
    return accounts.to_bytes({"news": news})
