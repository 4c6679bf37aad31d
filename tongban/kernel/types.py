"""Who acts, and upon what. Used by every operation and every ledger record."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a kind (``person``, ``staff``, ``system``) and an opaque id within that kind."""

    kind: str
    id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is acted upon, whatever package owns it: ``Subject("item", "food-business-licence")``."""

    kind: str
    id: str


SYSTEM = Actor("system", "tongban")
