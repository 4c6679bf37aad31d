"""What other nodes say, as far as it is of its shape: a request that is not is refused by name, an answer is not relied upon."""

from __future__ import annotations

from typing import Any

from tongban.datahub.nodes.errors import NodeMalformed, NotUnderstood
from tongban.datahub.nodes.rules import saying, shapes
from tongban.datahub.nodes.types import Node


def requested(what: str, request: bytes) -> dict[str, Any]:
    """Return what a node wants; raise NodeMalformed, which says where it is not as it has to be."""
    try:
        found: dict[str, Any] = shapes.read(saying.REQUESTS[what], request)
    except shapes.Misfit as misfit:
        raise NodeMalformed(str(misfit)) from None
    return found


def answered(what: str, node: Node, answer: bytes) -> dict[str, Any]:
    """Return what a node has answered; raise NotUnderstood."""
    try:
        found: dict[str, Any] = shapes.read(saying.ANSWERS[what], answer)
    except shapes.Misfit as misfit:
        raise NotUnderstood(node.name, str(misfit)) from None
    return found
