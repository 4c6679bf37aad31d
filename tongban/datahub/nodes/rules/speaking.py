"""Who may say what. Pure.

The city's node may say everything: it keeps the directory. A district's may say what its own members registered:
subsystems, their keys, their services.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tongban.datahub.nodes.errors import MayNotSay
from tongban.datahub.nodes.types import Change, Kind

SAID_BY_DISTRICTS = (Kind.SUBSYSTEM.value, Kind.KEY.value, Kind.SERVICE.value)


def is_of(members: Iterable[str], subsystem: str) -> bool:
    """Return whether a subsystem is one of these members'; ``pudong-*`` stands for all that begin so."""
    parts = subsystem.split("/")
    if len(parts) != 4:
        return False
    member = parts[2]
    return any(member == one or (one.endswith("*") and member.startswith(one[:-1])) for one in members)


def subsystem_of(kind: str, code: str, document: Mapping[str, Any]) -> str:
    """Return the subsystem that a subsystem, a key or a service belongs to."""
    if kind == Kind.KEY.value:
        return str(document.get("subsystem", ""))
    return code.rpartition("/")[0] if kind == Kind.SERVICE.value else code


def check_may_say(change: Change, *, members: Iterable[str], is_its_own: bool) -> None:
    """Raise MayNotSay unless a district's node may say this; ``is_its_own``: nobody else has it, here and now."""
    subsystem = subsystem_of(change.kind, change.code, change.document)
    if change.kind not in SAID_BY_DISTRICTS or not is_its_own or not is_of(members, subsystem):
        raise MayNotSay(change.origin, change.kind, change.code)
