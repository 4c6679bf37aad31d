"""The words of the federation."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tongban.datahub.exchange.types import Noted
from tongban.kernel.records import Word

CITY = "city"
"""The code of the city's node."""


class Kind(Word):
    """What the directory tells of, in the order in which one thing needs another."""

    NODE = "node"
    SUBSYSTEM = "subsystem"
    KEY = "key"
    SERVICE = "service"
    RESOURCE = "resource"
    GRANT = "grant"


ORDER = {kind.value: place for place, kind in enumerate(Kind)}


@dataclass(frozen=True, slots=True)
class Node:
    """A node as the directory has it.

    ``address`` is where it is asked, ``authorities`` the hosts under which its own members may call it, ``public`` the
    key of what it signs (an uncompressed point of P-256), ``root`` the certificate above its ledger's signatures (DER),
    ``members`` who it may speak for.
    """

    code: str
    name: str
    address: str
    authorities: tuple[str, ...]
    public: bytes
    root: bytes
    members: tuple[str, ...]
    is_here: bool = False
    is_active: bool = True

    @property
    def is_city(self) -> bool:
        """Return whether this is the node that keeps the directory."""
        return self.code == CITY


@dataclass(frozen=True, slots=True)
class Change:
    """The state of one thing as ``origin`` has said it, at a position of the log it comes from."""

    position: int
    kind: str
    code: str
    origin: str
    document: Mapping[str, Any] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Relay:
    """What a node says of a call that it hands on: who it is, the call's number there, to which host it was signed."""

    node: str
    number: uuid.UUID
    scheme: str
    authority: str
    digest: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How a node stands to another: what it has of it, what it has told it, when it last agreed with it."""

    node: str
    received: int
    told: int
    fresh_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class News:
    """What a node said of many at once: of whom it has decided something, by their number."""

    node: str
    name: str
    is_reached: bool
    noted: Mapping[str, tuple[Noted, ...]]


@dataclass(frozen=True, slots=True)
class Account:
    """How a node answered what it has on record about somebody; ``new`` is how much of it was not known yet."""

    node: str
    name: str
    is_reached: bool
    new: int
