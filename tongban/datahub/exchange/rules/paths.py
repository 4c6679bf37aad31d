"""What may be asked of a service with paths of its own: ``GET /people/{number}``. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

TEMPLATE = re.compile(r"(GET|PUT|POST|DELETE|PATCH|HEAD) (/[^?#\s]*)")
PLACE = re.compile(r"\{([^{}/]+)\}")
VALUE = r"([^/\x00-\x1f\x7f]+)"
LONGEST = 300


def is_template(asks: str) -> bool:
    """Return whether this can be what may be asked: a method and a path, its places in braces, none twice."""
    fits = TEMPLATE.fullmatch(asks)
    if not fits or len(asks) > LONGEST:
        return False
    rest, names = PLACE.sub("", fits[2]), names_in(fits[2])
    climbs = any(part in (".", "..") for part in fits[2].split("/"))
    return "{" not in rest and "}" not in rest and len(set(names)) == len(names) and not climbs


def names_in(path: str) -> tuple[str, ...]:
    """Return the names of a path's places."""
    return tuple(PLACE.findall(path))


def find(paths: tuple[str, ...], method: str, path: str) -> dict[str, str] | None:
    """Return what stands in the places of the path that is asked, None when it is not among those that may be.

    A path without places goes before one with them. ``path`` is the part after the service, not encoded.
    """
    for asked, pattern, names in _compiled(paths):
        fits = pattern.fullmatch(path or "/") if asked == method else None
        if fits:
            return dict(zip(names, fits.groups(), strict=True))
    return None


@lru_cache(maxsize=1000)
def _compiled(paths: tuple[str, ...]) -> tuple[tuple[str, re.Pattern[str], tuple[str, ...]], ...]:
    ordered = sorted(paths, key=lambda asks: (asks.count("{"), asks))
    return tuple(_one(*asks.split(" ", 1)) for asks in ordered)


def _one(method: str, path: str) -> tuple[str, re.Pattern[str], tuple[str, ...]]:
    parts = PLACE.split(path)
    pattern = "".join(VALUE if index % 2 else re.escape(part) for index, part in enumerate(parts))
    return method, re.compile(pattern), tuple(parts[1::2])
