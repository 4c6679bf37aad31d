"""What the scenario needs of a network between nodes, however it is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Network(Protocol):
    """``addresses``: where nodes ask each other. ``hosts``: where their members call them. ``listens``: on which host a
    node listens. ``spaces``: the network namespace that it lives in, if it has one. ``keys``: whose a node's key is.
    """

    addresses: dict[str, str]
    hosts: dict[str, str]
    listens: dict[str, str]
    spaces: dict[str, str]
    keys: dict[str, str]

    def lead_to(self, ports: Mapping[str, int]) -> None:
        """Say on which ports the nodes listen."""

    def database(self, node: str, url: str) -> str:
        """Return the address of a database as a node reaches it."""

    def cut(self, node: str, *, how: str = "refuse") -> None:
        """Cut a node off from all others: new connections are refused, or hang."""

    def mend(self, node: str) -> None:
        """Connect it again."""
