"""The files of the design system, read once, named by their content, sent ready compressed.

All style sheets of ``static/css`` become one, in the order of their names, after Bootstrap's reboot; the
files keep the parts of the design apart for whoever works on them, the browser loads one.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

STATIC = Path(__file__).parent / "static"
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/manifest+json",
}
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent; its address names its content, so a browser never asks twice."""

    address: str
    kind: str
    body: bytes
    compressed: bytes


@cache
def assets() -> dict[str, Asset]:
    """Return all assets by their plain name, e.g. ``tongban.css``."""
    return {name: _asset(name, body) for name, body in _files()}


@cache
def by_address() -> dict[str, Asset]:
    """Return all assets by the address they are sent from."""
    return {asset.address: asset for asset in assets().values()}


def address(name: str) -> str:
    """Return the address of the asset with this plain name."""
    return assets()[name].address


def _files() -> Iterator[tuple[str, bytes]]:
    sheets = [STATIC / "vendor/reboot.css", *sorted((STATIC / "css").glob("*.css"))]
    yield "tongban.css", b"\n".join(sheet.read_bytes() for sheet in sheets)
    for path in sorted(STATIC.glob("vendor/*.js")) + sorted(STATIC.glob("*.*")):
        if path.suffix in KINDS:
            yield path.name, path.read_bytes()


def _asset(name: str, body: bytes) -> Asset:
    stem, _, ending = name.rpartition(".")
    mark = hashlib.sha256(body).hexdigest()[:12]
    return Asset(
        f"/static/{stem}.{mark}.{ending}", KINDS[f".{ending}"], body, gzip.compress(body, 9, mtime=0)
    )
