"""Rebuild the icon sprite from Lucide's own files.

Usage: python tools/icons.py FOLDER   (the unpacked npm package `lucide-static`)

Reads the names in tongban/channels/ui/icons.txt and writes tongban/channels/ui/static/icons.svg.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

UI = Path(__file__).resolve().parents[1] / "tongban/channels/ui"


def names() -> list[str]:
    """Return the names of the icons wanted, as listed in icons.txt."""
    lines = (UI / "icons.txt").read_text("utf-8").splitlines()
    return sorted({line.strip() for line in lines if line.strip() and not line.startswith("#")})


def symbol(name: str, source: str) -> str:
    """Return one icon as a symbol of the sprite; stroke and colour come from the page's style sheet."""
    inner = re.search(r"<svg[^>]*>(.*)</svg>", source, re.DOTALL)
    if inner is None:
        raise ValueError(f"{name} is not an SVG file")
    shapes = re.sub(r"\s*\n\s*", "", inner[1])
    return f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>'


def main(folder: str) -> int:
    """Write the sprite; say which names Lucide does not have."""
    icons = Path(folder) / "icons"
    missing = [name for name in names() if not (icons / f"{name}.svg").exists()]
    if missing:
        print("Lucide has no:", ", ".join(missing))
        return 1
    symbols = "\n".join(symbol(name, (icons / f"{name}.svg").read_text("utf-8")) for name in names())
    sprite = (
        "<!-- Icons of Lucide (ISC), see THIRD-PARTY.txt; written by tools/icons.py -->\n"
        '<svg xmlns="http://www.w3.org/2000/svg" fill="none" stroke="currentColor" stroke-width="2" '
        f'stroke-linecap="round" stroke-linejoin="round">\n{symbols}\n</svg>\n'
    )
    (UI / "static/icons.svg").write_text(sprite, "utf-8")
    print(f"{len(names())} icons")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else 2)
