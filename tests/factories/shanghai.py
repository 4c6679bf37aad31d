"""The demonstration city as its folder says it, read once for all tests of a process; none of them changes it."""

from __future__ import annotations

from functools import cache

from tongban.foundation.packs.types import Problems
from tongban.runtime.city import CityPack, read_city
from tongban.runtime.environment import ROOT


@cache
def shanghai_and_problems() -> tuple[CityPack, Problems]:
    """Return the city, and what is wrong with it."""
    return read_city(ROOT / "city" / "shanghai")


def shanghai() -> CityPack:
    """Return the city."""
    return shanghai_and_problems()[0]
