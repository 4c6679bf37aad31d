"""What the signed text of a request says of itself: the lines of its signature base (RFC 9421 2.5). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

LINE = re.compile(r'"([^"]+)": (.*)')
CREATED = re.compile(r";created=(\d+)")
NONCE = re.compile(r';nonce="([^"]*)"')
KEY = re.compile(r';keyid="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, where, when, with which key and number used once; nothing where the text does not say it."""

    client: str
    path: str
    query: str
    created: int
    nonce: str
    key: str


def read(base: bytes) -> Asked:
    """Return what the text says; raise ValueError when it says a thing twice or is no such text."""
    found: dict[str, str] = {}
    for line in base.decode("ascii").split("\n"):
        said = LINE.fullmatch(line)
        if not said or said[1] in found:
            raise ValueError("no signature base")
        found[said[1]] = said[2]
    parameters = found["@signature-params"]
    return Asked(
        found["x-road-client"],
        found["@path"],
        found.get("@query", "?"),
        int(_one(CREATED, parameters)),
        _one(NONCE, parameters),
        _one(KEY, parameters),
    )


def _one(pattern: re.Pattern[str], text: str) -> str:
    (value,) = pattern.findall(text)
    return str(value)
