"""Where the Chinese fonts are: Debian's fonts-noto-cjk, whole, so that rare signs in names are there."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from tongban.services.licences.errors import FontsMissing

WANTED = (
    "NotoSerifCJK-Regular.ttc",
    "NotoSerifCJK-Bold.ttc",
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJK-Bold.ttc",
)
PLACES = (
    "/usr/share/fonts/opentype/noto",
    "/usr/share/fonts/noto-cjk",
    "/usr/share/fonts/google-noto-cjk",
    "/usr/local/share/fonts",
)


@cache
def folder() -> Path:
    """Return the folder with all fonts wanted; raise FontsMissing. TONGBAN_FONTS names another one."""
    given = os.environ.get("TONGBAN_FONTS")
    for place in [given] if given else PLACES:
        if all((Path(place) / name).is_file() for name in WANTED):
            return Path(place)
    raise FontsMissing("Noto Serif CJK, Noto Sans CJK")
