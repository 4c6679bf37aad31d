"""Who is a node: the city becomes one, a district joins with the city's anchor, the city admits it, or retires it."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction

from tongban.datahub.nodes import known, models
from tongban.datahub.nodes.errors import AnotherNode, BadAnchor, NodeUnknown
from tongban.datahub.nodes.events import NodeChanged
from tongban.datahub.nodes.types import CITY, Node
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.outbox import operations as outbox
from tongban.foundation.trust import operations as trust
from tongban.foundation.trust import queries as trust_queries
from tongban.kernel.types import Actor, Subject

ITSELF = "this-node"
"""The host that a node's own calls are signed for."""
KEPT = "nodes.kept"
Document = Mapping[str, Any]


@transaction.atomic
def become_city(*, name: str, address: str, hosts: Sequence[str] = (), by: Actor, at: dt.datetime) -> Node:
    """Make this installation the city's node, or tell where it is asked from now on.

    ``address`` is where other nodes ask it, ``hosts`` under which its own members call it, where these are others.
    """
    return _stand_here(CITY, name, address, hosts, (), by, at)


@transaction.atomic
def join(
    *,
    code: str,
    name: str,
    address: str,
    hosts: Sequence[str] = (),
    anchor: bytes,
    by: Actor,
    at: dt.datetime,
) -> bytes:
    """Make this installation a district's node under the city of the anchor; return its request to be admitted.

    ``address`` and ``hosts`` as in ``become_city``. Raises BadAnchor, or AnotherNode when the city it knew has another key.
    """
    city = _read(anchor)
    if city.code != CITY:
        raise BadAnchor
    if _keep_first(city):
        _record(CITY, KEPT, by, at, **_said(city))
    models.Standing.objects.get_or_create(node=CITY)
    own = _stand_here(code, name, address, hosts, (code, f"{code}-*"), by, at)
    return _written(own)


@transaction.atomic
def admit(*, request: bytes, by: Actor, at: dt.datetime) -> Node:
    """Let a district's node take part, or tell where it is asked from now on; raise BadAnchor or AnotherNode."""
    node = _read(request)
    if node.is_city:
        raise AnotherNode(node.code)
    is_news = _keep_first(node)
    models.Standing.objects.get_or_create(node=node.code)
    if is_news:
        _told(node.code, "nodes.admitted", by, at, **_said(node))
    known.forget()
    return node


@transaction.atomic
def retire(*, code: str, reason: str, by: Actor, at: dt.datetime) -> None:
    """Take a district's node out of the federation; raise NodeUnknown."""
    if code == CITY or not models.Node.objects.filter(code=code, is_active=True).update(is_active=False):
        raise NodeUnknown(code)
    node = known.node_of(models.Node.objects.get(code=code))
    _told(code, "nodes.retired", by, at, reason=reason, **_said(node))
    known.forget()


def anchor() -> bytes:
    """Return what a new node has to be given to know this one: where it is asked, and its keys."""
    return _written(known.here())


def node_document(code: str) -> dict[str, Any] | None:
    """Return what the directory says of a node."""
    row = models.Node.objects.filter(code=code).first()
    return _document(known.node_of(row)) if row else None


def keep_node(code: str, document: Document, by: Actor, at: dt.datetime) -> None:
    """Keep a node as the city has it, on record where that is new; that this one is here is its own affair."""
    node = _node(code, document)
    row = models.Node.objects.filter(code=code).first()
    if row is None or not _is_kept(row, node):
        models.Node.objects.update_or_create(
            code=code, defaults=_values(node) | {"is_active": node.is_active}
        )
        _record(code, KEPT, by, at, **_said(node))


def _stand_here(
    code: str,
    name: str,
    address: str,
    hosts: Sequence[str],
    members: tuple[str, ...],
    by: Actor,
    at: dt.datetime,
) -> Node:
    public = trust.node_key().public
    own = (urlsplit(address).netloc, *hosts, ITSELF)
    node = Node(
        code=code,
        name=name,
        address=address.rstrip("/"),
        authorities=tuple(dict.fromkeys(host.lower() for host in own)),
        public=public,
        root=trust_queries.root() or b"",
        members=members,
        is_here=True,
    )
    is_news = _keep_first(node)
    if models.Node.objects.filter(code=code, is_here=False).update(is_here=True) or is_news:
        _told(code, "nodes.stands_here", by, at, **_said(node))
    known.forget()
    return node


def _keep_first(node: Node) -> bool:
    """Keep a node under its key; return whether anything about it is new; raise AnotherNode for another key."""
    row = models.Node.objects.select_for_update().filter(code=node.code).first()
    if row is not None and bytes(row.public) != node.public:
        raise AnotherNode(node.code)
    if row is not None and _is_kept(row, replace(node, is_active=True)):
        return False
    models.Node.objects.update_or_create(code=node.code, defaults=_values(node) | {"is_active": True})
    return True


def _is_kept(row: models.Node, node: Node) -> bool:
    values = _values(node) | {"is_active": node.is_active}
    return {name: _plain(getattr(row, name)) for name in values} == values


def _values(node: Node) -> dict[str, Any]:
    return {
        "name": node.name, "address": node.address, "authorities": list(node.authorities), "public": node.public,
        "root": node.root, "members": list(node.members),
    }  # fmt: skip


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def _document(node: Node) -> dict[str, Any]:
    values = _values(node)
    texts = {name: base64.b64encode(values[name]).decode() for name in ("public", "root")}
    return values | texts | {"is_active": node.is_active}


def _node(code: str, document: Document) -> Node:
    return Node(
        code=code,
        name=str(document["name"]),
        address=str(document["address"]),
        authorities=tuple(document["authorities"]),
        public=base64.b64decode(document["public"]),
        root=base64.b64decode(document["root"]),
        members=tuple(document["members"]),
        is_active=bool(document["is_active"]),
    )


def _written(node: Node) -> bytes:
    return json.dumps({"code": node.code, **_document(node)}, ensure_ascii=False, indent=1).encode()


def _read(text: bytes) -> Node:
    try:
        said = json.loads(text)
        return _node(str(said["code"]), said)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BadAnchor from None


def _said(node: Node) -> dict[str, Any]:
    """Return what an act says of a node: all by which it is believed and asked; of its keys the digests."""
    keys = {name: hashlib.sha256(getattr(node, name)).hexdigest() for name in ("public", "root")}
    return _values(node) | keys | {"is_active": node.is_active}


def _record(code: str, act: str, by: Actor, at: dt.datetime, **detail: object) -> None:
    ledger.record(act=act, subject=Subject("node", code), by=by, at=at, detail=detail)


def _told(code: str, act: str, by: Actor, at: dt.datetime, **detail: object) -> None:
    _record(code, act, by, at, **detail)
    outbox.publish(NodeChanged(code), at=at)
