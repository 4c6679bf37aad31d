"""What happens to the federation, for those who react."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tongban.foundation.outbox.types import Event


@dataclass(frozen=True)
class NodeChanged(Event):
    """A node was admitted, moved or retired."""

    name: ClassVar[str] = "nodes.node_changed"
    code: str
