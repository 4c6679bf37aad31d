"""What this process knows by heart of the federation, for a second: nodes, where subsystems live, how old it all is."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from tongban.datahub.nodes import models
from tongban.datahub.nodes.errors import NotANode
from tongban.datahub.nodes.types import CITY, Kind, Node
from tongban.foundation.http_signatures import queries as signatures
from tongban.foundation.http_signatures.types import ECDSA_P256, Key
from tongban.foundation.statements import queries as statements

T = TypeVar("T")
FRESH_SECONDS = 1.0
MOST = 10_000
_kept: dict[tuple[str, str], tuple[float, object]] = {}


def find_node(code: str) -> Node | None:
    """Return a node that takes part."""
    return lately(
        ("node", code), lambda: _node(models.Node.objects.filter(code=code, is_active=True).first())
    )


def find_here() -> Node | None:
    """Return this node, if this installation is one."""
    return lately(("here", ""), stands_here)


def stands_here() -> Node | None:
    """Return what ``find_here`` does, as it is this moment."""
    return _node(models.Node.objects.filter(is_here=True).first())


def here() -> Node:
    """Return this node; raise NotANode."""
    found = find_here()
    if found is None:
        raise NotANode
    return found


def home_of(subsystem: str) -> str:
    """Return the code of the node where a subsystem lives; this one's when nobody else has said it."""
    return lately(("home", subsystem), lambda: home(subsystem))


def agreed_at() -> dt.datetime | None:
    """Return when this node last agreed with the city about the directory."""
    return lately(
        ("agreed", ""),
        lambda: models.Standing.objects.filter(node=CITY).values_list("fresh_at", flat=True).first(),
    )


@lru_cache(maxsize=1000)
def key_of(public: bytes) -> Key:
    """Return a node's key as signatures name it."""
    return Key(signatures.key_id(public), ECDSA_P256, public)


def forget() -> None:
    """Forget everything: what is known has changed, or the database is another."""
    _kept.clear()


def node_of(row: models.Node) -> Node:
    """Return a node's row as others see it."""
    return Node(
        row.code, row.name, row.address, tuple(row.authorities), bytes(row.public), bytes(row.root),
        tuple(row.members), row.is_here, row.is_active,
    )  # fmt: skip


def _node(row: models.Node | None) -> Node | None:
    return node_of(row) if row else None


def home(subsystem: str) -> str:
    """Return what ``home_of`` does, as it is this moment."""
    rows = models.Known.objects.filter(kind=Kind.SUBSYSTEM.value, code=subsystem).order_by("-position")
    found = rows.values_list("origin", flat=True).first()
    if found:
        return found
    own = stands_here()
    return own.code if own else ""


def lately(what: tuple[str, str], ask: Callable[[], T], *, seconds: float = FRESH_SECONDS) -> T:
    """Return what was found out under this name at most so many seconds ago, or else is found out now."""
    kept, now = _kept.get(what), time.monotonic()
    if kept and now < kept[0]:
        return kept[1]  # type: ignore[return-value]  # what was kept under this name
    with statements.looking_up():
        found = ask()
    if len(_kept) >= MOST:
        _kept.clear()
    _kept[what] = now + seconds, found
    return found
